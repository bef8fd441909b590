"""Which events of a block need a closer look: those that may matter, found by their anchors and then by all they say.

Whether an event may matter is a property of its text, so it does not depend on anchors, nor on how a file is cut into
blocks. Where anchors stand in most events, searching costs more than it saves: finding an event around an anchor takes
twice as long as going on to the next one. Then every event of the next blocks is asked, and after those anchors are
tried again.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field

from faultlog.lines import Block, event_before, event_end, event_start
from faultlog.prefilter import Prefilter
from faultlog.values import dataclass

OFTEN = 5_000
"""Events that are looked at in vain before other anchors are chosen: as many take as long as choosing. Tool default."""
MANY = 100
"""Events of a block that are looked at before their share of it is of interest. Tool default."""
DENSE = 0.65
"""Share of a block's events from which on asking each is quicker than searching. Measured on debug logs of which a
share holds a text of a pattern, and not what else it requires: both take as long at 60 to 70 %. Tool default."""
UNSEARCHED = 16
"""Blocks whose every event is asked before anchors are looked for again. Tool default."""


@dataclass(slots=True)
class Sieve:
    """What finds the events of one file that may matter."""

    prefilter: Prefilter
    wants: Callable[[str], bool]
    """Whether an event may matter, by all that it writes."""
    beside: bool
    """Whether the events before and after each one are looked at as well."""
    _block: Block | None = None
    _vain: int = 0
    """Events looked at in vain since anchors were chosen."""
    _unsearched: int = 0
    """Blocks left whose every event is asked."""
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

    def _wanted(self, block: Block) -> list[tuple[int, int]]:
        if self._unsearched:
            self._unsearched -= 1
            return self._of_interest(block, _events(block))
        looked = list(_events_at(block, self.prefilter.places(block.raw)))
        wanted = self._of_interest(block, looked)
        self._consider(block, len(looked), len(wanted))
        return wanted

    def _of_interest(self, block: Block, events: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        raw, wants = block.raw, self.wants
        return [(begin, end) for begin, end in events if wants(raw[begin:end].decode("utf-8", "replace"))]

    def _consider(self, block: Block, looked: int, wanted: int) -> None:
        """Look for something else, or for nothing for a while, where too much is looked at."""
        self._vain += looked - wanted
        if looked > MANY and looked > DENSE * block.raw.count(b"\n"):
            self._unsearched = UNSEARCHED
        if self._vain > OFTEN and looked > MANY and wanted < looked / 2:
            self._vain = 0
            self.prefilter.choose(block.raw)


def _events(block: Block) -> Iterator[tuple[int, int]]:
    """Where each whole event of a block begins and ends."""
    begin = 0
    while begin < block.whole:
        end = event_end(block.raw, begin, block.whole)
        yield begin, end
        begin = end


def _events_at(block: Block, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Where the whole events of a block begin and end that some places, in order, lie in."""
    seen = 0
    for place in places:
        if seen <= place < block.whole:
            begin, seen = event_start(block.raw, place), event_end(block.raw, place, block.whole)
            yield begin, seen
