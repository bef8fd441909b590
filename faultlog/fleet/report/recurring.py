"""How often faults come back: the mean number of raises of a host since it was first observed."""

from collections.abc import Sequence
from dataclasses import replace

from faultlog.fleet.report.panels import Axes, Corner, Panel, draw_panels
from faultlog.fleet.report.picture import Easel, Picture
from faultlog.fleet.report.scales import Even, rounds
from faultlog.fleet.report.telling import NOTHING, number
from faultlog.fleet.statistics.fleet import Fault
from faultlog.fleet.statistics.rates import DAY_S
from faultlog.fleet.statistics.recurrence import LEAST_AT_RISK, Recurrence

MOST_PANELS = 6
"""Faults with a function, those with the most raises. Tool default."""
SHORT_S = 3 * DAY_S
"""Time up to which an axis counts hours. Tool default."""


def recurrences(easel: Easel) -> Picture | None:
    """The picture, where any raise counts."""
    telling = easel.telling
    fit = [replace(one, returning=_known(one.returning)) for one in telling.faults if one.returning.steps]
    fit.sort(key=lambda one: -one.returning.events)
    if not fit:
        return None
    shown = fit[:MOST_PANELS]
    notes = [telling.words("fleet.report.recurring.note", least=LEAST_AT_RISK)]
    if len(fit) > len(shown):
        notes.append(telling.counted("fleet.report.more_faults", len(fit) - len(shown)))
    canvas, head = easel.begun("recurring", *notes)
    longest = max(one.returning.steps[-1].at_s for one in shown)
    draw_panels(canvas, [_panel(easel, one) for one in shown], _axes(easel, shown, longest))
    names = ("fault", "hosts", "raises", "last_raise", "mean", "mean_band", "at_risk")
    said = telling.counted("fleet.report.recurring.alternative", len(shown), means=_means(easel, shown))
    return easel.ended(canvas, head, said, easel.table(names, (_row(easel, one) for one in fit), 1, 2, 3, 4, 5, 6))


def _known(found: Recurrence) -> Recurrence:
    """The curve while enough hosts are observed: one that is observed for longer would be all that a picture shows."""
    known = [place for place, step in enumerate(found.steps, 1) if step.at_risk >= LEAST_AT_RISK]
    return replace(found, steps=found.steps[: known[-1]]) if known else found


def _axes(easel: Easel, shown: Sequence[Fault], longest_s: float) -> Axes:
    unit, name = (3600.0, "hour") if longest_s < SHORT_S else (DAY_S, "day")
    times = rounds(longest_s / unit, 6)
    most = rounds(max(max(_tops(one)) for one in shown), 4)
    return Axes(
        x=lambda begin, end: Even(0, times[-1] * unit, begin, end),
        x_marks=[(one * unit, easel.telling.words(f"fleet.report.recurring.{name}", n=number(one))) for one in times],
        y=lambda bottom, top: Even(0, most[-1], bottom, top),
        y_marks=[(one, number(one)) for one in most],
    )


def _tops(one: Fault) -> list[float]:
    """Mean, and what of the band lies within twice of it: one wide end does not flatten all panels."""
    return [step.mean if step.band is None else min(step.band[1], 2 * step.mean) for step in one.returning.steps]


def _panel(easel: Easel, one: Fault) -> Panel:
    telling, found = easel.telling, one.returning
    last = found.steps[-1]
    raises, hosts = telling.many("raises", found.events), telling.many("hosts", found.hosts)
    counts = telling.words("fleet.report.recurring.counts", raises=raises, hosts=hosts)
    end = telling.words(
        "fleet.report.recurring.last",
        mean=number(last.mean),
        after=telling.length(last.at_s),
        at_risk=f"{last.at_risk:,}",
    )
    corners = [Corner(step.at_s, step.mean, step.band) for step in found.steps]
    return Panel(telling.name(one.fault_id), (counts, end), corners, (0.0, 0.0), last.at_s)


def _means(easel: Easel, shown: Sequence[Fault]) -> str:
    return "; ".join(f"{easel.telling.name(one.fault_id)}: {number(one.returning.steps[-1].mean)}" for one in shown)


def _row(easel: Easel, one: Fault) -> tuple[str, ...]:
    found, last = one.returning, one.returning.steps[-1]
    band = NOTHING if last.band is None else "–".join(map(number, last.band))
    counts = (f"{found.hosts:,}", f"{found.events:,}", easel.telling.length(last.at_s), number(last.mean))
    return (easel.telling.name(one.fault_id), *counts, band, f"{last.at_risk:,}")
