"""Values across two files: a log is rotated in the middle of a line, so that one half of a name ends a file."""

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Final

from faultlog.redaction.finding import Finder
from faultlog.redaction.replacing import Replacer
from faultlog.rotation import numbers_of, role_of, series_of
from faultlog.values import dataclass

_REACH: Final = 2048
"""Bytes of the end and the begin of files that are looked at together: longer than what is split. Tool default."""


@dataclass(slots=True)
class _End:
    """The ends of a file."""

    base: str
    first: bytes = b""
    last: bytes = b""


@dataclass(slots=True)
class Seams:
    """Where the files of rotation sets meet."""

    ends: dict[str, list[_End]] = field(default_factory=dict)
    """By rotation set."""

    def heard(self, path: str, base: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes of a file; its ends are kept where it is one of a rotation set."""
        if role_of(base) is None:
            yield from chunks
            return
        end = _End(base)
        self.ends.setdefault(series_of(path, base), []).append(end)
        for chunk in chunks:
            if len(end.first) < _REACH:
                end.first = (end.first + chunk)[:_REACH]
            end.last = (end.last + chunk[-_REACH:])[-_REACH:]
            yield chunk

    def _pairs(self) -> Iterator[tuple[bytes, bytes]]:
        """The end of a file that stops within a line, and the begin of the one that was written next."""
        for ends in self.ends.values():
            numbers = numbers_of([one.base for one in ends])
            for one, number in zip(ends, numbers, strict=True):
                newer = [other for other, place in zip(ends, numbers, strict=True) if place == number - 1]
                if one.last and not one.last.endswith(b"\n"):
                    yield from ((one.last, other.first) for other in newer)

    def look(self, finder: Finder) -> None:
        """Note the values that stand across two files."""
        for older, newer in self._pairs():
            finder.look(older + newer)

    def note(self, finder: Finder) -> None:
        """Note both parts of such values, once all values have their tokens."""
        pairs = list(self._pairs())
        if not pairs:
            return
        replacer = Replacer(finder.ledger)
        for older, newer in pairs:
            for begun, ended in replacer.across(older, newer):
                finder.ledger.begun.append(begun)
                finder.ledger.ended.append(ended)
