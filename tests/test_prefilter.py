"""Which lines of a chunk may matter."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.anchors import _counter, anchors, folded, sample_of
from faultlog.literals import plain
from faultlog.prefilter import PATIENCE, Prefilter, Search, after_lines, lines_in

WANTED = (
    (frozenset({"\bfault"}),),
    (frozenset({"\bnewly said"}), frozenset({"times: ["})),
    (frozenset({"times: ["}),),
    (frozenset({"scan service "}), frozenset({"exited", "crashed"})),
    (frozenset({"raised", "cleared"}),),
    (frozenset({"new "}), frozenset({".cvd"})),
    (frozenset({"한국"}),),
)
SETS = [plain(sets) for sets in WANTED]
LETTERS = "faultrisedFAULTRISED new.cv\u212a\u0130\u017f한국\n"
PHRASES = [
    "fault",
    "segfault",
    "faul",
    "times: [",
    "imes: [",
    "\x10",
    "\x7f",
    "_",
    "ault",
    "newly said",
    "wly said",
    "SCAN service ",
    "crashed",
    "Raised",
    "cleared",
    "new ",
    ".CVD",
    "한국",
    "\n",
    " ",
]


def matters(line: str) -> bool:
    return re.search(r"\bfault", line, re.ASCII | re.IGNORECASE) is not None or any(
        all(any(text in line.lower() for text in texts) for texts in sets) for sets in SETS[1:]
    )


@given(
    st.text(LETTERS, max_size=60) | st.lists(st.sampled_from(PHRASES), max_size=12).map("".join),
    st.text(LETTERS, max_size=60),
)
def test_no_line_that_may_matter_is_missed_whatever_the_anchors_were_chosen_from(text: str, first: str) -> None:
    prefilter = Prefilter(WANTED, _seen=PATIENCE)
    prefilter.places(first.encode())
    chunk = text.encode()
    hit = {chunk.count(b"\n", 0, place) for place in prefilter.places(chunk)}
    for number, line in enumerate(text.split("\n")):
        assert number in hit or not matters(line)


@given(st.binary(max_size=40), st.data())
def test_what_a_sample_holds_is_counted(sample: bytes, data: st.DataObject) -> None:
    start, size = data.draw(st.integers(0, 40)), data.draw(st.integers(1, 9))
    for text in (sample[start : start + size] or b"x", data.draw(st.binary(min_size=1, max_size=6))):
        assert _counter(sample)(text) == sample.count(text)


@pytest.mark.parametrize("text", ["default", "default is"])
def test_a_word_that_another_anchor_begins_with_hides_it_not(text: str) -> None:
    """Both begin at one place, and of the two only the word is no hit inside another word."""
    wanted = [(frozenset({"\bfault"}),), (frozenset({text}),)]
    often = sample_of(b"defa efau ault ult lt i t is " * 99)
    chosen = anchors(wanted, often)
    assert chosen.anywhere == (text.removeprefix("de").encode(),)
    prefilter = Prefilter(wanted)
    prefilter._search = Search.of(chosen, b"")
    assert prefilter.places(f"a {text} value".encode()) != []


def test_an_anchor_across_a_line_end_hides_none_of_the_next_line() -> None:
    """A line end is folded like a star."""
    prefilter = Prefilter([(frozenset({"a*bc"}),), (frozenset({"bcde"}),)])
    assert max(prefilter.places(b"a\nbcde")) >= 2


def test_what_a_log_often_says_is_not_looked_for() -> None:
    wanted = [(frozenset({"scan service "}), frozenset({"exited"}))]
    assert anchors(wanted, sample_of(b"scan service idle\n" * 99)).anywhere == (b"exited",)
    (anchor,) = anchors(wanted, sample_of(b"exited with 0\n" * 99)).anywhere
    assert anchor in b"scan service "


def test_texts_that_share_a_piece_share_an_anchor() -> None:
    texts = [(frozenset({text}),) for text in ("connector started", "connector stopped", "stopping connector")]
    assert len(anchors(texts, b"").anywhere) == 1


def test_an_anchor_never_begins_with_what_is_common() -> None:
    (anchor,) = anchors([(frozenset({"connector crashed"}),)], sample_of(b"connector is fine\n" * 99)).anywhere
    assert not anchor.startswith(b"con")
    assert anchor in b"connector crashed"


def test_inside_words_it_is_no_hit() -> None:
    prefilter = Prefilter(WANTED)
    assert prefilter.places(b"segfault, default; a FAULT") == [21]
    assert prefilter.places(b"defaultimes: [ x") != []


@given(st.binary(max_size=50))
def test_folding_hides_nothing(data: bytes) -> None:
    assert folded(data) == folded(data.lower()) == folded(data.upper())


@given(st.lists(st.sampled_from([b"\n", b"a", b"bc"]), max_size=30).map(b"".join), st.integers(1, 9), st.data())
def test_lines_are_counted_and_found(chunk: bytes, count: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(chunk)))
    end = data.draw(st.integers(start, len(chunk)))
    assert lines_in(chunk, start, end) == chunk.count(b"\n", start, end)
    after = after_lines(chunk, start, end, count)
    assert chunk.count(b"\n", start, after) == min(count, chunk.count(b"\n", start, end))
    assert after == end or chunk[after - 1 : after] == b"\n"


@given(st.binary(max_size=60))
def test_a_large_file_is_folded_like_a_small_one(chunk: bytes) -> None:
    small, large = Prefilter(WANTED), Prefilter(WANTED, _seen=PATIENCE + 1)
    assert bytes(small._folded(chunk)) == bytes(large._folded(chunk))


def test_only_a_large_file_chooses_its_own_anchors() -> None:
    prefilter = Prefilter([(frozenset({"scan service "}), frozenset({"exited"}))])
    log = b"exited with 0\n" * 18_000
    found = [len(prefilter.places(log)) for _ in range(PATIENCE // len(log) + 1)]
    assert set(found[:-1]) == {18_000}
    assert found[-1] == 0
