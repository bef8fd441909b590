"""A document inside a page: it cannot end the block it stands in, and it has no more bytes than it may."""

import json
from dataclasses import replace

import pytest

from faultlog.report.comparisons import comparison_json
from faultlog.report.document import kept_json, to_json
from faultlog.report.html import embedding
from faultlog.report.html.embedding import comparison_embedded, embedded, escaped
from faultlog.report.rows import Preceding
from tests.report.exports.cases import ends, hostile
from tests.report.test_html_comparison import apart


@pytest.mark.parametrize("text", ["</script>", "<!--", "<script", "]]>", "&lt;", "a<b>c&d"])
def test_no_text_ends_the_block_or_begins_another(text):
    made = escaped(json.dumps({"a": text}))
    assert set("<>&").isdisjoint(made)
    assert json.loads(made) == {"a": text}


def test_a_document_that_fits_is_the_whole_document():
    doc = hostile()
    length = len(escaped(to_json(doc)).encode())
    made = embedded(doc, [], length)
    assert (made.whole, made.intervals, made.total) == (True, len(doc.intervals), len(doc.intervals))
    assert kept_json(made.json) == doc
    assert len(made.json.encode()) == length


def test_one_byte_less_is_an_extract_that_says_what_it_holds():
    doc = hostile()
    order = [one.id for one in reversed(doc.intervals)]
    length = len(escaped(to_json(doc)).encode())
    made = embedded(doc, order, length - 1)
    inside = kept_json(made.json)
    assert not made.whole
    assert (made.intervals, made.total) == (len(inside.intervals), len(doc.intervals))
    kept = {one.id for one in inside.intervals}
    assert kept == set(order[: len(kept)])
    assert inside.warnings[0].code == "extract"
    assert inside.warnings[0].detail == (
        f"holds {len(kept)} of {len(doc.intervals)} intervals; faultlog triage --json writes all"
    )
    for rows in (inside.findings, inside.remedies, inside.preceding, inside.examined):
        assert {one.interval for one in rows} <= kept
    assert inside.audit == doc.audit


def test_the_least_extract_holds_the_first_interval_and_one_row_of_the_rest():
    doc = ends()
    made = embedded(doc, [one.id for one in doc.intervals], 0)
    inside = kept_json(made.json)
    assert (made.whole, [one.id for one in inside.intervals]) == (False, [doc.intervals[0].id])
    assert all(len(one.evidence) <= 1 for one in inside.intervals)
    assert len(inside.signals) <= 2
    assert (inside.warnings[0].code, len(inside.warnings)) == ("extract", min(2, 1 + len(doc.warnings)))


def test_a_document_of_many_rows_is_not_even_tried_as_a_whole(monkeypatch):
    doc = ends()
    rows = sum(len(value) for value in (getattr(doc, name) for name in doc.__slots__) if isinstance(value, list))
    monkeypatch.setattr(embedding, "FEW_ROWS", rows)
    assert embedded(doc, [one.id for one in doc.intervals], 1 << 30).whole
    monkeypatch.setattr(embedding, "FEW_ROWS", rows - 1)
    made = embedded(doc, [one.id for one in doc.intervals], 1 << 30)
    assert not made.whole
    assert made.intervals == made.total
    inside = kept_json(made.json)
    assert replace(inside, warnings=inside.warnings[1:]) == doc


def rich():
    """A case in which every interval, finding and pattern has several lines and rows that belong to it."""
    doc = ends()
    lines = doc.intervals[1].evidence * 3
    ids = [one.id for one in doc.intervals]
    return replace(
        doc,
        intervals=[replace(one, evidence=lines) for one in doc.intervals],
        findings=[replace(doc.findings[0], id=f"a{one}", interval=one) for one in ids],
        remedies=[replace(doc.remedies[0], id=f"b{one}", interval=one) for one in ids],
        patterns=[replace(one, evidence=lines) for one in doc.patterns],
        preceding=[Preceding(interval=one, template="x", count=1, expected=0.1, lift=10.0, p=0.01) for one in ids],
    )


def test_an_extract_holds_what_belongs_to_its_intervals_and_no_more_lines_than_rows():
    doc = rich()
    order = ["f6-1", *(one.id for one in doc.intervals if one.id != "f6-1")]
    inside = kept_json(embedded(doc, order, 0).json)
    assert [one.id for one in inside.intervals] == ["f6-1"]
    for rows in (inside.findings, inside.remedies, inside.preceding, inside.examined):
        assert [one.interval for one in rows] == ["f6-1"]
    assert [len(one.evidence) for one in inside.intervals] == [1]
    assert {len(one.evidence) for one in inside.patterns} == {1}
    assert len(inside.patterns) == 2


def test_an_extract_grows_as_far_as_it_fits():
    doc = rich()
    order = [one.id for one in doc.intervals]
    bounds = range(4_000, len(escaped(to_json(doc)).encode()), 1_000)
    sizes = [embedded(doc, order, most) for most in bounds]
    too_long = [one.intervals for one, most in zip(sizes, bounds, strict=True) if len(one.json.encode()) > most]
    assert set(too_long) <= {1}, "only the least extract may be longer than asked"
    counts = [one.intervals for one in sizes]
    assert counts == sorted(counts)
    assert {1, 2, 4} <= set(counts) <= {1, 2, 4, 5}


def test_a_comparison_that_fits_is_whole_and_one_byte_less_is_an_extract_that_says_so():
    doc = apart()
    total = sum(len(fault.stays) for fault in doc.faults)
    text = escaped(comparison_json(doc))
    made = comparison_embedded(doc, len(text.encode()))
    assert (made.json, made.whole, made.intervals, made.total) == (text, True, total, total)
    less = comparison_embedded(doc, len(text.encode()) - 1)
    inside = json.loads(less.json)
    held = sum(len(fault["stays"]) for fault in inside["faults"])
    assert (less.whole, less.intervals, less.total) == (False, held, total)
    told = f"holds {held} of {total} stays; faultlog compare --json writes all"
    assert inside["warnings"][0] == {"code": "extract", "file": None, "detail": told}


def test_the_least_extract_of_a_comparison_holds_one_row_of_each_kind_the_last_changes_and_stays():
    doc = apart()
    doc = replace(
        doc,
        changes=[replace(doc.changes[0], what=f"x{number}") for number in range(3)],
        faults=[replace(one, stays=[*one.stays, one.stays[0]]) for one in doc.faults],
        warnings=doc.warnings * 3,
    )
    inside = json.loads(comparison_embedded(doc, 0).json)
    assert [len(fault["stays"]) for fault in inside["faults"]] == [1]
    (stay,) = inside["faults"][0]["stays"]
    wanted = json.loads(comparison_json(doc))["faults"][0]["stays"][-1]
    for side in ("together", "old", "new"):
        kept, whole = stay[side], wanted[side]
        assert (kept is None) == (whole is None)
        if kept is not None:
            assert kept["interval"]["evidence"] == whole["interval"]["evidence"][:1]
    assert [one["what"] for one in inside["changes"]] == ["x2"]
    for rows in (inside["old"]["coverage"], inside["new"]["coverage"], inside["holes"], inside["assumptions"]):
        assert len(rows) <= 1
    assert len(inside["warnings"]) == 1 + min(1, len(doc.warnings))


def test_the_least_extract_of_a_comparison_quotes_one_line_a_side_and_one_span_a_bundle():
    doc = apart()
    fault = next(one for one in doc.faults if one.fault_id == 3)
    told = fault.stays[0].old
    told = replace(told, interval=replace(told.interval, evidence=told.interval.evidence * 3))
    stay = replace(fault.stays[0], together=told, old=told, new=told)
    old, new = (replace(side, coverage=side.coverage * 3) for side in (doc.old, doc.new))
    doc = replace(doc, old=old, new=new, faults=[replace(fault, stays=[stay] * 2)])
    inside = json.loads(comparison_embedded(doc, 0).json)
    (kept,) = inside["faults"][0]["stays"]
    assert [len(kept[side]["interval"]["evidence"]) for side in ("together", "old", "new")] == [1, 1, 1]
    assert [len(inside[side]["coverage"]) for side in ("old", "new")] == [1, 1]


def test_a_comparison_of_very_many_stays_is_not_even_tried_as_a_whole(monkeypatch):
    doc = apart()
    text, total = escaped(comparison_json(doc)), sum(len(fault.stays) for fault in doc.faults)
    monkeypatch.setattr(embedding, "LEAST_STAY", len(text.encode()) // total)
    assert comparison_embedded(doc, len(text.encode())).whole
    monkeypatch.setattr(embedding, "LEAST_STAY", len(text.encode()) // total + 1)
    assert not comparison_embedded(doc, len(text.encode())).whole
