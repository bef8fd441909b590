"""Uploads are let in while the server is open, and are not waited for without end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faultlog.web.problems import About, ProblemError
from faultlog.web.security import STREAMED

SILENCE_S: Final = 30.0
"""Seconds that somebody who sends may be silent. Tool default."""
AGAIN_S: Final = 10
"""Seconds after which to try again what a closing server refuses. Tool default."""


class Doors:
    """Whether uploads are let in, and how many are inside."""

    def __init__(self) -> None:
        """Open, and nobody inside."""
        self.closing, self.inside = False, 0


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
            await self._app(scope, _patient(receive), send)
            return
        if self._doors.closing:
            answer = self._said(Request(scope), About(503, "closing", (("wait_s", AGAIN_S),)))
            answer.headers["connection"] = "close"
            await answer(scope, receive, send)
            return
        self._doors.inside += 1
        try:
            await self._app(scope, _patient(receive), send)
        finally:
            self._doors.inside -= 1


def _patient(receive: Receive) -> Callable[[], Awaitable[Message]]:
    """What comes of a body; whoever is silent in the midst of it is not waited for."""
    more = True

    async def received() -> Message:
        nonlocal more
        if not more:
            return await receive()
        try:
            async with asyncio.timeout(SILENCE_S):
                message = await receive()
        except TimeoutError:
            raise ProblemError(408, "slow") from None
        more = message["type"] == "http.request" and message.get("more_body", False)
        return message

    return received
