import io
import itertools
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from faultlog.model import Instant
from faultlog.report.charts.canvas import PLOT
from faultlog.report.charts.drawing import figure_of, render_chart, settled
from faultlog.report.charts.font import ShippedFont
from faultlog.report.charts.frame import Frame, frame_of
from faultlog.report.charts.kinds import KINDS
from faultlog.report.charts.lanes import lanes_of
from faultlog.report.charts.layout import sheet_of
from faultlog.report.charts.marks import Box, Label, Shape, Sheet
from faultlog.report.charts.palette import FAINT, SEVERITIES
from faultlog.report.charts.stays import blind_times, stay_of
from faultlog.report.charts.ticks import MOST, ticks
from faultlog.report.document import document
from faultlog.report.view import Seen, seen
from faultlog.wording import Wording
from tests.conftest import EXAMPLES
from tests.logs import case_of, knowledge, log
from tests.report.charted import EPOCH, TOLERANCE, at, busy, case, cases, differs, finding, interval, signal, span
from tests.test_snapshots import OPEN, bundle, status

NS = 1_000_000_000
PICTURES = Path(__file__).parent / "pictures"
THREE = [interval(6, 1, 0, 600), interval(6, 2, 1200, 1500), interval(9, 1, 300, 3000, None, "open")]
EXTREMES = {
    "one-fault": busy(1, 7200),
    "forty-faults": busy(40, 7200, "Asia/Seoul", activity=True),
    "five-minutes": busy(5, 300, "Europe/Berlin", activity=True),
    "five-months": busy(9, 13_000_000, "America/New_York"),
}


class Plain:
    """A font in which every letter is as wide as it is high: no picture is drawn to lay one out."""

    def width(self, text: str, size: float) -> float:
        return len(text) * size * 0.55

    def shown(self, text: str) -> str:
        return text


def said(doc, language="en"):
    return Wording(language, knowledge().rules, doc.host.time_zone.name)


def laid(doc, language="en", metrics=None, window=(None, None)) -> Sheet:
    return sheet_of(doc, said(doc, language), metrics or Plain(), window)


def texts(sheet: Sheet) -> list[str]:
    return [mark.text for mark in sheet.marks if isinstance(mark, Label)]


def frame(begin=0, end=3600) -> Frame:
    return Frame((EPOCH + begin) * NS, (EPOCH + end) * NS, *PLOT)


def stay(one, blind=(), shown=None):
    found = stay_of(seen(case([one]), said(case())), one, shown or frame(), blind)
    if found is None:
        return None
    return [(part.begin // NS - EPOCH, part.end // NS - EPOCH, part.sure, part.severity) for part in found.stretches]


class TestIntervals:
    def test_what_was_seen_is_certain_from_raise_to_clear(self):
        assert stay(interval(6, 1, 60, 600)) == [(60, 600, True, "Major")]

    def test_an_interval_is_uncertain_where_nothing_was_observed(self):
        hole = blind_times([span(100, 200, "blind"), span(300, 310, "dead")])
        assert stay(interval(6, 1, 60, 600), hole) == [
            (60, 100, True, "Major"),
            (100, 200, False, "Major"),
            (200, 600, True, "Major"),
        ]

    def test_an_end_that_nobody_knows_reaches_to_the_edge_as_uncertain(self):
        assert stay(interval(6, 1, 60, 600, state="unknown")) == [(60, 600, True, "Major"), (600, 3600, False, "Major")]

    def test_an_interval_outside_of_what_is_shown_is_not_drawn(self):
        assert stay(interval(6, 1, 60, 600), shown=frame(700, 900)) is None

    def test_an_interval_that_goes_on_outside_of_what_is_shown_reaches_the_very_edge(self):
        one, shown = interval(6, 1, 60, 600), frame(100, 200)
        (part,) = stay_of(seen(case([one]), said(case())), one, shown, ()).stretches
        assert (shown.x(part.begin), shown.x(part.end)) == PLOT

    def test_a_severity_that_changed_changes_the_colour(self):
        doc = document(case_of(log("12:00:00 Fault Raised: 18 (Major): x", "12:10:00 Fault Raised: 18 (Critical): x",
                                   "12:30:00 Fault Cleared: 18")))  # fmt: skip
        (one,) = doc.intervals
        begin = frame_of(doc, [], (None, None), left=0, right=1000)
        parts = stay_of(seen(doc, said(doc)), one, begin, ()).stretches
        assert [(part.severity, (part.end - part.begin) // NS) for part in parts] == [
            ("Major", 600),
            ("Critical", 1200),
        ]


class TestLanes:
    def test_a_fault_has_one_lane_with_all_its_intervals(self):
        doc = case(THREE)
        lanes, left_out = lanes_of(seen(doc, said(doc)), frame(), ())
        assert [(lane.fault, len(lane.stays)) for lane in lanes] == [(9, 1), (6, 2)]
        assert left_out == []

    def test_the_worst_faults_are_shown_where_there_is_not_room_for_all(self):
        many = [interval(fault, 1, 0, 10) for fault in range(1, 44)]
        late = interval(99, 1, 0, 900, "Critical", "open")
        doc = case([*many, late], findings=[finding(late, 600, 300)])
        lanes, left_out = lanes_of(seen(doc, said(doc)), frame(), ())
        assert len(lanes) == 40
        assert lanes[0].fault == 99
        assert left_out == [40, 41, 42, 43]
        assert "… and 4 more faults, less urgent: 40, 41, 42, 43" in texts(laid(doc))

    def test_a_breach_reaches_from_its_deadline_to_the_clear(self):
        one = interval(6, 1, 0, 1500)
        doc = case([one], findings=[finding(one, 600, 900), finding(one, 2000, -10)])
        ((lane,), _) = lanes_of(seen(doc, said(doc)), frame(), ())
        assert [(row.begin // NS - EPOCH, row.end // NS - EPOCH) for row in lane.breaches] == [(600, 1500)]
        assert [row.at // NS - EPOCH for row in lane.deadlines] == [600, 2000] or len(lane.deadlines) == 2

    def test_its_length_is_written_at_the_breach_and_beside_the_lane(self):
        one = interval(6, 1, 0, 1500)
        shown = texts(laid(case([one], findings=[finding(one, 600, 900)])))
        assert "late by 15 minutes · deadline counts from the connector's start" in shown
        assert "late by 15 minutes" in shown

    def test_what_is_still_late_is_so_far(self):
        one = interval(6, 1, 0, 1500, state="open")
        assert "late by 15 minutes so far" in texts(laid(case([one], findings=[finding(one, 600, 900)])))

    def test_thousands_of_intervals_are_as_many_bars_as_there_are_pixels(self):
        doc = case([interval(6, number, number * 10, number * 10 + 5) for number in range(5_000)])
        assert len(laid(doc).marks) < 1000


class TestFrame:
    def test_a_window_is_what_is_shown(self):
        window = (Instant.of(at(600)), Instant.of(at(700)))
        found = frame_of(case(THREE), [], window, left=0, right=1)
        assert (found.begin, found.end) == (window[0].ns, window[1].ns)

    def test_without_any_date_there_is_none(self):
        assert frame_of(case(), [], (None, None), left=0, right=1) is None
        assert "No line has a date, so nothing can be placed in time." in texts(laid(case()))

    @pytest.mark.parametrize(
        ("ends", "shown"), [((9000, None), (8995, 9005)), ((None, -9000), (-9005, -8995)), ((9000, 9900), (9000, 9900))]
    )
    def test_a_window_that_nothing_touches_shows_its_own_time(self, ends, shown):
        window = tuple(None if end is None else Instant.of(at(end)) for end in ends)
        doc = case(THREE[:2])
        found = frame_of(doc, [], window, left=0, right=1)
        assert ((found.begin // NS - EPOCH, found.end // NS - EPOCH)) == shown
        assert "2 intervals were recognised, none of them touches this time" in texts(laid(doc, window=window))

    def test_that_only_a_part_is_shown_is_said(self):
        window = (Instant.of(at(600)), None)
        shown = "Shown is what touches the time from 2026-03-03 01:16:40 UTC; all was analysed"
        assert shown in texts(laid(case(THREE), window=window))


class TestAxes:
    @pytest.mark.parametrize("length", [1, 10, 59, 300, 3600, 86_400, 700_000, 13_000_000, 10**9])
    @pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "Australia/Lord_Howe"])
    def test_there_are_never_more_marks_than_fit_and_they_go_on(self, length, zone):
        marks = ticks(frame(0, max(10, length)), Wording("en", knowledge().rules, zone))
        assert 1 <= len(marks) <= MOST
        assert [one.ns for one in marks] == sorted({one.ns for one in marks})

    def test_marks_of_years_are_full_years(self):
        marks = ticks(frame(0, 20 * 31_557_600), Wording("en", knowledge().rules, "UTC"))
        assert [one.local[0] for one in marks] == ["2030-01", "2035-01", "2040-01", "2045-01"]

    def test_both_clocks_are_shown_at_each(self):
        marks = ticks(frame(0, 7200), Wording("en", knowledge().rules, "Asia/Seoul"))
        assert (marks[0].local, marks[0].utc) == (("10:30", "2026-03-03"), ("01:30", "2026-03-03"))

    def test_an_hour_that_summer_time_repeats_has_its_marks_twice(self):
        begin = 1_792_886_400 - EPOCH  # 25 October 2026, midnight UTC
        marks = ticks(frame(begin, begin + 3 * 3600), Wording("en", knowledge().rules, "Europe/Berlin"))
        assert [one.local[0] for one in marks] == ["02:00", "02:30", "02:00", "02:30", "03:00", "03:30", "04:00"]

    def test_where_they_are_one_there_is_one_axis(self):
        assert texts(laid(case(THREE))).count("UTC") == 1
        assert "UTC" in texts(laid(case(THREE, zone="Asia/Seoul")))
        assert "Asia/Seoul (KST)" in texts(laid(case(THREE, zone="Asia/Seoul")))


def crowded():
    """Thousands of stays, each with a deadline."""
    brief = [interval(6, number, number * 10, number * 10 + 5) for number in range(5_000)]
    return case(brief, findings=[finding(one, number * 10 + 2, 3 - number % 7) for number, one in enumerate(brief)])


BEYOND = {
    "nothing": case,
    "no event": lambda: case(coverage=[span(0, 3600)]),
    "one instant": lambda: case([interval(6, 1, 0, 0)]),
    "no time": lambda: case([interval(6, 1, 60, 60), *THREE]),
    "twenty years": lambda: case([interval(6, 1, 0, 20 * 31_557_600), interval(9, 1, 0, 60)]),
    "deadlines": crowded,
    "events": lambda: case(THREE, signals=[signal("scan_service_exited", second * 5) for second in range(200)]),
}


class TestExtremes:
    """Nothing overlaps or leaves the picture, and nothing is drawn more often than it can be seen."""

    @pytest.mark.parametrize("made", BEYOND.values(), ids=BEYOND)
    def test_it_is_laid_out(self, made):
        sheet = laid(made(), "ko", ShippedFont())
        labels = [one for one in sheet.marks if isinstance(one, Label)]
        boxes = [(one.left, one.top, one.left + one.width, one.top + one.height) for one in labels]
        assert overlapping(itertools.combinations(boxes, 2)) == []
        assert all(box[0] >= 0 and box[2] <= sheet.width and box[3] <= sheet.height for box in boxes)
        assert len(sheet.marks) < 3000


class TestSigns:
    def test_only_what_is_drawn_is_explained(self):
        plain = texts(laid(case([interval(6, 1, 0, 600)], coverage=[span(0, 3600)])))
        assert "still open at the end" not in plain
        assert "not observed, may hide anything" not in plain
        whole = texts(laid(busy(9, 7200)))
        assert {
            "still open at the end",
            "not observed, may hide anything",
            "connector start",
            "deadline, missed",
        } <= set(whole)

    def test_events_of_a_kind_are_counted_though_they_share_a_place(self):
        exits = [signal("scan_service_exited", 100 + second) for second in range(3)]
        assert "3 exits" in texts(laid(case(THREE, signals=exits)))

    def test_what_other_sources_say_and_where_they_contradict_has_a_row(self):
        doc = document(bundle(OPEN, "12:30:05", ("12:35:00", status())))
        assert {
            "other sources",
            "status 1×, differs 1×",
            "asked: ampcli status",
            "sources contradict each other",
        } <= set(texts(laid(doc)))

    def test_what_is_logged_in_several_lines_counts_once(self):
        starts = [signal("connector_started", second) for second in (100, 101, 129, 200)]
        assert "2 starts" in texts(laid(case(THREE, signals=starts)))
        stopped = signal("connector_stopped", 110)
        assert "3 starts, 1 stop" in texts(laid(case(THREE, signals=[*starts, stopped])))

    def test_where_no_span_reaches_nothing_was_observed(self):
        sheet = laid(case(THREE, coverage=[span(0, 1000)]))
        hatched = [one for one in sheet.marks if isinstance(one, Box) and one.hatch == "xxxx"]
        assert len(hatched) == 2  # the gap, and the legend

    def test_an_end_is_explained_in_a_colour_that_is_on_the_picture(self):
        sheet = laid(case([interval(5, 1, 0, 3000, "Minor", "open")]))
        arrows = [one for one in sheet.marks if isinstance(one, Shape) and len(one.points) == 3 and one.fill]
        assert {one.fill for one in arrows} == {SEVERITIES["Minor"].fill}

    def test_no_line_of_the_grid_crosses_what_is_written(self):
        sheet = laid(EXTREMES["one-fault"])
        lines = [one.points for one in sheet.marks if isinstance(one, Shape) and one.edge == FAINT]
        assert len(lines) > len({at for (at, _), _ in lines}), "no line had to make way"
        drawn = [(at, top, at, bottom) for (at, top), (_, bottom) in lines]
        assert overlapping(itertools.product(drawn, boxes_of(sheet))) == []

    def test_severities_differ_in_lightness(self):
        def lightness(colour):
            red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue

        sorted_ = sorted(lightness(paint.fill) for paint in SEVERITIES.values())
        assert min(after - before for before, after in itertools.pairwise(sorted_)) > 40


def boxes_of(sheet):
    """The boxes of all labels: left, top, right, bottom."""
    labels = [mark for mark in sheet.marks if isinstance(mark, Label)]
    return [(one.left, one.top, one.left + one.width, one.top + one.height) for one in labels]


def overlapping(pairs):
    """Those pairs of boxes (left, top, right, bottom) that share more than a hair."""
    return [
        (one, other)
        for one, other in pairs
        if one[0] < other[2] - 0.5 and other[0] < one[2] - 0.5 and one[1] < other[3] - 0.5 and other[1] < one[3] - 0.5
    ]


class TestTexts:
    @given(doc=cases())
    @settings(max_examples=EXAMPLES // 4)
    def test_no_two_overlap_and_none_leaves_the_picture(self, doc):
        for language in ("en", "ko"):
            sheet = laid(doc, language, ShippedFont())
            boxes = boxes_of(sheet)
            assert overlapping(itertools.combinations(boxes, 2)) == []
            assert all(
                box[0] >= 0 and box[1] >= 0 and box[2] <= sheet.width and box[3] <= sheet.height for box in boxes
            )

    @pytest.mark.parametrize("name", EXTREMES)
    @pytest.mark.parametrize("language", ["en", "ko"])
    def test_drawn_letters_stay_in_the_boxes_that_were_measured(self, name, language):
        sheet = laid(EXTREMES[name], language, ShippedFont())
        labels = [one for one in sheet.marks if isinstance(one, Label)]
        with settled():
            figure = figure_of(sheet)
            renderer = FigureCanvasAgg(figure).get_renderer()
            drawn = [text.get_window_extent(renderer) for text in figure.texts]
        assert len(labels) == len(drawn)
        boxes = [(one.x0, sheet.height - one.y1, one.x1, sheet.height - one.y0) for one in drawn]
        assert overlapping(itertools.combinations(boxes, 2)) == []
        for label, box in zip(labels, boxes, strict=True):
            assert box[0] >= label.left - 1.5, label.text
            assert box[2] <= label.left + label.width + 1.5, label.text

    def test_a_character_that_the_font_has_not_is_spelled_out(self):
        assert ShippedFont().shown("한글 중\u4e2d\x1b") == "한글 중U+4E2DU+001B"

    def test_letters_in_parts_are_put_together(self):
        assert ShippedFont().shown(unicodedata.normalize("NFD", "한글 é")) == "한글 é"

    @pytest.mark.parametrize(
        "name",
        ["x" * 500, "결함 이름 " * 100, "خطأ في القرص " * 40, "💾" * 250],
        ids=["letters", "korean", "from the right", "signs"],
    )
    def test_a_long_name_pushes_nothing_out(self, name, monkeypatch):
        monkeypatch.setattr(Seen, "name_of", lambda _seen, _interval: name)
        doc = case([interval(9, 1, 300, 3000, None, "open")])
        shown = texts(laid(replace(doc, host=replace(doc.host, name=name)), "en", ShippedFont()))
        assert "…) is still open at the end of the log, since 01:11:40" in " ".join(shown)
        assert any(
            "… · macOS 11.2.3 · connector version unknown · 2026-03-03 01:11:40 – 01:56:40" in one for one in shown
        )

    def test_faults_without_a_lane_are_named_as_far_as_there_is_room_and_never_in_part(self):
        (said,) = [one for one in texts(laid(case([interval(fault, 1, 0, 10) for fault in range(1, 301)]), "en",
                                             ShippedFont())) if "less urgent" in one]  # fmt: skip
        assert re.fullmatch(r"… and 260 more faults, less urgent: (\d+, ){20}…", said)

    def test_a_text_that_is_too_long_ends_in_dots(self):
        long = interval(6, 1, 0, 600)
        doc = replace(case([long]), bundle=replace(case().bundle, name="x" * 500))
        assert any(re.search(r"x…$", one) for one in texts(laid(doc)))


def halved(png: bytes) -> Image.Image:
    """The picture half as wide: small enough to be committed."""
    whole = Image.open(io.BytesIO(png)).convert("L")
    return whole.resize((whole.width // 2, whole.height // 2), Image.Resampling.LANCZOS)


class TestPictures:
    @pytest.mark.parametrize("kind", KINDS)
    def test_they_have_the_same_bytes_each_time(self, kind):
        doc = EXTREMES["five-minutes"]
        first, second = (render_chart(doc, said(doc, "ko"), kind) for _ in range(2))
        assert first == second
        assert first.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[kind])

    def test_what_a_person_has_set_for_other_pictures_changes_nothing(self):
        import matplotlib as mpl

        doc = case(THREE)
        plain = render_chart(doc, said(doc), "png")
        with mpl.rc_context(
            {"hatch.linewidth": 9, "savefig.facecolor": "red", "savefig.bbox": "tight", "font.size": 40}
        ):
            assert render_chart(doc, said(doc), "png") == plain

    @pytest.mark.parametrize("name", EXTREMES)
    def test_they_look_as_they_did(self, name, request, tmp_path):
        language = "ko" if name == "forty-faults" else "en"
        small = halved(render_chart(EXTREMES[name], said(EXTREMES[name], language), "png"))
        path = PICTURES / f"{name}.png"
        if request.config.getoption("--accept"):
            small.quantize(64).save(path, optimize=True)
        small.save(tmp_path / "drawn.png")
        assert differs(path, tmp_path / "drawn.png") < TOLERANCE

    def test_a_picture_of_another_case_would_be_noticed(self, tmp_path):
        other = busy(5, 290, "Europe/Berlin", activity=True)
        halved(render_chart(other, said(other), "png")).save(tmp_path / "drawn.png")
        assert differs(PICTURES / "five-minutes.png", tmp_path / "drawn.png") > TOLERANCE

    def test_they_are_1200_pixels_wide_and_say_in_words_what_they_show(self):
        doc = case([interval(6, 1, 0, 600)])
        png = Image.open(io.BytesIO(render_chart(doc, said(doc), "png")))
        assert png.width == 1200
        assert png.text["Title"].startswith("CLEARED: Fault 6")
        assert b"<title>CLEARED: Fault 6" in render_chart(doc, said(doc), "svg")
