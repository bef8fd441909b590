"""What commands cost: wall clock, CPU and memory of whole processes, run in turns."""

import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
_TIMED = Path(__file__).parent / "timed.py"


class Failed(Exception):
    """A command ended otherwise than it should: its name, its exit code, what it complained of."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program to measure."""

    name: str
    """As the report calls it."""
    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """What is set besides the environment that the bench runs in."""
    codes: frozenset[int] = frozenset({0})
    """Exit codes that are no failure."""

    @property
    def shown(self) -> str:
        """The line to type in the project's folder."""
        shell = self.words[:2] == ("sh", "-c")
        told = self.words[2] if shell else shlex.join([_short(word) for word in self.words])
        return " ".join(
            [*(f"{key}={shlex.quote(_short(text))}" for key, text in self.environment.items()), _short(told)]
        )

    def pinned(self) -> "Command":
        """The same on one core, where the machine lets it be pinned."""
        if not shutil.which("taskset"):
            return self
        core = str(min(os.sched_getaffinity(0)))
        return Command(self.name, ("taskset", "-c", core, *self.words), self.environment, self.codes)


def _short(text: str) -> str:
    elsewhere = os.environ.get("BENCH_OUT")
    told = text.replace(f"{Path(elsewhere).absolute()}", "$BENCH_OUT") if elsewhere else text
    return told.replace(f"{ROOT}/", "")


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command cost."""

    wall_s: float
    user_s: float
    system_s: float
    rss_kb: int
    code: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What the runs of one command cost; every number is a median."""

    command: Command
    runs: tuple[Run, ...]

    @property
    def wall_s(self) -> float:
        """Seconds by the wall clock, from start to end of the process."""
        return statistics.median(run.wall_s for run in self.runs)

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU, the system's included, of the process and those it waited for."""
        return statistics.median(run.user_s + run.system_s for run in self.runs)

    @property
    def rss_mb(self) -> float:
        """Megabytes of memory at most; of a pipeline, those of its largest process."""
        return statistics.median(run.rss_kb for run in self.runs) * 1024 / 1e6


def once(command: Command, output: Path | None = None) -> Run:
    """Run a command in the project's folder; what it prints goes to a file, or to one that is not kept.

    Never to `/dev/null`: GNU grep sees that, and stops at its first match.

    Raises:
        Failed: it cannot be started, or ends with a code that it should not.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        facts, errors = Path(place) / "facts.json", Path(place) / "errors"
        target = Path(place) / "output" if output is None else output.absolute()
        words = [sys.executable, "-I", "-S", str(_TIMED), str(facts), str(target), str(ROOT), *command.words]
        with errors.open("wb") as told:
            subprocess.run(words, env={**_ordinary(), **command.environment}, stderr=told, check=False)
        complaint = errors.read_text(encoding="utf-8", errors="replace").strip()[-600:]
        if not facts.exists():
            raise Failed(f"{command.name}: cannot be started: {complaint}")
        run = Run(**json.loads(facts.read_text(encoding="ascii")))
    if run.code not in command.codes:
        raise Failed(f"{command.name}: ended with {run.code}: {complaint}")
    return run


def _ordinary() -> dict[str, str]:
    """The environment without what changes how Python starts: a compiled module is kept, as it is for everybody."""
    return {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}


def in_turns(commands: Sequence[Command], runs: int) -> list[Measured]:
    """Run the commands one after the other, all of them so many times; unless there is one, a turn before warms up.

    What disturbs the machine for a while disturbs all of them, so that ratios hold better than times.
    """
    for command in commands if runs > 1 else ():
        once(command)
    turns = [[once(command) for command in commands] for _ in range(runs)]
    return [Measured(command, tuple(turn[at] for turn in turns)) for at, command in enumerate(commands)]
