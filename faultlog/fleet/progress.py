"""Progress of a run: on a terminal a line with rate and time left; what was refused is said as it happens."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from faultlog.fleet.units import Outcome
from faultlog.wording import safe

MOST_SAID = 20
"""Refusals of one reason that are said one by one. Tool default."""


@contextmanager
def counting(console: Console, total: int | None = None) -> Iterator[Callable[[Outcome], None]]:
    """A display of outcomes: call what it yields with each.

    Args:
        console: where it is shown; standard error.
        total: how many there will be, where that is known.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    display = Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
    )
    task, begun, said = display.add_task("", total=total), time.monotonic(), Counter[str | None]()

    def tell(outcome: Outcome) -> None:
        if outcome.state in {"quarantined", "failed"}:
            said[outcome.reason] += 1
            if said[outcome.reason] <= MOST_SAID:
                line = f"{outcome.state}: {safe(outcome.detail or outcome.unit.name)}"
                console.print(line, markup=False, highlight=False, soft_wrap=True)
        done = display.tasks[0].completed + 1
        display.update(task, advance=1, description=f"{done / max(time.monotonic() - begun, 1e-3):.1f}/s")

    try:
        with display:
            yield tell
    except KeyboardInterrupt:
        console.print("what is in the lake stays there; the same command does what is missing")
        raise
