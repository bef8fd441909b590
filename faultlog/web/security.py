"""Which requests are let in at all: to a name of this server, from a page of this server, no larger than they need be.

A browser runs what any page in it says. What a page elsewhere may not do in the name of who is logged in here, or of
who sits at the machine where no login is needed: change anything (`Sec-Fetch-Site`, else `Origin`; then the token of
the page), or read anything under a name that it has pointed here (the name that was asked for).
"""

import hmac
from collections.abc import Callable
from hashlib import sha256
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from faultlog.web.problems import About
from faultlog.web.settings import Settings

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
STREAMED: Final = frozenset({("PUT", "/api/v1/bundles"), ("POST", "/bundles")})
"""Requests whose body goes to a file as it comes; no other has more than `MOST_BODY` bytes."""
MOST_BODY: Final = 65_536
"""Bytes of a request that is no upload. Tool default."""
CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf"
"""Of a form; of one that holds files it stands in the address, so that it is known before they come."""
FORM: Final = "application/x-www-form-urlencoded"
_FORMS: Final = frozenset({FORM, "multipart/form-data", "text/plain"})
"""What a form of any page can send anywhere."""
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
_ADDRESS: Final = 100


class Guard:
    """Refuses what no route should see."""

    def __init__(self, app: ASGIApp, settings: Settings, said: Callable[[Request, About], Response]) -> None:
        """Wrap an application.

        Args:
            app: what answers all else.
            settings: the server's.
            said: how a refusal is said.
        """
        self._app, self._settings, self._said = app, settings, said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it be answered."""
        answer: ASGIApp = self._app
        if scope["type"] == "http":
            request = Request(scope)
            about = refusal(request, self._settings)
            answer = self._app if about is None else self._said(request, about)
        await answer(scope, receive, send)


def refusal(request: Request, settings: Settings) -> About | None:
    """Why a request is refused before anybody looks at it."""
    if not _is_named(request.headers.get("host", ""), settings):
        return About(421, "host")
    if request.method in SAFE:
        return _measured(request)
    if not _is_own(request, settings.https):
        return About(403, "elsewhere")
    kind = sent_as(request)
    if request.method == "POST" and request.url.path.startswith("/api/") and kind in _FORMS:
        return About(415, "no_form")
    if (request.method, request.url.path) in STREAMED:
        return None
    return _measured(request)


def _measured(request: Request) -> About | None:
    if "transfer-encoding" in request.headers:
        return About(411, "length")
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MOST_BODY:
        return About(413, "body", (("most", MOST_BODY),))
    return None


def _is_named(host: str, settings: Settings) -> bool:
    """Whether a server is called like that."""
    if not settings.open and not settings.allowed_hosts:
        return True
    name = _name(host)
    return is_loopback(name) or name in settings.allowed_hosts


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_loopback(name: str) -> bool:
    """Whether only this machine reaches that address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _is_own(request: Request, https: bool) -> bool:  # noqa: FBT001 (a setting)
    """Whether no page elsewhere asks: a browser says which page does, other programs say nothing.

    Where people come by https, a page that came without it may be anybody's on the way.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return True
    scheme, _, name = origin.lower().partition("://")
    return name == request.headers.get("host", "").lower() and (scheme == "https" or not https)


def is_forwarded(request: Request) -> bool:
    """Whether another server hands the request on: then it does not come from this machine."""
    return any(name in request.headers for name in _FORWARDED)


def proof_of(key: str) -> str:
    """What a page of a session shows when it changes something; tells nothing of the session's key."""
    return sha256(b"csrf " + key.encode()).hexdigest()


async def is_proven(request: Request, proof: str) -> bool:
    """Whether a request that changes something comes from a page of its own session."""
    shown = request.headers.get(CSRF_HEADER) or request.query_params.get(CSRF_FIELD)
    if shown is None and sent_as(request) == FORM:
        field = (await request.form()).get(CSRF_FIELD)
        shown = field if isinstance(field, str) else None
    return shown is not None and hmac.compare_digest(shown.encode(), proof.encode())


def address_of(request: Request) -> str | None:
    """From where a request comes: the address itself, or what a proxy that is trusted says."""
    return None if request.client is None else request.client.host[:_ADDRESS]


def sent_as(request: Request) -> str:
    """The kind of what a request brings, as its head says."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
