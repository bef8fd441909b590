"""The page of a case, as a parser reads it: complete without script, harmless whatever a bundle says, not too long."""

import json
import re
from dataclasses import replace
from functools import cache
from typing import Any

import html5lib
import pytest

from faultlog.report import rows as documents
from faultlog.report.document import CaseDocument, document, from_json, to_json
from faultlog.report.html.case import render_html
from faultlog.report.html.drawing import Axis, runs
from faultlog.report.html.skeleton import policy
from faultlog.wording import Language, Wording
from tests.logs import case_of, knowledge, log
from tests.report.test_text import LATE, MAC, late_case

HOSTILE = (
    "</script><!--<script>alert(1)</script><img src=x onerror=alert(2)>\"' & {{ 7 * 7 }} \u202egnp.exe\x1b[31m\u2028"
)
MOST_BYTES = 2_000_000


def drawn(doc: CaseDocument, language: Language = "en", **asked: Any) -> str:
    return render_html(doc, Wording(language, knowledge().rules, doc.host.time_zone.name), **asked)


SVG = "{http://www.w3.org/2000/svg}"


def parsed(page: str) -> Any:
    """The page as a browser reads it; what is no HTML is an error. Names of SVG stand without their space."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    for one in tree.iter():
        if isinstance(one.tag, str):
            one.tag = one.tag.removeprefix(SVG)
    return tree


def text_of(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


def by_class(tree: Any, name: str) -> list[Any]:
    return [one for one in tree.iter() if name in str(one.get("class", "")).split()]


def embedded_in(tree: Any) -> str:
    (block,) = [one for one in tree.iter("script") if one.get("type") == "application/json"]
    return str(block.text)


@cache
def late_page() -> str:
    return drawn(late_case())


@cache
def hostile_case() -> CaseDocument:
    """A log whose lines, host and path try to be markup."""
    doc = document(case_of(LATE, **MAC))
    line = replace(doc.intervals[0].evidence[0], text=HOSTILE, file=HOSTILE)
    return replace(
        doc,
        bundle=replace(doc.bundle, name=HOSTILE),
        host=replace(doc.host, name=HOSTILE),
        files=[replace(doc.files[0], path=path) for path in ("ampdaemon.log", HOSTILE, "f")],
        intervals=[replace(one, evidence=[line, *one.evidence]) for one in doc.intervals],
        findings=[replace(one, why=[replace(step, evidence=line) for step in one.why]) for one in doc.findings],
        unread=[documents.Unread(template=HOSTILE, count=3, example=documents.Example(file="f", line=1, text=HOSTILE))],
        offenders=[documents.Offender(fault_id=6, path=HOSTILE, count=2)],
        warnings=[documents.Warn(code="odd", file=HOSTILE, detail=HOSTILE)],
    )


@cache
def many(count: int, text: str = "Fault Raised: 6", faults: int = 1) -> CaseDocument:
    """A case of so many intervals of so many faults, each with its findings and lines, over months."""
    doc = late_case()
    first, found = doc.intervals[0], [one for one in doc.findings if one.interval == doc.intervals[0].id]
    intervals, findings = [], []
    for number in range(count):
        day, minute = f"2026-{number // 1440 % 12 + 1:02d}-{number // 17280 + 1:02d}", number % 1440
        raised, cleared = (f"{day}T{minute // 60:02d}:{minute % 60:02d}:{second:02d}Z" for second in (10, 40))
        fault = 6 + number % faults
        name = f"f{fault}-{number // faults + 1}"
        intervals.append(
            replace(
                first,
                id=name,
                fault_id=fault,
                raised=replace(first.raised, at=raised),
                cleared=replace(first.cleared, at=cleared),
                duration_s=(30.0, 30.0),
                evidence=[replace(one, text=text) for one in first.evidence],
            )
        )
        findings += [
            replace(one, id=f"{name}-{one.rule.rpartition('#')[2]}", interval=name, fault_id=fault) for one in found
        ]
    return replace(doc, intervals=intervals, findings=findings)


def test_the_page_says_what_went_wrong_before_anything_else() -> None:
    tree = parsed(late_page())
    cards = by_class(tree, "card")
    assert [text_of(one.find("h3")) for one in cards] == [
        "Fault 6: Scan service restarting frequently (Major)",
        "Fault 12: Network filter not allowed",
    ]
    said = text_of(by_class(cards[0], "news")[0])
    assert said == "✗ CRITICAL Fault 6 not cleared within 10 minutes of connector start: breached by 19 minutes"
    assert [text_of(one.find("dd")) for one in by_class(tree, "tile")] == ["2", "1", "2", "0", "0", "6"]
    headings = [text_of(one) for one in tree.iter("h2")]
    assert headings[:3] == ["What went wrong", "Timeline 2026-03-03 UTC", "Intervals 2026-03-03 UTC"]


def test_an_interval_opens_its_evidence_with_file_and_line() -> None:
    tree = parsed(late_page())
    (six,) = [one for one in tree.iter("details") if one.get("id") == "f6-1"]
    lines = [(text_of(by_class(one, "place")[0]), text_of(one.find("code"))) for one in by_class(six, "line")]
    assert lines[0] == (
        "ampdaemon.log, line 1, byte 0",
        "2026-03-03T12:00:00Z mac ampdaemon[71]: Fault Raised: 6 (Major)",
    )
    assert {place for place, _ in lines} == {
        "ampdaemon.log, line 1, byte 0",
        "ampdaemon.log, line 2, byte 64",
        "ampdaemon.log, line 4, byte 175",
    }


def test_each_verdict_is_told_with_its_promise_and_its_steps() -> None:
    tree = parsed(late_page())
    (six,) = [one for one in tree.iter("details") if one.get("id") == "f6-1"]
    first = by_class(six, "verdict")[0]
    assert text_of(by_class(first, "facts")[0]) == (
        "Promise: clears within 10 minutes of connector start. Source: vendor table, row 6."
    )
    assert [text_of(one).partition(":")[0] for one in first.iter("li")][2].startswith("Deadline, 10 minutes later")


def test_the_timeline_is_complete_without_script() -> None:
    tree = parsed(late_page())
    (svg,) = by_class(tree, "timeline")
    lanes = {one.get("data-fault"): one for one in by_class(svg, "lane")}
    assert list(lanes) == ["6", "12", "events", "observed"]
    (bar,) = by_class(lanes["6"], "bar")
    (sure,) = by_class(bar, "sure")
    assert (bar.get("href"), sure.get("x"), sure.get("width")) == ("#f6-1", "0.0%", "60.0%")
    assert [one.get("x1") for one in by_class(bar, "deadline")] == ["22.0%", "20.0%"]
    assert [one.get("width") for one in by_class(bar, "breach")] == ["38.0%", "40.0%"]
    (open_one,) = by_class(lanes["12"], "bar")
    assert (open_one.get("data-state"), len(by_class(open_one, "onwards"))) == ("open", 1)
    assert [text_of(one) for one in by_class(svg, "tick")] == [
        "12:00",
        "12:10",
        "12:20",
        "12:30",
        "12:40",
        "12:50",
    ]


def test_every_link_inside_the_page_leads_somewhere() -> None:
    for page in (late_page(), drawn(many(400)), drawn(hostile_case(), "ko")):
        tree = parsed(page)
        ids = [one.get("id") for one in tree.iter() if one.get("id")]
        assert len(ids) == len(set(ids))
        links = {one.get("href") for one in tree.iter("a")}
        assert {link[1:] for link in links} <= set(ids)


def test_nothing_is_asked_of_anybody_and_only_our_own_script_may_run() -> None:
    tree = parsed(late_page())
    (allowed,) = [one.get("content") for one in tree.iter("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    (style,), script = [one.text for one in tree.iter("style")], [one.text for one in tree.iter("script")][-1]
    assert allowed == policy(style, script)
    assert allowed.startswith("default-src 'none'; ")
    assert "unsafe" not in allowed
    reaching = {"src", "srcset", "action", "formaction", "poster", "data", "background", "ping", "manifest"}
    for one in tree.iter():
        assert reaching.isdisjoint(one.keys()), one.tag
        assert [name for name in one.attrib if name.startswith("on") or name == "style"] == [], one.tag
        assert str(one.get("href", "#")).startswith("#"), one.tag
    assert {one.tag for one in tree.iter()}.isdisjoint({"link", "img", "iframe", "object", "embed", "base", "use"})
    assert re.findall(r"@import|url\((?!#)", style) == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_whatever_a_bundle_says_is_shown_as_text(language: Language) -> None:
    page = drawn(hostile_case(), language)
    tree = parsed(page)
    assert len(list(tree.iter("script"))) == 2
    assert list(tree.iter("img")) == []
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029]", page) == []
    shown = {text_of(one.find("code")) for one in by_class(tree, "line")}
    spelled = {"\u202e": "U+202E", "\x1b": "\\x1b", "\u2028": "U+2028"}
    assert HOSTILE.translate(str.maketrans(spelled)) in shown
    assert from_json(embedded_in(tree)) == hostile_case()


def test_the_case_document_inside_is_the_whole_case() -> None:
    assert from_json(embedded_in(parsed(late_page()))) == late_case()
    assert json.loads(embedded_in(parsed(late_page()))) == json.loads(to_json(late_case()))


def test_the_same_case_gives_the_same_bytes() -> None:
    assert drawn(late_case()) == late_page()
    assert drawn(from_json(to_json(late_case()))) == late_page()


@pytest.mark.parametrize("text", ["Fault Raised: 6", HOSTILE * 20], ids=["plain", "hostile"])
def test_a_case_of_ten_thousand_intervals_fits_into_two_megabytes_and_counts_them_all(text: str) -> None:
    doc = many(10_000, text)
    page = drawn(doc)
    assert len(page.encode()) <= MOST_BYTES
    tree = parsed(page)
    assert [text_of(one.find("dd")) for one in by_class(tree, "tile")][:3] == ["10,000", "0", "20,000"]
    listed = by_class(tree, "interval")
    (notice,) = by_class(tree, "notice")
    assert f"the {len(listed)} most urgent of 10,000 intervals" in text_of(notice)
    (lane,) = [one for one in by_class(tree, "lane") if one.get("data-fault") == "6"]
    counted = [re.match(r"([\d,]+) raises?", text_of(one.find("title"))) for one in by_class(lane, "bar")]
    assert sum(int(one[1].replace(",", "")) for one in counted if one) == 10_000
    inside = from_json(embedded_in(tree))
    assert inside.audit == doc.audit
    assert inside.warnings[0].detail.startswith(f"holds {len(inside.intervals):,} of 10,000 intervals")
    assert f"with {len(inside.intervals):,} of 10,000 intervals" in text_of(tree)


def test_a_case_of_fifty_faults_fits_too() -> None:
    page = drawn(many(600, HOSTILE * 20, 50))
    assert len(page.encode()) <= MOST_BYTES
    assert page.count('<g class="lane"') == 42
    assert "… and 10 more faults, in the list" in page


def test_intervals_that_are_drawn_together_are_counted_where_they_begin() -> None:
    axis = Axis(0, 100)
    assert runs(axis, [(0, 5), (3, 12), (60, 61), (100, 100)], 10) == [(0, 20, 2), (60, 70, 1), (90, 100, 1)]


def test_time_that_no_log_reaches_is_drawn_as_hidden() -> None:
    doc = late_case()
    short = [replace(one, to="2026-03-03T12:20:00Z") for one in doc.coverage]
    tree = parsed(drawn(replace(doc, coverage=short)))
    assert [(one.get("x"), one.get("width")) for one in by_class(tree, "hidden")] == [("40.0%", "60.0%")]


def test_shapes_before_a_raise_are_said_to_stand_out_only_where_they_do() -> None:
    doc = late_case()
    looked = documents.Examined(interval="f6-1", raises=1, lines=30, sampled=300, missing=None)
    for p, said in (
        (0.01, "more often in the 30 lines before it"),
        (0.6, "no shape of the 30 lines before it stands out"),
    ):
        row = documents.Preceding(interval="f6-1", template="cache trimmed", count=3, expected=0.5, lift=6.0, p=p)
        tree = parsed(drawn(replace(doc, examined=[looked], preceding=[row])))
        (six,) = [one for one in tree.iter("details") if one.get("id") == "f6-1"]
        assert said in text_of(six)
        assert "cache trimmed" in text_of(six.find(".//table"))


def test_a_log_of_which_one_line_is_not_understood_is_never_understood_wholly() -> None:
    case = late_case()
    doc = replace(case, files=[replace(case.files[0], sampled=200, understood=199)])
    (share,) = [text_of(cell) for cell in parsed(drawn(doc)).iter("td") if "· 200" in text_of(cell)]
    assert share == "99 % · 200"


def test_a_case_without_faults_says_so_and_has_no_list() -> None:
    tree = parsed(drawn(document(case_of(log("12:00:00 Policy check", "12:10:00 Policy check")))))
    assert [text_of(one) for one in by_class(tree, "news")] == [
        "? NONE SEEN no fault line recognised in 2 lines, 2026-03-03"
    ]
    assert by_class(tree, "interval") == []


def test_a_case_without_a_single_time_has_no_timeline() -> None:
    page = drawn(document(case_of("nothing here\nhas a stamp\n")))
    assert by_class(parsed(page), "timeline") == []


def test_a_window_of_time_shows_what_touches_it_and_still_counts_all() -> None:
    from faultlog.stamps import read_date

    page = drawn(late_case(), window=(read_date("2026-03-03T12:35:00Z", "--since"), None))
    tree = parsed(page)
    assert [one.get("id") for one in by_class(tree, "interval")] == ["f12-1"]
    assert text_of(by_class(tree, "tile")[0].find("dd")) == "2"
    assert "all was analysed" in text_of(tree.find("body").find("header"))


def test_the_page_is_in_korean_where_asked() -> None:
    tree = parsed(drawn(late_case(), "ko"))
    assert tree.get("lang") == "ko"
    assert text_of(next(tree.iter("h2"))) == "무엇이 잘못되었나"


def test_an_interval_with_an_unknown_begin_and_one_with_an_unknown_end_are_hatched() -> None:
    doc = late_case()
    (six, twelve) = doc.intervals
    vague = replace(
        six,
        raised=documents.Raised(kind="between", at="2026-03-03T12:00:00Z", until="2026-03-03T12:10:00Z", reason="hole"),
        cleared=documents.Cleared(kind="not_before", at="2026-03-03T12:20:00Z", until=None, reason="log_ends"),
        state="unknown",
    )
    tree = parsed(drawn(replace(doc, intervals=[vague, twelve], findings=[])))
    (bar,) = [one for one in by_class(tree, "bar") if one.get("href") == "#f6-1"]
    spans = [(one.get("class"), one.get("x"), one.get("width")) for one in bar.iter("rect")]
    assert spans == [("unsure", "0.0%", "100.0%"), ("sure", "20.0%", "20.0%")]


BUSY = ((0, 40, 0, 0), (1, 10, 4, 0), (30, 20, 2, 1))
"""Minutes after twelve with their lines, warnings and errors."""


@cache
def busy_case() -> CaseDocument:
    """Every line was read; two logs share a minute."""
    rows = [
        documents.ActiveMinute(
            at=f"2026-03-03T12:{minute:02}:00Z", log="connector", lines=lines, warnings=warnings, errors=errors
        )
        for minute, lines, warnings, errors in BUSY
    ]
    return replace(late_case(), activity=[*rows, replace(rows[1], log="scan_service")])


def strips_of(tree: Any) -> dict[str, Any]:
    return {str(one.get("data-kind")): one for one in by_class(tree, "strip")}


def test_what_was_written_is_drawn_below_the_lanes_where_every_line_was_read() -> None:
    assert strips_of(parsed(late_page())) == {}
    strips = strips_of(parsed(drawn(busy_case())))
    assert [text_of(one.find("text")) for one in strips.values()] == [
        "lines per minute · most: 40", "warnings per minute · most: 8", "errors per minute · most: 1",
    ]  # fmt: skip
    box = strips["lines"].find("svg")
    assert [box.get(name) for name in ("x", "width", "role")] == ["0%", "100%", "img"]
    # Fifty minutes in 1440 columns: 28.8 columns a minute, the busiest is as high as the strip.
    assert box.find("path").get("d") == "M0 20H0V0H29V10H58V20H864V10H893V20H1440V20z"
    assert strips["errors"].find("svg").find("path").get("d") == "M0 20H864V0H893V20H1440V20z"


def test_what_was_written_is_told_to_whoever_does_not_see_it() -> None:
    tree = parsed(drawn(busy_case()))
    assert [one.find("svg").get("aria-label") for one in strips_of(tree).values()] == [
        "lines per minute: 80 in the time shown, at most 40 in one minute, at 12:00:00",
        "warnings per minute: 10 in the time shown, at most 8 in one minute, at 12:01:00",
        "errors per minute: 1 in the time shown, at most 1 in one minute, at 12:30:00",
    ]
    (table,) = [one for one in by_class(tree, "wide") if one.get("aria-label") == "What was written, as a table"]
    rows = [[text_of(cell) for cell in row.iter("td")] for row in table.find(".//tbody")]
    assert len(rows) == 11
    assert rows[0] == ["12:00:00 – 12:05:00", "60", "8", "0", "40"]
    assert rows[1] == ["12:05:00 – 12:10:00", "0", "0", "0", "0"]
    assert rows[6] == ["12:30:00 – 12:35:00", "20", "2", "1", "20"]
    assert (
        "read in full: 80 lines in 3 minutes in which anything was written, 10 of them warnings, 1 errors; "
        "most in one minute: 40, at 12:00:00" in text_of(tree)
    )
    for column, name in enumerate(("lines", "warnings", "errors"), 1):
        assert sum(int(row[column]) for row in rows) == sum(getattr(one, name) for one in busy_case().activity)


def test_a_year_of_minutes_fits_beside_fifty_faults() -> None:
    doc = many(600, HOSTILE * 20, 50)
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    rows = [
        documents.ActiveMinute(
            at=f"{day}T{hour:02}:{hour * 7 % 60:02}:00Z", log="connector", lines=hour * 7919 % 997 + number,
            warnings=hour * 31 % 7 + number % 9, errors=number * hour % 13,
        )
        for number, day in enumerate(days)
        for hour in range(24)
    ]  # fmt: skip
    year = replace(doc.coverage[0], from_=rows[0].at, to=rows[-1].at)
    page = drawn(replace(doc, coverage=[year], activity=rows))
    assert len(page.encode()) <= MOST_BYTES
    paths = re.findall(r'<path class="(?:lines|warnings|errors)" d="([^"]+)"', page)
    assert len(paths) == 3
    assert 10_000 < max(map(len, paths)) < 20_000
    table = page.partition("<summary>What was written, as a table</summary>")[2].partition("</details>")[0]
    assert 12 < table.count("<tr>") <= 26
