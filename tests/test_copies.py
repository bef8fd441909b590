"""The same lines in two files, found in their bytes."""

from hypothesis import given
from hypothesis import strategies as st

from faultlog import copies
from faultlog.copies import Outline, Run, Search


def outline(data: bytes) -> Outline:
    found = Outline()
    found.take(data)
    return found


def looked_through(data: bytes, others: dict[str, bytes], step: int = 1 << 20) -> Search:
    search = Search({name: outline(other) for name, other in others.items()})
    for start in range(0, len(data), step):
        search.take(data[start : start + step])
    return search


def held(inner: bytes, outer: bytes, step: int = 1 << 20) -> int | None:
    """Where a file stands in another as a whole."""
    place = looked_through(outer, {"inner": inner}, step).holds("inner")
    return None if place is None else place.offset


def run(earlier: bytes, later: bytes, step: int = 1 << 20) -> Run | None:
    """The lines that end one file and begin the other."""
    second = looked_through(later, {"earlier": earlier}, step)
    return looked_through(earlier, {"later": later}, step).runs_into("later", second, "earlier")


def numbered(first: int, last: int) -> bytes:
    return b"".join(b"12:00:%02d line %d\n" % (number % 60, number) for number in range(first, last))


class TestOutline:
    def test_the_beginning_that_is_looked_for_has_three_different_lines(self) -> None:
        assert outline(b"a\nb\nc\nd\n").first_lines == b"a\nb\nc\n"
        assert outline(b"a\na\n\nb\n\r\na\nc\nd\n").first_lines == b"a\na\n\nb\n\r\na\nc\n"

    def test_a_file_with_fewer_is_short_and_looked_for_as_a_whole(self) -> None:
        assert outline(b"a\na\nb\n").is_short
        assert outline(b"a\na\nb\n").first_lines == b"a\na\nb\n"
        assert outline(b"a\nb\nc").is_short, "the last line may go on"

    def test_the_end_that_is_looked_for_holds_a_last_line_that_does_not_end(self) -> None:
        assert outline(b"a\nb\nc\nd\n").last_lines == b"b\nc\nd\n"
        assert outline(b"a\nb\nc\nd").last_lines == b"b\nc\nd"
        assert outline(b"a\nb").last_lines == b"a\nb"

    @given(st.lists(st.binary(max_size=40), max_size=6), st.integers(1, 50))
    def test_it_is_the_same_however_the_bytes_arrive(self, chunks: list[bytes], kept: int) -> None:
        one, data = Outline(), b"".join(chunks)
        for chunk in chunks:
            one.take(chunk)
        whole = outline(data)
        assert (one.size, one.head, one.tail, one.digest) == (len(data), whole.head, whole.tail, whole.digest)

    def test_of_a_large_file_only_both_ends_are_kept(self) -> None:
        data = numbered(0, 5000)
        found = Outline()
        for start in range(0, len(data), 1000):
            found.take(data[start : start + 1000])
        assert (found.head, found.tail) == (data[: copies.KEPT], data[-copies.KEPT :])


class TestHolding:
    def test_a_file_that_was_taken_earlier_is_the_beginning_of_the_later_one(self) -> None:
        assert held(numbered(0, 50), numbered(0, 80)) == 0

    def test_one_that_stands_inside_or_at_the_end_is_found(self) -> None:
        assert held(numbered(5, 50), numbered(0, 80)) == len(numbered(0, 5))
        assert held(numbered(5, 80), numbered(0, 80)) == len(numbered(0, 5))

    def test_one_that_was_copied_in_the_middle_of_a_line_is_held_all_the_same(self) -> None:
        assert held(numbered(0, 50)[:-3], numbered(0, 80)) == 0

    def test_one_line_that_differs_makes_another_file(self) -> None:
        assert held(numbered(0, 20) + b"x\n" + numbered(21, 50), numbered(0, 80)) is None

    def test_a_short_file_counts_only_where_the_other_begins_with_it(self) -> None:
        assert held(numbered(0, 1), numbered(0, 80)) == 0
        assert held(numbered(3, 5), numbered(0, 80)) is None

    def test_the_beginning_counts_at_the_begin_of_a_line_only(self) -> None:
        assert held(b"a\nb\nc\n", b"xa\nb\nc\n") is None

    def test_an_empty_file_stands_nowhere(self) -> None:
        assert held(b"", numbered(0, 5)) is None


class TestRuns:
    def test_lines_that_end_one_file_and_begin_another_are_a_run(self) -> None:
        assert run(numbered(0, 50), numbered(40, 90)) == Run(before=40, lines=10)

    def test_three_different_lines_are_enough_and_two_are_not(self) -> None:
        assert run(numbered(0, 50), numbered(47, 90)) == Run(47, 3)
        assert run(numbered(0, 50), numbered(48, 90)) is None

    def test_a_message_that_is_repeated_is_no_run(self) -> None:
        assert run(numbered(0, 5) + b"again\n" * 9, b"again\n" * 9 + numbered(5, 9)) is None

    def test_lines_that_go_on_otherwise_are_no_run(self) -> None:
        assert run(numbered(0, 50), numbered(40, 48) + b"x\ny\n") is None

    def test_a_last_line_that_is_written_only_in_part_is_no_whole_line_of_it(self) -> None:
        assert run(numbered(0, 50)[:-4], numbered(40, 90)) == Run(40, 9)

    def test_files_without_common_lines_have_none(self) -> None:
        assert run(numbered(0, 50), numbered(50, 90)) is None


@given(
    begins=st.tuples(st.integers(0, 40), st.integers(0, 40)),
    lengths=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    step=st.integers(1, 200),
)
def test_two_windows_on_one_stream_are_told_whatever_the_chunks(
    begins: tuple[int, int], lengths: tuple[int, int], step: int
) -> None:
    (one, first), (other, second) = sorted(zip(begins, lengths, strict=True))
    earlier, later = numbered(one, one + first), numbered(other, other + second)
    common = min(one + first, other + second) - other
    inside = other + second <= one + first
    assert (held(later, earlier, step) is not None) == (inside and (second >= 3 or one == other))
    assert (run(earlier, later, step) is not None) == (not inside and common >= 3)


@given(st.integers(1, 300), st.integers(1, 300))
def test_what_is_found_does_not_depend_on_the_chunks(step: int, other_step: int) -> None:
    outer, inner = numbered(0, 60) + numbered(10, 90), numbered(10, 70)
    places = [
        [(one.offset, one.line, one.length) for one in looked_through(outer, {"i": inner}, size).places["i"]]
        for size in (step, other_step)
    ]
    assert places[0] == places[1] == [(len(numbered(0, 10)), 10, len(inner)), (len(numbered(0, 60)), 60, len(inner))]
