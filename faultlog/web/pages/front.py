"""`/`: where bundles are uploaded, with a script or without one."""

from functools import cache
from typing import Final
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from faultlog.store import bundles
from faultlog.values import dataclass
from faultlog.web.forms import Part, parts
from faultlog.web.problems import About, ProblemError, said
from faultlog.web.shown import machine, minute, size
from faultlog.web.site import page, wording_of
from faultlog.web.standing import Standing, standing
from faultlog.web.uploadable import LONGEST
from faultlog.web.uploads import upload
from faultlog.web.who import Analyst, Kept, Viewer, Who, settings_of
from faultlog.wording import Wording

router = APIRouter(include_in_schema=False)

LATEST: Final = 10
"""Bundles below the form. Tool default."""
_OPTIONS: Final = frozenset({"tz", "taken"})
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


@dataclass(frozen=True, slots=True)
class Row:
    """A bundle in a list."""

    id: str
    name: str
    size: str
    uploaded: str
    uploaded_machine: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a file of a form: a bundle, or why there is none."""

    name: str
    bundle: str | None
    about: About | None = None

    def words(self, say: Wording) -> tuple[str, str]:
        """What was refused, and what to do; empty where nothing was."""
        return ("", "") if self.about is None else said(self.about, say)


@router.get("/")
def front(request: Request, who: Viewer, store: Kept) -> Response:
    """Upload, and what was uploaded last."""
    say = wording_of(request)
    latest = [
        Row(one.id, one.name, size(one.size), minute(at), machine(at), standing(store, who.team, one, job, say))
        for one, job in store.read(bundles.newest, who.team, LATEST)
        for at in (one.uploaded_at,)
    ]
    shown = {
        "title": say.words("web.upload"),
        "latest": latest,
        "most": size(settings_of(request).most_bytes),
        "zones": _zones(),
        "words": {name: say.words(f"web.script.{name}") for name in _SCRIPT},
    }
    return page(request, "front.html", who, **shown)


@router.post("/bundles")
async def post_bundles(request: Request, who: Analyst) -> Response:
    """Upload what a form holds; the page of the bundle, or of what became of each file."""
    asked: dict[str, str] = {}
    came: list[Came] = []
    async for part in parts(request):
        if part.filename:
            came.append(await _came(request, who, part, asked))
        elif part.filename is None and part.name in _OPTIONS and (told := await part.text()):
            asked[part.name] = told
    if not came:
        raise ProblemError(400, "nothing")
    if len(came) == 1 and came[0].about is not None:
        raise ProblemError(came[0].about.status, came[0].about.key, **dict(came[0].about.params))
    if all(one.about is None for one in came):
        return RedirectResponse(f"/cases/{came[0].bundle}" if len(came) == 1 else "/", 303)
    status = next(one.about.status for one in came if one.about is not None)
    return await run_in_threadpool(_each, request, who, came, status)


async def _came(request: Request, who: Who, part: Part, asked: dict[str, str]) -> Came:
    settings = settings_of(request)
    name = (part.filename or "")[-LONGEST:]
    try:
        done = await upload(settings.store, who, name, part.data, settings.most_bytes, asked)
    except ProblemError as error:
        return Came(name, None, error.about)
    return Came(name, done.bundle)


def _each(request: Request, who: Who, came: list[Came], status: int) -> Response:
    say = wording_of(request)
    return page(
        request, "came.html", who, status, title=say.words("web.came"), came=[(one, *one.words(say)) for one in came]
    )


@cache
def _zones() -> list[str]:
    return sorted(one for one in available_timezones() if "/" in one and not one.startswith(("Etc/", "SystemV/")))
