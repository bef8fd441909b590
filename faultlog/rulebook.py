"""Rules: what a line means and what the vendor promises of a fault, read from `rules/`.

Two kinds of file: **fault files** say what a fault is called, what is expected of it and what to do; **signal files** say how a log words
a signal. `rules/README.md` is the specification.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import regex
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from faultlog import literals, packs
from faultlog.errors import Flaw, PackError
from faultlog.model import Level, Provenance, Severity, SignalKind

TIMEOUT_S = 0.25
"""Longest time one wording may take on one message. Tool default."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _seconds(value: object) -> object:
    found = regex.fullmatch(r"([0-9]+)([smhd])", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a duration is a number and a unit, such as 90s, 10m, 2h or 3d")
    return int(found[1]) * _UNITS[found[2]]


def _specifier(value: str) -> str:
    try:
        SpecifierSet(value)
    except InvalidSpecifier:
        raise ValueError("versions are compared as >=1.14.0, <1.14.0 or ==1.14.0.*, joined by commas") from None
    return value


def _version_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Duration = Annotated[float, BeforeValidator(_seconds)]
Specifier = Annotated[str, AfterValidator(_specifier)]
Version = Annotated[str, BeforeValidator(_version_text), StringConstraints(pattern=r"^\d+(\.\d+)*$")]


class Strict(BaseModel):
    """A part of a file in which every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    """What a person reads, in every language there is."""

    en: str = Field(min_length=1)
    ko: str = Field(min_length=1)


class When(Strict):
    """For which versions something holds; all parts must hold."""

    connector: Specifier | None = None
    macos: Specifier | None = None
    linux: Specifier | None = None


class ClearsWithin(Strict):
    """Cleared within a time of its raise, or of a start."""

    after: Literal["raised", "connector_started"]
    within: Duration


class ClearsAfter(Strict):
    """Cleared once something has happened, allowing it to settle."""

    event: Literal["connector_started"]
    settle: Duration


class BreachLevel(Strict):
    """How bad a breach is: when it cleared in the end, and when it is still open."""

    cleared: Level
    open: Level


class ExpectationRule(Strict):
    """A promise that can be broken."""

    id: Slug
    clears_within: ClearsWithin | None = None
    clears_after: ClearsAfter | None = None
    source: str
    level: BreachLevel

    @model_validator(mode="after")
    def _one_promise(self) -> "ExpectationRule":
        if (self.clears_within is None) == (self.clears_after is None):
            raise ValueError("give exactly one of clears_within and clears_after")
        return self


class RemedyRule(Strict):
    """Something that may clear a fault."""

    id: Slug
    event: Literal["boot", "connector_started"]
    when: When = When()
    settle: Duration = 600.0
    otherwise: Annotated[str, StringConstraints(pattern=r"^(\d+/)?[a-z0-9-]+$")] | None = None
    source: str


class RecursWith(Strict):
    """Raised after each of several consecutive events."""

    event: Literal["definitions_updated"]
    within: Duration
    at_least: int = Field(ge=2)


class Chatters(Strict):
    """Raised again and again."""

    raises: int = Field(ge=2)
    within: Duration


class PatternRule(Strict):
    """A pattern over the raises of a fault."""

    id: Slug
    recurs_with: RecursWith | None = None
    chatters: Chatters | None = None
    stands: Duration | None = None
    severity_changes: Literal[True] | None = None
    source: str

    @model_validator(mode="after")
    def _one_pattern(self) -> "PatternRule":
        given = (self.recurs_with, self.chatters, self.stands, self.severity_changes)
        if sum(one is not None for one in given) != 1:
            raise ValueError("give exactly one of recurs_with, chatters, stands and severity_changes")
        return self


class AdviceRule(Strict):
    """What a person can do."""

    id: Slug
    when: When = When()
    shown: Literal["always", "otherwise"] = "always"
    source: str
    text: Words


class HostSample(Strict):
    """What a test says about its host."""

    connector: Version | None = None
    macos: Version | None = None
    linux: Version | None = None


class ExpectedInterval(Strict):
    """One interval that a test's log must give; what is left out is not compared."""

    id: str
    raised: str | None = None
    cleared: str | None = None
    state: Literal["cleared", "open", "unknown"]
    severity: Severity | None = None
    duplicate_raises: int | None = None


class ExpectedFinding(Strict):
    """One finding that a test's log must give."""

    expectation: Slug
    interval: str
    verdict: Literal["met", "breached", "pending", "indeterminate"]
    margin_s: float | None = None
    breaches: int | None = None
    level: Level | None = None


class ExpectedRemedy(Strict):
    """One remedy outcome that a test's log must give."""

    remedy: Slug
    interval: str
    outcome: Literal["helped", "did_not_help", "not_tried", "unknown"]


class ExpectedPattern(Strict):
    """One pattern outcome that a test's log must give."""

    pattern: Slug
    outcome: Literal["present", "absent", "unknown"]


class Expected(Strict):
    """What a test compares; a list that is left out is not compared, `intervals` and `findings` are complete."""

    intervals: list[ExpectedInterval] = []
    findings: list[ExpectedFinding] = []
    remedies: list[ExpectedRemedy] | None = None
    patterns: list[ExpectedPattern] | None = None
    advice: list[Slug] | None = None


class RuleTest(Strict):
    """A log and what the rule must make of it."""

    name: str
    host: HostSample = HostSample()
    log: str
    expect: Expected


class FaultFile(Strict):
    """A file `rules/<product>/<os>/<id>-<slug>.yaml`."""

    fault: int = Field(ge=0)
    name: Words
    texts: list[str] = []
    provenance: Provenance
    source: str
    summary: Words
    logs: list[str] = Field(min_length=1)
    duplicate_raise: Literal["keep_first", "keep_last", "restart"] = "keep_first"
    expectations: list[ExpectationRule] = []
    remedies: list[RemedyRule] = []
    patterns: list[PatternRule] = []
    advice: list[AdviceRule] = Field(min_length=1)
    tests: list[RuleTest] = Field(min_length=1)


class WordingRule(Strict):
    """One way to word a signal."""

    pattern: str | None = None
    new_pid: Literal[True] | None = None
    process: list[str] = []
    provenance: Provenance
    source: str

    @model_validator(mode="after")
    def _one_way(self) -> "WordingRule":
        if (self.pattern is None) == (self.new_pid is None):
            raise ValueError("give exactly one of pattern and new_pid")
        if self.new_pid and not self.process:
            raise ValueError("new_pid needs the process whose pid it watches")
        return self


class MessageSample(Strict):
    """A message and what its wording captures."""

    message: str
    process: str | None = None
    fault_id: int | None = None
    severity: Severity | None = None
    details: dict[str, str] = {}


class MessageRefused(Strict):
    """A near miss."""

    message: str
    process: str | None = None


class SignalFile(Strict):
    """A file `rules/<product>/signals/<signal>.yaml`."""

    signal: SignalKind
    summary: Words
    wordings: list[WordingRule] = []
    wordings_of: SignalKind | None = None
    accepts: list[MessageSample] = Field(min_length=1)
    refuses: list[MessageRefused] = Field(min_length=1)

    @model_validator(mode="after")
    def _worded(self) -> "SignalFile":
        if bool(self.wordings) == (self.wordings_of is not None):
            raise ValueError("give either wordings or wordings_of")
        return self


@dataclass(frozen=True, slots=True)
class FaultRule:
    """A fault of one product on one operating system."""

    id: str
    """`<product>/<os>/<id>-<slug>`."""
    os: str
    file: FaultFile
    source: packs.Source


@dataclass(frozen=True, slots=True)
class SignalRule:
    """How a product's logs word one signal."""

    id: str
    """`<product>/signals/<signal>`."""
    file: SignalFile
    source: packs.Source


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording, ready to match."""

    kind: SignalKind
    rule: str
    provenance: Provenance
    processes: tuple[str, ...]
    """Shell patterns in lower case; empty means any process."""
    pattern: "regex.Pattern[str] | None"
    """`None` where a new pid of the process is the signal."""
    literals: literals.Literals | None
    """Texts of which one occurs in every match; `None` where there are none."""

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
    texts: Mapping[str, Mapping[str, int]]
    """Known fault texts in lower case, each with the fault id by operating system."""
    mentions: "regex.Pattern[str]"
    """Matches a message that names a fault, whether or not a wording explains it."""

    def candidates(self, fault_id: int, system: str | None) -> tuple[FaultRule, ...]:
        """The rules for a fault id on an operating system; on every one where it is unknown."""
        return tuple(rule for rule in self.faults if rule.file.fault == fault_id and system in {None, rule.os})

    def fault_of_text(self, text: str, system: str | None) -> int | None:
        """The fault a text names, or `None` where it is unknown or names different faults on the systems in question."""
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


def _understand(source: packs.Source) -> tuple[FaultRule | SignalRule | None, list[Flaw]]:
    parts = source.name.removesuffix(".yaml").split("/")
    if len(parts) != 3:
        return None, [source.flaw((), "stands in the wrong place; rules are <product>/<os>/<id>-<slug>.yaml or <product>/signals/<signal>.yaml")]
    name = "/".join(parts)
    if parts[1] == "signals":
        return _named(source, SignalFile, lambda file: SignalRule(name, file, source), lambda file: (("signal",), file.signal))
    return _named(source, FaultFile, lambda file: FaultRule(name, parts[1], file, source), lambda file: (("fault",), str(file.fault)))


File = TypeVar("File", bound=BaseModel)
Rule = TypeVar("Rule", FaultRule, SignalRule)


def _named(
    source: packs.Source, model: type[File], make: Callable[[File], Rule], key: Callable[[File], tuple[packs.Key, str]]
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
_NUMBER = r"(?P<fault_id>\d{1,5})(?![\w%/]|[.:,\-]\d|\s*,\s*\d|\s+(?:times?|x|ms|s|sec|seconds?|min|minutes?|hours?|bytes?|faults|events)\b)"
_TEXT_END = r"(?!\w)(?=\s*(?:$|[^\w\s]|fault\b|raised\b|cleared\b|was\b|has\b|is\b))"
_SEVERITY = r"(?P<severity>critical|major|minor)"
_GUARD = (
    r"(?<!\b(?:page|segmentation|protection|bus|double|memory|hardware|power|disk|no|not|never|without|any|if|when|until|unless|whether"
    r"|waiting for|expecting)\s(?:(?:critical|major|minor)\s)?)"
)


def _expand(pattern: str, kind: SignalKind, texts: Iterable[str]) -> str:
    """Fill a wording's placeholders; see `rules/README.md`."""
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    text = "(?P<fault_text>" + "|".join(r"\s+".join(map(regex.escape, one.split())) for one in longest_first) + f"){_TEXT_END}"
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
    by_kind = {rule.file.signal: rule for rule in reversed(signals)}
    wordings = [wording for rule in signals for wording in _wordings(rule, by_kind, texts, flaws)]
    known = sorted(texts, key=lambda text: (-len(text), text))
    mentions = regex.compile("|".join([r"\bfaults?\b", *map(regex.escape, known)]), regex.IGNORECASE | regex.ASCII)
    return RuleBook(faults, signals, tuple(wordings), texts, mentions)


def _wordings(
    rule: SignalRule, by_kind: Mapping[SignalKind, SignalRule], texts: Iterable[str], flaws: list[Flaw]
) -> Iterable[Wording]:
    kind = rule.file.signal
    home = rule if rule.file.wordings_of is None else by_kind.get(rule.file.wordings_of)
    if home is None or home.file.wordings_of is not None:
        flaws.append(rule.source.flaw(("wordings_of",), "names no signal file with wordings of its own"))
        return
    for index, wording in enumerate(home.file.wordings):
        processes = tuple(name.lower() for name in wording.process)
        if wording.pattern is None:
            yield Wording(kind, rule.id, wording.provenance, processes, None, None)
            continue
        text = _expand(wording.pattern, kind, texts)
        try:
            pattern = regex.compile(text, regex.IGNORECASE | regex.ASCII)
        except regex.error as error:
            flaws.append(home.source.flaw(("wordings", index, "pattern"), f"is no usable pattern: {error}"))
            continue
        yield Wording(kind, rule.id, wording.provenance, processes, pattern, literals.required(text))
