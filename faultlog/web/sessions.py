"""The cookie of who is logged in: what it is called, who may read it, where it goes."""

from typing import Final, cast

from fastapi import Request, Response

from faultlog.store.sessions import LIFE_US
from faultlog.web.settings import Settings

NAME: Final = "faultlog"


def is_https(request: Request) -> bool:
    """Whether nobody between here and the browser can read along: the proxy says so, or whoever started the server."""
    return request.url.scheme == "https" or cast("Settings", request.app.state.settings).https


def key_of(request: Request) -> str | None:
    """The key of a session that a request shows, in a cookie of exactly that name.

    With any other space around its name a cookie may be from another host: browsers keep those for it.
    """
    cookies = ";".join(request.headers.getlist("cookie")).split(";")
    shown = (one.strip(" \t").partition("=") for one in cookies)
    return next((key for name, _, key in shown if name == _name(request)), None) or None


def hand(request: Request, response: Response, key: str) -> None:
    """Give a browser the key of its session: no script reads it, and no other site sends it along."""
    response.set_cookie(
        _name(request),
        key,
        max_age=LIFE_US // 1_000_000,
        path="/",
        secure=is_https(request),
        httponly=True,
        samesite="lax",
    )


def take(request: Request, response: Response) -> None:
    """Let a browser forget it."""
    response.delete_cookie(_name(request), path="/", secure=is_https(request), httponly=True, samesite="lax")


def _name(request: Request) -> str:
    """With `__Host-` a browser takes it from this host alone, by https."""
    return f"__Host-{NAME}" if is_https(request) else NAME
