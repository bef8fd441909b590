r"""Twins: lines that differ in their digits alone. What one of them is read as, all are.

That holds where no format tells one digit from another, and it is asked of each: all of its pattern but the stamp
takes either every digit or none at a place, so which ones stand there changes nothing. Of stamps the digits do matter:
each is read by itself. What a format refuses that is asked before, it refuses with noughts for digits, and therefore
with any; noughts fit wherever some digit does in a stamp.

So lines are looked up by their **likeness**, digits made noughts, and most of a log is never matched by a pattern.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import lru_cache

import regex

from faultlog import layouts
from faultlog.budget import TIMEOUT_S
from faultlog.choosing import Choice
from faultlog.formats import LogFormat, Reading
from faultlog.glance import MESSAGES, UNEQUAL, glance_of
from faultlog.literals import tokens
from faultlog.model import Stamp
from faultlog.values import dataclass

MOST = 10_000
"""Likenesses, and stamps, of one format that are remembered at a time. Tool default."""
MOST_BYTES = 8 * 1024 * 1024
"""Bytes of likenesses that are remembered at a time. Tool default."""
TRIED = 1_000
"""Likenesses that are learned before it is asked whether that is worth while. Tool default."""
WORTH = 8
"""Lines that are looked up for each likeness where learning is worth while: it takes as long as reading a few lines.
Tool default."""
RESTING = 20_000
"""Unknown likenesses that are not learned after that was not worth while. Tool default."""
MOST_OWN = 1_000
"""Likenesses of which one writer remembers whether they are its own. Tool default."""
BLANK = "\0 \t\r\f\v"
"""What a line says nothing with."""

_NOUGHTS = bytes.maketrans(b"123456789", b"0" * 9)
_TEXT_NOUGHTS = str.maketrans("123456789", "0" * 9)
_SECONDS = re.compile(r".*?\d\d:\d\d:")
"""Up to the seconds of a stamp whose layout has them behind its minutes."""
_ZONE = re.compile(r"(?: ?(?:Z|[+-]\d\d:?\d\d))?$")
_MEANT = re.compile(rf"0x|\b(?:{'|'.join(name.title() for name in layouts.MONTHS)}) 0")
"""What a mask reads by its digits."""
_BLANKS = (b" ", b"\t")
_DIGITS = "0123456789"
_NAMES = ("host", "process", "pid")
_PLAIN_ESCAPES = frozenset("dDwWsSbBAZtnrfv")


@dataclass(frozen=True, slots=True, eq=False)
class Twin:
    """How lines of one likeness are read."""

    zone: int
    """Bytes before what their stamps state of a zone, or before the stamp's end."""
    stamp: int
    """Bytes of their stamps, which stand first; 0 where they have none."""
    message: int
    """Bytes before their message, which stands last."""
    names: int
    """Bytes up to the last of host, process and number, or to the stamp's end."""
    noughts: tuple[str | None, ...]
    """Host, process and number, digits made noughts."""
    part: tuple[str | None, str | None]
    """What of a process writes them, its module and level; digits need not be those of all of them."""

    def said(self, line: bytes) -> str:
        """The message of one of them, which is given without its line feed."""
        return line[self.message :].decode("utf-8", "replace").removesuffix("\r")


def is_meant(message: str) -> bool:
    """Whether which digits stand in a message may decide what it is masked as."""
    return _MEANT.search(message.translate(_TEXT_NOUGHTS)) is not None


@dataclass(frozen=True, slots=True)
class Writer:
    """What the lines of one process have in common: host, process and number, and how they write stamps."""

    format: LogFormat = field(compare=False)
    mark: bytes
    """What stands behind the fraction of their stamps, zone included, up to the last of the three."""
    minute: int
    """Bytes of a stamp up to its seconds, all of it where seconds are not known to stand last."""
    second: int
    """Bytes of a stamp up to its fraction."""
    zone: int
    """Bytes of a stamp up to its zone."""
    alike: bytes
    """What follows the minute in the likeness of their stamps, up to the zone."""
    noughts: tuple[str | None, ...]
    """Host, process and number, digits made noughts."""
    tail: bytes = field(compare=False)
    """What follows the second in the stamp of one of them."""

    @classmethod
    def of(cls, one: LogFormat, text: str, reading: Reading) -> "Writer | None":
        """That of a line that was read; `None` where the line does not tell."""
        stamp = reading.groups.get("stamp", "")
        if not stamp or not stamp.isascii():
            return None
        try:
            found = _fits(one, text)
        except TimeoutError:
            return None
        if found is None or _said(found, text) != dict(reading.groups) or not _leads(found):
            return None
        end = _names_end(found, text)
        zone = _zone(one, stamp)
        seconds = _SECONDS.match(stamp) if one.layout in {"syslog", "iso"} else None
        minute, second = (zone, zone) if seconds is None else (seconds.end(), seconds.end() + 2)
        mark = text.encode()[zone:end]
        alike = stamp[minute:zone].encode().translate(_NOUGHTS)
        return cls(one, mark, minute, second, zone, alike, _noughts(reading), stamp[second:].encode("ascii"))

    @property
    def end(self) -> int:
        """Bytes of their heads: stamp and mark."""
        return self.zone + len(self.mark)

    @property
    def stamped(self) -> int:
        """Bytes of their stamps."""
        return self.second + len(self.tail)

    def wrote(self, twin: Twin) -> bool:
        """Whether lines of a likeness are its own where their heads are."""
        mine = (self.stamped, self.zone, self.end, self.noughts)
        if (twin.stamp, twin.zone, twin.names, twin.noughts) != mine:
            return False
        return not any(char.isdigit() for name in twin.part if name for char in name)

    def began(self, head: bytes) -> bool:
        """Whether a head is its own, whatever its second."""
        return head[self.zone :] == self.mark and head[self.minute : self.zone].translate(_NOUGHTS) == self.alike

    def stamp(self, head: bytes) -> bytes:
        """The stamp in one of its heads."""
        return head[: self.stamped]


def _noughts(reading: Reading) -> tuple[str | None, ...]:
    """Host, process and number, digits made noughts."""
    return tuple(reading.groups[name].translate(_TEXT_NOUGHTS) if name in reading.groups else None for name in _NAMES)


def _said(found: "regex.Match[str]", text: str) -> dict[str, str]:
    """The parts of a line where a pattern found them, in it or in one that is alike, as a format gives them."""
    spans = {name: found.span(name) for name in found.re.groupindex}
    said = {name: text[start:end] for name, (start, end) in spans.items() if end > start}
    return {"message": "", **said} | ({"level": said["level"].lower()} if "level" in said else {})


def _leads(found: "regex.Match[str]") -> bool:
    """Whether a line begins with its stamp, and its host, process and number stand behind it."""
    names = [name for name in _NAMES if name in found.re.groupindex and found[name]]
    return found.start("stamp") == 0 and all(found.start(name) >= found.end("stamp") for name in names)


def _names_end(found: "regex.Match[str]", text: str) -> int:
    """Bytes up to the last of a line's names, or to its stamp's end."""
    known = found.re.groupindex
    return len(text[: max([0, *(found.end(name) for name in ("stamp", *_NAMES) if name in known)])].encode())


def _zone(one: LogFormat, stamp: str) -> int:
    """Where in a stamp a zone is stated; only in one layout it stands last, behind nothing but a fraction."""
    found = _ZONE.search(stamp) if one.layout == "iso" else None
    return len(stamp) if found is None else found.start()


def likenesses(raw: bytes) -> list[bytes]:
    r"""The likeness of each line, and of what follows the last line feed.

    >>> likenesses(b"sent 15 of 20\nsent 3 of 4\n")
    [b'sent 00 of 00', b'sent 0 of 0', b'']
    """
    return raw.translate(_NOUGHTS).split(b"\n")


@dataclass(slots=True)
class Twins:
    """The likenesses of the lines that follow a line of one format."""

    choice: Choice
    format: LogFormat
    known: dict[bytes, Twin | None] = field(default_factory=dict)
    """`None` for what has to be read line by line."""
    stamps: dict[bytes, Stamp] = field(default_factory=dict)
    """By what lines write."""
    _earlier: Sequence[LogFormat] = ()
    """Formats that are asked before it."""
    _apart: bool = False
    """Whether one of them, or the format, tells digits apart, or another one contests it."""
    _glance: "re.Pattern[bytes] | None" = None
    _bytes: int = 0
    """Of the likenesses that are known."""
    _asked: int = 0
    """Lines looked up since it was asked last whether learning is worth while."""
    _learned: int = 0
    """Likenesses learned since."""
    _resting: int = 0
    """Unknown likenesses left that are not learned."""

    @classmethod
    def of(cls, choice: Choice, one: LogFormat) -> "Twins":
        """Those of a format, none of which is known yet."""
        attempts = choice.attempts[one.name]
        earlier = attempts[: attempts.index(one)]
        asked = [each.pattern.pattern for each in (*earlier, one) if each.pattern is not None]
        layouts_of = [each.layout for each in (*earlier, one) if each.pattern is not None]
        apart = one.name in choice.rivals or one.layout == "any" or any(map(tells_apart, asked, layouts_of))
        untimed = not apart and not any(each.is_metered for each in (*earlier, one))
        return cls(choice, one, _earlier=earlier, _apart=apart, _glance=glance_of(one, earlier) if untimed else None)

    def look(self, alike: Sequence[bytes], lines: Sequence[bytes]) -> list[Twin | None]:
        """How each of some lines is read, by their likenesses; `None` where a line has to be asked itself."""
        found = list(map(self.known.get, alike))
        self._asked += len(found)
        if not all(found):
            self._learn(alike, lines, found)
        return found

    def _learn(self, alike: Sequence[bytes], lines: Sequence[bytes], found: list[Twin | None]) -> None:
        for place, twin in enumerate(found):
            if twin is None:
                found[place] = self.one(alike[place], lines[place])

    def one(self, alike: bytes, line: bytes) -> Twin | None:
        """How a line is read."""
        twin = self.known.get(alike)
        if twin is not None or alike in self.known:
            return twin
        seen = self._seen(alike, line)
        if self._resting:
            self._resting -= 1
            return seen
        self._make_room(len(alike))
        twin = self.known[alike] = seen or self._twin(line)
        return twin

    def _seen(self, alike: bytes, line: bytes) -> Twin | None:
        """How a line is read, if a glance at its likeness tells."""
        if self._glance is None or UNEQUAL.search(alike) or alike[:1] in _BLANKS or self.choice.timeouts:
            return None
        found = self._glance.match(alike)
        if found is None or not alike.strip(BLANK.encode()):
            return None
        return _glanced(self.format, found, line)

    def _make_room(self, size: int) -> None:
        """Forget what is known where it is too much; learn nothing for a while where most lines are like no other."""
        self._learned += 1
        if self._learned > TRIED:
            self._resting = 0 if self._asked > WORTH * self._learned else RESTING
            self._asked = self._learned = 0
        if len(self.known) >= MOST or self._bytes + size > MOST_BYTES:
            self.known.clear()
            self._bytes = 0
        self._bytes += size

    def stamp(self, written: bytes) -> Stamp | None:
        """What a stamp says; `None` where it is no time of a log."""
        stamp = self.stamps.get(written)
        if stamp is None and written.isascii():
            stamp = layouts.read(self.format.layout or "", written.decode("ascii"))
            if len(self.stamps) >= MOST:
                self.stamps.clear()
            if stamp is not None:
                self.stamps[written] = stamp
        return stamp

    def stamps_of(self, found: Sequence[Twin | None], lines: Sequence[bytes]) -> list[Stamp | None]:
        """What the stamps of some lines say; `None` where there is none, or no time of a log."""
        written = [b"" if twin is None else line[: twin.stamp] for twin, line in zip(found, lines, strict=True)]
        said = {one: self.stamp(one) for one in set(written) if one}
        return list(map(said.get, written))

    def _twin(self, line: bytes) -> Twin | None:
        """How lines like this one are read, if the format reads them and digits make no difference."""
        one = self.format
        text = line.decode("utf-8", "replace").removesuffix("\r")
        if "\ufffd" in text or not text.strip(BLANK) or text[0] in " \t" or self._apart:
            return None
        chosen = self.choice.read(text, one.name)
        if chosen is None or chosen[0] is not one or self.choice.timeouts:
            return None
        groups = chosen[1].groups
        stamp, message = groups.get("stamp", ""), groups["message"]
        if not stamp.isascii() or text[len(stamp) : len(stamp) + 1].isdigit() or "uptime" in groups:
            return None
        names = self._surely(text, chosen[1])
        if names is None:
            return None
        part = groups.get("module"), groups.get("level")
        place = len(text.encode()) - len(message.encode())
        return Twin(_zone(one, stamp), len(stamp), place, names, _noughts(chosen[1]), part)

    def _surely(self, text: str, reading: Reading) -> int | None:
        """Bytes up to the last of a line's names; `None` where other digits could make something else of it.

        A format could read it that is asked before, or its message be a line itself.
        """
        nought = text.translate(_TEXT_NOUGHTS)
        try:
            if any(_fits(one, nought) for one in self._earlier):
                return None
            found = _fits(self.format, nought)
            inner = found is not None and self.format.inner and _fits(self.format, found["message"] or "") is not None
        except TimeoutError:
            return None
        if inner or found is None or _said(found, text) != dict(reading.groups):
            return None
        begins = "stamp" not in reading.groups or found.start("stamp") == 0
        ends = not found["message"] or found.end("message") == len(text)
        return _names_end(found, text) if begins and ends else None


def _glanced(one: LogFormat, found: "re.Match[bytes]", line: bytes) -> Twin | None:
    """What a glance at the likeness of a line found; `None` where its stamp does not stand first, its message last."""
    known, groups = found.re.groupindex, found.groupdict()
    stamp = found.end("stamp") if "stamp" in known else 0
    message, end = next((found.span(name) for name in MESSAGES if groups.get(name) is not None), (-1, -1))
    ends = [found.end(name) for name in _NAMES if groups.get(name)]
    starts = [found.start(name) for name in _NAMES if groups.get(name)]
    first = "stamp" not in known or found.start("stamp") == 0
    last = end >= len(found.string) - found.string.endswith(b"\r") or end == message
    if not first or not last or message < 0 or line[stamp : stamp + 1].isdigit() or min([stamp, *starts]) < stamp:
        return None
    noughts = tuple(told.decode() if (told := groups.get(name)) else None for name in _NAMES)
    module, level = (_slice(found, name, line) for name in ("module", "level"))
    part = module, None if level is None else level.lower()
    written = line[:stamp].decode("ascii")
    return Twin(_zone(one, written), stamp, message, max([stamp, *ends]), noughts, part)


def _slice(found: "re.Match[bytes]", name: str, line: bytes) -> str | None:
    if name not in found.re.groupindex or found.end(name) <= found.start(name):
        return None
    return line[found.start(name) : found.end(name)].decode("ascii")


@dataclass(slots=True)
class OwnTwins:
    """The likenesses of the lines of one writer."""

    writer: Writer
    twins: Twins
    own: set[Twin | None] = field(default_factory=set)
    """Those that are its own where their heads are."""

    def look(self, raw: bytes, lines: Sequence[bytes]) -> tuple[list[Twin | None], list[bytes]]:
        """The lines of a text before the first that others wrote, or that has to be asked itself: twins and heads."""
        end, alike = self.writer.end, likenesses(raw)[: len(lines)]
        if not all(self.twins.look(alike[:1], lines[:1])):  # else lines of no format cost as much as those of one
            return [], []
        found = self.twins.look(alike, lines)
        heads = [line[:end] for line in lines]
        strangers = {twin for twin in set(found).difference(self.own) if not self._is_own(twin)}
        strange = {head for head in set(heads) if not self._is_head(head)}
        if strangers or strange:
            both = enumerate(zip(found, heads, strict=True))
            count = next(place for place, (twin, head) in both if twin in strangers or head in strange)
            return found[:count], heads[:count]
        return found, heads

    def _is_own(self, twin: Twin | None) -> bool:
        if twin is None or not self.writer.wrote(twin):
            return False
        if len(self.own) >= MOST_OWN:
            self.own.clear()
        self.own.add(twin)
        return True

    def _is_head(self, head: bytes) -> bool:
        writer = self.writer
        return writer.began(head) and self.twins.stamp(head[: writer.second] + writer.tail) is not None


def _fits(one: LogFormat, text: str) -> "regex.Match[str] | None":
    return None if one.pattern is None else one.pattern.fullmatch(text, timeout=TIMEOUT_S, concurrent=False)


@lru_cache(maxsize=256)
def tells_apart(pattern: str, layout: str | None) -> bool:
    r"""Whether which digits stand in a line, its stamp apart, can decide what a format's pattern makes of it.

    >>> tells_apart(r"(?P<host>\w+) \[(?P<pid>[0-9]+)\] (?P<message>.*)", None)
    False
    >>> tells_apart(r"v1 (?P<message>.*)", None), tells_apart(r"(?P<pid>[1-9]\d*) (?P<message>.*)", None)
    (True, True)
    """
    if layout is not None:
        if layout not in layouts.NAMED and any(char.isdigit() for char in layout):
            return True
        written = f"(?P<stamp>{layouts.pattern_of(layout)})"
        if pattern.count(written) != 1:
            return True
        pattern = pattern.replace(written, "(?P<stamp>)")
    return any(map(_part_tells_apart, tokens(pattern)))


def _part_tells_apart(part: str | None) -> bool:
    if part is None:
        return True
    if part.startswith("["):
        return not _is_plain_set(part)
    if part.startswith("\\"):
        return part[1].isalnum() and part[1] not in _PLAIN_ESCAPES
    return len(part) == 1 and part.isdigit()


def _is_plain_set(part: str) -> bool:
    escapes = re.findall(r"\\(.)", part)
    if any(one.isalnum() and one not in _PLAIN_ESCAPES for one in escapes):
        return False
    try:
        return len(re.findall(part, _DIGITS)) in {0, len(_DIGITS)}
    except re.error:  # as of [\w-a], which regex reads
        return False


def groups_of(keys: Sequence[bytes], size: int) -> Iterator[tuple[int, int]]:
    r"""Where in ascending texts those begin and end that have as many first bytes in common.

    >>> list(groups_of([b"12:00:01", b"12:00:02", b"12:01:00"], 6))
    [(0, 2), (2, 3)]
    """
    start = 0
    while start < len(keys):
        end = _bisect(keys, keys[start][:size], start)
        yield start, end
        start = end


def _bisect(keys: Sequence[bytes], head: bytes, low: int) -> int:
    high = len(keys)
    if keys[-1].startswith(head):
        return high
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if keys[middle].startswith(head) else (low, middle)
    return low
