"""The way to the login page, and back to where somebody wanted to go."""

from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

LOGIN = "/login"


def asked_in(request: Request) -> Response | None:
    """The way to the login page, for a person with a browser; a program is told what is missing."""
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return None
    if request.headers.get("hx-request") == "true":  # a part of a page: the whole of it has to go
        return Response(status_code=401, headers={"hx-redirect": _back_to(request.headers.get("hx-current-url", ""))})
    if request.method not in {"GET", "HEAD"}:
        return None
    return RedirectResponse(_login(request.url.path, request.url.query), 303)


def way_back(wanted: str) -> str:
    r"""Where somebody wanted to go, if that is here; else the first page.

    >>> way_back("/cases/7?lang=ko"), way_back("//evil.example"), way_back("/\\evil.example"), way_back("https://e.example")
    ('/cases/7?lang=ko', '/', '/', '/')
    """
    plain = wanted.isprintable() and wanted.isascii() and "\\" not in wanted
    here = plain and wanted.startswith("/") and not wanted.startswith("//")
    return wanted if here else "/"


def _back_to(shown: str) -> str:
    """The way to the login page from a page that a browser shows, as it says; anybody may say anything."""
    try:
        told = urlsplit(shown)
    except ValueError:
        return LOGIN
    return _login(told.path, told.query)


def _login(path: str, query: str) -> str:
    wanted = path + (f"?{query}" if query else "")
    return LOGIN if wanted in {"", "/"} else f"{LOGIN}?next={quote(wanted)}"
