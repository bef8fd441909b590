"""A worker: one process with one thread that takes jobs, one after another, until it is told to stop."""

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from faultlog.child import Bounds
from faultlog.errors import UsageError
from faultlog.fleet.warming import warm
from faultlog.pipeline import Knowledge, Options, load_knowledge
from faultlog.report.document import CaseDocument
from faultlog.store import workers
from faultlog.store.blobs import place_of
from faultlog.store.bundles import Bundle, bundle
from faultlog.store.cases import finish
from faultlog.store.jobs import Lease, beat, end, give_back, lease
from faultlog.store.opening import Store
from faultlog.working.analysing import Asked, Board, Refusal, analysed, asked_options

BEAT_S: Final = 2.0
"""Seconds between two signs of life. Tool default."""
HEARD_S: Final = 15.0
"""Seconds between two signs of life of a worker that has nothing to do. Tool default."""
LOOK_S: Final = 0.5
"""Seconds between two looks at an empty queue. Tool default."""
BOUNDS: Final = Bounds(cpu_s=240, wall_s=300.0)
"""What one bundle may use. Tool default."""


class Worker:
    """Takes jobs of a store."""

    def __init__(self, store: Store, options: Options, bounds: Bounds = BOUNDS) -> None:
        """Load all that a child needs, once.

        Raises:
            FaultlogError: rules or formats cannot be used.
        """
        self._store, self._options, self._bounds = store, replace(options, hashed=True), bounds
        self._knowledge: Knowledge = load_knowledge(options)
        self._board, self._next = Board(), 0.0
        self.owner = workers.owner_of()
        """What jobs call it."""

    def warm(self) -> None:
        """Use once what is loaded at its first use, so that no child has to."""
        warm(self._knowledge, self._options)
        gc.collect()
        gc.freeze()  # what is loaded stays: a child neither looks through it nor copies it

    def work(self, stopped: Callable[[], bool], told: Callable[[str, dict[str, object]], None]) -> None:
        """Take jobs until told to stop; one that is being worked on then is given back.

        Args:
            stopped: asked now and then.
            told: told what happens, as an event and its facts.
        """
        while not stopped():
            self._hear()
            if not self.work_once(stopped, told):
                time.sleep(LOOK_S)
        self._store.write(workers.leave, self.owner)

    def _hear(self) -> None:
        if time.monotonic() >= self._next:
            self._store.write(workers.hear, self.owner)
            self._next = time.monotonic() + HEARD_S

    def work_once(
        self,
        stopped: Callable[[], bool] = lambda: False,
        told: Callable[[str, dict[str, object]], None] = lambda _event, _facts: None,
    ) -> bool:
        """Do one job; whether there was one."""
        held = self._store.write(lease, self.owner)
        if held is None:
            return False
        begun = time.monotonic()
        state = self._done(held, stopped)
        told(
            "job",
            {"job": held.job, "bundle": held.bundle, "state": state, "seconds": round(time.monotonic() - begun, 3)},
        )
        return True

    def _done(self, held: Lease, stopped: Callable[[], bool]) -> str:
        about = self._store.read(bundle, held.team, held.bundle)
        if about is None:
            return "deleted"
        watch = _Watch(self._store, held, self._board, stopped, self._hear)
        answer = self._answer(about, watch)
        if answer is None:
            return self._stopped(held, watch)
        if isinstance(answer, Refusal):
            return answer.state if self._store.write(end, held, answer.state, answer.reason, answer.detail) else "lost"
        return "done" if self._store.write(finish, held, about.sha256, answer) else "lost"

    def _answer(self, about: Bundle, watch: "_Watch") -> CaseDocument | Refusal | None:
        file = place_of(self._store.folder, about.id)
        if not file.exists():
            return Refusal("failed", "vanished", f"{about.name}: its file is not there any more")
        try:
            asked = Asked(file, about.name, asked_options(self._options, about.asked))
        except UsageError as error:
            return Refusal("failed", "asked", str(error))
        return analysed(self._knowledge, asked, self._bounds, self._board, watch)

    def _stopped(self, held: Lease, watch: "_Watch") -> str:
        """What becomes of a job whose child was ended: it is cancelled, another's by now, or for another worker."""
        if watch.ends:
            self._store.write(give_back, held)
            return "given back"
        return "cancelled" if self._store.write(_cancelled, held) else "lost"


def _cancelled(db: Connection, held: Lease) -> bool:
    return end(db, held, "cancelled")


class _Watch:
    """Whether a child should be ended; says on the way that its worker lives."""

    def __init__(
        self, store: Store, held: Lease, board: Board, stopped: Callable[[], bool], heard: Callable[[], None]
    ) -> None:
        self._store, self._held, self._board, self._stopped, self._heard = store, held, board, stopped, heard
        self._next, self._ended = time.monotonic() + BEAT_S / 2, False
        self.ends = False
        """Whether the worker itself has to stop."""

    def __call__(self) -> bool:
        if self._stopped():
            self.ends = self._ended = True
        elif not self._ended and time.monotonic() >= self._next:
            self._next = time.monotonic() + BEAT_S
            self._heard()
            progress = self._board.progress
            self._ended = not self._store.write(beat, self._held, progress.done_bytes, progress.reading)
        return self._ended
