"""The page of a comparison, as a parser reads it: each change first, both bundles drawn, every stay with its lines."""

import json
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from faultlog.comparison import compared
from faultlog.fewer import MOST_SPANS
from faultlog.report.comparisons import ComparisonDocument, comparison_document, comparison_json
from faultlog.report.html.comparison import render_comparison_html
from faultlog.report.html.skeleton import policy
from faultlog.wording import Language, Wording
from tests.logs import case_of, knowledge, log
from tests.report.test_html import HOSTILE, MOST_BYTES, by_class, embedded_in, parsed, text_of

SIX = "Fault Raised: 6 (Major): Scan service restarting frequently"
OLD = (
    "10:00:00 connector started, version 1.14.0", f"10:04:00 {SIX}", "10:05:00 Fault Cleared: 6",
    "10:06:00 Fault Raised: 3", "10:07:00 Fault Raised: 12: Network filter not allowed", "10:20:00 hash cache 1",
)  # fmt: skip
NEW = (
    "11:00:00 hash cache 2", "11:10:00 Fault Cleared: 3", "11:20:00 connector started, version 1.14.1",
    f"11:30:00 {SIX}", "11:40:00 Fault Raised: 5 (Minor): Scan service user unavailable", "12:00:00 hash cache 3",
)  # fmt: skip


@cache
def apart() -> ComparisonDocument:
    """Two bundles of a host between which forty minutes are missing."""
    old, new = {"old/ampdaemon.log": log(*OLD)}, {"new/ampdaemon.log": log(*NEW)}
    host = {"os": "macos", "os_version": "10.15.7"}
    return comparison_document(compared(case_of(old, **host), case_of(new, **host), case_of({**old, **new}, **host)))


@cache
def hostile() -> ComparisonDocument:
    """Every text of a bundle tries to be markup."""
    doc = apart()
    one = replace(doc.faults[0].stays[0].together.interval.evidence[0], text=HOSTILE, file=HOSTILE)

    def account(told: Any) -> Any:
        if told is None:
            return None
        findings = [replace(one_, why=[replace(step, evidence=one) for step in one_.why]) for one_ in told.findings]
        return replace(told, interval=replace(told.interval, evidence=[one]), findings=findings)

    def stay(told: Any) -> Any:
        return replace(told, together=account(told.together), old=account(told.old), new=account(told.new))

    return replace(
        doc,
        host=replace(doc.host, name=HOSTILE),
        old=replace(doc.old, bundle=replace(doc.old.bundle, name=HOSTILE)),
        faults=[replace(fault, stays=[stay(told) for told in fault.stays]) for fault in doc.faults],
        changes=[replace(told, from_=HOSTILE, to=HOSTILE, evidence=one, what=HOSTILE) for told in doc.changes],
        warnings=[replace(told, file=HOSTILE, detail=HOSTILE, code="odd") for told in [*doc.warnings][:1]],
    )


@cache
def many(stays: int, text: str) -> ComparisonDocument:
    """A comparison of so many stays of one fault, each with such lines."""
    doc = apart()
    span, fault = doc.old.coverage[0], next(one for one in doc.faults if one.fault_id == 6)
    last = fault.stays[-1]
    spans = [replace(span, kind=kind, file=text) for kind in ("live", "dead", "blind") for _ in range(MOST_SPANS)]

    def account(told: Any, number: int) -> Any:
        lines = [replace(one, text=text) for one in told.interval.evidence]
        return replace(told, interval=replace(told.interval, id=f"f6-{number}", evidence=lines))

    made = [
        replace(last, together=account(last.together, number), new=account(last.new, number))
        for number in range(1, stays + 1)
    ]
    sides = {name: replace(getattr(doc, name), coverage=spans) for name in ("old", "new")}
    return replace(doc, faults=[replace(fault, stays=made)], **sides)


def drawn(doc: ComparisonDocument, language: Language = "en") -> str:
    return render_comparison_html(doc, Wording(language, knowledge().rules, "UTC"), path="new.zip old.zip")


@cache
def page() -> str:
    return drawn(apart())


def test_each_change_has_a_card_those_first_that_ask_for_attention() -> None:
    cards = by_class(parsed(page()), "card")
    assert [text_of(one.find("h3")) for one in cards] == [
        "New: 1 fault", "Regressed: 1 fault", "Undecided: 1 fault", "Resolved: 1 fault",
    ]  # fmt: skip
    assert text_of(by_class(cards[1], "news")[0]).startswith(
        "✗ REGRESSED Fault 6 (Scan service restarting frequently): raised again since OLD was taken"
    )
    assert "raised 10:06:00 · cleared" in text_of(cards[3])
    assert "As far as seen: a hole in the log may hide that it cleared and came back" in text_of(cards[3])
    tiles = [" ".join(text_of(part) for part in one) for one in by_class(parsed(page()), "tile")]
    assert tiles == [
        "1 new", "1 regressed", "0 persisting", "1 undecided", "1 resolved", "0 past",
    ]  # fmt: skip


def test_both_bundles_are_drawn_with_every_stay_in_the_colour_of_its_change() -> None:
    tree = parsed(page())
    lanes = {one.get("data-fault"): one for one in by_class(tree, "lane")}
    assert list(lanes) == ["5", "6", "12", "3", "old", "new"]
    live = {key: by_class(lanes[key], "live")[0] for key in ("old", "new")}
    assert [(one.get("x"), one.get("width")) for one in live.values()] == [("0.0%", "16.667%"), ("50.0%", "50.0%")]
    assert [(one.get("x"), one.get("width")) for one in by_class(tree, "hidden")] == [("16.667%", "33.333%")]
    assert [(one.get("href"), one.get("class")) for one in by_class(lanes["6"], "bar")] == [
        ("#f6-1", "bar past"), ("#f6-2", "bar regressed"),
    ]  # fmt: skip
    assert text_of(by_class(lanes["12"], "bar")[0].find("title")).startswith("f12-1, undecided, 12 Network filter")


def observed_of(tree: Any, key: str) -> list[tuple[str, str, str]]:
    """Kind, place and width of what the lane of a bundle shows."""
    (lane,) = [one for one in by_class(tree, "lane") if one.get("data-fault") == key]
    return [
        (one.get("class"), one.get("x"), one.get("width")) for bar in by_class(lane, "bar") for one in bar.iter("rect")
    ]


def test_a_hole_inside_a_bundle_is_drawn_where_it_is() -> None:
    old = {"old/ampdaemon.log.2": log("10:00:00 a b", "10:15:00 c d"), "old/ampdaemon.log": log("10:30:00 e f")}
    new = {"new/ampdaemon.log": log("10:45:00 g h", "11:00:00 i j")}
    doc = comparison_document(compared(case_of(old), case_of(new), case_of({**old, **new})))
    assert [(one.kind, one.reason) for one in doc.old.coverage] == [
        ("live", "logged"), ("blind", "rotation_missing"), ("live", "logged"),
    ]  # fmt: skip
    tree = parsed(drawn(doc))
    assert observed_of(tree, "old")[-1] == ("blind", "25.0%", "25.0%")
    assert observed_of(tree, "new") == [("live", "75.0%", "25.0%")]
    assert [(one.get("x"), one.get("width")) for one in by_class(tree, "hidden")] == [("25.0%", "50.0%")]
    (told,) = [one for one in map(text_of, tree.iter("title")) if "not observed" in one]
    assert told == f"OLD {doc.old.bundle.name}, not observed, 10:15:00 – 10:30:00"


def test_only_what_neither_bundle_shows_is_hidden() -> None:
    doc = apart()
    (old,) = doc.old.coverage

    def spans(*ends: str) -> list[Any]:
        kinds = zip(("live", "blind", "live"), ends, ends[1:], strict=False)
        return [replace(old, kind=kind, from_=f"2026-03-03T{a}:00Z", to=f"2026-03-03T{b}:00Z") for kind, a, b in kinds]

    whole = replace(
        doc,
        old=replace(doc.old, coverage=spans("10:00", "10:30", "11:00", "11:30")),
        new=replace(doc.new, coverage=spans("10:15", "10:45", "11:15", "12:00")),
        holes=[],
    )
    tree = parsed(drawn(whole))
    assert observed_of(tree, "old")[-1] == ("blind", "25.0%", "25.0%")
    assert observed_of(tree, "new")[-1] == ("blind", "37.5%", "25.0%")
    assert [(one.get("x"), one.get("width")) for one in by_class(tree, "hidden")] == [("37.5%", "12.5%")]


def test_a_stay_tells_what_each_bundle_and_both_together_say_of_it() -> None:
    (three,) = [one for one in parsed(page()).iter("details") if one.get("id") == "f3-1"]
    rows = [[text_of(cell) for cell in row.iter("td")] for row in three.find(".//tbody")]
    assert [(row[0], row[1], row[-1].partition(",")[0]) for row in rows] == [
        ("OLD", "10:06:00", "open"),
        ("NEW", "not after 11:00:00 (log starts)", "cleared"),
        ("together", "10:06:00", "cleared"),
    ]
    said = {
        text_of(one.find("h3")): [text_of(line) for line in by_class(one, "place")]
        for one in by_class(three, "verdict")
    }
    assert list(said) == ["OLD f3-1", "NEW f3-1", "together f3-1"]
    assert [place.rpartition(",")[0] for place in said["together f3-1"]] == [
        "old/ampdaemon.log, line 4", "new/ampdaemon.log, line 2",
    ]  # fmt: skip
    (six,) = [one for one in parsed(page()).iter("details") if one.get("id") == "f6-2"]
    assert "breached by 20 minutes" in text_of(six)


def test_what_changed_and_the_hole_between_are_listed() -> None:
    tables = {one.get("aria-label"): text_of(one) for one in by_class(parsed(page()), "wide")}
    assert "Connector version 1.14.0 1.14.1 11:20:00 new/ampdaemon.log, line 3" in tables["Changed since OLD was taken"]
    assert tables["Holes between the bundles"] == "from until 10:20:00 11:00:00"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_whatever_a_bundle_says_is_shown_as_text_and_nothing_is_asked_of_anybody(language: Language) -> None:
    text = drawn(hostile(), language)
    tree = parsed(text)
    assert tree.get("lang") == language
    assert "compare." not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert len(list(tree.iter("script"))) == 2
    assert {one.tag for one in tree.iter()}.isdisjoint({"img", "link", "iframe", "object", "embed", "base", "use"})
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029]", text) == []
    (allowed,) = [one.get("content") for one in tree.iter("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert allowed == policy(next(tree.iter("style")).text, [one.text for one in tree.iter("script")][-1])
    assert [name for one in tree.iter() for name in one.attrib if name.startswith("on") or name == "style"] == []
    assert json.loads(embedded_in(tree)) == json.loads(comparison_json(hostile()))


def test_links_lead_somewhere_and_headings_skip_no_level() -> None:
    tree = parsed(page())
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert {one.get("href")[1:] for one in tree.iter("a")} <= set(ids)
    levels = [int(one.tag[1]) for one in tree.iter() if re.fullmatch("h[1-6]", str(one.tag))]
    assert levels[0] == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    assert all(one.get("aria-label") for one in by_class(tree, "wide"))


def test_the_same_comparison_gives_the_same_bytes() -> None:
    assert drawn(apart()) == page()


@pytest.mark.parametrize("text", ["Fault Raised: 6", HOSTILE * 20], ids=["plain", "hostile"])
def test_a_comparison_of_two_thousand_stays_fits_into_two_megabytes_and_counts_them_all(text: str) -> None:
    made = drawn(many(2_000, text))
    assert len(made.encode()) <= MOST_BYTES
    tree = parsed(made)
    assert f"the first {len(by_class(tree, 'interval'))} of 2,000 intervals" in text_of(by_class(tree, "notice")[0])
    (lane,) = [one for one in by_class(tree, "lane") if one.get("data-fault") == "6"]
    counted = [re.search(r"([\d,]+) raises?", text_of(one.find("title"))) for one in by_class(lane, "bar")]
    assert sum(int(one[1].replace(",", "")) for one in counted if one) == 2_000
    inside = json.loads(embedded_in(tree))
    held = len(inside["faults"][0]["stays"])
    assert inside["warnings"][0]["detail"].startswith(f"holds {held:,} of 2,000 stays")
    assert f"with {held:,} of 2,000 intervals" in text_of(tree)


def test_two_bundles_without_faults_say_so() -> None:
    files = [
        {f"{name}/ampdaemon.log": log(f"1{n}:00:00 a b", f"1{n}:30:00 c d")} for n, name in enumerate(("old", "new"))
    ]
    found = comparison_document(compared(*map(case_of, files), case_of({**files[0], **files[1]})))
    tree = parsed(drawn(found))
    assert [text_of(one) for one in by_class(tree, "news")] == [
        "? NONE SEEN No fault line was recognised in either bundle"
    ]
    assert by_class(tree, "interval") == []
