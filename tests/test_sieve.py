"""Which events of a block are looked at, and that neither anchors nor their absence decide it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog import sieve as module
from faultlog.engine import Interesting
from faultlog.lines import Block, blocks
from faultlog.prefilter import MAX_CHOICES, Prefilter
from faultlog.sieve import Sieve
from tests.logs import knowledge
from tests.test_bulk import logs

INTEREST = Interesting.of(knowledge().rules)
LINE = "Mar  3 12:00:00 mac ampdaemon[71]: heartbeat {}{}\n"


def sieve() -> Sieve:
    return Sieve(Prefilter(INTEREST.demands() or ()), INTEREST.in_text, beside=False)


def found(one: Sieve, cut: list[Block]) -> list[bytes]:
    """The events to look at, block by block."""
    every = []
    for block in cut:
        at = one.next(block, block.start)
        while at < block.end:
            end = block.raw.find(b"\n", at, block.end) + 1 or block.end
            every.append(block.raw[at:end])
            at = one.next(block, end)
    return every


def log(lines: int, tenths: int, text: str) -> bytes:
    """Lines of which so many tenths hold a text."""
    return "".join(LINE.format(number, text if number % 10 < tenths else "") for number in range(lines)).encode()


def in_blocks(data: bytes, size: int) -> list[Block]:
    return list(blocks(data[at : at + size] for at in range(0, len(data), size)))


@given(logs(), st.sampled_from([60, 500, 1 << 18]), st.sampled_from([-1.0, 0.3, 9.0]), st.integers(0, 3))
def test_whether_anchors_are_looked_for_decides_nothing(data: bytes, size: int, dense: float, unsearched: int) -> None:
    cut = in_blocks(data, size)
    usual = found(sieve(), cut)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MANY", 0)
        patch.setattr(module, "OFTEN", 1)
        patch.setattr(module, "DENSE", dense)
        patch.setattr(module, "UNSEARCHED", unsearched)
        assert found(sieve(), cut) == usual


def test_where_anchors_stand_in_most_events_they_are_not_looked_for_but_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[bytes] = []
    places = Prefilter.places
    monkeypatch.setattr(Prefilter, "places", lambda self, chunk: searched.append(chunk) or places(self, chunk))
    full = log(5_000, 9, ", page faulted") + LINE.format("", "Fault Raised: 6").encode()
    one, cut = sieve(), in_blocks(full, 8_000)
    assert found(one, cut) == [LINE.format("", "Fault Raised: 6").encode()]
    assert len(cut) > 2 * module.UNSEARCHED
    assert len(searched) == -(-len(cut) // (module.UNSEARCHED + 1))
    searched.clear()
    found(sieve(), cut := in_blocks(log(5_000, 3, ", page faulted"), 8_000))
    assert len(searched) == len(cut)


def test_other_anchors_are_chosen_once_choosing_costs_no_more_than_looking_in_vain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "OFTEN", 300)
    chosen: list[int] = []
    choose = Prefilter.choose
    monkeypatch.setattr(Prefilter, "choose", lambda self, chunk: chosen.append(len(chunk)) or choose(self, chunk))
    found(sieve(), in_blocks(log(1_000, 5, ", page faulted"), 32_000))
    assert len(chosen) == 1
    chosen.clear()
    found(sieve(), in_blocks(log(500, 5, ", page faulted"), 32_000))
    assert chosen == []


def test_anchors_that_are_met_often_are_chosen_again_a_few_times() -> None:
    prefilter = Prefilter([(frozenset({"scan service "}), frozenset({"exited"}))])
    exits, idle = b"exited with 0\n" * 4_000, b"scan service idle\n" * 4_000
    assert len(prefilter.places(exits)) == 4_000
    for _ in range(MAX_CHOICES // 2):
        prefilter.choose(exits)
        assert (len(prefilter.places(exits)), len(prefilter.places(idle))) == (0, 4_000)
        prefilter.choose(idle)
        assert (len(prefilter.places(exits)), len(prefilter.places(idle))) == (4_000, 0)
    prefilter.choose(exits)
    assert len(prefilter.places(exits)) == 4_000
