"""Where a line begins, ends and stands, whatever the chunks it arrives in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog import lines
from faultlog.lines import Line, split

PIECES = [
    b"a",
    b"Mar  3 12:00:00 x",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0\0",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xe2\x80\xa8",
    b"0123456789",
]


@st.composite
def cut_streams(draw):
    """A stream of bytes, and the same stream cut into chunks, empty ones included."""
    data = b"".join(draw(st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=25)))
    places = sorted(draw(st.lists(st.integers(0, len(data)), max_size=12)))
    return data, [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


def texts(*chunks):
    return [line.text for line in split(chunks)]


class TestSplitting:
    def test_every_line_knows_its_number_offset_and_size(self):
        expected = [Line(1, 0, b"ab", 3, True), Line(2, 3, b"", 1, True), Line(3, 4, b"c", 1, False)]

        assert expected == list(split([b"ab\n\nc"]))

    @pytest.mark.parametrize("chunks", [[], [b""], [b"", b""]])
    def test_nothing_has_no_lines(self, chunks):
        assert list(split(chunks)) == []

    def test_a_line_end_at_the_very_end_opens_no_further_line(self):
        assert [(line.number, line.terminated) for line in split([b"a\n"])] == [(1, True)]

    def test_a_last_line_without_line_end_counts_and_says_so(self):
        assert [line.terminated for line in split([b"a\nb"])] == [True, False]

    def test_a_line_end_cut_between_chunks_is_one(self):
        assert texts(b"a\r", b"\nb") == ["a", "b"]

    def test_only_the_line_feed_ends_a_line(self):
        assert texts("a\x0bb\x0cc\x85d\u2028e\rf\n".encode()) == ["a\x0bb\x0cc\x85d\u2028e\rf"]


class TestText:
    def test_the_carriage_return_of_a_crlf_is_no_text(self):
        assert texts(b"a\r\nb\r\r\n") == ["a", "b\r"]

    def test_a_byte_order_mark_is_dropped_at_the_begin_of_the_file_only(self):
        assert texts(b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n") == ["a", "\ufeffb"]

    def test_a_byte_order_mark_cut_between_chunks_is_dropped_too(self):
        assert texts(b"\xef", b"\xbb", b"\xbfa") == ["a"]

    def test_a_file_of_one_byte_order_mark_is_one_empty_line(self):
        assert texts(b"\xef\xbb\xbf") == [""]

    def test_bytes_that_are_no_utf_8_are_replaced_and_nothing_else(self):
        assert texts(b"a\xffb \xc3\xa9\n") == ["a\ufffdb é"]

    def test_a_character_cut_between_chunks_is_whole(self):
        assert texts(b"\xc3", b"\xa9\n") == ["é"]

    def test_nul_bytes_stay(self):
        assert texts(b"\0\0a\n") == ["\0\0a"]


class TestLongLines:
    def test_a_line_of_the_limit_is_kept_whole_and_of_a_longer_one_the_begin(self):
        whole, cut = split([b"x" * lines.MAX_LINE + b"\n", b"y" * (lines.MAX_LINE + 5) + b"\n"])

        assert (len(whole.raw), whole.size) == (lines.MAX_LINE, lines.MAX_LINE + 1)
        assert (len(cut.raw), cut.size) == (lines.MAX_LINE, lines.MAX_LINE + 6)
        assert cut.offset == lines.MAX_LINE + 1

    def test_what_follows_a_long_line_is_read(self):
        assert list(split([b"x" * (3 * lines.MAX_LINE), b"\nafter"]))[1].text == "after"

    def test_memory_is_bounded_by_the_limit_for_a_line_without_end(self):
        (line,) = split(b"z" * 65_536 for _ in range(64))

        assert (len(line.raw), line.size, line.terminated) == (lines.MAX_LINE, 64 * 65_536, False)


class TestAnyChunks:
    @given(cut_streams(), st.integers(1, 12))
    def test_the_lines_are_the_same_however_the_stream_is_cut(self, stream, limit):
        data, chunks = stream
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lines, "MAX_LINE", limit)
            assert list(split([data])) == list(split(chunks)) == list(split(bytes([byte]) for byte in data))

    @given(cut_streams())
    def test_they_are_what_the_bytes_between_line_feeds_are(self, stream):
        data, chunks = stream
        rows = data.split(b"\n")
        rows = rows[:-1] if rows[-1] == b"" else rows
        found = list(split(chunks))

        assert rows == [line.raw for line in found]
        assert len(data) == sum(line.size for line in found)
        assert [data[line.offset :][: len(line.raw)] for line in found] == rows
        assert list(range(1, len(rows) + 1)) == [line.number for line in found]
