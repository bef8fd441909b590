"""Rules: what a line means and what the vendor promises of a fault, read from `rules/`.

Two kinds of file: **fault files** say what a fault is called, what is expected of it and what to do; **signal files**
say how a log words a signal. `rules/README.md` is the specification.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from faultlog import literals, packs, prebuilt
from faultlog.errors import Flaw, PackError
from faultlog.limits import Strict
from faultlog.model import Provenance, SignalKind
from faultlog.patternsize import UNUSABLE, too_large, too_long
from faultlog.rulefiles import AdviceRule, FaultFile, SignalFile
from faultlog.source import Key, Source
from faultlog.values import dataclass

if TYPE_CHECKING:
    import regex

FAULT = re.compile(r"\bfaults?\b", re.ASCII)
"""The word, in lower case."""
_SPECIAL = frozenset("()[]{}?*+|^$\\.-#&~")
"""What means more than itself in a pattern."""
SCAN_KINDS: frozenset[SignalKind] = frozenset({"scan_begun", "scan_done"})
"""Signals of which there are as many as files are scanned."""


@dataclass(frozen=True, slots=True)
class FaultRule:
    """A fault of one product on one operating system."""

    id: str
    """`<product>/<os>/<id>-<slug>`."""
    os: str
    file: FaultFile
    source: Source


@dataclass(frozen=True, slots=True)
class SignalRule:
    """How a product's logs word one signal."""

    id: str
    """`<product>/signals/<signal>`."""
    file: SignalFile
    source: Source


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording, ready to match."""

    kind: SignalKind
    rule: str
    """The rule whose signal it is: for a wording that `wordings_of` takes, the rule that takes it."""
    provenance: Provenance
    processes: tuple[str, ...]
    """Shell patterns in lower case; empty means any process."""
    text: str | None
    """Its pattern; `None` where a new pid of the process is the signal."""
    demands: tuple[literals.Literals, ...]
    """Sets of texts: of each of them one occurs in every match, whatever its case."""
    home: str = ""
    """The file it stands in."""
    fault: int | None = None
    """The fault that is meant, where the wording fixes it."""
    known: frozenset[str] = frozenset()
    """The fault texts that its pattern lists."""

    @property
    def pattern(self) -> "regex.Pattern[str] | None":
        """Its pattern, ready to match: made when it is first asked for, since most wordings never are."""
        return None if self.text is None else _compiled(self.text)

    def pattern_for(self, lower: str) -> "regex.Pattern[str] | None":
        """A pattern that finds the same in a message, given in lower case, as `pattern`, and is made ten times as fast.

        It lists only the fault texts that the message holds, unless all of it was compiled beforehand. Where a pattern
        requires no text, nobody has taken it apart: it may be one that matches texts that are misspelt.
        """
        if self.text is None or not self.demands or not self.known or _ready(self.text) is not None:
            return self.pattern
        return _compiled(_narrowed(self.text, self.known, _held(self.known, lower)))

    def may_match(self, lower: str) -> bool:
        """Whether a message, in lower case, holds the texts that every match holds."""
        for texts in literals.plain(self.demands):
            for text in texts:
                if text in lower:
                    break
            else:
                return False
        return True

    def admits(self, process: str | None) -> bool:
        """Whether a line of this process may carry the wording."""
        if not self.processes:
            return True
        name = (process or "").lower()
        return any(fnmatchcase(name, pattern) for pattern in self.processes)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule there is."""

    faults: tuple[FaultRule, ...]
    signals: tuple[SignalRule, ...]
    wordings: tuple[Wording, ...]
    """Those that every line is asked for."""
    texts: Mapping[str, Mapping[str, int]]
    """Known fault texts in lower case, each with the fault id by operating system."""
    scans: tuple[Wording, ...] = ()
    """How the scan of one file is worded: most lines of a debug log are such, so only lines before others are asked."""

    def names_fault(self, lower: str) -> bool:
        """Whether a message, in lower case, names a fault, whether or not a wording explains it."""
        if "fault" in lower and FAULT.search(lower) is not None:
            return True
        return any(text in lower for text in self.texts)

    def candidates(self, fault_id: int, system: str | None) -> tuple[FaultRule, ...]:
        """The rules for a fault id on an operating system; on every one where it is unknown."""
        return tuple(rule for rule in self.faults if rule.file.fault == fault_id and system in {None, rule.os})

    def begins_other(self, fault_id: str) -> bool:
        """Whether the id of another known fault begins with these digits."""
        known = {str(rule.file.fault) for rule in self.faults}
        return any(one != fault_id and one.startswith(fault_id) for one in known)

    def fault_of_text(self, text: str, system: str | None) -> int | None:
        """The fault a text names; `None` where it is unknown or means different faults on the systems in question."""
        by_system = self.texts.get(" ".join(text.lower().split()), {})
        found = {fault for os, fault in by_system.items() if system in {None, os}} or set(by_system.values())
        return found.pop() if len(found) == 1 else None


def load_rules(folders: Sequence[Path] = ()) -> RuleBook:
    """The built-in rules and those of the user's folders.

    A user's fault file replaces the built-in one for the same product, system and id; his signal files add wordings.

    Raises:
        PackError: every mistake of every file, at once.
    """
    flaws: list[Flaw] = []
    faults: dict[tuple[str, str, int], FaultRule] = {}
    signals: list[SignalRule] = []
    for folder in (packs.builtin("rules"), *folders):
        sources, wrong = packs.read_pack(folder)
        flaws += wrong
        mine: dict[tuple[str, str, int], FaultRule] = {}
        for source in sources:
            rule, wrong = _understand(source)
            flaws += wrong
            if isinstance(rule, SignalRule):
                signals.append(rule)
            elif rule is not None:
                flaws += _place_fault(rule, mine)
        faults |= mine
    book = _compile(tuple(faults[key] for key in sorted(faults)), tuple(signals), flaws)
    flaws += [flaw for rule in book.faults for flaw in _dangling(rule, book)]
    if flaws:
        raise PackError(flaws)
    return book


_POSITION = re.compile(r" at position \d+")
"""Where a pattern is broken: no place of the author's where blanks of his were filled."""
_FOLDERS = ("macos", "linux", "signals")


def _understand(source: Source) -> tuple[FaultRule | SignalRule | None, list[Flaw]]:
    parts = source.name.removesuffix(".yaml").split("/")
    if len(parts) != 3:
        return None, [
            source.flaw(
                (),
                "stands in the wrong place; a rule is <product>/<os>/<id>-<slug>.yaml or <product>/signals/<name>.yaml",
            )
        ]
    if parts[1] not in _FOLDERS:
        return None, [
            source.flaw((), f"stands in the folder {parts[1]!r}; a product has the folders {', '.join(_FOLDERS)}")
        ]
    name = "/".join(parts)
    if parts[1] == "signals":
        return _named(
            source, SignalFile, lambda file: SignalRule(name, file, source), lambda file: (("signal",), file.signal)
        )
    return _named(
        source,
        FaultFile,
        lambda file: FaultRule(name, parts[1], file, source),
        lambda file: (("fault",), str(file.fault)),
    )


File = TypeVar("File", bound=Strict)
Rule = TypeVar("Rule", FaultRule, SignalRule)


def _named(
    source: Source, model: type[File], make: Callable[[File], Rule], key: Callable[[File], tuple[Key, str]]
) -> tuple[Rule | None, list[Flaw]]:
    """Understand a file and hold its name against its content."""
    file, flaws = packs.understand(source, model)
    if file is None:
        return None, flaws
    where, wanted = key(file)
    stem = source.path.stem
    if stem != wanted and not (wanted.isdigit() and stem.startswith(f"{wanted}-")):
        flaws.append(source.flaw(where, f"the file is named {source.path.name}: name and content must agree"))
    return make(file), flaws


def _place_fault(rule: FaultRule, mine: dict[tuple[str, str, int], FaultRule]) -> Iterable[Flaw]:
    key = (rule.id.split("/", maxsplit=1)[0], rule.os, rule.file.fault)
    if key in mine:
        yield rule.source.flaw(("fault",), f"fault {rule.file.fault} has two files: also {mine[key].source.path}")
    mine[key] = rule


def _dangling(rule: FaultRule, book: RuleBook) -> Iterable[Flaw]:
    for index, remedy in enumerate(rule.file.remedies):
        if remedy.otherwise is not None and find_advice(book, rule, remedy.otherwise) is None:
            yield rule.source.flaw(("remedies", index, "otherwise"), f"no advice is named {remedy.otherwise!r}")


def find_advice(book: RuleBook, rule: FaultRule, name: str) -> tuple[FaultRule, AdviceRule] | None:
    """The advice a remedy names: an id of its own file, or `<fault>/<id>` of another file for the same system."""
    fault, _, slug = name.rpartition("/")
    homes = (rule,) if not fault else book.candidates(int(fault), rule.os)
    return next(((home, advice) for home in homes for advice in home.file.advice if advice.id == slug), None)


_GAP = r"[\s:=#,;\"'(\[\-\u2013]*"
_CLOSE = r"[\"')\]]*"
_NUMBER = (
    r"(?P<fault_id>\d{1,5})(?![\w%/]|[.:,\-]\d|\s*,\s*\d"
    r"|\s+(?:times?|x|ms|s|sec|seconds?|min|minutes?|hours?|bytes?|faults|events)\b)"
)
_TEXT_END = r"(?!\w)(?=\s*(?:$|[^\w\s]|fault\b|raised\b|cleared\b|was\b|has\b|is\b))"
_SEVERITY = r"(?P<severity>critical|major|minor)"
_GUARD = (
    r"(?<!\b(?:page|segmentation|protection|bus|double|memory|hardware|power|disk|no|not|never|without|any|if|when"
    r"|until|unless|whether|waiting for|expecting)\s(?:(?:critical|major|minor)\s)?)"
)


@lru_cache(maxsize=64)
def _held(known: frozenset[str], lower: str) -> frozenset[str]:
    words = " ".join(lower.split())
    return frozenset(text for text in known if text in words)


@lru_cache(maxsize=1024)
def _narrowed(pattern: str, known: frozenset[str], held: frozenset[str]) -> str:
    return pattern.replace(f"(?P<fault_text>{_one_of(known)})", f"(?P<fault_text>{_one_of(held)})")


@lru_cache(maxsize=64)
def _one_of(texts: frozenset[str]) -> str:
    """What matches any of some texts, whatever blanks stand between its words."""
    if not texts:
        return r"(?!)"
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return "|".join(r"\s+".join(map(escaped, one.split())) for one in longest_first)


def expand(pattern: str, kind: SignalKind, texts: Iterable[str]) -> str:
    """Fill a wording's placeholders; see `rules/README.md`."""
    text = f"(?P<fault_text>{_one_of(frozenset(texts))}){_TEXT_END}"
    parts = {
        "{then_severity}": r"{close}(?:[\s,;:(\[\-]+(?:severity[\s:=]*)?{severity}\b)?",
        "{fault}": rf"(?:{_NUMBER}|{text})",
        "{text}": text,
        "{severity}": _SEVERITY,
        "{done}": "cleared" if kind == "fault_cleared" else "raised",
        "{guard}": _GUARD,
        "{gap}": _GAP,
        "{close}": _CLOSE,
    }
    for name, value in parts.items():
        pattern = pattern.replace(name, value)
    return pattern


def _compile(faults: tuple[FaultRule, ...], signals: tuple[SignalRule, ...], flaws: list[Flaw]) -> RuleBook:
    texts: dict[str, dict[str, int]] = {}
    for rule in faults:
        for text in rule.file.texts:
            texts.setdefault(" ".join(text.lower().split()), {})[rule.os] = rule.file.fault
    wordings = [wording for rule in signals for wording in _wordings(rule, signals, frozenset(texts), flaws)]
    asked = tuple(one for one in wordings if one.kind not in SCAN_KINDS)
    scans = tuple(one for one in wordings if one.kind in SCAN_KINDS)
    return RuleBook(faults, signals, asked, texts, scans)


def _homes(rule: SignalRule, signals: Sequence[SignalRule]) -> Sequence[SignalRule]:
    """The signal files whose wordings a rule uses: itself, or every file of the kind it names.

    Where several rules take the wordings of one kind, the first of the wordings' own product takes them, else the
    first there is: nobody's wording stands twice.
    """
    wanted = rule.file.wordings_of
    if wanted is None:
        return [rule]
    takers = [one for one in signals if (one.file.signal, one.file.wordings_of) == (rule.file.signal, wanted)]
    homes = [one for one in signals if one.file.signal == wanted and one.file.wordings]

    def taker(home: SignalRule) -> SignalRule:
        return next((one for one in takers if _product(one) == _product(home)), takers[0])

    return [home for home in homes if taker(home) is rule]


def _product(rule: SignalRule) -> str:
    return rule.id.split("/", maxsplit=1)[0]


def _wordings(
    rule: SignalRule, signals: Sequence[SignalRule], texts: frozenset[str], flaws: list[Flaw]
) -> Iterable[Wording]:
    wanted = rule.file.wordings_of
    if wanted is not None and not any(one.file.signal == wanted and one.file.wordings for one in signals):
        flaws.append(rule.source.flaw(("wordings_of",), "names no signal file with wordings of its own"))
    for home in _homes(rule, signals):
        yield from _wordings_at(home, rule, texts, flaws)


def flags() -> int:
    """How wordings are compiled."""
    import regex  # who only reads rules compiles nothing

    return int(regex.IGNORECASE | regex.ASCII)


def escaped(text: str) -> str:
    """A pattern that matches a text and nothing else, as `regex.escape` writes it."""
    return "".join(f"\\{one}" if one in _SPECIAL or one.isspace() else one for one in text)


@lru_cache(maxsize=1024)
def _ready(text: str) -> "regex.Pattern[str] | None":
    return prebuilt.pattern(text, flags())


@lru_cache(maxsize=1024)
def _compiled(text: str) -> "regex.Pattern[str]":
    import regex

    return _ready(text) or regex.compile(text, flags())


def _demands(text: str, written: str) -> tuple[literals.Literals, ...]:
    """What a pattern requires; one that was not prebuilt is tried first, so that a mistake is found at once.

    Args:
        text: the pattern.
        written: the same with its placeholders.

    Raises:
        ValueError: it grows too large, or is no pattern.
    """
    known = prebuilt.demands(text)
    if known is not None:
        return known
    if (excess := too_long(written) or too_large(text)) is not None:
        raise ValueError(excess)
    import regex

    try:
        _compiled(text)
    except regex.error as error:
        raise ValueError(str(error)) from None
    return literals.demands(text)


def _wordings_at(home: SignalRule, rule: SignalRule, texts: frozenset[str], flaws: list[Flaw]) -> Iterable[Wording]:
    """The wordings of a file, for itself or for the rule that takes them.

    Another rule's wording that does not say `{done}` is left out: it would mean both signals at once.
    """
    kind = rule.file.signal
    for index, wording in enumerate(home.file.wordings):
        if home is not rule and "{done}" not in (wording.pattern or ""):
            continue
        processes = tuple(name.lower() for name in wording.process)
        if wording.pattern is None:
            yield Wording(kind, rule.id, wording.provenance, processes, None, (), str(home.source.path))
            continue
        text = expand(wording.pattern, kind, texts)
        try:
            needed = _demands(text, wording.pattern)
        except UNUSABLE as error:
            if home is rule:
                what = str(error) if text == wording.pattern else _POSITION.sub("", str(error))
                flaws.append(home.source.flaw(("wordings", index, "pattern"), f"is no usable pattern: {what}"))
            continue
        home_path = str(home.source.path)
        known = texts if "(?P<fault_text>" in text else frozenset[str]()
        yield Wording(kind, rule.id, wording.provenance, processes, text, needed, home_path, wording.fault, known)
