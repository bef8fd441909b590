"""Fields peeled off texts from the left, one step at a time: what all texts have in common there, then the next.

A step is **strong** where its shape alone says that it is no part of a message: brackets, a key, a level, `name[pid]:`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field

from faultlog.learning.fields import OWN, PATTERNS, fits, group, of_key, of_values
from faultlog.values import dataclass

ENOUGH = 0.9
"""Share of texts that a step must fit; the rest keeps its words in the message."""
MOST_STEPS = 16
"""Fields that are told apart in one line. Tool default."""
SPEAKS = re.compile(r"(?i)fault|rais|clear|connector|scan|결함")
"""Words of a message, which no field without brackets or key may take away."""
_PUNCTUATION = re.compile(r"""(?:(?!"[\w.@-]+"\s*:)[\s\])}>"',;:|/\u2013\u2014-])*""")
_PLACED = re.compile(r"[\w./@:-]+")
_NUMBER = re.compile(r"0x[0-9A-Fa-f]+|[0-9]+")
_BRACKETS = {"[": "]", "(": ")", "{": "}", "<": ">"}


@dataclass(slots=True)
class Peeled:
    """What was peeled off, and what is left of each text."""

    pattern: str
    rests: list[str]
    """What follows the last strong step, of the texts that fit all steps."""
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Step:
    search: "re.Pattern[str]"
    """Matches the field at the beginning of a text."""
    pattern: str
    strong: bool
    name: str | None = None


def literal(text: str) -> str:
    r"""A text as a pattern, runs of blanks of any length.

    >>> literal("] -  ")
    '\\]\\s+-\\s+'
    """
    return "".join(r"\s+" if part.isspace() else escaped(part) for part in re.split(r"(\s+)", text) if part)


def escaped(text: str) -> str:
    """A text as a pattern of itself, with no more backslashes than it needs.

    >>> escaped("a - b")
    'a - b'
    """
    return re.escape(text).replace(r"\-", "-").replace(r"\ ", " ")


def common(texts: Sequence[str], shape: "re.Pattern[str]" = _PUNCTUATION) -> str:
    """The longest beginning of that shape that the texts share, blanks compared as one."""
    heads = []
    for text in texts:
        found = shape.match(text)
        heads.append(re.split(r"(\s+)", found[0]) if found is not None else [])
    shared = []
    for parts in zip(*heads, strict=False):
        if any(part.isspace() for part in parts) and all(part.isspace() for part in parts):
            shared.append(" ")
        elif len(set(parts)) == 1:
            shared.append(parts[0])
        else:
            alike = 0
            while all(len(part) > alike and part[alike] == parts[0][alike] for part in parts):
                alike += 1
            shared.append(parts[0][:alike])
            break
    return "".join(shared)


def taken(text: str, pattern: str) -> str | None:
    """What is left of a text behind a pattern; `None` where it does not begin so."""
    found = re.match(pattern, text)
    return None if found is None else text[found.end() :]


def peel(texts: Sequence[str], *, until_end: bool) -> Peeled:
    """Peel fields off texts.

    Args:
        texts: parts of lines that begin at the same place of their lines.
        until_end: whether the texts hold nothing but fields; else a message follows the last strong one.
    """
    rests, pattern, names = list(texts), "", set[str]()
    kept = Peeled("", list(texts))
    for _ in range(MOST_STEPS):
        lead = literal(common(rests))
        rests = [rest for text in rests if (rest := taken(text, lead)) is not None]
        pattern += lead
        if until_end and not any(rests):
            break
        step = next((one for one in _steps(rests) if one.name is None or one.name not in names), None)
        if step is None:
            break
        rests = [text[found.end() :] for text in rests if (found := step.search.match(text)) is not None]
        pattern += step.pattern
        names |= {step.name} if step.name is not None else set()
        if re.search(r"\?P<pid>", step.pattern):
            names.add("pid")
        if step.strong or until_end:
            kept = Peeled(pattern, list(rests), set(names))
    lead = literal(common(kept.rests))
    trimmed = [rest for text in kept.rests if (rest := taken(text, lead)) is not None]
    if until_end:
        tail = "" if not any(trimmed) else literal(trimmed[0]) if len(set(trimmed)) == 1 else ".*?"
        return Peeled(kept.pattern + lead + tail, trimmed, kept.names)
    return Peeled(kept.pattern + lead, trimmed, kept.names)


def _steps(rests: Sequence[str]) -> Iterator[_Step]:
    """The steps that fit enough of the texts, best first."""
    for make in (_bracketed, _keyed, _process, _level, _place, _named, _plain):
        step = make(rests)
        if step is not None:
            yield step


def _values(rests: Sequence[str], shape: str) -> list[str] | None:
    """The first group of a shape in the texts; `None` where too few begin so."""
    search = re.compile(shape)
    found = [one[1] for text in rests if (one := search.match(text)) is not None]
    return found if rests and len(found) >= ENOUGH * len(rests) else None


def _step(shape: str, pattern: str, name: str | None = None, *, strong: bool = True) -> _Step:
    return _Step(re.compile(shape), pattern, strong, name)


def _bracketed(rests: Sequence[str]) -> _Step | None:
    opener = rests[0][:1] if rests else ""
    if opener not in _BRACKETS or not opener:
        return None
    left, right = re.escape(opener), re.escape(_BRACKETS[opener])
    inside = rf"[^{left}{right}]*"
    values = _values(rests, rf"{left}({inside}){right}")
    if values is None or (len(set(values)) > max(8, len(values) // 2) and not all(map(_PLACED.fullmatch, values))):
        return None
    bare = [value.strip() for value in values]
    name = of_values(bare) or ("module" if fits("module", bare) else None)
    middle = rf"\s*{group(name, PATTERNS[name])}\s*" if name is not None else inside
    return _step(rf"{left}{inside}{right}", f"{left}{middle}{right}", name)


def _keyed(rests: Sequence[str]) -> _Step | None:
    """`key=value`, `key="value"`, `"key": "value"`."""
    search = re.compile(r'(?P<q>"?)(?P<key>[A-Za-z_@][\w.@-]*)(?P=q)(?P<is>\s*=\s*|\s*:\s*(?=["0-9]))(?P<v>"?)')
    found = search.match(rests[0]) if rests else None
    if found is None or (found["is"].strip() == ":" and not found["q"]):
        return None
    if of_key(found["key"]) == "message":
        return None
    head, quote = literal(found[0]), found["v"]
    inside = r'(?:[^"\\]|\\.)*' if quote else r'[^\s,;|"\]})]*'
    values = _values(rests, f"{head}({inside}){quote}")
    if values is None:
        return None
    wanted = of_key(found["key"])
    name = wanted if wanted is not None and fits(wanted, values) else None
    value = group(name, PATTERNS[name]) if name is not None else inside
    return _step(f"{head}{inside}{quote}", f"{head}{value}{quote}", name)


def _process(rests: Sequence[str]) -> _Step | None:
    """`name[pid]`."""
    values = _values(rests, r"([^\s\[\]:]+)\[\d+\]")
    if values is None or SPEAKS.search(" ".join(set(values) - {one for one in values if OWN.fullmatch(one)})):
        return None
    return _step(r"[^\s\[\]:]+\[\d+\]", rf"(?P<process>{PATTERNS['process']})\[(?P<pid>\d+)\]", "process")


def _level(rests: Sequence[str]) -> _Step | None:
    values = _values(rests, r"([A-Za-z]+)(?![\w.])")
    if values is None or not fits("level", values):
        return None
    return _step(r"[A-Za-z]+", group("level", PATTERNS["level"]), "level")


def _place(rests: Sequence[str]) -> _Step | None:
    """The place in a program that wrote the line: `file.cc:12`."""
    shape = r"[\w./-]+\.[A-Za-z]{1,4}[:@(]\d+"
    return None if _values(rests, f"({shape})") is None else _step(shape, shape)


def _named(rests: Sequence[str]) -> _Step | None:
    """A program or module before a colon: few different ones."""
    values = _values(rests, r"([^\s\[\]:=\"]+):(?=\s)")
    if values is None or len(set(values)) > max(8, len(values) // 10):
        return None
    name = of_values(values)
    if name is None and (SPEAKS.search(" ".join(set(values))) or not fits("module", values)):
        return None
    name = name or "module"
    return _step(r"[^\s\[\]:=\"]+(?=:\s)", group(name, PATTERNS[name]), name)


def _plain(rests: Sequence[str]) -> _Step | None:
    """A word or number that says nothing by itself; believed only where something strong follows."""
    values = _values(rests, r"([^\s\[\]|;,]+)(?=\s|[|;,])")
    if values is None:
        return None
    if len(set(values)) > max(3, len(values) // 2) and not all(map(_NUMBER.fullmatch, values)):
        return None
    if SPEAKS.search(" ".join(one for one in set(values) if not OWN.fullmatch(one))):
        return None
    if fits("process", values):
        return _step(r"[^\s\[\]|;,:]+", group("process", PATTERNS["process"]), "process")
    follows: Callable[[Sequence[str]], _Step | None] = _process
    behind = [re.sub(r"^[^\s\[\]|;,]+\s+", "", text) for text in rests]
    host = fits("host", values) and (follows(behind) is not None or _named(behind) is not None)
    pattern = r"[^\s\[\]|;,]+"
    return _step(pattern, group("host", PATTERNS["host"]) if host else pattern, "host" if host else None, strong=False)
