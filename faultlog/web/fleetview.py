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
from faultlog.web.presses import Made, Presses
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
            fresh = await asyncio.wait_for(_waited(self._begun(store, order)), WAIT_S)
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
            kept = await _waited(self._begun(store, order))
        if kept.of != await _now(store, order):  # it was being counted before the newest was there
            kept = await _waited(self._begun(store, order))
        return kept

    def _begun(self, store: Store, order: Order) -> "Future[Counted]":
        """What is being counted; that it could not be is told once, then it is tried again."""
        with self._lock:
            making = self._making.get(order)
            if making is not None and making.done():
                del self._making[order]
                making = making if making.cancelled() or making.exception() is not None else None
            if making is None:
                making = self._making[order] = self._presses.ask(store, order, lambda made: self._keep(order, made))
            return making

    def _keep(self, order: Order, made: Made) -> Counted:
        content = gzip.compress(b"".join(made.parts()), 6)
        counted = Counted(made.head["of"], made.head.get("title"), content)
        with self._lock:
            self._kept[order] = counted
            self._kept.move_to_end(order)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return counted


async def _now(store: Store, order: Order) -> str:
    return await run_in_threadpool(store.read, fleets.fingerprint, order.team)


async def _waited(future: "Future[Counted]") -> Counted:
    """What is counted; who gives up waiting does not stop it for others."""
    waiting = asyncio.wrap_future(future)
    waiting.add_done_callback(lambda done: done.cancelled() or done.exception())  # it may be that nobody waits any more
    return await asyncio.shield(waiting)
