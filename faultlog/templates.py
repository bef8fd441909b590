"""What lines have in common: numbers, paths, names in quotes and dates masked, the rest counted.

Nothing here is mined: two lines share a template when they are equal once masked.
"""

import re
import sys
from dataclasses import field

from faultlog.model import Evidence, Template
from faultlog.values import dataclass

MAX_TEMPLATES = 2_000
"""Distinct templates kept of one file; further ones are counted under `OTHER`. Tool default."""
MAX_LENGTH = 400
"""Characters of a line that its template is made of. Tool default."""
OTHER = "(other lines)"

_MASK = re.compile(
    r"(?P<date>\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-3]?\d (?:\d\d:){2}\d\d(?:[.,]\d+)?"
    r"|\b\d{4}-\d\d-\d\d[T ](?:\d\d:){2}\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)"
    r"|(?P<id>\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b|\b0x[0-9A-Fa-f]+|\b[0-9a-f]{16,}\b)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<path>(?<![\w.])/[^\s\"',;:)\]]+)"
    r"|(?P<number>\d+(?:\.\d+)*)"
)


def mask(line: str) -> str:
    """The template of a line.

    >>> mask("Mar  3 14:47:35 vmc ampdaemon[2107]: opened /tmp/a.txt in 3.5 ms")
    '<date> vmc ampdaemon[<number>]: opened <path> in <number> ms'
    """
    return _MASK.sub(lambda found: f"<{found.lastgroup}>", line[:MAX_LENGTH])


SAME_DIGITS = str.maketrans("123456789", "111444444")
"""Digits that no mask tells apart: 0 begins `0x`, 1 to 3 the days of a date."""
_MOST = 10_000
"""Texts whose templates are remembered. Tool default."""


@dataclass(slots=True)
class Masks:
    """Templates of lines of which many differ in their numbers only."""

    known: dict[str, str] = field(default_factory=dict)

    def of(self, line: str) -> str:
        """The template of a line, as `mask` makes it.

        >>> Masks().of("worker 7 took job 4211")
        'worker <number> took job <number>'
        """
        alike = line[:MAX_LENGTH].translate(SAME_DIGITS)
        template = self.known.get(alike)
        if template is None:
            template = sys.intern(mask(alike))
            if len(self.known) < _MOST:
                self.known[alike] = template
        return template


@dataclass(slots=True)
class Tally:
    """Counts lines by template, keeping the first of each as its example; bounded in memory."""

    found: dict[str, tuple[int, Evidence]] = field(default_factory=dict)

    def add(self, text: str, example: Evidence, count: int = 1) -> None:
        """Count a text under its template."""
        self._add(mask(text), example, count)

    def merge(self, other: "Tally") -> None:
        """Count everything another tally counted."""
        for template, (count, example) in other.found.items():
            self._add(template, example, count)

    def _add(self, template: str, example: Evidence, count: int) -> None:
        if template not in self.found and len(self.found) >= MAX_TEMPLATES:
            template = OTHER
        before, first = self.found.get(template, (0, example))
        self.found[template] = (before + count, first)

    def templates(self) -> tuple[Template, ...]:
        """Every template, most frequent first, then by text."""
        ordered = sorted(self.found.items(), key=lambda item: (-item[1][0], item[0]))
        return tuple(Template(template, count, example) for template, (count, example) in ordered)


def parts(line: str) -> tuple[tuple[str | None, str], ...]:
    """A line in pieces: what `mask` replaces, each with its kind, and what stands as it is, with `None`.

    >>> parts("fault 6 up")
    ((None, 'fault '), ('number', '6'), (None, ' up'))
    """
    pieces: list[tuple[str | None, str]] = []
    position = 0
    for found in _MASK.finditer(line):
        pieces += [(None, line[position : found.start()]), (found.lastgroup, found[0])]
        position = found.end()
    return tuple(one for one in (*pieces, (None, line[position:])) if one[1])
