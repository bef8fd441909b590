"""A case as tables, for notebooks and statistics."""

from typing import TYPE_CHECKING

from faultlog.case import Case
from faultlog.model import Instant

if TYPE_CHECKING:
    import pandas as pd


def intervals_frame(case: Case) -> "pd.DataFrame":
    """The fault intervals of a case, one a row, by raise.

    Columns: `id`, `fault_id`, `severity`, `state` (as in the case document); `raised_from`, `raised_until`,
    `cleared_from`, `cleared_until` (UTC timestamps; each end lies between its two, `NaT` is unbounded);
    `duration_min_s`, `duration_max_s` (seconds; `NaN` is unbounded); `duplicate_raises`, `may_be_several`; `file`,
    `line` of the first evidence.
    """
    import pandas as pd

    rows = [
        {
            "id": one.id,
            "fault_id": one.fault_id,
            "severity": one.severity,
            "state": one.state,
            "raised_from": _stamp(one.raised.earliest),
            "raised_until": _stamp(one.raised.latest),
            "cleared_from": _stamp(one.cleared.earliest),
            "cleared_until": _stamp(one.cleared.latest),
            "duration_min_s": one.duration_s[0],
            "duration_max_s": float("nan") if one.duration_s[1] is None else one.duration_s[1],
            "duplicate_raises": one.duplicate_raises,
            "may_be_several": one.may_be_several,
            "file": one.evidence[0].file,
            "line": one.evidence[0].line,
        }
        for one in case.intervals
    ]
    times = ["raised_from", "raised_until", "cleared_from", "cleared_until"]
    columns = [
        "id", "fault_id", "severity", "state", *times, "duration_min_s", "duration_max_s",
        "duplicate_raises", "may_be_several", "file", "line",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(**{name: pd.to_datetime(frame[name], utc=True) for name in times})


def _stamp(at: Instant | None) -> object:
    return None if at is None else at.utc()
