"""What stood before the raises, what changed before them, and which files were being scanned at the scan service's end.

It preceded the raise, no more is said: the words leave open why it came.
"""

from collections.abc import Sequence

from rich.text import Text

from faultlog.model import NS
from faultlog.report.page import DIM, cut, grid
from faultlog.report.rows import Change, Interval, Offender, Preceding
from faultlog.report.times import nanoseconds
from faultlog.report.view import Seen, View, judged
from faultlog.wording import safe

STANDS_OUT = 0.05
"""Greatest `p` of a shape that the triage report shows. Tool default."""
MOST_INTERVALS = 2
"""Intervals whose lines before are shown, the worst. Tool default."""
MOST_SHAPES = 3
"""Shapes shown of one of them. Tool default."""
MOST_FILES = 3
"""Files shown of one fault. Tool default."""
RECENT_S = 86_400.0
"""A change this long before a raise is still shown with it. Tool default."""


def before_raises(view: View) -> None:
    """What preceded the worst intervals, as far as it stands out; nothing where nothing could be compared."""
    rows = [row.interval for row in sorted(judged(view), key=lambda row: row.rank)]
    known = [one for one in rows if _compared(view, one) or changed(view, one)]
    if not known:
        return
    view.page.heading(view.wording.words("title.before"), view.wording.words("before.note"))
    for interval in known[:MOST_INTERVALS]:
        standing = [one for one in view.preceding.get(interval.id, ()) if one.p <= STANDS_OUT]
        _stood(view, interval, standing, MOST_SHAPES)
        _changes(view, interval)
    if len(known) > MOST_INTERVALS:
        said = view.wording.counted("before.others", len(known) - MOST_INTERVALS)
        view.page.hang("  ", said, DIM)


def before_interval(view: View, interval: Interval) -> None:
    """Everything known of what preceded one interval, or why nothing can be said."""
    say = view.wording
    view.page.heading(say.words("title.before"), say.words("before.note"))
    looked = view.examined.get(interval.id)
    if looked is not None and looked.missing is not None:
        view.page.hang("  ", say.say(looked.missing))
    rows = view.preceding.get(interval.id, ())
    _stood(view, interval, rows, len(rows))
    if rows:
        view.page.hang("  ", say.words("before.p"), DIM)
    _changes(view, interval)
    _files(view, [one for one in view.doc.offenders if one.fault_id == interval.fault_id])


def offenders(view: View) -> None:
    """The files that were being scanned when the scan service exited, by fault."""
    _files(view, view.doc.offenders)


def _compared(view: View, interval: Interval) -> bool:
    looked = view.examined.get(interval.id)
    return looked is not None and looked.missing is None


def _stood(view: View, interval: Interval, rows: Sequence[Preceding], most: int) -> None:
    """How much was compared, and the shapes that came of it."""
    looked = view.examined.get(interval.id)
    if looked is None or looked.missing is not None:
        return
    key = "before.shapes" if any(one.p <= STANDS_OUT for one in rows) else "before.nothing"
    said = view.wording.words(key, lines=f"{looked.lines:,}", sampled=f"{looked.sampled:,}")
    view.page.hang(f"  {safe(interval.id)}  ", said)
    if not rows:
        return
    names = ("count", "expected", "lift", "p", "template")
    table = grid(*(view.wording.words(f"column.{name}") for name in names), gap=view.page.gap)
    for column in table.columns[:-1]:
        column.justify, column.no_wrap = "right", True
    for one in rows[:most]:
        cells = (f"{one.count:,}", f"{one.expected:,.3g}", f"{one.lift:,.3g} ×", chance(one.p))
        table.add_row(*map(Text, cells), cut(one.template, view.page.width - 40))
    view.page.table(table)
    if len(rows) > most:
        command = view.explain(safe(interval.id))
        view.page.hang("  ", view.wording.words("before.more", count=len(rows) - most, command=command), DIM)


def chance(p: float) -> str:
    """A probability, as short as it says something."""
    return "< 0.001" if p < 0.001 else f"{p:.2g}"


def _changes(view: View, interval: Interval) -> None:
    said = [change_words(view, one, ago) for one, ago in changed(view, interval)]
    if said:
        head = f"  {safe(interval.id)}  "
        view.page.hang(head, view.wording.words("before.changed", changes=" · ".join(said)))


def changed(view: Seen, interval: Interval) -> list[tuple[Change, float]]:
    """The last change of each kind before a raise, with the seconds between, latest first."""
    raised = nanoseconds(interval.raised.at if interval.raised.kind == "observed" else None)
    last: dict[str, tuple[Change, float]] = {}
    for change in view.doc.changes:
        when = nanoseconds(change.at)
        if raised is None or when is None:
            continue
        ago = (raised - when) / NS
        if 0 <= ago <= RECENT_S and (change.what not in last or ago <= last[change.what][1]):
            last[change.what] = change, ago
    return sorted(last.values(), key=lambda one: one[1])


def change_words(view: Seen, change: Change, ago_s: float) -> str:
    """What changed, from what to what, how long before."""
    ends = {name: safe(text) for name, text in (("before", change.from_), ("after", change.to)) if text is not None}
    return view.wording.words(f"before.{change.what}", **ends, ago_s=ago_s)


def _files(view: View, rows: Sequence[Offender]) -> None:
    if not rows:
        return
    say = view.wording
    view.page.heading(say.words("title.offenders"), say.words("offenders.note"))
    for fault in sorted({one.fault_id for one in rows}):
        mine = [one for one in rows if one.fault_id == fault]
        head = f"  {say.words('bars.fault', fault=fault)}  "
        for one in mine[:MOST_FILES]:
            path = say.words("offenders.unnamed") if one.path is None else safe(one.path)
            view.page.hang(head, f"{one.count:,} × {path}")
            head = " " * Text(head).cell_len
        if len(mine) > MOST_FILES:
            view.page.hang(head, say.words("offenders.more", count=len(mine) - MOST_FILES), DIM)
