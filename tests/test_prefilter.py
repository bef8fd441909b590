"""Which lines of a chunk hold one of some texts."""

from hypothesis import given
from hypothesis import strategies as st

from faultlog.prefilter import Prefilter

TEXTS = ("fault", "raised", "ult ra", "new ", "한국")
LETTERS = "faultrisedFAULTRISED new\u212a\u0130\u017f한국\n"


@given(st.text(LETTERS, max_size=60))
def test_no_line_that_holds_a_text_in_any_case_is_missed(text: str) -> None:
    chunk = text.encode()
    hit = {chunk.count(b"\n", 0, place) for place in Prefilter.of(TEXTS).places(chunk)}
    for number, line in enumerate(text.split("\n")):
        assert number in hit or not any(one in line.lower() for one in TEXTS)
