"""The row of an exported timeline, `faultlog.timeline/1`: its columns, their types and units, each said once."""

from typing import Final, Literal

from faultlog.values import dataclass

SCHEMA: Final = "faultlog.timeline/1"
"""Name and version of the row."""

Kind = Literal["interval", "finding", "remedy", "contradiction", "signal", "change", "hole"]
"""What of a case a row is."""

Type = Literal["text", "integer", "number", "instant", "flag"]
Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name is a field of `TimelineRow`."""

    name: str
    type: Type
    says: str
    unit: str | None = None


COLUMNS: Final = (
    Column("id", "text", "unique in the file; of intervals, findings, remedies and contradictions as in the case"),
    Column("kind", "text", "`interval`, `finding`, `remedy`, `contradiction`, `signal`, `change` or `hole`"),
    Column(
        "what",
        "text",
        "of an interval `fault`, else the rule, event, kind of signal, what changed, or `blind` or `dead`",
    ),
    Column("fault_id", "integer", "the fault it is about"),
    Column("interval", "text", "id of the interval it belongs to"),
    Column(
        "begin_kind",
        "text",
        "`observed`; `computed` (a deadline); `between`; `not_after`; `unknown`. Only the first two are one instant",
    ),
    Column("begin_from", "instant", "earliest possible begin; empty: unbounded or unknown", "UTC"),
    Column("begin_until", "instant", "latest possible begin; empty: unknown", "UTC"),
    Column("begin_reason", "text", "why the begin is not one exact instant"),
    Column(
        "end_kind",
        "text",
        "`observed`; `between`; `not_before` (it lasted at least until then, perhaps longer); empty: has no end",
    ),
    Column("end_from", "instant", "earliest possible end", "UTC"),
    Column("end_until", "instant", "latest possible end; empty: unbounded, or has no end", "UTC"),
    Column("end_reason", "text", "why the end is not one exact instant"),
    Column("duration_min_s", "number", "it lasted at least that long", "s"),
    Column("duration_max_s", "number", "it lasted at most that long; empty: unbounded", "s"),
    Column("state", "text", "of an interval `cleared`, `open` or `unknown`"),
    Column("may_be_several", "flag", "of an interval: it spans a hole in which it may have cleared and come back"),
    Column("duplicate_raises", "integer", "of an interval: further raises while it was raised"),
    Column("verdict", "text", "of a finding `met`, `breached`, `pending` or `indeterminate`"),
    Column("margin_s", "number", "of a finding: to spare; negative is late", "s"),
    Column("breaches", "integer", "of a finding: deadlines that passed"),
    Column("outcome", "text", "of a remedy `helped`, `did_not_help`, `not_tried` or `unknown`"),
    Column("severity", "text", "`Critical`, `Major` or `Minor`, as the line states it"),
    Column("level", "text", "what a finding or contradiction asks: `none`, `info`, `warning` or `critical`"),
    Column("reason", "text", "of a hole: why nothing was observed"),
    Column("before", "text", "of a change: from which value"),
    Column("after", "text", "of a change: to which value"),
    Column("message", "text", "one sentence, in the language of `--lang`"),
    Column("host", "text", "the host's name"),
    Column("host_guid", "text", "the connector's GUID"),
    Column("file", "text", "file of the first line it rests on"),
    Column("line", "integer", "number of that line, from 1"),
    Column("text", "text", "that line"),
)
"""Every column, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One row; instants are ISO 8601 in UTC with the digits that the log wrote, `None` is an empty cell."""

    id: str
    kind: Kind
    what: str
    fault_id: int | None = None
    interval: str | None = None
    begin_kind: str
    begin_from: str | None = None
    begin_until: str | None = None
    begin_reason: str | None = None
    end_kind: str | None = None
    end_from: str | None = None
    end_until: str | None = None
    end_reason: str | None = None
    duration_min_s: float | None = None
    duration_max_s: float | None = None
    state: str | None = None
    may_be_several: bool | None = None
    duplicate_raises: int | None = None
    verdict: str | None = None
    margin_s: float | None = None
    breaches: int | None = None
    outcome: str | None = None
    severity: str | None = None
    level: str | None = None
    reason: str | None = None
    before: str | None = None
    after: str | None = None
    message: str
    host: str | None = None
    host_guid: str | None = None
    file: str | None = None
    line: int | None = None
    text: str | None = None

    def cells(self) -> dict[str, Cell]:
        """The cells by column, in order."""
        return {column.name: getattr(self, column.name) for column in COLUMNS}
