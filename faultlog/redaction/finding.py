"""Values found in text, piece by piece: by shape, by what names them, and behind what hides them from both.

What is URL-encoded, escaped as in JSON, UTF-16 or base64 is looked at a second time, as it would read without.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from itertools import chain, islice
from typing import Final
from urllib.parse import unquote_to_bytes

from ahocorasick_rs import BytesAhoCorasick

from faultlog.redaction import addresses, names, people, printed, secrets
from faultlog.redaction.kinds import LETTERED, NUMBERED, Value, secrets_of
from faultlog.redaction.replacing import Replacer
from faultlog.redaction.spellings import ended
from faultlog.redaction.tokens import Ledger
from faultlog.values import dataclass

PIECE: Final = 1 << 20
"""Bytes that are looked at at once, cut behind a line where there is one."""
OVERLAP: Final = 16 << 10
"""Bytes that are looked at twice where a line is longer than that."""
_NAMES_NEXT: Final = re.compile(rb"(?:</(?:key|name)>|:(?: *[|>][+-]?\d?)?)[ \t\r]*\n")
"""Ends a line that names the value in the next."""
_NEXT: Final = re.compile(rb"[ \t]+[^\n]{0,4096}|[ \t]*<string>[^\n]{0,4096}|[^\s:]{4,4096}(?=\r?(?:\n|\Z))")
"""A line that belongs to the one before: it is set in, or is one word."""
_NAME: Final = 64
"""Bytes at the end of a line in which it names what stands in the next."""
_APART: Final = re.compile(rb"[\s\"'<>]")
"""Ends a word that is cut nowhere."""
_SHORT: Final = 8
_MOST_RUNS: Final = 64 << 20
"""Bytes of base64 that are kept until all values are known; what is beyond is a secret. Tool default."""
_OF_A_RUN: Final = 200
"""Bytes that each takes besides."""
_AT_ONCE: Final = 1_000
_BEFORE: Final = 512
_BEHIND: Final = 16 << 10
"""Bytes of a line that are looked at before and behind what hints at a value. Tool default."""
_LOOKS: Final = (
    (names.HOME_HINTS, names.homes),
    (names.USER_HINTS, names.users),
    (names.HOST_HINTS, names.hosts),
    (names.SERIAL_HINTS, names.serials),
    (printed.HINTS, printed.names),
    (people.HINTS, people.names),
    (addresses.BARE_HINTS, addresses.bare),
    (secrets.HINTS, secrets.secrets),
)
"""What is told by what names it: hints in small letters of which its line holds one, and who looks at such lines."""
_HINTS: Final = [(hint, look) for look, (hints, _) in enumerate(_LOOKS) for hint in hints]
_HINTED: Final = BytesAhoCorasick([hint for hint, _ in _HINTS])
_QUOTED: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
_UNQUOTED: Final = re.compile(rb"%(?=" + NUMBERED + rb")")
"""Stands before a token of ours by itself, though the two would say a character."""
_ESCAPED: Final = re.compile(rb"\\(?:u[0-9A-Fa-f]{4}|[/\\\"nrt])")
_ESCAPE: Final = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|([/\\\"])|([nrt]))")
_OUR_TOKENS: Final = re.compile(
    rb"-z[bcdfghjklmnpqrstvwxz]{3,12}(?![a-z])|serialz[bcdfghjklmnpqrstvwxz]{3,12}(?![a-z])"
)
_OUR_NUMBERS: Final = re.compile(NUMBERED)


@dataclass(slots=True)
class Finder:
    """Notes the values of one text after the other in a ledger."""

    ledger: Ledger
    runs: dict[str, bytes] = field(default_factory=dict)
    """Texts in base64 that say nothing by themselves; they are secrets if a value stands in them."""
    _held: int = 0

    def file(self, path: str, chunks: Iterable[bytes]) -> None:
        """Note what a file's name and content hold."""
        self.look(b"/" + path.encode("utf-8", "surrogateescape"))
        for piece in pieces(chunks):
            self.look(piece)

    def look(self, text: bytes) -> None:
        """Note what stands in a text."""
        self._plain(text)
        for value, _ in chain(names.writers(text), printed.lines(text)):
            self.ledger.note(value)
        if b"%" in text:
            quoted = _windows(text, (one.start() for one in _QUOTED.finditer(text)))
            self._plain(unquote_to_bytes(_UNQUOTED.sub(b"%25", quoted)))
        if b"\\" in text:
            self._plain(_ESCAPE.sub(_unescaped, _windows(text, (one.start() for one in _ESCAPED.finditer(text)))))
        if b"\0" in text:
            for one in _wide(text):
                self._plain(one)

    def _plain(self, text: bytes) -> None:
        low = text.lower()
        self._reserve(low)
        for value, spelled in _met(text, low):
            self.ledger.note(value, spelled)
        for value in secrets.keys(text):
            self.ledger.note(value)
        for run, said in secrets.decoded(text):
            if self._held < _MOST_RUNS:
                self._held += len(run) + len(said) + _OF_A_RUN
                self.runs.setdefault(run, said)
            else:
                self._secret(run)

    def _secret(self, text: str) -> None:
        for value in secrets_of(text):
            self.ledger.note(value)

    def _reserve(self, low: bytes) -> None:
        """Note what looks like a token of ours."""
        for found in set(_OUR_TOKENS.findall(low)):  # each once: what is proved is full of them
            for kind in LETTERED:
                self.ledger.reserve(kind + found.decode() if found[:1] == b"-" else found.decode())
        for found in set(_OUR_NUMBERS.findall(low)):
            self.ledger.reserve(found.decode())

    def host(self, name: str | None) -> None:
        """Note a host, by the name that something states."""
        for value, spelled in names.host(name) if name else ():
            self.ledger.note(value, spelled)

    def guid(self, text: str | None) -> None:
        """Note what is stated as the GUID of a connector, although it has not the shape of one."""
        if text and "-" not in text and len(text) > _SHORT:
            self.ledger.note(Value("guid", text))

    def settle(self) -> None:
        """Give tokens to all that was noted, once everything was looked at."""
        runs, self.runs, self._held = self.runs, {}, 0
        for some in _batched(runs.values()):
            self.look(b"\n".join(some))
        self.ledger.settle()
        if runs:
            replacer = Replacer(self.ledger)
            for run, said in runs.items():
                if next(replacer.found([said]), None) is not None:
                    self._secret(run)
            self.ledger.settle()

    def word(self, text: str) -> None:
        """Note what a person says is to be replaced."""
        self.ledger.note(Value("word", text))


def _met(text: bytes, low: bytes) -> Iterator[addresses.Met]:
    yield from addresses.addresses(low)
    places: tuple[list[int], ...] = tuple([] for _ in _LOOKS)
    for hint, start, _ in _HINTED.find_matches_as_indexes(low, overlapping=True):
        places[_HINTS[hint][1]].append(start)
    for found, (_, look) in zip(places, _LOOKS, strict=True):
        if found:
            yield from look(_windows(text, found))


def _windows(text: bytes, places: Iterable[int]) -> bytes:
    """The lines of a text that hold certain places, of each line what stands near them, once.

    What is near to two places is one: no cut lies between a place and the value that stands behind it. Between two that
    are apart stands a nought, across which nothing is read as one.
    """
    found: dict[bytes, None] = {}
    begin = until = line = -1
    for place in places:
        if place > line:
            line = _line_end(text, place)
        before = max(0, place - _BEFORE)
        start = max(text.rfind(b"\n", before, place) + 1, before)
        if start > until:
            if until >= 0:
                found[text[begin:until]] = None
            begin = start
        if place + _BEHIND > until:
            until = _near(text, place + _BEHIND, line)
    if until >= 0:
        found[text[begin:until]] = None
    return b"\n\0\n".join(found)


def _line_end(text: bytes, place: int) -> int:
    """Where a line ends, with the line behind it where that is its value: in a property list, in YAML."""
    end = text.find(b"\n", place)
    if end < 0:
        return len(text)
    if _NAMES_NEXT.search(text, max(place, end - _NAME), end + 1):
        value = _NEXT.match(text, end + 1)
        return end if value is None else value.end()
    return end


def _near(text: bytes, place: int, line: int) -> int:
    """A place in a line, or the end of the word that it lies in."""
    if place >= line:
        return line
    found = _APART.search(text, place, line)
    return line if found is None else found.start()


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return chr(int(found[1], 16)).encode("utf-8", "replace")
    return found[2] if found[2] is not None else b"\n"


def _wide(text: bytes) -> Iterator[bytes]:
    """A text of two bytes a character as it reads; without a mark, one that is Latin."""
    yield ended(text).replace(b"\0", b"")
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield text.decode("utf-16", "replace").encode("utf-8", "replace")
    elif len(text) > 64 and text.count(b"\0") * 4 > len(text):
        for name in ("utf-16-le", "utf-16-be"):
            yield text.decode(name, "replace").encode("utf-8", "replace")


def _batched(texts: Iterable[bytes]) -> Iterator[list[bytes]]:
    waiting = iter(texts)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some


def pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Bytes in pieces that end behind a line feed, or that overlap where a line is too long for one, or in a key."""
    held = b""
    for chunk in chunks:
        held += chunk
        while len(held) >= PIECE:
            end = held.rfind(b"\n", 0, PIECE) + 1
            begun = secrets.is_open(held, end or PIECE)
            if begun == 0:  # a key that stands first would be held for ever: what follows it is a line that is too long
                end, begun = 0, None
            cut = end or PIECE - OVERLAP
            yield held[: end or PIECE]
            held = held[cut if begun is None else min(cut, begun) :]
    if held:
        yield held
