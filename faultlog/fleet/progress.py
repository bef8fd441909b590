"""Progress of a run: on a terminal a line with rate and time left; what was refused is said as it happens."""

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any, Literal, cast

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from faultlog.fleet.sources import Beside, units
from faultlog.fleet.units import Outcome
from faultlog.wording import Wording, safe

MOST_SAID = 20
"""Refusals of one reason that are said one by one. Tool default."""
PATIENCE_S = 1.0
"""How long the end waits for who counts ahead. Tool default."""


class Unheard:
    """A stream that says what it can: a full disk, or a reader who is gone, ends no run."""

    def __init__(self, stream: IO[str]) -> None:
        """Say it to a stream."""
        self._stream = stream

    def write(self, text: str) -> int:
        """Say something."""
        with self._whole():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """See that it is said."""
        with self._whole():
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._stream, name)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except OSError:  # what the stream holds back it would try to write again, at the latest at the end
            with suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)


def standard_error() -> Console:
    """Where a run is shown; where nobody can read it there, the run goes on."""
    return Console(stderr=True) if sys.stderr is None else Console(file=cast("IO[str]", Unheard(sys.stderr)))


class Counting:
    """A display of outcomes, and what was said beside it."""

    def __init__(self, console: Console, wording: Wording, told: Callable[[str], str] = str) -> None:
        """Begin with nothing."""
        columns = (TextColumn("{task.description} {task.fields[rate]}"), BarColumn(), MofNCompleteColumn())
        times = (TimeElapsedColumn(), TimeRemainingColumn())
        self.display = Progress(*columns, *times, console=console, transient=True, disable=not console.is_terminal)
        self.besides = Counter[Literal["logs", "empty"]]()
        """Logs that lie in no bundle, and named folders that hold none."""
        self._console, self._wording, self._said = console, wording, Counter[str | None]()
        self._told = told
        self._begun = dict[TaskID, float]()
        """When the first of a kind was done: the start of those who work is in no rate."""
        self._bundles = self._task("bundles")
        self._hosts: TaskID | None = None

    def outcome(self, outcome: Outcome) -> None:
        """Count what became of a bundle, or of a host with several, which is none of the bundles."""
        if outcome.state in {"quarantined", "failed"}:
            self._say(outcome.reason, f"{outcome.state}: {safe(outcome.detail or outcome.unit.name)}")
        if not outcome.unit.parts:
            self._advance(self._bundles)
            return
        if self._hosts is None:
            self._hosts = self._task("hosts")
        self._advance(self._hosts)

    def beside(self, beside: Beside) -> None:
        """Say what is no bundle."""
        kind: Literal["logs", "empty"] = "logs" if beside.logs else "empty"
        self.besides[kind] += beside.logs or 1
        told = {"folder": beside.folder, "pattern": beside.pattern}
        self._say(f"beside.{kind}", self._wording.counted(f"fleet.beside.{kind}", beside.logs, **told))

    def expect(self, total: int) -> None:
        """Know how many bundles there are."""
        self.display.update(self._bundles, total=total)

    def _say(self, kind: str | None, line: str) -> None:
        self._said[kind] += 1
        if self._said[kind] <= MOST_SAID:
            self._console.print(self._told(line), markup=False, highlight=False, soft_wrap=True)

    def _task(self, name: str) -> TaskID:
        return self.display.add_task(self._wording.words(f"fleet.progress.{name}"), total=None, rate="")

    def _advance(self, task: TaskID) -> None:
        begun = self._begun.setdefault(task, now := time.monotonic())
        since_first = next(one.completed for one in self.display.tasks if one.id == task)
        rate = f"{since_first / (now - begun):.1f}/s" if now > begun else ""
        self.display.update(task, advance=1, rate=rate)


@contextmanager
def counting(
    console: Console, wording: Wording, sources: Sequence[str] | None = None, told: Callable[[str], str] = str
) -> Iterator[Counting]:
    """A display of outcomes: tell what it yields of each.

    Args:
        console: where it is shown; standard error.
        wording: its language.
        sources: what is listed once more, meanwhile, to know how many there will be; `None`: it can be read only once.
        told: what a line about a bundle is shown as.
    """
    shown = Counting(console, wording, told)
    try:
        with shown.display, _counted_ahead(sources if console.is_terminal else None, shown.expect):
            yield shown
    except KeyboardInterrupt:
        console.print("what is in the lake stays there; the same command does what is missing")
        raise


@contextmanager
def _counted_ahead(sources: Sequence[str] | None, expect: Callable[[int], None]) -> Iterator[None]:
    """Have bundles counted while they are worked on; none is kept, and what is refused is told by the run itself."""
    if sources is None:
        yield
        return
    over = threading.Event()

    def count() -> None:
        total = 0
        with suppress(Exception):
            for _ in units(sources):
                total += 1
                if over.is_set():
                    return
            expect(total)

    thread = threading.Thread(target=count, name="counting ahead", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(PATIENCE_S)
