"""Who works: one process, several, or a cluster; each takes units and gives outcomes, in whatever order."""

import json
import os
import selectors
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import IO, Protocol

from faultlog.errors import UsageError
from faultlog.fleet.setups import Setup, setup_json
from faultlog.fleet.units import Outcome, Unit, read_outcome, unit_json
from faultlog.values import dataclass

LOST = "the process that worked on it was ended"


class Executor(Protocol):
    """Who works."""

    def run(self, units: Iterable[Unit]) -> Iterator[Outcome]:
        """The outcome of each unit, once each; units are taken no faster than they are worked on."""
        ...

    def close(self) -> None:
        """Let go of every process."""
        ...


PROGRAM = (sys.executable, "-m", "faultlog.fleet.nursery")
"""What is started as a nursery."""


class Nursery:
    """A nursery, from outside."""

    def __init__(self, setup: Setup, program: Sequence[str] = PROGRAM) -> None:
        """Start it.

        Raises:
            UsageError: it refuses the set-up, or does not start.
        """
        self._setup = setup
        self._program = program
        self.rules = ""
        """The hash of its rules."""
        self.unit: Unit | None = None
        self._process = self._started()

    def give(self, unit: Unit) -> None:
        """Have it work on a unit."""
        self.unit = unit
        with suppress(BrokenPipeError):  # `taken` sees that it is gone
            self._tell(unit_json(unit))

    def taken(self) -> Outcome:
        """The outcome of the unit it works on; waits for it. A nursery that is gone, or mad, is started anew."""
        unit, self.unit = self.unit, None
        if unit is None:
            raise RuntimeError("it works on nothing")
        with suppress(ValueError):  # no line, half a line, or something else: its last word
            outcome = read_outcome(self.answers.readline())
            if outcome.unit == unit:
                return outcome
        self.close()
        self._process = self._started()
        return Outcome(unit, "died", reason="signal", detail=f"{unit.name}: {LOST}")

    @property
    def answers(self) -> IO[bytes]:
        """Where it answers."""
        if self._process.stdout is None:
            raise RuntimeError("it was started with a pipe")
        return self._process.stdout

    def leave(self) -> None:
        """Let it end by itself, and its child with it."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def close(self) -> None:
        """End it, and its child with it."""
        self.leave()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _started(self) -> "subprocess.Popen[bytes]":
        one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"}
        self._process = subprocess.Popen(  # noqa: S603 (this package's own program)
            self._program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **one_thread},
            start_new_session=True,  # who interrupts the driver lets it finish what it counts
        )
        with suppress(BrokenPipeError):  # it says nothing, then
            self._tell(setup_json(self._setup))
        try:
            line = self.answers.readline()
        except BaseException:  # interrupted: while it loads what it needs, it does not see that nobody asks
            self._process.kill()
            raise
        told = json.loads(line) if line else {}
        if "ready" not in told:
            self.close()
            raise UsageError(str(told.get("refused", "a worker could not start; is the package whole?")))
        self.rules = str(told["ready"])
        return self._process

    def _tell(self, told: dict[str, object]) -> None:
        if self._process.stdin is None:
            raise RuntimeError("it was started with a pipe")
        self._process.stdin.write(json.dumps(told).encode() + b"\n")
        self._process.stdin.flush()


@dataclass(frozen=True, slots=True)
class Serial:
    """One unit after another."""

    nursery: Nursery

    def run(self, units: Iterable[Unit]) -> Iterator[Outcome]:
        """See `Executor`."""
        for unit in units:
            self.nursery.give(unit)
            yield self.nursery.taken()

    def close(self) -> None:
        """See `Executor`."""
        self.nursery.close()


@dataclass(frozen=True, slots=True)
class Processes:
    """As many units at a time as there are nurseries."""

    nurseries: tuple[Nursery, ...]

    def run(self, units: Iterable[Unit]) -> Iterator[Outcome]:
        """See `Executor`."""
        left, idle = iter(units), deque(self.nurseries)
        with selectors.DefaultSelector() as busy:
            while True:
                while idle and (unit := next(left, None)) is not None:
                    nursery = idle.popleft()
                    nursery.give(unit)
                    busy.register(nursery.answers, selectors.EVENT_READ, nursery)
                if not busy.get_map():
                    return
                for key, _ in busy.select():
                    busy.unregister(key.fileobj)
                    yield key.data.taken()
                    idle.append(key.data)

    def close(self) -> None:
        """See `Executor`."""
        for nursery in self.nurseries:  # all at once: each takes up to a second
            nursery.leave()
        for nursery in self.nurseries:
            nursery.close()
