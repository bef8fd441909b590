"""What archives have in common: dates that are none, and sums of headers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.archives.kinds import checksum_holds, date_of


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (datetime(1980, 1, 1, tzinfo=UTC), datetime(1980, 1, 1, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_what_packers_write_for_no_date_is_none(first, last):
    assert date_of(first.timestamp()) is date_of(last.timestamp() + 0.9) is None
    assert date_of(first.timestamp() - 1) is None or first.year == 1980
    assert str(date_of(last.timestamp() + 1)).startswith(str(last.year + (last.month == 12)))


def test_a_date_ends_with_the_year_9999():
    assert str(date_of(253402300799)) == "9999-12-31T23:59:59Z"
    assert date_of(253402300800) is date_of(-1) is None


@given(st.binary(min_size=512, max_size=512) | st.sampled_from([b"\xff" * 512, bytes(512)]), st.integers(-1, 1))
def test_a_header_holds_if_its_bytes_come_to_what_it_states(block, wrong):
    """Or its signed bytes do; whatever the bytes are."""
    bare = block[:148] + b" " * 8 + block[156:]
    signed = sum(byte - 256 * (byte > 127) for byte in bare)
    for total in (sum(bare), signed):
        stated = total + wrong
        header = block[:148] + b"%06o\0 " % max(stated, 0) + block[156:]
        assert checksum_holds(header) == (stated in {sum(bare), signed} and stated >= 0)
