"""Which events of a block need a closer look: those that may matter, found by their anchors and then by all they say.

Whether an event may matter is a property of its text, so it does not depend on anchors, nor on how a file is cut into
blocks.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import field

from faultlog.lines import Block, event_before, event_end, event_start
from faultlog.prefilter import Prefilter
from faultlog.values import dataclass

OFTEN = 100
"""Events of a block that are looked at in vain before other anchors are chosen. Tool default."""


@dataclass(slots=True)
class Sieve:
    """What finds the events of one file that may matter."""

    prefilter: Prefilter
    wants: Callable[[str], bool]
    """Whether an event may matter, by all that it writes."""
    beside: bool
    """Whether the events before and after each one are looked at as well."""
    _block: Block | None = None
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)

    def next(self, block: Block, start: int) -> int:
        """Where the next event to look at begins: at the place itself if it lies in one; the block's end if none."""
        if block is not self._block:
            self._look(block)
        index = bisect_right(self._starts, start)
        if index and start < self._ends[index - 1]:
            return start
        return min(self._starts[index], block.end) if index < len(self._starts) else block.end

    def _look(self, block: Block) -> None:
        self._block = block
        self._starts, self._ends = [], []
        for begin, end in self._wanted(block):
            if self.beside:
                begin, end = event_before(block.raw, begin), event_end(block.raw, end, block.whole)  # noqa: PLW2901
            if self._ends and begin <= self._ends[-1]:
                self._ends[-1] = end
            else:
                self._starts.append(begin)
                self._ends.append(end)

    def _wanted(self, block: Block) -> Iterator[tuple[int, int]]:
        seen = looked = wanted = 0
        for place in self.prefilter.places(block.raw):
            if seen <= place < block.whole:
                begin, seen = event_start(block.raw, place), event_end(block.raw, place, block.whole)
                looked += 1
                if self.wants(block.raw[begin:seen].decode("utf-8", "replace")):
                    wanted += 1
                    yield begin, seen
        if looked > OFTEN and wanted < looked / 2:
            self.prefilter.choose(block.raw)
