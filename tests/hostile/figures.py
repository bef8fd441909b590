"""What the hostile tests tried and what held, as one table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


@dataclass(frozen=True, slots=True)
class Figure:
    """How many inputs of one kind were tried, and how many held; what was lost is the rest."""

    id: str
    """Of the row, e.g. `T1`; rows stand in its order."""
    what: str
    tried: int
    held: int
    worst: dict[str, float]
    """The largest of whatever was measured, by its unit: `s`, `MiB`, `%`."""

    @property
    def lost(self) -> int:
        """How many did not hold."""
        return self.tried - self.held

    def __add__(self, other: "Figure") -> "Figure":
        """Both together."""
        units = [*self.worst, *(unit for unit in other.worst if unit not in self.worst)]
        worst = {unit: max(self.worst.get(unit, 0.0), other.worst.get(unit, 0.0)) for unit in units}
        return replace(self, tried=self.tried + other.tried, held=self.held + other.held, worst=worst)


def merged(told: Iterable[Figure]) -> list[Figure]:
    """One figure of each row, in the order of the ids.

    >>> merged([Figure("T1", "zip", 2, 2, {"s": 1.0}), Figure("T1", "zip", 1, 0, {"s": 2.5})])
    [Figure(id='T1', what='zip', tried=3, held=2, worst={'s': 2.5})]
    """
    rows = dict[tuple[str, str], Figure]()
    for one in told:
        key = one.id, one.what
        rows[key] = rows[key] + one if key in rows else one
    return sorted(rows.values(), key=lambda one: (_natural(one.id), one.what))


def _natural(name: str) -> tuple[int, str]:
    return int("".join(letter for letter in name if letter.isdigit()) or 0), name


def table(rows: Iterable[Figure]) -> Iterator[str]:
    r"""The rows as Markdown.

    >>> print(*table([Figure("T1", "archives", 200, 200, {"s": 1.25, "MiB": 60.0})]), sep="\n")
    | | tried | inputs | held | lost | worst |
    |-|-|-:|-:|-:|-|
    | T1 | archives | 200 | 200 | 0 | 1.2 s, 60 MiB |
    """
    yield "| | tried | inputs | held | lost | worst |"
    yield "|-|-|-:|-:|-:|-|"
    for row in rows:
        worst = ", ".join(
            f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}" for unit, value in row.worst.items()
        )
        yield f"| {row.id} | {row.what} | {row.tried:,} | {row.held:,} | {row.lost:,} | {worst} |"


def written(page: Path, rows: list[Figure]) -> None:
    """Put the table where the page has its place."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    lines = "".join(line + "\n" for line in table(rows))
    page.write_text(f"{before}{BEGIN}\n{lines}\n{END}{after}", encoding="utf-8")


def counts(text: str) -> set[tuple[str, ...]]:
    """Of each row of a page's table what does not depend on the machine: all but the worst that was measured.

    >>> counts("| T1 | archives | 200 | 200 | 0 | 1.2 s |")
    {('T1', 'archives', '200', '200', '0')}
    """
    cells = [
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in text.splitlines() if line[:3] == "| T"
    ]
    return {row[:5] for row in cells}
