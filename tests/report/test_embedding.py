"""A document inside a page: it cannot end the block it stands in, and it has no more bytes than it may."""

import json
from dataclasses import replace

import pytest

from faultlog.report.document import kept_json, to_json
from faultlog.report.html import embedding
from faultlog.report.html.embedding import embedded, escaped
from tests.report.exports.cases import ends, hostile


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
