"""Uploads are let in while the server is open, so many of a team at a time, and are not waited for without end."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, cast

from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faultlog.web.problems import About, ProblemError
from faultlog.web.security import STREAMED

SILENCE_S: Final = 30.0
"""Seconds that somebody who uploads may be silent; in which any other body has to come. Tool default."""
GRACE_S: Final = 60.0
"""Seconds after which an upload has to have come as fast as this on average. Tool default."""
SLOWEST: Final = 8_000
"""Bytes a second. Tool default."""
MOST_OF_TEAM: Final = 64
"""Uploads of one team at a time. Tool default."""
WAIT_S: Final = 5
"""Seconds after which a team that has as many may try again. Tool default."""
AGAIN_S: Final = 10
"""Seconds after which to try again what a closing server refuses. Tool default."""


class Inflow:
    """What is being received of one team, and neither kept nor dropped yet."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.uploads = self.bytes = 0

    @contextmanager
    def receiving(self) -> Iterator[Callable[[int], int]]:
        """Count the bytes of one file until it is kept or dropped; what says them is told those of the team."""
        own = 0

        def count(size: int) -> int:
            nonlocal own
            own += size
            self.bytes += size
            return self.bytes

        try:
            yield count
        finally:
            self.bytes -= own


class Doors:
    """Whether uploads are let in, and how many are inside."""

    def __init__(self) -> None:
        """Open, and nobody inside."""
        self.closing, self.inside = False, 0
        self._of_team: dict[int, Inflow] = {}

    @contextmanager
    def taking(self, team: int) -> Iterator[Inflow]:
        """Let an upload of a team in, for as long as it takes; what is being received of that team.

        Raises:
            ProblemError: the team has as many as it may.
        """
        inflow = self._of_team.setdefault(team, Inflow())
        if inflow.uploads >= MOST_OF_TEAM:
            raise busy()
        inflow.uploads += 1
        try:
            yield inflow
        finally:
            inflow.uploads -= 1


def busy() -> ProblemError:
    """How a team is told that it sends as much at a time as it may."""
    return ProblemError(429, "uploads", wait_s=WAIT_S)


def doors_of(request: Request) -> Doors:
    """Those of the server that is asked."""
    return cast("Doors", request.app.state.doors)


class Keeper:
    """Lets uploads in or not, and counts them."""

    def __init__(self, app: ASGIApp, doors: Doors, said: Callable[[Request, About], Response]) -> None:
        """Wrap an application.

        Args:
            app: what answers all else.
            doors: of the server.
            said: how a refusal is said.
        """
        self._app, self._doors, self._said = app, doors, said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it be answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if (scope["method"], scope["path"]) not in STREAMED:
            await self._app(scope, _patient(receive, SILENCE_S, None), send)
            return
        if self._doors.closing:
            answer = self._said(Request(scope), About(503, "closing", (("wait_s", AGAIN_S),)))
            answer.headers["connection"] = "close"
            await answer(scope, receive, send)
            return
        self._doors.inside += 1
        try:
            await self._app(scope, _patient(receive, GRACE_S, SLOWEST), send)
        finally:
            self._doors.inside -= 1


def _patient(receive: Receive, within_s: float, slowest: int | None) -> Callable[[], Awaitable[Message]]:
    """What comes of a body; whoever is silent in the midst of it, or too slow, is not waited for.

    Args:
        receive: what comes.
        within_s: seconds in which all of it has to come.
        slowest: bytes for which a second is added to that; none for one that is short.
    """
    more, until = True, time.monotonic() + within_s

    async def received() -> Message:
        nonlocal more, until
        if not more:
            return await receive()
        try:
            async with asyncio.timeout(max(0.0, min(SILENCE_S, until - time.monotonic()))):
                message = await receive()
        except TimeoutError:
            raise ProblemError(408, "slow") from None
        more = message["type"] == "http.request" and message.get("more_body", False)
        until += len(message.get("body", b"")) / slowest if slowest else 0.0
        return message

    return received
