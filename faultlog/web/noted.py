"""Every request noted: in the log, and in what is counted; what nobody foresaw is answered with a sentence.

Of an address only the route is noted, never what a person put into it: there may be the key of a link.
"""

import secrets
import time
from collections.abc import Callable
from traceback import extract_tb
from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faultlog.store.opening import is_full
from faultlog.store.turns import GoneError
from faultlog.values import dataclass
from faultlog.web.metrics import Counts
from faultlog.web.problems import About
from faultlog.working.telling import tell

NO_ROUTE: Final = "(none)"
AGAIN_S: Final = 10
"""Seconds after which to try again when the database does not answer. Tool default."""


@dataclass(slots=True)
class _Seen:
    """What was seen of one request."""

    status: int = 0
    received: int = 0
    """Bytes of its body."""
    sent: int = 0


class Noted:
    """Notes what an application answers."""

    def __init__(self, app: ASGIApp, counts: Counts, said: Callable[[Request, About], Response]) -> None:
        """Wrap an application.

        Args:
            app: what answers.
            counts: where requests are counted.
            said: how a problem is said.
        """
        self._app, self._counts, self._said = app, counts, said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request be answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen, begun, key = _Seen(), time.perf_counter(), secrets.token_hex(8)
        heard, answered = _watched(receive, send, seen, key)
        try:
            await self._app(scope, heard, answered)
        except Exception as error:  # noqa: BLE001 (whatever it is, somebody waits for an answer)
            tell("error", request=key, route=route_of(scope), **told_of(error))
            if not seen.status:
                await self._said(Request(scope), _about(error))(scope, heard, answered)
        finally:
            seconds = time.perf_counter() - begun
            self._counts.request(scope["method"], route_of(scope), seen.status, seconds, seen.received)
            tell("request", **_facts(scope, key, seen, seconds))


def _watched(receive: Receive, send: Send, seen: _Seen, key: str) -> tuple[Receive, Send]:
    async def heard() -> Message:
        message = await receive()
        seen.received += len(message.get("body", b""))
        return message

    async def answered(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen.status = message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", key.encode())]
        seen.sent += len(message.get("body", b""))
        await send(message)

    return heard, answered


def route_of(scope: Scope) -> str:
    """The route that a request took, without what its address holds."""
    return str(getattr(scope.get("route"), "path", NO_ROUTE))


def told_of(error: BaseException) -> dict[str, object]:
    """An error for who reads logs: its kind, where it came from; on one line."""
    steps = [f"{one.filename.rpartition('/')[2]}:{one.lineno} {one.name}" for one in extract_tb(error.__traceback__)]
    said = "" if isinstance(error, SQLAlchemyError) else str(error)  # those say which values were written
    return {"error": type(error).__name__, "said": said, "at_code": steps[-12:]}


def _about(error: Exception) -> About:
    if not isinstance(error, SQLAlchemyError) or isinstance(error, DataError):  # it does answer: it cannot hold that
        return About(500, "fault")
    if isinstance(error, GoneError):
        return About(503, "gone")
    return About(507, "disk_full") if is_full(error) else About(503, "database", (("wait_s", AGAIN_S),))


def _facts(scope: Scope, key: str, seen: _Seen, seconds: float) -> dict[str, Any]:
    who = scope.get("state", {}).get("who")
    client = scope.get("client")
    return {
        "request": key,
        "method": scope["method"],
        "route": route_of(scope),
        "status": seen.status,
        "ms": round(seconds * 1000, 1),
        "who": None if who is None else who.user,
        "address": None if client is None else client[0],
        "received": seen.received,
        "sent": seen.sent,
    }
