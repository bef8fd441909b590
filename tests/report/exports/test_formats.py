"""Each format is loaded by those who read it: csv, pandas, pyarrow, OCSF's models, the rules of a trace."""

import csv
import io
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from dateutil import parser
from hypothesis import given
from hypothesis import strategies as st
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
from py_ocsf_models.events.findings.severity_id import SeverityID

from faultlog.errors import UnknownName, UsageError
from faultlog.model import Instant
from faultlog.report.document import CaseDocument, to_json
from faultlog.report.exports.columns import COLUMNS, SCHEMA
from faultlog.report.exports.formats import FORMATS, format_asked, format_named
from faultlog.report.exports.markdown import escaped
from faultlog.report.exports.parquet import parquet_schema
from faultlog.report.exports.spreadsheet import RUN, neutral, original
from faultlog.wording import safe
from tests.report.charted import case, finding, interval

from .cases import bounds, each_case, ends, hostile, sample, timeline
from .traces import flaws_of

NAMES = [column.name for column in COLUMNS]
INSTANTS = [column.name for column in COLUMNS if column.type == "instant"]


def written(doc: CaseDocument, name: str, language: str = "en") -> bytes:
    return FORMATS[name].write(timeline(doc, language))


def objects(content: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in content.decode().splitlines()]


def microseconds(at: object) -> int | None:
    return None if at is None else Instant.of(str(at)).ns // 1000


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_case_gives_the_same_bytes(name: str) -> None:
    assert written(hostile(), name) == written(hostile(), name) != b""


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if not one.binary])
def test_nothing_that_a_terminal_may_obey_is_written_raw(name: str) -> None:
    text = written(hostile(), name).decode()
    assert re.findall("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e\u2028]", text) == []


# CSV


@each_case
def test_csv_comes_back_cell_by_cell(doc: CaseDocument) -> None:
    read = list(csv.DictReader(io.StringIO(written(doc, "csv").decode(), newline="")))
    assert [list(one) for one in read] == [NAMES] * len(timeline(doc).rows)
    for cells, row in zip(read, timeline(doc).rows, strict=True):
        for column in COLUMNS:
            value, cell = row.cells()[column.name], cells[column.name]
            if value is None:
                assert cell == ""
            elif isinstance(value, str):
                assert original(cell) == safe(value)
            elif isinstance(value, bool):
                assert cell == str(value).lower()
            else:
                assert float(cell) == value


@each_case
def test_no_text_cell_of_a_csv_is_run(doc: CaseDocument) -> None:
    for cells in csv.DictReader(io.StringIO(written(doc, "csv").decode(), newline="")):
        for column in COLUMNS:
            if column.type not in {"integer", "number"}:
                assert not cells[column.name].startswith(RUN), column


@given(st.one_of(st.text(), st.tuples(st.sampled_from([*RUN, "'"]), st.text()).map("".join)))
def test_a_neutral_cell_is_never_run_and_gives_its_text_back(text: str) -> None:
    assert not neutral(text).startswith(RUN)
    assert original(neutral(text)) == text


def test_pandas_reads_the_csv_with_types() -> None:
    frame = pd.read_csv(io.BytesIO(written(ends(), "csv")), parse_dates=INSTANTS, date_format="ISO8601")
    rows = timeline(ends()).rows
    assert frame["id"].tolist() == [row.id for row in rows]
    assert all(isinstance(frame[name].dtype, pd.DatetimeTZDtype) for name in ("begin_from", "end_from"))
    assert frame["margin_s"].min() == min(row.margin_s for row in rows if row.margin_s is not None) < 0


# JSON lines


@each_case
def test_json_lines_are_the_rows(doc: CaseDocument) -> None:
    assert objects(written(doc, "jsonl")) == [row.cells() for row in timeline(doc).rows]


def test_pandas_reads_the_json_lines() -> None:
    frame = pd.read_json(io.BytesIO(written(ends(), "jsonl")), lines=True)
    assert list(frame.columns) == NAMES
    assert len(frame) == len(timeline(ends()).rows)
    begun = pd.to_datetime(frame["begin_from"], format="ISO8601", utc=True)
    assert begun.max() == pd.Timestamp("2026-03-03T12:45:00Z")


# Parquet


@each_case
def test_parquet_has_the_schema_and_the_rows(doc: CaseDocument) -> None:
    table = pq.read_table(io.BytesIO(written(doc, "parquet")))
    assert table.schema.equals(parquet_schema())
    assert table.schema.metadata[b"schema"].decode() == SCHEMA
    for read, row in zip(table.to_pylist(), timeline(doc).rows, strict=True):
        for name, value in row.cells().items():
            wanted = value if name not in INSTANTS or value is None else Instant.of(str(value)).utc()
            assert read[name] == wanted, name


def test_parquet_says_units_and_meanings() -> None:
    schema = pq.read_schema(io.BytesIO(written(ends(), "parquet")))
    units = {field.name: field.metadata.get(b"unit", b"").decode() for field in schema}
    assert {name for name, unit in units.items() if unit == "s"} == {"duration_min_s", "duration_max_s", "margin_s"}
    assert {name for name, unit in units.items() if unit == "UTC"} == set(INSTANTS)
    assert all(field.metadata[b"description"] for field in schema)
    assert {str(schema.field(name).type) for name in INSTANTS} == {"timestamp[us, tz=UTC]"}


def test_pandas_reads_the_parquet() -> None:
    frame = pd.read_parquet(io.BytesIO(written(bounds(), "parquet")))
    assert frame["begin_from"].dt.tz is not None
    assert frame.loc[frame["begin_kind"] == "not_after", "begin_from"].isna().all()


def test_duckdb_reads_parquet_and_csv_with_types_and_utc(tmp_path: Path) -> None:
    types = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN"}
    wanted = [(one.name, types.get(one.type, "TIMESTAMP WITH TIME ZONE")) for one in COLUMNS]
    with duckdb.connect() as base:
        for name, read in (("parquet", "'{}'"), ("csv", "read_csv('{}', types = {{'after': 'VARCHAR'}})")):
            path = tmp_path / f"timeline.{name}"
            path.write_bytes(written(sample("fault6-breached-0001.zip"), name))
            source = read.format(path)
            described = base.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608 (a file of this test)
            assert [(column, kind) for column, kind, *_ in described] == wanted, name
            query = f"SELECT begin_from, margin_s FROM {source} WHERE verdict = 'breached' ORDER BY margin_s"  # noqa: S608
            begun, margin = base.execute(query).fetchall()[0]
            assert (begun.astimezone(UTC), margin) == (datetime(2026, 3, 3, 13, 16, 35, tzinfo=UTC), -897.0), name


def test_an_instant_beyond_what_nanoseconds_hold_is_kept() -> None:
    doc = json.loads(to_json(ends()))
    text = json.dumps(doc).replace("2026-", "9998-")
    from faultlog.report.document import from_json

    table = pq.read_table(io.BytesIO(written(from_json(text), "parquet")))
    assert datetime.fromisoformat("9998-03-03T12:31:00+00:00") in table["begin_from"].to_pylist()


# Timesketch


@each_case
def test_timesketch_takes_every_line(doc: CaseDocument) -> None:
    """As its importer reads JSON lines: three fields must be there, `datetime` must parse, `tag` would be a list."""
    for event in objects(written(doc, "timesketch")):
        assert {"message", "datetime", "timestamp_desc"} <= event.keys()
        assert "tag" not in event
        at = parser.parse(str(event["datetime"]))
        assert at.utcoffset() is not None
        assert at.utcoffset().total_seconds() == 0
        assert event["timestamp"] == round(at.timestamp() * 1_000_000)


@each_case
def test_a_timesketch_event_is_an_end_that_is_known(doc: CaseDocument) -> None:
    known = {microseconds(getattr(row, name)) for row in timeline(doc).rows for name in INSTANTS}
    events = objects(written(doc, "timesketch"))
    assert {event["timestamp"] for event in events} == known - {None}
    kept = {event["id"] for event in events} | {row.id for row in FORMATS["timesketch"].left_out(timeline(doc))}
    assert kept == {row.id for row in timeline(doc).rows}


def test_a_timesketch_event_says_what_its_instant_bounds() -> None:
    said = {}
    for event in objects(written(sample("cut-in-the-middle-0001.tar.gz"), "timesketch")):
        said.setdefault(event["id"], []).append((event["datetime"], event["timestamp_desc"]))
    assert said["f12-1"] == [
        ("2026-03-20T17:03:24.106629+00:00", "Fault raised, no later than"),
        ("2026-03-20T17:26:41.604999+00:00", "Fault cleared"),
    ]
    assert said["f5-1"][1] == ("2026-03-20T19:03:11+00:00", "Fault cleared: not yet")


# OCSF


@each_case
def test_every_breach_is_a_detection_finding(doc: CaseDocument) -> None:
    """The models ignore what they do not know, so what they give back must be all that was written."""
    events = objects(written(doc, "ocsf"))
    assert len(events) == sum(one.verdict == "breached" for one in doc.findings)
    for event in events:
        found = DetectionFinding.model_validate(event)
        assert found.model_dump(mode="json", exclude_unset=True) == event
        assert (found.class_uid, found.type_uid, found.category_uid) == (2004, 200401, 2)
        assert found.type_uid == found.class_uid * 100 + found.activity_id
        assert event["severity"] == SeverityID(found.severity_id).name


def test_a_detection_finding_says_when_how_bad_and_what_to_do() -> None:
    (event,) = [one for one in objects(written(sample("fault6-breached-0001.zip"), "ocsf")) if one["severity_id"] == 5]
    assert event["time"] == 1772543830000
    assert event["time"] == pd.Timestamp("2026-03-03T13:17:10Z").value // 1_000_000
    assert (event["duration"], event["count"]) == (1_497_000, 1)
    assert event["end_time"] - event["start_time"] == event["duration"]
    assert event["resources"] == [
        {"name": "sim-macos-0001", "uid": "19fc6bcf-a6f9-4910-8bfc-df4c8cab2f36", "type": "Host"}
    ]
    assert "ten minutes" in event["remediation"]["desc"]
    assert event["evidences"][0]["data"]["line"] == 44


def test_an_end_that_is_not_exact_is_no_time_of_a_detection_finding() -> None:
    from dataclasses import replace

    from faultlog.report.rows import Cleared

    doc = sample("fault6-breached-0001.zip")
    (interval,) = doc.intervals
    opened = replace(
        interval,
        cleared=Cleared("not_before", "2026-03-03T14:00:00Z", None, "log_ends"),
        state="open",
        duration_s=(3205.0, None),
    )
    event = objects(written(replace(doc, intervals=[opened]), "ocsf"))[0]
    assert "end_time" not in event
    assert "duration" not in event
    assert event["unmapped"]["end_kind"] == "not_before"
    assert event["finding_info"]["last_seen_time"] == 1772546400000


# Perfetto


@each_case
def test_a_trace_obeys_the_trace_event_format(doc: CaseDocument) -> None:
    assert flaws_of(json.loads(written(doc, "perfetto"))) == []


@each_case
def test_a_trace_holds_every_row_and_no_other_instant(doc: CaseDocument) -> None:
    trace, rows = json.loads(written(doc, "perfetto")), timeline(doc).rows
    events = [one for one in trace["traceEvents"] if one["ph"] != "M"]
    assert {one["args"]["id"] for one in events} | set(trace["otherData"]["left_out"]) == {row.id for row in rows}
    assert trace["otherData"]["left_out"] == [row.id for row in FORMATS["perfetto"].left_out(timeline(doc))]
    known = {microseconds(getattr(row, name)) for row in rows for name in INSTANTS}
    assert {at for one in events for at in (one["ts"], one["ts"] + one.get("dur", 0))} <= known


def test_intervals_that_overlap_lie_in_lanes_of_their_own() -> None:
    trace = json.loads(written(bounds(), "perfetto"))
    names = [one["args"]["name"] for one in trace["traceEvents"] if one["name"] == "thread_name"]
    assert {"fault 6", "fault 6 (2)", "fault 7", "fault 8"} <= set(names)
    assert len(set(names)) == len(names)


def test_open_and_unsure_parts_of_a_trace_are_marked() -> None:
    trace = json.loads(written(bounds(), "perfetto"))
    slices = [one for one in trace["traceEvents"] if one["ph"] == "X" and one["cat"] == "interval"]
    opened = [one for one in slices if one["args"]["open"] and one["args"]["sure"]]
    assert opened
    assert all(one["name"].endswith("▶") for one in opened)
    unsure = [one for one in slices if not one["args"]["sure"]]
    assert unsure
    assert all(one["name"].startswith("? ") for one in unsure)
    unseen = [one for one in slices if one["args"]["begin_kind"] == "not_after" and one["args"]["sure"]]
    assert unseen
    assert all(one["name"].startswith("◀ ") for one in unseen)


def test_a_stay_across_a_clock_that_was_set_back_is_two_instants() -> None:
    trace = json.loads(written(bounds(), "perfetto"))
    back = [one for one in trace["traceEvents"] if one.get("args", {}).get("id") == "f6-4"]
    assert [(one["ph"], one["ts"]) for one in back] == [("i", 1772532000000000), ("i", 1772535600000000)]


def spoiled(change: Callable[[dict[str, object]], object]) -> list[str]:
    trace = json.loads(written(sample("fault6-breached-0001.zip"), "perfetto"))
    change(next(one for one in trace["traceEvents"] if one["ph"] == "X"))
    return flaws_of(trace)


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        (lambda one: one.pop("dur"), "dur is no length"),
        (lambda one: one.update(dur=-1), "dur is no length"),
        (lambda one: one.update(ts="now"), "ts is no integer"),
        (lambda one: one.update(ph="Z"), "phase 'Z'"),
        (lambda one: one.update(tid=99), "lane 99 has no name"),
        (lambda one: one.update(name=""), "no name"),
    ],
)
def test_the_check_of_a_trace_bites(change: Callable[[dict[str, object]], object], flaw: str) -> None:
    assert flaw in "; ".join(spoiled(change))


def test_the_check_of_a_trace_sees_what_overlaps() -> None:
    trace = json.loads(written(sample("fault6-breached-0001.zip"), "perfetto"))
    one = next(event for event in trace["traceEvents"] if event["ph"] == "X")
    trace["traceEvents"].append({**one, "ts": one["ts"] + 1})
    assert [flaw for flaw in flaws_of(trace) if flaw.startswith("lane")]


# Markdown and the table


@pytest.mark.parametrize("language", ["en", "ko"])
@each_case
def test_every_row_of_a_markdown_table_has_as_many_cells_as_its_head(doc: CaseDocument, language: str) -> None:
    columns = 0
    for line in written(doc, "markdown", language).decode().splitlines():
        if not line.startswith("|"):
            columns = 0
            continue
        cells = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) - 1
        columns = columns or cells
        assert cells == columns > 1


@each_case
def test_markdown_holds_no_html_and_no_link(doc: CaseDocument) -> None:
    text = written(doc, "markdown").decode()
    assert re.findall(r"(?<!\\)[<\[]", text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- a", "\\- a"),
        ("1. a", "1\\. a"),
        ("0.749 s", "0.749 s"),
        ("# a", "\\# a"),
        ("a\nb", "a\\\\x0ab"),
        ("결함 *6*", "결함 \\*6\\*"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_a_summary_says_verdict_interval_advice_and_assumptions() -> None:
    text = written(sample("fault6-breached-0001.zip"), "markdown").decode()
    assert (
        "| breached | Fault 6 not cleared within 10 minutes of connector start: breached by 14 min 22 s | f6-1 |"
        in text
    )
    assert (
        "| f6-1 | 6 Scan service restarting frequently | Major | 13:06:35 | 13:31:32 | 24 min 57 s | cleared |" in text
    )
    assert text.index("### What to do") < text.index("1. Give the fault") < text.index("### Assumed")


def test_a_summary_says_first_what_triage_says_first() -> None:
    back = written(sample("fault7-every-update-0001.zip"), "markdown").decode()
    said = "| comes back | Fault 7 comes back with the definitions updates: raised within 15 minutes of each of 3"
    assert 0 < back.index(said) < back.index("| met |")
    still = written(sample("fault10-survives-reboot-0001.zip"), "markdown", "ko").decode()
    assert re.search(r"(?m)^\| 미해제 \| 결함 10.* \| f10-1 \|$", still)


def test_a_summary_of_many_intervals_stays_short_and_says_how_many_there_are() -> None:
    from dataclasses import replace

    doc = ends()
    many = [replace(doc.intervals[0], id=f"f6-{number}") for number in range(500)]
    text = written(replace(doc, intervals=many, findings=[]), "markdown").decode()
    assert len(text.splitlines()) < 80
    assert "… and 480 more; `faultlog timeline --format csv` writes all." in text


def test_the_table_marks_bounds() -> None:
    text = written(bounds(), "table").decode()
    assert "≤ 12:00:00" in text
    assert "> 12:00:00" in text
    assert "11:00:00 – 12:00:00" in text
    assert "f10-1-reboot" in (shown := written(ends(), "table").decode())
    assert re.search(r"(?m)^ *\?.*f10-1-reboot", shown)


# The formats themselves


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="no timeline format is called 'xlsx'; there are table, csv, jsonl, parquet"):
        format_named("xlsx")


@pytest.mark.parametrize("name", ["csv", "jsonl", "parquet"])
def test_a_file_that_ends_like_a_format_asks_for_it(name: str) -> None:
    assert format_asked(None, f"out/timeline.{name.upper()}").name == name
    assert format_asked(None, "ticket.md").name == "markdown"
    assert {format_asked(None, name).name for name in ("timeline.txt", "-", "timeline")} == {"table"}


def test_a_format_whose_library_is_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"parquet needs pyarrow, .*: pip install 'faultlog\[parquet\]'"):
        format_named("parquet")
    assert format_named("csv").name == "csv"


@pytest.mark.parametrize(
    ("name", "output", "said"),
    [
        ("csv", "a.parquet", "ends in .parquet, which asks for parquet, and --format asks for csv"),
        ("perfetto", "a.MD", "ends in .md, which asks for markdown, and --format asks for perfetto"),
        (None, "a.xlsx", r".xlsx asks for no format; let it end in one of .txt, .csv, .jsonl, .parquet, .md, or"),
    ],
)
def test_a_name_and_an_ending_that_do_not_fit_are_refused(name, output, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        format_asked(name, output)


@pytest.mark.parametrize(
    ("name", "output"), [("timesketch", "a.jsonl"), ("ocsf", "a.jsonl"), ("markdown", "a.txt"), ("csv", "a.tsv")]
)
def test_a_format_has_any_ending_that_is_not_that_of_another(name, output):
    assert format_asked(name, output).name == name


def lasting(intervals: int) -> CaseDocument:
    rows = [interval(6 + number % 30, number, number * 10, number * 10 + 500) for number in range(intervals)]
    return case(rows, findings=[finding(one, number * 10 + 2, 3 - number % 7) for number, one in enumerate(rows)])


def calls(work: Callable[[], object]) -> int:
    """How many calls of Python functions some work takes: as many on every machine."""
    seen = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal seen
        seen += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return seen


@pytest.mark.parametrize("name", FORMATS)
def test_twice_as_many_intervals_take_twice_as_long(name):
    few, many = (timeline(lasting(number)) for number in (60, 120))
    FORMATS[name].write(few)  # what is loaded and compiled once
    assert calls(lambda: FORMATS[name].write(many)) < 2.3 * calls(lambda: FORMATS[name].write(few)) + 200
