"""One file of a pack, read but not yet understood, and where in it a mistake stands."""

from collections.abc import Callable, Mapping
from pathlib import Path

from faultlog.errors import Flaw
from faultlog.values import dataclass

Key = tuple[str | int, ...]
"""The way from a file's root to a value: mapping keys and list indices."""


@dataclass(frozen=True, slots=True)
class Source:
    """One YAML file, read but not yet understood."""

    path: Path
    name: str
    """The path below the pack's folder, with `/`."""
    data: object
    places: Mapping[Key, tuple[int, int]]
    """Line and column, 1-based, of every key and list item."""
    refused: frozenset[Key] = frozenset()
    """Keys whose values the strict reader has refused: what `data` holds there says nothing."""
    whole: bool = True
    """Whether all of it could be read, flaws or not."""
    again: "Callable[[], Source] | None" = None
    """Reads it with its places, where it came without any."""

    @property
    def proven(self) -> bool:
        """Whether it was read and validated beforehand."""
        return self.again is not None

    def flaw(self, key: Key, what: str, meant: str | None = None) -> Flaw:
        """A flaw at the place of `key`, or of the nearest place above it that is in the file."""
        if self.again is not None:
            return self.again().flaw(key, what, meant)
        known = key
        while known and known not in self.places:
            known = known[:-1]
        line, column = self.places.get(known, (1, 1))
        return Flaw(str(self.path), line, column, ".".join(str(part) for part in key), what, meant)
