"""How surprising it is: exact where it can be counted by hand, honest where nothing stands out."""

import math

import pytest

from faultlog.chance import Room, Seen, surprises, tails
from faultlog.simulation.life import repeatable


def test_tails_are_those_of_a_binomial() -> None:
    trials, share = 7, 0.3
    exact = [
        sum(math.comb(trials, n) * share**n * (1 - share) ** (trials - n) for n in range(x, trials + 1))
        for x in range(trials + 1)
    ]
    assert tails(trials, share) == pytest.approx(exact)
    assert tails(0, share) == [1.0]


def test_one_template_alone_has_its_own_tail() -> None:
    room = Room({1: 10}, {1: 90})
    assert surprises([Seen(2, 2, 0, 0)], room) == pytest.approx([0.01])


def test_p_speaks_of_all_templates_so_that_many_make_any_one_less_surprising() -> None:
    room = Room({1: 10}, {1: 90})
    alone = surprises([Seen(2, 2, 0, 0)], room)[0]
    among = surprises([Seen(2, 2, 0, 0), *[Seen(0, 0, 2, 2)] * 9], room)[0]
    assert among == pytest.approx(1 - (1 - alone) ** 10)


def test_templates_that_could_never_be_as_surprising_do_not_count() -> None:
    room = Room({1: 10}, {1: 90})
    once = [Seen(1, 1, 0, 0)] * 50
    assert surprises([Seen(2, 2, 0, 0), *once], room)[0] == pytest.approx(0.01)


def test_a_burst_is_one_occurrence_however_many_lines_it_has() -> None:
    room = Room({100: 2}, {1: 100})
    assert surprises([Seen(100, 1, 3, 3)], room)[0] > 0.05
    spread = Room({10: 20}, {1: 100})
    assert surprises([Seen(100, 20, 3, 3)], spread)[0] < 0.001


def test_nothing_expected_is_still_a_little() -> None:
    room = Room({1: 10}, {1: 90})
    assert 0 < room.expected(0) < room.expected(1)


def deal(seed: int, planted: int = 0) -> tuple[list[Seen], Room]:
    """Forty templates of very different frequency, dealt at random into 60 lines of a stretch and 200 of the rest."""
    rng = repeatable(seed)
    weights = [1 / (rank + 1) for rank in range(40)]
    inside = rng.choices(range(40), weights, k=60 - planted) + [99] * planted
    outside = rng.choices(range(40), weights, k=200)
    rng.shuffle(inside)
    minutes = [inside[at : at + 3] for at in range(0, 60, 3)]
    names = sorted({*inside, *outside})
    seen = [
        Seen(inside.count(one), sum(one in minute for minute in minutes), outside.count(one), outside.count(one))
        for one in names
    ]
    return seen, Room({3: 20}, {1: 200})


def test_where_nothing_stands_out_p_is_as_small_as_it_says_and_no_smaller() -> None:
    """The smallest p of a table is about uniform: rarely too small, and not always large."""
    smallest = [min(surprises(*deal(seed))) for seed in range(300)]
    for level in (0.01, 0.05, 0.1, 0.3, 0.5):
        share = sum(p <= level for p in smallest) / len(smallest)
        slack = 3 * math.sqrt(level * (1 - level) / len(smallest))
        assert share <= level + slack
    assert sum(p <= 0.5 for p in smallest) / len(smallest) >= 0.2


def test_what_was_planted_stands_out_for_every_seed() -> None:
    found = [surprises(*deal(seed, planted=8))[-1] for seed in range(50)]
    assert max(found) < 0.001
