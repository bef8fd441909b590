"""A saved case document that was changed by hand is refused with the place, or drawn; nothing in it can be nonsense."""

import io
import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from faultlog.errors import UsageError
from faultlog.report import document as documents
from faultlog.report.charts.font import ShippedFont
from faultlog.report.charts.layout import sheet_of
from faultlog.report.document import CaseDocument, from_json, saved, to_json
from faultlog.report.explaining import render_explanation
from faultlog.report.exports.formats import FORMATS
from faultlog.report.exports.timeline import Timeline
from faultlog.report.html.case import render_html
from faultlog.report.html.embedding import embedded
from faultlog.report.soundness import complaints
from faultlog.report.text import render_text
from faultlog.wording import Wording
from tests.conftest import EXAMPLES
from tests.logs import case_of, knowledge, log
from tests.report.test_document import RICH

LATE = log(
    "11:59:00 connector started", "12:00:00 Fault Raised: 6 (Major)", "12:20:00 Fault Cleared: 6",
    "12:30:00 Fault Raised: 10", "12:50:00 x",
)  # fmt: skip
SET_BACK = log(
    "12:00:00 Fault Raised: 6 (Major)", "12:30:00 x", "12:30:10 x",
    "11:00:00 x", "11:00:10 x", "11:05:00 Fault Cleared: 6",
)  # fmt: skip


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    """The document of a breach that has cleared and of a fault that is open."""
    found: dict[str, Any] = json.loads(to_json(case_of(LATE, os="macos")))
    return found


def changed(tree: dict[str, Any], place: str, value: object) -> str:
    """A document with another value at a dotted place."""
    made = deepcopy(tree)
    *path, last = place.split(".")
    here: Any = made
    for step in path:
        here = here[int(step)] if step.isdigit() else here[step]
    here[int(last) if last.isdigit() else last] = value
    return json.dumps(made)


def refusal(text: str) -> str:
    with pytest.raises(UsageError) as refused:
        from_json(text, "case.json")
    (sentence,) = str(refused.value).splitlines()
    return sentence


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("intervals.0.raised.at", "2026-13-03T12:00:00Z", "'2026-13-03T12:00:00Z' is no instant in UTC such as"),
        ("intervals.0.raised.at", "2026-02-30T12:00:00Z", "is no instant in UTC"),
        ("intervals.0.raised.at", "2026-03-03T24:00:00Z", "is no instant in UTC"),
        ("intervals.0.raised.at", "٢٠٢٦-03-03T12:00:00Z", "is no instant in UTC"),
        ("intervals.0.raised.at", "2026-03-03T12:00:00+09:00", "is no instant in UTC"),
        ("intervals.0.raised.at", "0001-01-01T00:00:00Z", "is no instant in UTC"),
        ("coverage.0.to", "9999-12-31T23:59:59Z", "is no instant in UTC"),
        ("findings.0.why.0.text.params", {"at": "soon"}, "at: 'soon' is no instant in UTC"),
        ("assumptions.0.params", {"taken_at": 5}, "taken_at: '5' is no instant in UTC"),
        ("intervals.0.cleared.at", "2026-03-03T11:00:00Z", "cleared: is before raised"),
        ("intervals.0.raised.at", None, "must state an instant where kind is 'observed'"),
        ("intervals.0.raised.until", "2026-03-03T12:00:00Z", "must be null where kind is 'observed'"),
        ("intervals.0.cleared.kind", "between", "cleared.until: must state an instant where kind is 'between'"),
        ("intervals.0.duration_s", [5.0, 5.0], "is not the time from raised to cleared"),
        ("intervals.1.duration_s", [-5.0, None], "is no range from a shortest to a longest time"),
        ("intervals.1.duration_s", [9.0, 8.0], "is no range"),
        ("intervals.1.duration_s", [1e300, None], "0: is a longer time than a calendar has"),
        ("findings.0.deadline_at", "2026-03-04T12:10:00Z", "is not within_s after what it counts from"),
        ("findings.0.margin_s", 600.0, "is no margin of what is breached"),
        ("findings.0.margin_s", -5000.0, "is a longer time than lies between the clear and the deadline"),
        ("files.0.last_at", "2026-03-02T12:00:00Z", "is before first_at"),
        ("files.0.lines", 2**63, "is larger than"),
        ("files.0.lines", "5", "Input should be a valid integer"),
        ("files.0.lines", True, "Input should be a valid integer"),
        ("coverage.0.from", "2026-03-09T12:00:00Z", "coverage.0.to: is before from"),
        ("host.time_zone.name", "Mars/Olympus", "unknown time zone 'Mars/Olympus'"),
        ("findings.0.interval", "f9-9", "is 'f9-9', which is the id of no interval"),
        ("remedies.0.interval", "f9-9", "is 'f9-9', which is the id of no interval"),
        ("findings.0.fault_id", 7, "is another than 6, the fault of 'f6-1'"),
        ("intervals.0.evidence.0.file", "x.log", "is 'x.log', which no entry of files is"),
        ("signals.0.evidence.file", "x.log", "is 'x.log', which no entry of files is"),
        ("intervals.1.id", "f6-1", "is 'f6-1' like intervals.0.id; each has its own"),
        ("patterns.0.id", "f6-1", "is 'f6-1' like intervals.0.id"),
        ("intervals.0.evidence", [[[]]], "intervals.0.evidence.0: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(tree: dict[str, Any], place: str, value: object, said: str) -> None:
    sentence = refusal(changed(tree, place, value))
    assert said in sentence
    assert sentence.startswith("case.json is no ")
    assert place.rsplit(".", 1)[0] in sentence


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_none_is_refused(tree: dict[str, Any], number: str) -> None:
    for place in ("intervals.0.duration_s.0", "findings.0.margin_s", "findings.0.headline.params.late_s"):
        text = changed(tree, place, "HERE").replace('"HERE"', number)
        assert place.rsplit(".", 1)[0] in refusal(text)


def test_a_key_that_stands_twice_is_refused(tree: dict[str, Any]) -> None:
    text = json.dumps(tree).replace('"kind": "observed", ', '"kind": "observed", "kind": "observed", ', 1)
    assert refusal(text).startswith(
        "case.json is no sound faultlog.case/1 document: intervals.0.raised.kind: stands twice"
    )
    assert "document: audit: stands twice" in refusal(
        json.dumps(tree)[:-1] + ', "audit": ' + json.dumps(tree["audit"]) + "}"
    )


def test_a_text_of_brackets_is_refused(tree: dict[str, Any]) -> None:
    assert "recursion limit" in refusal(
        changed(tree, "intervals", 0).replace('"intervals": 0', '"intervals": ' + "[" * 9999)
    )


def test_what_is_larger_than_the_limit_is_not_read(tree: dict[str, Any], tmp_path: Any, monkeypatch: Any) -> None:
    path = tmp_path / "case.json"
    monkeypatch.setattr(documents, "_MOST_MIB", 1)
    path.write_text(json.dumps(tree) + " " * (1 << 20))
    with pytest.raises(UsageError, match=r"^.*case\.json is no faultlog\.case/1 document: it has more than 1 MiB"):
        saved(str(path))
    path.write_text("{" + " " * (1 << 20) + json.dumps(tree)[1:])
    assert saved(str(path)) is None
    path.write_bytes(json.dumps(tree).encode() + b"\xff")
    with pytest.raises(UsageError, match=r"byte \d+ of it is no UTF-8"):
        saved(str(path))
    path.write_text(json.dumps(tree), encoding="utf-8-sig")
    assert from_json(saved(str(path)) or "").intervals


@pytest.mark.parametrize("files", [LATE, SET_BACK, RICH], ids=["late", "set back", "rich"])
def test_what_faultlog_writes_is_sound(files: Any) -> None:
    case = from_json(to_json(case_of(files, full=True)))
    assert list(complaints(case)) == []
    assert case.intervals


def test_the_extract_of_a_long_case_is_read_though_what_it_refers_to_was_left_out() -> None:
    whole = from_json(to_json(case_of(RICH, full=True)))
    held = embedded(whole, [one.id for one in whole.intervals], 8_000)
    doc = from_json(str(held.json))
    assert not held.whole
    assert {line.file for one in doc.signals for line in [one.evidence]} - {one.path for one in doc.files}


def test_a_clock_that_was_set_back_lets_a_fault_clear_before_its_raise() -> None:
    (one,) = from_json(to_json(case_of(SET_BACK))).intervals
    assert (one.raised.at or "") > (one.cleared.at or "")


def outputs(doc: CaseDocument) -> None:
    """Everything that is made of a document, the picture as far as it is laid out."""
    wording = Wording("en", knowledge().rules, doc.host.time_zone.name)
    console = Console(file=io.StringIO(), width=100)
    render_text(doc, wording, console, path="case.json")
    for one in (*doc.intervals, *doc.findings, *doc.remedies, *doc.patterns, *doc.contradictions):
        render_explanation(doc, one.id, wording, console)
    render_html(doc, wording, path="case.json")
    timeline = Timeline.of(doc, wording)
    for each in FORMATS.values():
        each.write(timeline)
    sheet_of(doc, wording, ShippedFont())


def places(tree: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in steps:
        yield (*here, key)
        yield from places(value, (*here, key))


SAME: dict[type, st.SearchStrategy[Any]] = {
    int: st.sampled_from([0, 1, -1, 10**18, 2**62]),
    float: st.sampled_from([0.0, -1.5, 1e11, 1e15, 1e308]),
    str: st.sampled_from(
        ["", "x", "fault.name", "condition", "advice", "f6-1", "UTC", "between", "not_before", "open", "unknown",
         "blind", "1969-01-01T00:00:00Z", "9999-12-30T23:59:59.999999999Z", "2026-03-03T12:05:00.5Z",
         "\x1b[31m\x00</script>{{x}}[{at}]"]
    ),
}  # fmt: skip
OTHER = st.sampled_from([None, True, 0, 1.5, "", [], {}, {"a": 1}])


DRAWN: dict[str, Any] = json.loads(to_json(case_of(LATE, os="macos")))
PLACES = list(places(DRAWN))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A document in which one place is gone, of another type, or says something else."""
    made = deepcopy(DRAWN)
    *path, last = draw(st.sampled_from(PLACES))
    here: Any = made
    for step in path:
        here = here[step]
    if draw(st.integers(0, 5)) == 0:
        del here[last]
    else:
        here[last] = draw(draw(st.sampled_from([SAME.get(type(here[last]), OTHER), OTHER])))
    return json.dumps(made)


@settings(max_examples=EXAMPLES // 12)
@given(text=mutated())
def test_a_document_changed_anywhere_is_refused_with_a_place_or_drawn(text: str) -> None:
    try:
        doc = from_json(text, "case.json")
    except UsageError:
        assert re.match(r"case\.json is no (sound )?faultlog\.case/1 document: [a-z_]+(\.\w+)*: ", refusal(text))
    else:
        outputs(doc)


@pytest.mark.parametrize(
    ("count", "is_sound"),
    [(1, True), (0, False), (-5, False), ("9", False), (10**400, True)],
    ids=["one", "none", "less", "text", "huge"],
)
def test_lines_out_of_order_excuse_two_seconds_each(tree: dict[str, Any], count: object, is_sound: bool) -> None:
    made = json.loads(
        changed(tree, "intervals.0.cleared", tree["intervals"][0]["cleared"] | {"at": "2026-03-03T11:59:57Z"})
    )
    made["intervals"][0]["duration_s"] = [0.0, None]
    made["findings"] = [one for one in made["findings"] if one["interval"] != made["intervals"][0]["id"]]
    made["assumptions"].append({"key": "assumption.out_of_order", "params": {"files": "a.log", "count": count}})
    said = [what for _, what in complaints(documents.kept_json(json.dumps(made)))]
    assert ("is before raised" not in said) is is_sound
    assert ("is larger than 9223372036854775807" in said) is (count == 10**400)
