"""CSV that no spreadsheet runs."""

import csv
import io

import pytest

from faultlog.report.exports.columns import COLUMNS
from faultlog.report.exports.spreadsheet import RUN, SHIELD, csv_of, neutral, original
from tests.report.exports.cases import ends, hostile, timeline


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'"])
def test_what_a_spreadsheet_runs_is_shielded(begin):
    assert neutral(f"{begin}1") == f"'{begin}1"
    assert original(neutral(f"{begin}1")) == f"{begin}1"


@pytest.mark.parametrize("text", ["", "a", "1", "a=1", " =1", '"=1"'])
def test_all_else_stays(text):
    assert neutral(text) == original(text) == text


def test_a_file_has_a_header_and_one_row_a_line():
    made = timeline(hostile())
    text = csv_of(made).decode("utf-8")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == [column.name for column in COLUMNS]
    assert len(rows) == len(made.rows) == text.count("\r\n") - 1
    cells = [cell for row in rows for cell in row]
    assert [one for one in cells if one.startswith(RUN) and not one[1:].replace(".", "").isdigit()] == []
    assert any(one.startswith(SHIELD + "=cmd") for one in cells)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_numbers_and_truths_are_written_as_they_are():
    made = timeline(ends())
    rows = list(csv.DictReader(io.StringIO(csv_of(made).decode(), newline="")))
    for row, known in zip(rows, made.rows, strict=True):
        for name, value in known.cells().items():
            if isinstance(value, bool):
                assert row[name] == str(value).lower()
            elif value is None:
                assert row[name] == ""
            elif not isinstance(value, str):
                assert row[name] == str(value)
