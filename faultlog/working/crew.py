"""Workers beside a server: processes of their own, started again when they end, and ended with it.

A worker ends when the pipe that is its standard input closes: so it does whatever ends the server. What a worker had in
hand that ended by itself may be taken by another at once.
"""

import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Event, Thread
from typing import Final

from faultlog.values import dataclass
from faultlog.working.telling import tell

FIRST_PAUSE_S: Final = 0.5
"""Seconds before a worker that ended is started again; twice as many each time. Tool default."""
MOST_PAUSE_S: Final = 60.0
"""Tool default."""
SOUND_S: Final = 10.0
"""Seconds after which a worker that lives is taken for sound: the next pause is a short one. Tool default."""
LOOK_S: Final = 0.2
"""Seconds between two looks at them. Tool default."""
PATIENCE_S: Final = 20.0
"""Seconds that workers have to give back what they are at. Tool default."""


@dataclass(slots=True)
class _Place:
    """Where one worker is, or will be."""

    process: "subprocess.Popen[bytes] | None" = None
    begun: float = 0.0
    next: float = 0.0
    """When to start one, on the clock of `time.monotonic`."""
    quick: int = 0
    """How many in a row ended soon after their start."""


class Crew:
    """Workers that are kept at work by a thread."""

    def __init__(self, command: Sequence[str], number: int, lost: Callable[[int], None]) -> None:
        """Start them.

        Args:
            command: that starts one; it ends with its standard input.
            number: how many.
            lost: told the process number of one that ended.
        """
        self._command, self._lost = list(command), lost
        self._places = [_Place() for _ in range(number)]
        self._stop = Event()
        self._thread = Thread(target=self._tend, name="crew", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Let them give back what they are at, and end; who does not is killed."""
        self._stop.set()
        self._thread.join()
        processes = [one.process for one in self._places if one.process is not None]
        for one in processes:
            _let_go(one)
        until = time.monotonic() + PATIENCE_S
        for one in processes:
            try:
                one.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def _tend(self) -> None:
        while not self._stop.is_set():
            for place in self._places:
                self._look(place)
            self._stop.wait(LOOK_S)

    def _look(self, place: _Place) -> None:
        now = time.monotonic()
        if place.process is not None and place.process.poll() is not None:
            self._ended(place, place.process, now)
        if place.process is None and now >= place.next:
            place.begun = now
            try:
                place.process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 (ourselves)
            except OSError as error:  # the system has no room for another process just now
                tell("worker not started", said=error.strerror, again_in_s=self._paused(place, now))

    def _ended(self, place: _Place, process: "subprocess.Popen[bytes]", now: float) -> None:
        _let_go(process)
        place.process = None
        tell("worker ended", pid=process.pid, code=process.returncode, again_in_s=self._paused(place, now))
        self._lost(process.pid)

    def _paused(self, place: _Place, now: float) -> float:
        """After how many seconds a worker is started there again: more each time, where the last ones were no good."""
        place.quick = 0 if now - place.begun >= SOUND_S else place.quick + 1
        pause: float = min(MOST_PAUSE_S, FIRST_PAUSE_S * 2 ** max(0, place.quick - 1))
        place.next = now + pause
        return pause


def _let_go(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
