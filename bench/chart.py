"""The results as one picture: how many times as long the peers take, and what faultlog reads in a second."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.results import Cost, Result, number
from bench.table import size

_OURS, _THEIRS, _FASTER, _INK, _QUIET = "#0b6e99", "#b9c4cc", "#d98c4a", "#22303a", "#6b7882"
_COMPARED = ("plain", "slow", "slow-small", "gz", "zip", "tar.gz", "full")
"""Rows of the upper half: the goals that speak of peers."""
_ALONE = ("memory", "start", "bundle")
"""Rows that compare faultlog with itself; they are in the table only."""
_LINE = 0.27
"""Inches of one bar."""


def draw(results: Sequence[Result], told: str, target: Path) -> None:
    """Write the picture, what is told of machine and runs below it; its kind is what the target's suffix says."""
    upper = [one for one in results if one.key in _COMPARED]
    lower = [one for one in results if one.key not in {*_COMPARED, *_ALONE}]
    heights = [max(1.0, sum(len(one.costs) + 0.6 for one in upper)), max(1.0, float(len(lower)) * 1.5)]
    figure = Figure(figsize=(9.5, sum(heights) * _LINE + 2.6), layout="constrained", facecolor="white")
    above, below = figure.subplots(2, 1, height_ratios=heights)
    _compared(above, upper)
    _otherwise(below, lower)
    figure.suptitle(
        "faultlog beside its peers: same file, same question, run in turns", x=0.01, ha="left", fontsize=13, color=_INK
    )
    figure.supxlabel(told[:1].upper() + told[1:], x=0.01, ha="left", fontsize=7.5, color=_QUIET)
    figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None, dpi=120)


def _compared(axes: Axes, results: Sequence[Result]) -> None:
    """A bar for every peer, from faultlog's own time to the peer's."""
    place, factors = 0.0, [0.8, 2.0]
    for result in results:
        _name(axes, place, f"{result.title}, {size(result.bytes)}", bold=True)
        for cost in result.costs[1:]:
            place += 1
            _name(axes, place, cost.name)
            axes.barh(place, cost.times - 1, left=1, height=0.72, color=_THEIRS if cost.times >= 1 else _FASTER)
            _value(axes, cost.times, place, f"{number(cost.times)} ×", before=cost.times < 1)
            factors += [cost.times, *_wanted(result, cost, axes, place)]
        place += 1.6
    axes.axvline(1, color=_OURS, linewidth=2)
    axes.set_xscale("log")
    axes.set_xlim(min(factors) * 0.4, max(factors) * 2.5)
    axes.set_ylim(place - 0.9, -0.8)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} ×")
    _finish(axes, "A peer's time by faultlog's (blue line); orange: the peer is faster; dotted: the goal")


def _wanted(result: Result, cost: Cost, axes: Axes, place: float) -> list[float]:
    """Mark where a peer's bar has to end for the goal to be met; the place of the mark, if there is a goal."""
    wanted = [1 / goal.bound if goal.at_most else goal.bound for goal in result.goals if goal.peer == cost.name]
    for factor in wanted:
        axes.plot([factor, factor], [place - 0.45, place + 0.45], ":", color=_INK, linewidth=1.6)
    return wanted


def _otherwise(axes: Axes, results: Sequence[Result]) -> None:
    """What faultlog reads in a second, with a mark for the search beside it."""
    speeds: list[float] = []
    for place, result in enumerate(results):
        ours = result.costs[0].gb_per_s * 1000
        _name(axes, place, f"{result.about}, {size(result.bytes)}")
        axes.barh(place, ours, height=0.6, color=_OURS)
        _value(axes, ours, place, f"{number(ours)} MB/s")
        for cost in result.costs:
            if cost.name.startswith("rg"):
                axes.plot([cost.gb_per_s * 1000], [place], "|", color=_INK, markersize=13, markeredgewidth=2)
                speeds.append(cost.gb_per_s * 1000)
        speeds.append(ours)
    axes.set_ylim(len(results) - 0.4, -0.6)
    axes.set_xscale("log")
    axes.set_xlim(min(speeds, default=1) * 0.4, max(speeds, default=10) * 2)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    _finish(axes, "Megabytes that faultlog reads in a second, start-up included; black mark: rg -F -i -c")


def _name(axes: Axes, place: float, text: str, *, bold: bool = False) -> None:
    """What a bar is about, left of the axes."""
    where = axes.get_yaxis_transform()
    weight = "bold" if bold else "normal"
    axes.text(-0.01, place, text, transform=where, va="center", ha="right", fontsize=8.5, color=_INK, weight=weight)


def _value(axes: Axes, value: float, place: float, text: str, *, before: bool = False) -> None:
    """A number at the end of its bar, on a ground that hides what lies behind."""
    side = "right" if before else "left"
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.85}
    axes.annotate(
        text, (value, place), (-4 if before else 4, 0), textcoords="offset points", va="center", ha=side, fontsize=8.5,
        color=_INK, bbox=ground,
    )  # fmt: skip


def _finish(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=9.5, color=_QUIET)
    axes.set_yticks([])
    axes.tick_params(axis="x", labelsize=8, colors=_QUIET)
    axes.grid(axis="x", color="#e4e8eb", linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_THEIRS)
