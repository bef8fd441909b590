"""Templates mined from many texts: masked first, then words that vary are taken for variables too.

After Drain (He and others, ICWS 2017): texts are grouped by their number of words and their first word, then by how
many words they share. Unlike there, a position stays as written while it takes few different words, so that *raised*
and *cleared* stay two templates. Same texts in the same order, same templates; memory is bounded.
"""

import re
from collections.abc import Sequence
from dataclasses import field

from faultlog.templates import MAX_LENGTH, OTHER, mask
from faultlog.values import dataclass

FEW = 4
"""A position that takes more different words than this is a variable. Tool default."""
ALIKE = 0.5
"""Share of positions two texts must have in common to be of one group. Tool default, as in Drain."""
MAX_ROWS = 2_000
"""Distinct templates kept; further texts are counted under `OTHER`. Tool default."""
MAX_ROWS_OF_GROUP = 64
"""Distinct templates kept of one group; beyond, its most varied position becomes a variable. Tool default."""
MAX_ALIKE = 50
"""Groups told apart among texts of one length and first word. Tool default."""
MAX_LEADING = 50
"""Different first words told apart among texts of one length. Tool default."""
WORD = "<word>"
"""What stands for a word that varies."""

_TOKEN = re.compile(r"[^\s=]*=(?=\S)|\S+")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mined:
    """One template of many texts."""

    template: str
    count: int
    example: str
    """The first text it was made of, at most `MAX_LENGTH` characters of it."""


def tokens(text: str) -> Row:
    """The words of a text once masked; `key=value` is two.

    >>> tokens("user=alice wrote 12 bytes")
    ('user=', 'alice', 'wrote', '<number>', 'bytes')
    """
    return tuple(_TOKEN.findall(mask(text)))


def joined(row: Row) -> str:
    """A template as text."""
    return re.sub(r"= ", "=", " ".join(row))


@dataclass(slots=True)
class _Group:
    """Texts of one length that are alike."""

    values: list[set[str]]
    """By position the words met there; more than `FEW` are not kept apart."""
    rows: dict[Row, tuple[int, str]] = field(default_factory=dict)

    def likeness(self, row: Row) -> float:
        """Share of positions that say nothing new."""
        same = sum(word in known or WORD in known for word, known in zip(row, self.values, strict=True))
        return same / max(1, len(row))

    def cut(self, row: Row) -> Row:
        """The row with its variables masked."""
        return tuple(WORD if WORD in known else word for word, known in zip(row, self.values, strict=True))

    def learn(self, row: Row) -> None:
        """Note the words of a row; a position with too many of them becomes a variable."""
        for index, word in enumerate(row):
            known = self.values[index]
            if WORD not in known:
                known.add(word)
                if len(known) > FEW:
                    self.vary(index)

    def vary(self, index: int) -> None:
        """Make a position a variable, in the rows that are there too."""
        self.values[index] = {WORD}
        rows, self.rows = self.rows, {}
        for row, (count, example) in rows.items():
            self.count((*row[:index], WORD, *row[index + 1 :]), count, example)

    def count(self, row: Row, count: int, example: str) -> None:
        """Count a row that is cut already."""
        before, first = self.rows.get(row, (0, example))
        self.rows[row] = (before + count, first)


@dataclass(slots=True)
class Miner:
    """Finds the templates of texts that it is given one by one."""

    groups: dict[tuple[int, str], list[_Group]] = field(default_factory=dict)
    leading: dict[int, set[str]] = field(default_factory=dict)
    """By length the first words that are told apart."""
    kept: int = 0
    """Rows of all groups, at most; merging makes them fewer."""
    others: Mined = Mined(OTHER, 0, "")

    def add(self, text: str) -> None:
        """Count a text."""
        row, example = tokens(text), text[:MAX_LENGTH]
        leaf = self.groups.setdefault(self._key(row), [])
        group = _most_alike(leaf, row)
        full = self.kept >= MAX_ROWS or (group is None and len(leaf) >= MAX_ALIKE)
        if full and (group is None or group.cut(row) not in group.rows):
            self.others = Mined(OTHER, self.others.count + 1, self.others.example or example)
            return
        if group is None:
            group = _Group([set() for _ in row])
            leaf.append(group)
        before = len(group.rows)
        group.learn(row)
        group.count(group.cut(row), 1, example)
        if len(group.rows) > MAX_ROWS_OF_GROUP:
            group.vary(max(range(len(row)), key=lambda index: (len(group.values[index]), -index)))
        self.kept += len(group.rows) - before

    def template_of(self, text: str) -> str:
        """The template that a text of those added has, once all are added; `OTHER` where it has none."""
        row = tokens(text)
        group = _most_alike(self.groups.get(self._key(row), []), row)
        cut = () if group is None else group.cut(row)
        return joined(cut) if group is not None and cut in group.rows else OTHER

    def templates(self) -> tuple[Mined, ...]:
        """Every template, most frequent first, then by text; those of no room last, as `OTHER`."""
        merged: dict[str, tuple[int, str]] = {}
        for leaf in self.groups.values():
            for group in leaf:
                for row, (count, example) in group.rows.items():
                    before, first = merged.get(joined(row), (0, example))
                    merged[joined(row)] = (before + count, first)
        found = [Mined(text, count, example) for text, (count, example) in merged.items()]
        return (*sorted(found, key=lambda one: (-one.count, one.template)), *([self.others] * bool(self.others.count)))

    def _key(self, row: Row) -> tuple[int, str]:
        """Where to look for the row's group: by length and, while there is room, by first word."""
        first = row[0] if row else ""
        known = self.leading.setdefault(len(row), set())
        if first not in known:
            if len(known) >= MAX_LEADING:
                return len(row), WORD
            known.add(first)
        return len(row), first


def _most_alike(leaf: Sequence[_Group], row: Row) -> _Group | None:
    """The group a row belongs to, the first of equals; `None` where none is alike enough."""
    scored = [(group.likeness(row), -index) for index, group in enumerate(leaf)]
    best, index = max(scored, default=(0.0, 0))
    return leaf[-index] if scored and best >= ALIKE else None
