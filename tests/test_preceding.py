"""What preceded a raise: found where it was planted, not found where there is nothing, and compared honestly."""

from collections.abc import Sequence

import pytest

from faultlog import before, preceding
from faultlog.case import Case
from faultlog.simulation.life import repeatable
from tests.logs import case_of, clock, log

NOISE = [f"{word} took {{n}} ms" for word in ("queue", "cache", "lookup", "worker", "timer", "flow", "index", "policy")]
RAISE = 43_200
PLANTED = "decoder gave up on /tmp/{n}.bin"


def noisy(seed: int, raises: Sequence[int] = (RAISE,), planted: int = 0, gap: float = 12.0) -> str:
    """Some hours of noise with raises in it, planted lines in the ten minutes before each."""
    rng = repeatable(seed)
    times: list[tuple[float, str]] = []
    at = RAISE - 3.0 * 3600
    while at < RAISE + 3600:
        at += gap * (0.1 + 1.8 * rng.random())
        times.append((at, rng.choice(NOISE)))
    for raised in raises:
        times.append((raised, "Fault Raised: 6"))
        times += [(raised - 1 - 590 * rng.random(), PLANTED) for _ in range(planted)]
    return log(*(f"{clock(at)} {text.format(n=rng.randrange(1000))}" for at, text in sorted(times)))


def lowest(case: Case) -> float:
    return min((one.p for one in case.preceding), default=1.0)


@pytest.mark.parametrize("seed", range(5))
def test_what_was_planted_before_a_raise_comes_first(seed: int) -> None:
    case = case_of(noisy(seed, planted=8))
    first = case.preceding[0]
    assert (first.interval, first.template, first.count) == ("f6-1", "decoder gave up on <path>", 8)
    assert first.p < 0.02
    assert first.lift > 5
    assert first.expected > 0
    assert [one.p for one in case.preceding] == sorted(one.p for one in case.preceding)


def test_where_nothing_was_planted_hardly_anything_stands_out() -> None:
    smallest = [lowest(case_of(noisy(seed, gap=20.0))) for seed in range(30)]
    assert sum(p <= 0.05 for p in smallest) <= 5
    assert sum(p <= 0.5 for p in smallest) >= 3


def test_what_was_compared_is_counted() -> None:
    case = case_of(noisy(1))
    (looked,) = case.examined
    assert (looked.interval, looked.raises, looked.missing) == ("f6-1", 1, None)
    assert 30 <= looked.lines <= 70
    assert 150 <= looked.sampled <= before.MOST_WINDOWS * 40


def test_a_window_ends_at_the_raise_before_and_all_raises_of_a_stay_count_together() -> None:
    case = case_of(noisy(1, raises=(RAISE, RAISE + 120), planted=3))
    (looked,) = case.examined
    assert looked.raises == 2
    assert looked.lines <= 80
    assert case.preceding[0].count == 6


def test_signals_are_no_evidence_of_what_preceded() -> None:
    times = [f"{clock(RAISE - 500 + 30 * step)} scan service exited" for step in range(10)]
    text = "".join(sorted((noisy(1) + log(*times)).splitlines(keepends=True)))
    assert not any("scan service" in one.template for one in case_of(text).preceding)


@pytest.mark.parametrize(
    ("entries", "key"),
    [
        (["12:00:00 Fault Raised: 6"], "preceding.few_lines"),
        ([f"12:00:{second:02d} x" for second in range(20)] + ["12:01:00 Fault Raised: 6"], "preceding.few_sampled"),
        (["12:00:00 Fault Cleared: 6"], "preceding.raise_not_seen"),
    ],
)
def test_why_nothing_was_compared_is_said(entries: list[str], key: str) -> None:
    case = case_of(log(*entries))
    (looked,) = case.examined
    assert case.preceding == ()
    assert looked.missing is not None
    assert looked.missing.key == key


def test_of_a_fault_that_chatters_only_the_first_raises_are_looked_at() -> None:
    entries = [
        f"{clock(40_000 + 60 * number)} Fault {word}: 6" for number in range(15) for word in ("Raised", "Cleared")
    ]
    missing = [one.missing.key if one.missing else None for one in case_of(log(*entries)).examined]
    assert missing == ["preceding.few_lines"] * before.MOST_WINDOWS + ["preceding.not_kept"] * 5


def test_the_same_bytes_give_the_same_rows() -> None:
    text = noisy(3, planted=4)
    one, other = case_of(text), case_of(text)
    assert one.preceding
    assert (one.preceding, one.examined) == (other.preceding, other.examined)


def test_words_that_vary_are_mined_away() -> None:
    names = ["ada", "bob", "cyd", "dee", "eve", "fay", "gil", "hal"]
    entries = [f"{clock(RAISE - 500 + 60 * number)} user {name} shares a volume" for number, name in enumerate(names)]
    text = "".join(sorted((noisy(2) + log(*entries)).splitlines(keepends=True)))
    first = case_of(text).preceding[0]
    assert (first.template, first.count) == ("user <word> shares a volume", 8)


def test_rows_are_few() -> None:
    assert len(case_of(noisy(1, gap=5.0), os="macos").preceding) <= preceding.MOST_ROWS
