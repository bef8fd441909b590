"""Instants laid onto the cells of a row."""

from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Instants laid onto cells."""

    begin: int
    """Nanoseconds since 1970 at the left edge."""
    end: int
    cells: int

    def cell(self, ns: int) -> int:
        """The cell an instant falls into; the last one for the end itself."""
        share = (ns - self.begin) * self.cells // max(1, self.end - self.begin)
        return min(self.cells - 1, max(0, share))

    def touched(self, begin: int, end: int) -> range:
        """The cells that a span touches."""
        return range(self.cell(begin), self.cell(end) + 1)

    def holds(self, ns: int) -> bool:
        """Whether an instant lies inside."""
        return self.begin <= ns <= self.end
