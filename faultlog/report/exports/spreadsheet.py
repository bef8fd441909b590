"""CSV (RFC 4180): a header, one row a line, and no cell that a spreadsheet would run as a formula."""

import csv
import io

from faultlog.report.exports.columns import COLUMNS, Cell
from faultlog.report.exports.timeline import Timeline
from faultlog.wording import safe

RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet runs. Source: OWASP, CSV Injection."""
SHIELD = "'"


def csv_of(timeline: Timeline) -> bytes:
    """The rows as CSV, UTF-8 without a byte order mark; empty cells are unknown or do not apply."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in COLUMNS])
    for row in timeline.rows:
        writer.writerow([_cell(value) for value in row.cells().values()])
    return out.getvalue().encode()


def _cell(value: Cell) -> Cell:
    """A cell: numbers are our own and stay, of text every control is spelled out and the beginning shielded."""
    if isinstance(value, bool):
        return str(value).lower()
    return neutral(safe(value)) if isinstance(value, str) else value


def neutral(text: str) -> str:
    r"""A text that no spreadsheet runs: `'` before it, also where it begins with one, so that it can be taken off.

    >>> neutral("=1+1"), neutral("'quoted'"), neutral("plain")
    ("'=1+1", "''quoted'", 'plain')
    """
    return SHIELD + text if text.startswith((*RUN, SHIELD)) else text


def original(cell: str) -> str:
    """The text of a cell that `neutral` wrote."""
    return cell.removeprefix(SHIELD)
