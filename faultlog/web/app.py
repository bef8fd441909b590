"""The application: routes, what is said of mistakes, and what every answer carries."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from anyio import CapacityLimiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faultlog.release import VERSION
from faultlog.web import assets, health, progress
from faultlog.web.answers import HarmlessJSON
from faultlog.web.api import bundles, comparisons, fleet, lists
from faultlog.web.api.description import described
from faultlog.web.doors import Doors, Keeper
from faultlog.web.entry import asked_in
from faultlog.web.fleetview import Fleets
from faultlog.web.logins import AT_ONCE
from faultlog.web.metrics import Counts
from faultlog.web.noted import Noted
from faultlog.web.pages import account, admin, cases, front, hosts, login, rules, search, shared, shares, uploaded
from faultlog.web.pages import comparisons as compared
from faultlog.web.pages import fleet as fleets
from faultlog.web.pages import lists as tables
from faultlog.web.presses import Presses
from faultlog.web.problems import TYPE, About, ProblemError, misread, said
from faultlog.web.security import Guard
from faultlog.web.settings import Settings
from faultlog.web.site import problem_page, wording_of

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}
ONLY_HTTPS: Final = ("strict-transport-security", "max-age=31536000")
"""Where people come by https, a browser shall come so for a year."""


def create(settings: Settings) -> FastAPI:
    """The application of a server.

    Args:
        settings: what it was told when it started.
    """
    app = FastAPI(
        title="faultlog",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        default_response_class=HarmlessJSON,
        lifespan=_living,
    )
    app.state.settings = settings
    app.state.streams = progress.Streams()
    app.state.hashing, app.state.probing = CapacityLimiter(AT_ONCE), CapacityLimiter(health.AT_ONCE)
    app.state.begun, app.state.doors, app.state.counts = time.monotonic(), Doors(), Counts(settings.store)
    app.state.presses = Presses()
    app.state.fleets = Fleets(app.state.presses)
    app.openapi = described(app)  # type: ignore[method-assign]
    for router in (
        lists.router,
        bundles.router,
        comparisons.router,
        progress.router,
        fleet.router,
        tables.router,
        assets.router,
        front.router,
        uploaded.router,
        cases.router,
    ):
        app.include_router(router)
    for router in (
        login.router,
        account.router,
        admin.router,
        shares.router,
        shared.router,
        rules.router,
        search.router,
        health.router,
        hosts.router,
        compared.router,
        fleets.router,
    ):
        app.include_router(router)
    app.add_middleware(Heads)
    app.add_middleware(Guard, settings=settings, said=_said)
    app.add_middleware(Keeper, doors=app.state.doors, said=_said)
    app.add_middleware(Noted, counts=app.state.counts, said=_said)
    app.add_middleware(Headers, settings=settings)
    app.add_exception_handler(ProblemError, _refused)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(HTTPException, _unmatched)
    app.add_exception_handler(Exception, _broken)
    return app


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """From when it answers until it does no more."""
    yield
    app.state.presses.end()


class Heads:
    """Answers HEAD like GET, without the body: so monitors and download tools ask first (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application.

        Args:
            app: what answers GET.
        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, sent)


class Headers:
    """What every answer carries, unless it says otherwise itself."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Wrap an application.

        Args:
            app: what answers.
            settings: the server's.
        """
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        told = dict(
            [*HEADERS.items(), ONLY_HTTPS] if self._settings.https or scope.get("scheme") == "https" else HEADERS
        )

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                more = [(name.encode(), value.encode()) for name, value in told.items() if name.encode() not in there]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, sent)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101 (how handlers are told)
    if error.about.key == "login":
        answer = asked_in(request) or _said(request, error.about)
        answer.headers["www-authenticate"] = "Bearer"
        return answer
    return _said(request, error.about)


def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    return _said(request, misread(first, ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])))


def _unmatched(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    about = About(error.status_code, {404: "not_found", 405: "method"}.get(error.status_code, "refused"))
    answer = _said(request, about)
    answer.headers.update(error.headers or {})
    return answer


def _broken(request: Request, _error: Exception) -> Response:
    """What nobody foresaw: its cause stands in the log of the server; whoever asks learns that it is not his doing."""
    answer = _said(request, About(500, "broken"))
    answer.headers.update({name: value for name, value in HEADERS.items() if name not in answer.headers})
    return answer


def _said(request: Request, about: About) -> Response:
    """A problem as whoever asks reads it: a program as JSON, a person as a page."""
    say = wording_of(request)
    title, detail = said(about, say)
    if request.url.path.startswith("/api/"):
        told = {"type": f"urn:faultlog:{about.key}", "title": title, "status": about.status, "detail": detail}
        answer: Response = HarmlessJSON(told, about.status, media_type=TYPE)
    else:
        answer = problem_page(request, about.status, title, detail)
    if about.wait_s is not None:
        answer.headers["retry-after"] = str(about.wait_s)
    return answer
