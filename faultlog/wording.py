"""Sentences: a key and what fills its blanks, said in English or Korean.

The catalogues `_data/wording/en.yaml` and `ko.yaml` are flat: `key: sentence with {blanks}`. A blank named `at` or
ending in `_at` is an instant and is shown in the host's own zone; one ending in `_s` is a duration in seconds. A part
in `[square brackets]` is left out where one of its blanks has no value. What fills a blank is never interpreted: only
the catalogue's own sentence is. Names of faults, advice and conditions come from the rules.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Literal, Protocol, get_args

from faultlog import packs, zones
from faultlog.errors import Flaw, PackError, UnknownName
from faultlog.model import Instant
from faultlog.rulebook import FaultRule, RuleBook
from faultlog.rulefiles import PatternRule, Words
from faultlog.source import Source
from faultlog.values import dataclass

Language = Literal["en", "ko"]
"""The languages there are."""

LANGUAGES: tuple[Language, ...] = get_args(Language)

Place = Literal["terminal", "site", "form", "viewer", "link"]
"""Where a sentence is read: at a terminal; on the site; there beside the form by which a bundle is analysed again; by
somebody who may not do that; by whoever has a link, and nothing else of the site."""

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_BLANK = re.compile(r"\{(\w+)\}")
_SETTLING = frozenset({"settle_zone", "settle_this_zone", "settle_date", "settle_dates"})
"""Blanks that say how a bundle is analysed otherwise, which is another thing in each place."""
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))
}
"""Characters that show nothing though Unicode calls them letters or marks."""
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_COMPARISONS = {">=": "ge", "<": "lt", "<=": "le", ">": "gt", "==": "eq", "!=": "ne"}


class Sayable(Protocol):
    """A sentence without its language: `model.Text` and `document.Text` are both."""

    @property
    def key(self) -> str:
        """Which sentence."""

    @property
    def params(self) -> Mapping[str, object]:
        """What fills its blanks."""


def safe(text: str) -> str:
    r"""The text with every control, direction mark and invisible character spelled out: no bundle steers the terminal.

    >>> safe("\x1b[31mred")
    '\\x1b[31mred'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char not in _INVISIBLE and unicodedata.category(char) not in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}:
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"U+{code:04X}"


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every sentence of a language by its key.

    Raises:
        PackError: the file is damaged.
    """
    sources, flaws = packs.read_pack(Path(__file__).resolve().parent / "_data" / "wording")
    for source in sources:
        entries = source.data if isinstance(source.data, dict) else {}
        flaws += [] if entries else [source.flaw((), "holds no sentences")]
        flaws += [_no_text(source, key) for key, value in entries.items() if not isinstance(value, str)]
    if flaws:
        raise PackError(flaws)
    found = {source.name: source.data for source in sources if isinstance(source.data, dict)}
    return found[f"{language}.yaml"]


def _no_text(source: Source, key: str) -> Flaw:
    return source.flaw((key,), "is no text; put it in quotes")


def blanks(sentence: str) -> frozenset[str]:
    """Names of the blanks of a catalogue sentence."""
    return frozenset(_BLANK.findall(sentence))


@cache
def zone_named(name: str) -> tzinfo:
    """The zone a case document names; UTC where this machine knows no such zone."""
    try:
        return zones.zone_of(name)
    except UnknownName:
        return UTC


@dataclass(frozen=True, slots=True)
class Wording:
    """Says texts in one language, with times of one zone."""

    language: Language
    rules: RuleBook
    zone: str = "UTC"
    """Name of the zone whose clock the reader's host shows, as the case document names it."""
    place: Place = "terminal"
    """What one does there is said as `<key>.<place>`, else `<key>.site`, where that is another thing."""

    def on_clock_of(self, zone: str) -> "Wording":
        """The same, for a host whose clock shows a zone."""
        return replace(self, zone=zone)

    def read_in(self, place: Place) -> "Wording":
        """The same, for who reads it in a place."""
        return replace(self, place=place)

    @property
    def takes_commands(self) -> bool:
        """Whether who reads it can type a command."""
        return self.place == "terminal"

    def say(self, text: Sayable) -> str:
        """The sentence. A key or rule nobody knows is shown plainly, with its params."""
        if text.key == "condition":
            return self.condition({name: str(value) for name, value in text.params.items()})
        return self._of_rule(text) or self._filled(text.key, text.params)

    def words(self, key: str, **params: object) -> str:
        """A sentence of the catalogue, its blanks filled."""
        return self._filled(key, params)

    def counted(self, key: str, count: int, **params: object) -> str:
        """`words`, in the singular `<key>.one` where the count is one; `{count}` is the number."""
        return self._filled(f"{key}.one" if count == 1 else key, {**params, "count": f"{count:,}"})

    def has(self, key: str) -> bool:
        """Whether the catalogue knows a key."""
        return key in catalogue(self.language)

    def choose(self, words: Words) -> str:
        """A rule's words in this language."""
        return safe(words.ko if self.language == "ko" else words.en)

    def _filled(self, key: str, params: Mapping[str, object]) -> str:
        sentence = self._sentence(key)
        if sentence is None:
            inside = ", ".join(f"{name}={value}" for name, value in params.items())
            return safe(f"{key} ({inside})" if inside else key)
        known = {name: self._blank(name, value) for name, value in params.items()}
        for name in blanks(sentence) & _SETTLING:
            known[name] = self._filled(f"settle.{name.removeprefix('settle_')}", params)
        whole = _OPTIONAL.sub(lambda found: found[1] if blanks(found[1]) <= known.keys() else "", sentence)
        return _BLANK.sub(lambda found: known.get(found[1], found[0]), whole)

    def _sentence(self, key: str) -> str | None:
        """What the catalogue says in this place; `None` where it knows no such key."""
        sentences = catalogue(self.language)
        if self.takes_commands:
            return sentences.get(key)
        return next((said for end in (f".{self.place}", ".site", "") if (said := sentences.get(key + end))), None)

    def _blank(self, name: str, value: object) -> str:
        if name == "at" or name.endswith("_at"):
            return self.instant(str(value))
        if name.endswith("_s") and isinstance(value, int | float):
            return self.duration(value)
        return safe(str(value))

    def _of_rule(self, text: Sayable) -> str | None:
        """What a rule calls its fault or advises; `None` where the text is no such thing or the rule is not here."""
        if text.key not in {"fault.name", "advice"}:
            return None
        rule = next((one for one in self.rules.faults if one.id == text.params.get("rule")), None)
        if rule is None or text.key == "fault.name":
            return None if rule is None else self.choose(rule.file.name)
        return next((self.choose(one.text) for one in rule.file.advice if one.id == text.params.get("id")), None)

    def rules_of(self, fault_id: int, system: str | None) -> tuple[FaultRule, ...]:
        """The rules that speak of a fault."""
        return self.rules.candidates(fault_id, system)

    def pattern_of(self, fault_id: int, pattern: str, system: str | None) -> PatternRule | None:
        """The rule of a pattern, where it is here."""
        found = (one for rule in self.rules_of(fault_id, system) for one in rule.file.patterns if one.id == pattern)
        return next(found, None)

    def condition(self, parts: Mapping[str, str]) -> str:
        """For whom something holds: version specifiers by `connector`, `macos` and `linux`, empty for any version."""
        said = ", ".join(self._part(name, specifier) for name, specifier in parts.items())
        return self.words("condition", parts=said)

    def _part(self, name: str, specifier: str) -> str:
        key = f"condition.part.{name}"
        if not self.has(key):
            return safe(f"{name} {specifier}".strip())
        return self.words(key, versions=self._versions(specifier)) if specifier else self.words(key)

    def _versions(self, specifier: str) -> str:
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            parts = sorted(SpecifierSet(specifier), key=lambda one: (not one.operator.startswith(">"), str(one)))
        except InvalidSpecifier:
            return specifier
        return self.words("list.and").join(self._compared(one.operator, one.version) for one in parts)

    def _compared(self, operator: str, version: str) -> str:
        name = _COMPARISONS.get(operator)
        if name is None:
            return f"{operator}{version}"
        return self.words(f"condition.{name}", version=version.removesuffix(".*"))

    def local(self, at: str) -> datetime | None:
        """An ISO instant in the host's zone; `None` where it is no instant that a calendar has."""
        try:
            return Instant.of(at).utc().astimezone(zone_named(self.zone))
        except (ValueError, OverflowError):
            return None

    def instant(self, at: str) -> str:
        """An ISO instant as the host's own clock shows it, with the zone and every digit that the log wrote."""
        local = self.local(at)
        if local is None:
            return safe(at)
        fraction = at[19:-1]
        return f"{local:%Y-%m-%d %H:%M:%S}{fraction} {zone_label(local)}"

    def is_utc(self, at: str) -> bool:
        """Whether the host's clock shows UTC at an instant."""
        local = self.local(at)
        return local is None or not local.utcoffset()

    def duration(self, seconds: float, *, rounding: Callable[[float], int] = math.floor) -> str:
        """A length of time in its two largest units; the rest is cut off, or rounded as one says.

        >>> from faultlog.rulebook import RuleBook
        >>> Wording("en", RuleBook((), (), (), {}, "")).duration(862)
        '14 min 22 s'
        """
        length = abs(seconds)
        if not math.isfinite(length):
            return self.words("duration.unbounded")
        if length < 60:
            return self._seconds(length)
        places = [place for place, (_, size) in enumerate(_UNITS) if length >= size]
        first = places[0]
        smallest = _UNITS[min(first + 1, 3)][1]
        rest = rounding(length / smallest) * smallest
        return self._whole(rest, first)

    def _whole(self, seconds: int, first: int) -> str:
        """Two units from `first` on; the second is left out when it is zero."""
        parts = []
        for name, size in _UNITS[first : first + 2]:
            count, seconds = divmod(seconds, size)
            parts.append((name, count))
        if len(parts) == 2 and parts[1][1]:
            return " ".join(self.words(f"unit.{name}", n=f"{count:,}") for name, count in parts)
        name, count = parts[0]
        return self.words(f"unit.{name}.{'one' if count == 1 else 'only'}", n=f"{count:,}")

    def _seconds(self, length: float) -> str:
        if length == int(length) and length:
            return self.words(f"unit.second.{'one' if length == 1 else 'only'}", n=int(length))
        digits = f"{length:.3f}" if length < 1 else f"{length:.1f}"
        return self.words("unit.second", n=digits.rstrip("0").rstrip(".") or "0")


def zone_label(local: datetime) -> str:
    """The zone's abbreviation at a time, or its offset where it has none.

    >>> from datetime import timedelta, timezone
    >>> zone_label(datetime(2026, 3, 3, tzinfo=timezone(timedelta(hours=9))))
    'UTC+09:00'
    """
    name = local.tzname() or "UTC"
    return f"UTC{name}" if name[:1] in {"+", "-"} else name
