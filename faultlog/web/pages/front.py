"""`/`: where bundles are uploaded, with a script or without one."""

from functools import cache
from typing import Final
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from fastapi.responses import Response

from faultlog.store import bundles
from faultlog.web.bundlerows import is_open, rows
from faultlog.web.problems import About, said
from faultlog.web.shown import size
from faultlog.web.site import page, wording_of
from faultlog.web.who import Kept, Viewer, settings_of
from faultlog.wording import Wording

router = APIRouter(include_in_schema=False)

LATEST: Final = 10
"""Bundles below the form. Tool default."""
_SCRIPT: Final = (
    "waiting",
    "sent",
    "keeping",
    "queued",
    "leased",
    "read",
    "same",
    "aborted",
    "aborted_do",
    "broken",
    "broken_do",
)
"""What the script of the page says."""


@router.get("/")
def front(request: Request, who: Viewer, store: Kept) -> Response:
    """Upload, and what was uploaded last."""
    say = wording_of(request)
    most = settings_of(request).most_bytes
    latest = store.read(bundles.newest, who.team, LATEST)
    shown = {
        "title": say.words("web.upload"),
        "latest": rows(store, who, latest, say),
        "is_open": is_open(latest),
        "most": size(most),
        "zones": _zones(),
        "most_bytes": most,
        "words": {name: say.words(f"web.script.{name}") for name in _SCRIPT} | _too_large(most, say),
    }
    return page(request, "front.html", who, **shown)


def _too_large(most: int, say: Wording) -> dict[str, str]:
    """What the script says of a file before it is sent in vain, as the server would."""
    title, detail = said(About(413, "too_large", (("most", most),)), say)
    return {"too_large": title, "too_large_do": detail}


@cache
def _zones() -> list[str]:
    return sorted(one for one in available_timezones() if "/" in one and not one.startswith(("Etc/", "SystemV/")))
