"""What came of a run: rows with their medians, goals and checks, as plain values for table, JSON and chart."""

import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from bench.answers import Checked
from bench.measure import Measured
from bench.rows import Goal, Row


@dataclass(frozen=True, slots=True)
class Cost:
    """A command's medians."""

    name: str
    shown: str
    """The line to type."""
    wall_s: float
    cpu_s: float
    rss_mb: float
    walls_s: tuple[float, ...]
    """Of each run."""
    times: float
    """Its wall clock by that of the row's first command."""
    gb_per_s: float
    """Bytes of the plain log by the wall clock."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal and whether it is met."""

    words: str
    value: float
    bound: float
    at_most: bool
    unit: str
    peer: str
    """The command whose time is compared, if the goal speaks of one."""

    @property
    def met(self) -> bool:
        """Whether the number is within its bound."""
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    @property
    def verdict(self) -> str:
        """What was reached, what was asked, and by how much it is missed."""
        sign = "≤" if self.at_most else "≥"
        told = f"{number(self.value)}{self.unit} {self.words} ({sign} {number(self.bound)}{self.unit})"
        return f"met: {told}" if self.met else f"missed by {self._missed()}: {told}"

    def _missed(self) -> str:
        times = self.value / self.bound if self.at_most else self.bound / self.value
        return f"{times - 1:.0%}" if times < 2 else f"a factor of {number(times)}"


@dataclass(frozen=True, slots=True)
class Result:
    """A row that was measured."""

    key: str
    title: str
    about: str
    bytes: int
    costs: tuple[Cost, ...]
    goals: tuple[Judged, ...]
    checks: tuple[Checked, ...]

    @property
    def differences(self) -> list[str]:
        """What the answers differ in; none in a row that counts."""
        return [f"{self.key}: {one}" for check in self.checks for one in check.differences]


def number(value: float) -> str:
    """Three digits, as many behind the point as that leaves."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def result(row: Row, measured: Sequence[Measured], checks: Sequence[Checked]) -> Result:
    """The numbers of a row."""
    first = measured[0].wall_s
    medians = {one.command.name: one for one in measured}
    costs = [
        Cost(
            one.command.name,
            one.command.shown,
            one.wall_s,
            one.cpu_s,
            one.rss_mb,
            tuple(run.wall_s for run in one.runs),
            one.wall_s / first,
            row.bytes / 1e9 / one.wall_s,
        )
        for one in measured
    ]
    goals = [_judged(goal, goal.value(medians)) for goal in row.goals]
    return Result(row.key, row.title, row.about, row.bytes, tuple(costs), tuple(goals), tuple(checks))


def _judged(goal: Goal, value: float) -> Judged:
    return Judged(goal.words, value, goal.bound, goal.at_most, goal.unit, goal.peer)


def machine() -> dict[str, str]:
    """Where this ran and what ran, by name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "faultlog": version("faultlog"),
        "ripgrep": _first_line("rg", "--version"),
        "grep": _first_line("grep", "--version"),
        "lnav": _first_line("lnav", "-V"),
        "gzip": _first_line("gzip", "--version"),
        "unzip": _first_line("unzip", "-v"),
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in facts.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _first_line(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.partition("\n")[0].strip()


def as_json(results: Sequence[Result], about: dict[str, str], runs: int) -> dict[str, object]:
    """What `results.json` holds."""
    rows = [{**asdict(one), "goals": [{**asdict(goal), "met": goal.met} for goal in one.goals]} for one in results]
    return {"schema": "faultlog.bench/1", "machine": about, "runs": runs, "rows": rows}
