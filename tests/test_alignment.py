"""Two accounts of the same events by two clocks: which belong together, and how far the clocks are apart."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from faultlog.alignment import Account, Alignment, align
from faultlog.model import Instant
from faultlog.nearest import TOLERANCE_S

RAISED, CLEARED = ("fault_raised", 6), ("fault_cleared", 6)
KEYS = [RAISED, CLEARED, ("fault_raised", 7), ("fault_cleared", 7)]


def seconds(*times: float) -> list[Instant]:
    return [Instant(0).moved(time) for time in times]


def raises(*times: float) -> Account:
    return {RAISED: seconds(*times)}


def difference(found: Alignment) -> tuple[float, float, int] | None:
    one = found.difference
    return None if one is None else (one.ahead_s, one.spread_s, one.pairs)


def matched(found: Alignment) -> list[tuple[int, int]]:
    return [(here, there) for _, here, there in found.pairs]


def test_the_difference_is_the_median_with_its_spread_and_number() -> None:
    found = align(raises(0, 1000, 3000), raises(123, 1124, 3122))
    assert difference(found) == (123, 1, 3)
    assert matched(found) == [(0, 0), (1, 1), (2, 2)]


def test_one_event_seen_by_both_is_enough_where_only_one_fits() -> None:
    assert difference(align(raises(0), raises(40))) == (40, 0, 1)
    assert difference(align(raises(0, 9000), raises(400))) == (400, 0, 1)


def test_one_event_that_two_would_fit_is_not_paired() -> None:
    assert align(raises(0, 1000), raises(500)) == Alignment()


def test_of_two_that_would_fit_the_one_near_zero_is_taken() -> None:
    assert matched(align(raises(0, 500), raises(510))) == [(1, 0)]


def test_one_pair_proves_no_difference_of_hours() -> None:
    assert align(raises(0), raises(9 * 3600)) == Alignment()


def test_two_pairs_prove_a_difference_of_hours_only_where_zones_differ_so() -> None:
    stay = {RAISED: seconds(0), CLEARED: seconds(777)}
    assert align(stay, {RAISED: seconds(32402), CLEARED: seconds(33178)}).difference is not None
    assert align(stay, {RAISED: seconds(32802), CLEARED: seconds(33578)}) == Alignment()


def test_four_pairs_prove_any_difference() -> None:
    shifted = [time + 40_000 for time in (0, 1000, 3000, 9000)]
    assert difference(align(raises(0, 1000, 3000, 9000), raises(*shifted))) == (40_000, 0, 4)


def test_events_of_different_faults_are_never_the_same() -> None:
    assert align({("fault_raised", 6): seconds(0)}, {("fault_raised", 7): seconds(0)}) == Alignment()
    assert align({("fault_raised", 6): seconds(0)}, {("fault_cleared", 6): seconds(0)}) == Alignment()


def test_a_late_account_of_one_event_is_still_an_account_of_it() -> None:
    """The others agree to the second; this one took a minute longer."""
    assert matched(align(raises(0, 1000, 2000), raises(5, 1005, 2065))) == [(0, 0), (1, 1), (2, 2)]


def test_a_fault_that_chatters_is_not_paired_one_off() -> None:
    """Each account misses one: the three that would fit 20 s off weigh less than the two that fit exactly."""
    assert matched(align(raises(0, 20, 40), raises(20, 40, 60))) == [(1, 0), (2, 1)]


def test_thousands_of_events_are_paired_without_trying_every_combination() -> None:
    times = [number * 7.0 for number in range(3000)]
    assert len(align(raises(*times), raises(*(time + 3 for time in times))).pairs) == 3000


@st.composite
def lives(draw: st.DrawFn) -> tuple[Account, Account, set[tuple[float, float]]]:
    """A life told twice, each time with losses; and the pairs of times that are the same event.

    No two gaps are alike, so that no other difference of the clocks fits two events; the clocks differ by minutes.
    """
    count = draw(st.integers(2, 9))
    order = draw(st.permutations([600 * 2**number for number in range(count)]))
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=count, max_size=count))
    ahead = draw(st.integers(-850, 850))
    jitter = draw(st.lists(st.integers(-5, 5), min_size=count, max_size=count))
    heard = draw(
        st.lists(st.sampled_from([(True, True), (True, False), (False, True)]), min_size=count, max_size=count)
    )
    times = [sum(order[: number + 1]) for number in range(count)]
    first: dict[tuple[str, int], list[Instant]] = {}
    second: dict[tuple[str, int], list[Instant]] = {}
    same = set()
    for key, time, late, (here, there) in zip(keys, times, jitter, heard, strict=True):
        first.setdefault(key, []).extend(seconds(time) if here else [])
        second.setdefault(key, []).extend(seconds(time + ahead + late) if there else [])
        same |= {(float(time), float(time + ahead + late))} if here and there else set()
    return first, second, same


def times_of(found: Alignment, first: Account, second: Account) -> set[tuple[float, float]]:
    return {
        (first[key][here].since(Instant(0)), second[key][there].since(Instant(0))) for key, here, there in found.pairs
    }


@given(lives())
def test_every_event_that_both_tell_is_found_and_no_other(
    life: tuple[Account, Account, set[tuple[float, float]]],
) -> None:
    first, second, same = life
    if len(same) > 1:
        assert times_of(align(first, second), first, second) == same


accounts = st.dictionaries(
    st.sampled_from(KEYS), st.lists(st.integers(0, 3000), max_size=8).map(lambda found: seconds(*sorted(found)))
)


def rises(places: Sequence[int]) -> bool:
    return all(early < late for early, late in pairwise(places))


@given(accounts, accounts)
def test_pairs_never_cross_never_share_and_are_never_far_apart(first: Account, second: Account) -> None:
    found = align(first, second)
    assert (found.difference is None) == (not found.pairs)
    for key in KEYS:
        mine = [(here, there) for one, here, there in found.pairs if one == key]
        assert rises([here for here, _ in mine])
        assert rises([there for _, there in mine])
        for here, there in mine:
            assert found.difference is not None
            apart = second[key][there].since(first[key][here])
            assert abs(apart - found.difference.ahead_s) <= min(TOLERANCE_S, found.difference.spread_s) + 1e-6
