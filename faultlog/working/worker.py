"""A worker: one process with one thread that takes jobs, one after another, until it is told to stop."""

import gc
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, StatementError

from faultlog.child import Bounds
from faultlog.errors import UsageError
from faultlog.fleet.setups import rules_hash
from faultlog.fleet.warming import warm
from faultlog.pipeline import Knowledge, Options, load_knowledge
from faultlog.report.document import CaseDocument
from faultlog.store import comparisons, workers
from faultlog.store.blobs import place_of
from faultlog.store.bundles import bundle
from faultlog.store.cases import kept_documents
from faultlog.store.hosts import Part, apart, finish, finish_host, parts
from faultlog.store.jobs import Lease, beat, end, give_back, lease
from faultlog.store.opening import Store, is_full, is_passing, is_unfit
from faultlog.store.turns import GoneError, HeldError
from faultlog.working.analysing import Asked, Board, Refusal, analysed, asked_options, why
from faultlog.working.comparing import Two, compared
from faultlog.working.joining import Host, differing, joined

BEAT_S: Final = 2.0
"""Seconds between two signs of life. Tool default."""
HEARD_S: Final = 15.0
"""Seconds between two signs of life of a worker that has nothing to do. Tool default."""
LOOK_S: Final = 0.5
"""Seconds between two looks at an empty queue. Tool default."""
PAUSE_S: Final = 5.0
"""Seconds between two looks at a database that has no room, or does not answer. Tool default."""
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
        self._rules = rules_hash(self._knowledge.tool, self._options)
        self._board, self._next = Board(), 0.0
        self._open: Lease | None = None
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

        Raises:
            GoneError: what it works on is not there any more; no bundle is blamed for it.
        """
        while not stopped():
            pause = LOOK_S
            self._look()
            try:
                self._hear()
                if self.work_once(stopped, told):
                    continue
            except DBAPIError as error:
                if not (is_full(error) or is_passing(error)):
                    raise
                told("error", {"error": type(error).__name__, "said": _lack(error)})
                pause = PAUSE_S
            time.sleep(pause)
        with suppress(DBAPIError):  # it is forgotten all the same
            self._store.write(self._left)

    def _left(self, db: Connection) -> None:
        self._returned(db)
        workers.leave(db, self.owner)

    def _returned(self, db: Connection) -> None:
        """Give back a job that could not be ended, which was not its fault: this is no try of it."""
        if self._open is not None:
            give_back(db, self._open)

    def _look(self) -> None:
        if self._store.is_gone:
            raise GoneError(self._store.folder)

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
        held = self._open = self._store.write(self._leased)
        if held is None:
            return False
        begun = time.monotonic()
        state = self._done(held, stopped)
        self._open = None
        told(
            "job",
            {
                "job": held.job,
                "bundle": held.bundle,
                "host": held.host,
                "comparison": held.comparison,
                "state": state,
                "seconds": round(time.monotonic() - begun, 3),
            },
        )
        return True

    def _leased(self, db: Connection) -> Lease | None:
        self._returned(db)
        return lease(db, self.owner)

    def _done(self, held: Lease, stopped: Callable[[], bool]) -> str:
        self._board.clear()
        watch = _Watch(self._store, held, self._board, stopped, self._hear)
        try:
            answer = self._of(held)(held, watch)
        except OSError as error:  # no room for a child, or for its folder
            answer = Refusal(*why(error), f"{error.strerror or error}")
        except (StatementError, OverflowError) as error:
            if not is_unfit(error):
                raise
            answer = Refusal("quarantined", "not_kept", _unfit(error))
        if answer is None:
            return self._stopped(held, watch)
        if isinstance(answer, Refusal):
            if self._store.is_gone:
                self._store.write(give_back, held)
                self._look()
            return answer.state if self._store.write(end, held, answer.state, answer.reason, answer.detail) else "lost"
        return answer

    def _of(self, held: Lease) -> "Callable[[Lease, _Watch], str | Refusal | None]":
        """What a job is done by."""
        if held.comparison is not None:
            return self._of_two
        return self._of_bundle if held.bundle is not None else self._of_host

    def _of_two(self, held: Lease, watch: "_Watch") -> str | Refusal | None:
        asked = self._store.read(comparisons.comparison, held.team, held.comparison or "")
        if asked is None:
            return "deleted"
        if asked.old.asked != asked.new.asked:
            return Refusal("quarantined", "asked", "they were uploaded with unlike options: time zone, date")
        old, new = ((place_of(self._store.folder, one.id), one.name) for one in (asked.old, asked.new))
        if not (old[0].exists() and new[0].exists()):
            return Refusal("failed", "vanished", "a file is not there any more")
        two = Two(old, new, asked_options(self._options, asked.new.asked))
        answer = compared(self._knowledge, two, self._bounds, self._board, watch)
        self._say_read(held)
        if not isinstance(answer, bytes):
            return answer
        return "done" if self._store.write(comparisons.finish, held, comparisons.made(answer)) else "lost"

    def _of_bundle(self, held: Lease, watch: "_Watch") -> str | Refusal | None:
        about = self._store.read(bundle, held.team, held.bundle or "")
        if about is None:
            return "deleted"
        file = place_of(self._store.folder, about.id)
        if not file.exists():
            return Refusal("failed", "vanished", f"{about.name}: its file is not there any more")
        try:
            asked = Asked(file, about.name, asked_options(self._options, about.asked))
        except UsageError as error:
            return Refusal("failed", "asked", str(error))
        answer = analysed(self._knowledge, asked, self._bounds, self._board, watch)
        self._say_read(held)
        if not isinstance(answer, CaseDocument):
            return answer
        return "done" if self._store.write(finish, held, about.sha256, self._rules, answer) else "lost"

    def _of_host(self, held: Lease, watch: "_Watch") -> str | Refusal | None:
        found = self._store.read(parts, held.team, held.host or "")
        if not apart(found):  # bundles were deleted, or another job was sooner
            return "done" if self._store.write(end, held, "done") else "lost"
        host = differing(found) or self._host(held, found)
        if isinstance(host, Refusal):
            return host
        answer = joined(self._knowledge, host, self._bounds, self._board, watch)
        self._say_read(held)
        if not isinstance(answer, CaseDocument):
            return answer
        return self._store.write(finish_host, held, found, self._rules, answer)

    def _say_read(self, held: Lease) -> None:
        """Say at the end of a job what was read: one that takes a moment has said nothing before."""
        self._store.write(beat, held, self._board.progress.done_bytes, None)

    def _host(self, held: Lease, found: Sequence[Part]) -> Host | Refusal:
        files = {one.bundle: place_of(self._store.folder, one.bundle) for one in found}
        gone = [one.name for one in found if not files[one.bundle].exists()]
        if gone:
            return Refusal("failed", "vanished", f"{gone[0]}: its file is not there any more")
        documents = self._store.read(kept_documents, held.team, list(files))
        if len(documents) < len(files):
            return Refusal("failed", "vanished", f"{held.host}: a bundle was deleted meanwhile")
        options = asked_options(self._options, found[0].asked)
        return Host(held.host or "", found, files, documents, options)

    def _stopped(self, held: Lease, watch: "_Watch") -> str:
        """What becomes of a job whose child was ended: it is cancelled, another's by now, or for another worker."""
        if watch.ends:
            self._store.write(give_back, held)
            return "given back"
        return "cancelled" if self._store.write(_cancelled, held) else "lost"


def _lack(error: DBAPIError) -> str:
    held = f": {error.orig}" if isinstance(error.orig, HeldError) else ""
    lacks = "has no room" if is_full(error) else f"does not answer{held}"
    return f"the database {lacks}; tried again in {PAUSE_S:.0f} s"


def _unfit(error: StatementError | OverflowError) -> str:
    cause = error.orig if isinstance(error, StatementError) else error
    said = next(iter(str(cause).splitlines()), "")
    return f"the database does not take what its analysis says: {type(cause).__name__}: {said[:200]}"


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
