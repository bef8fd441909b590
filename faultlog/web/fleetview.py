"""What was counted of teams' fleets: kept until a case changes, and never counted twice at once."""

import asyncio
import gzip
from collections import OrderedDict
from concurrent.futures import Future
from threading import Lock
from typing import Final

from fastapi.concurrency import run_in_threadpool

from faultlog.store import fleets
from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web.presses import Made, Presses, waited
from faultlog.working.orders import Order

WAIT_S: Final = 0.4
"""Seconds that a page waits for what is being counted before it says so. Tool default."""
_MOST: Final = 24
"""Answers that are remembered. Tool default."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted."""

    of: str
    """Of which cases: see `store.fleets.fingerprint`."""
    title: str | None
    """Of a page; none where there was nothing to count."""
    heading: str
    """What stands above what was counted, as HTML; nothing of numbers."""
    content: bytes
    """Gzipped."""

    @property
    def text(self) -> bytes:
        """What it says."""
        return gzip.decompress(self.content)


class Fleets:
    """What was counted, by what was asked."""

    def __init__(self, presses: Presses) -> None:
        """Nothing yet."""
        self._presses, self._lock = presses, Lock()
        self._kept, self._making = OrderedDict[Order, Counted](), dict[Order, "Future[Counted]"]()

    async def soon(self, store: Store, order: Order) -> tuple[Counted | None, bool]:
        """What is known now or in a moment, and whether it is of all cases there are; meanwhile it is counted.

        Raises:
            ProblemError: it could not be counted, or too many wait.
        """
        kept, now = self._kept.get(order), await _now(store, order)
        if kept is not None and kept.of == now:
            return kept, True
        try:
            fresh = await asyncio.wait_for(waited(self._begun(store, order)), WAIT_S)
        except TimeoutError:
            return kept, False
        return fresh, fresh.of == await _now(store, order)

    async def at_last(self, store: Store, order: Order) -> Counted:
        """What is counted of all cases that there are when it is asked.

        Raises:
            ProblemError: it could not be counted, or too many wait.
        """
        kept = self._kept.get(order)
        if kept is None or kept.of != await _now(store, order):
            kept = await waited(self._begun(store, order))
        if kept.of != await _now(store, order):  # it was being counted before the newest was there
            kept = await waited(self._begun(store, order))
        return kept

    def _begun(self, store: Store, order: Order) -> "Future[Counted]":
        """What is being counted; that it could not be is told once, then it is tried again.

        Only the thread that answers calls it: nobody else asks a press meanwhile.
        """
        making = self._making.get(order)
        if making is not None and not making.done():
            return making
        if making is not None and _failed(making):
            self._over(order, making)
            return making
        making = self._making[order] = self._presses.ask(store, order, lambda made: self._keep(order, made))
        making.add_done_callback(lambda done: self._done(order, done))
        return making

    def _done(self, order: Order, done: "Future[Counted]") -> None:
        """What was counted is held no longer; that it could not be is, of some, until it is told."""
        if not _failed(done):
            self._over(order, done)
            return
        with self._lock:
            failed = [one for one, making in self._making.items() if making.done()]
            for one in failed[:-_MOST]:
                del self._making[one]

    def _over(self, order: Order, done: "Future[Counted]") -> None:
        with self._lock:
            if self._making.get(order) is done:
                del self._making[order]

    def _keep(self, order: Order, made: Made) -> Counted:
        content = gzip.compress(b"".join(made.parts()), 6)
        counted = Counted(made.head["of"], made.head.get("title"), made.head.get("heading", ""), content)
        with self._lock:
            self._kept[order] = counted
            self._kept.move_to_end(order)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return counted


def _failed(done: "Future[Counted]") -> bool:
    return done.cancelled() or done.exception() is not None


async def _now(store: Store, order: Order) -> str:
    return await run_in_threadpool(store.read, fleets.fingerprint, order.team)
