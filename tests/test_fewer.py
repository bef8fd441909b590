"""Very many spans of what was observed become few; what may hide something is never told as seen."""

from itertools import accumulate, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.case import Coverage
from faultlog.fewer import fewer
from faultlog.model import Instant
from tests.conftest import EXAMPLES

MOST = 3
PARTS = st.lists(st.tuples(st.sampled_from(["live", "dead", "blind"]), st.integers(0, 9)), max_size=40)


def laid(parts):
    """Spans one after the other, of so many seconds each."""
    ends = list(accumulate((seconds for _, seconds in parts), initial=0))
    return [
        Coverage(Instant.at_second(begin), Instant.at_second(end), kind, "r", f"file {begin}")
        for (kind, _), begin, end in zip(parts, ends, ends[1:], strict=False)
    ]


def hidden(spans, nanoseconds):
    return any(one.kind == "blind" and one.from_.ns <= nanoseconds <= one.to.ns for one in spans)


def seen(spans, nanoseconds):
    inside = any(one.observed and one.from_.ns <= nanoseconds <= one.to.ns for one in spans)
    return inside and not hidden(spans, nanoseconds)


@settings(max_examples=EXAMPLES)
@given(PARTS)
def test_they_are_few_and_what_was_hidden_stays_hidden(parts):
    spans = laid(parts)
    told = fewer(spans, MOST)
    assert all(sum(one.kind == kind for one in told) <= MOST for kind in ("live", "dead", "blind"))
    ends = sorted({end.ns for one in spans for end in (one.from_, one.to)})
    moments = [*ends, *((a + b) // 2 for a, b in pairwise(ends))]
    for moment in moments:
        if hidden(spans, moment):
            assert hidden(told, moment)
        assert seen(told, moment) or hidden(told, moment)


def test_few_spans_stay_as_they_are():
    spans = laid([("live", 5), ("blind", 1), ("live", 5), ("dead", 1), ("live", 5)])
    assert fewer(spans, MOST) == tuple(spans)


def test_what_lies_closest_becomes_one():
    spans = laid([("blind", 1), ("live", 9), ("blind", 1), ("live", 2), ("blind", 1), ("live", 9), ("blind", 1)])
    holes = [one for one in fewer(spans, MOST) if one.kind == "blind"]
    assert [(one.from_.ns // 10**9, one.to.ns // 10**9, one.reason, one.file) for one in holes] == [
        (0, 1, "r", "file 0"),
        (10, 14, "several", None),
        (23, 24, "r", "file 23"),
    ]


def test_the_shortest_of_many_stops_count_as_logged():
    spans = laid([part for seconds in (4, 3, 9, 8) for part in (("dead", seconds), ("live", 1))])
    told = fewer(spans, MOST)
    assert [(one.to.ns - one.from_.ns) // 10**9 for one in told if one.kind == "dead"] == [4, 9, 8]
    assert seen(told, 6 * 10**9)
