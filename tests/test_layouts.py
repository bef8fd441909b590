"""Layouts of one's own: which number is the day is said, not guessed."""

import pytest

from faultlog import layouts
from faultlog.model import Stamp

CASES = [
    ("%d.%m.%Y %H:%M:%S", "04.03.2026 14:47:34", Stamp(3, 4, 14, 47, 34, 2026)),
    ("%m/%d/%Y %I:%M:%S %p", "03/04/2026 12:47:34 AM", Stamp(3, 4, 0, 47, 34, 2026)),
    ("%-m/%-d/%y, %-I:%M:%S %p", "3/4/26, 2:47:34 pm", Stamp(3, 4, 14, 47, 34, 2026)),
    ("%Y/%m/%d-%H:%M:%S%.f", "2026/03/04-14:47:34.123", Stamp(3, 4, 14, 47, 34, 2026, 123_000_000, 3)),
    ("%Y/%m/%d-%H:%M:%S%.f", "2026/03/04-14:47:34", Stamp(3, 4, 14, 47, 34, 2026)),
    ("%m%d %H:%M:%S%.f", "0304 14:47:34.000001", Stamp(3, 4, 14, 47, 34, None, 1_000, 6)),
    ("%a %b %e %H:%M:%S %Y", "Wed Mar  4 14:47:34 2026", Stamp(3, 4, 14, 47, 34, 2026)),
    ("%a %b %e %H:%M:%S %Z %Y", "Wed Mar  4 14:47:34 KST 2026", Stamp(3, 4, 14, 47, 34, 2026, abbreviation="KST")),
    ("%d/%b/%Y:%H:%M:%S %z", "04/MAR/2026:14:47:34 +0900", Stamp(3, 4, 14, 47, 34, 2026, offset_s=32_400)),
    ("%Y년 %-m월 %-d일 %p %-I:%M:%S", "2026년 3월 4일 오후 2:47:34", Stamp(3, 4, 14, 47, 34, 2026)),
    ("%s%f", "1772635654123", Stamp(3, 4, 14, 47, 34, 2026, 123_000_000, 3, 0)),
    ("%d %B %Y 100%% %H:%M:%S", "04 March 2026 100% 14:47:34", Stamp(3, 4, 14, 47, 34, 2026)),
]


@pytest.mark.parametrize(("layout", "text", "stamp"), CASES)
def test_a_layout_reads_what_it_says(layout, text, stamp):
    assert layouts.known(layout) == layout
    assert layouts.read(layout, text) == stamp


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("%d.%m.%Y %H:%M:%S", "03.13.2026 14:47:34"),
        ("%d.%m.%Y %H:%M:%S", "31.02.2026 14:47:34"),
        ("%d.%m.%Y %H:%M:%S", "04.03.1926 14:47:34"),
        ("%d.%m.%Y %H:%M:%S", "4.3.2026 14:47:34"),
        ("%d.%m.%Y %H:%M:%S", "04.03.2026 24:47:34"),
        ("%d.%m.%Y %I:%M:%S %p", "04.03.2026 13:47:34 PM"),
        ("%d.%m.%Y %I:%M:%S %p", "04.03.2026 00:47:34 AM"),
    ],
)
def test_what_cannot_be_is_no_stamp(layout, text):
    assert layouts.read(layout, text) is None


@pytest.mark.parametrize(
    ("layout", "why"),
    [
        ("swatch", "is none of syslog, iso, epoch, any"),
        ("%Q %H:%M:%S", "knows no directive %Q"),
        ("%d.%d.%Y %H:%M:%S", "says one part twice"),
        ("%d.%Y %H:%M:%S", "must say month, day, hour"),
        ("%d.%m.%Y %I:%M:%S", "must say month, day, hour"),
        ("%d.%m.%Y %H:%M", "must say month, day, hour"),
    ],
)
def test_a_layout_that_leaves_something_to_be_guessed_is_refused(layout, why):
    with pytest.raises(ValueError, match=why.replace(".", r"\.")):
        layouts.known(layout)
