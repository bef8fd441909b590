"""Many patterns' texts looked for in one pass: the same answer as looking for each of them."""

from hypothesis import given
from hypothesis import strategies as st

from faultlog.needs import Needs

LETTERS = "abcä한\ud800 \n"
TEXTS = st.text(LETTERS, min_size=1, max_size=3)
WANTED = st.lists(st.lists(st.lists(TEXTS, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple), max_size=5)


@given(WANTED.map(tuple), st.text(LETTERS, max_size=20))
def test_they_are_met_where_of_some_pattern_each_set_has_a_text(
    wanted: tuple[tuple[tuple[str, ...], ...], ...], text: str
) -> None:
    met = any(all(any(one in text for one in texts) for texts in sets) for sets in wanted)
    assert Needs.of(wanted).met_by(text) == met


def test_they_are_made_once_for_all_files() -> None:
    assert Needs.of(((("a",), ("b", "c")),)) is Needs.of(((("a",), ("b", "c")),))
