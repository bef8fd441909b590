"""`POST /bundles`, `/uploaded`: what became of the files of a form, which is how one uploads without a script."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from faultlog.store import bundles, jobs
from faultlog.store.bundles import Bundle
from faultlog.store.jobs import Job
from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web.api.routes import POSSIBLE
from faultlog.web.bundlerows import Row, is_open, rows
from faultlog.web.doors import Inflow, doors_of
from faultlog.web.forms import MOST_PARTS, Part, parts
from faultlog.web.problems import About, ProblemError, not_found, refused, said
from faultlog.web.site import page, wording_of
from faultlog.web.uploadable import LONGEST, room_of
from faultlog.web.uploads import OPTIONS, Way, upload
from faultlog.web.who import Analyst, Kept, Viewer, Who, settings_of

router = APIRouter(include_in_schema=False)

Ids = Annotated[list[Annotated[str, POSSIBLE]], Query(max_length=MOST_PARTS)]


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a file of a form: a bundle, new or one that was there, or why there is none."""

    name: str
    bundle: str = ""
    is_new: bool = True
    about: About | None = None


@router.post("/bundles")
async def post_bundles(request: Request, who: Analyst) -> Response:
    """Upload what a form holds; the page of the bundle, or of what became of each file."""
    asked: dict[str, str] = {}
    came: list[Came] = []
    with doors_of(request).taking(who.team) as inflow:
        async for part in parts(request):
            if part.filename:
                came.append(await _came(request, who, part, inflow, asked))
            elif part.filename is None and part.name in OPTIONS and (told := await part.text()):
                asked[part.name] = told
    if not came:
        raise ProblemError(400, "nothing")
    wrong = [one.about for one in came if one.about is not None]
    if not wrong:
        return RedirectResponse(_place(came), 303)
    if len(came) == 1:
        raise refused(wrong[0])
    return await run_in_threadpool(_page, request, who, came, wrong[0].status)


@router.get("/uploaded")
def uploaded_page(request: Request, who: Viewer, store: Kept, bundle: Ids = [], same: Ids = []) -> Response:  # noqa: B006
    """Where some bundles stand that were uploaded together; `same` names those that were there before."""
    came = [Came("", one) for one in bundle] + [Came("", one, is_new=False) for one in same]
    return _page(request, who, came, 200, store)


async def _came(request: Request, who: Who, part: Part, inflow: Inflow, asked: dict[str, str]) -> Came:
    settings = settings_of(request)
    name = (part.filename or "")[-LONGEST:]
    try:
        room = await run_in_threadpool(settings.store.read, room_of, who.team, settings.most_bytes)
        done = await upload(settings.store, who, name, part.data, Way(room, inflow), asked)
    except ProblemError as error:
        return Came(name, about=error.about)
    return Came(name, done.bundle, done.is_new)


def _place(came: list[Came]) -> str:
    """Where one looks at what was kept."""
    kept = [one for one in came if one.bundle]
    if len(kept) == 1 and kept[0].is_new:
        return f"/cases/{kept[0].bundle}"
    return "/uploaded?" + "&".join(f"{'bundle' if one.is_new else 'same'}={one.bundle}" for one in kept)


def _page(request: Request, who: Who, came: list[Came], status: int, store: Store | None = None) -> Response:
    """The page of them: what was refused, and where the others stand.

    Raises:
        ProblemError: nothing of that is there.
    """
    say, kept = wording_of(request), store or settings_of(request).store
    wrong = [(one.name, *said(one.about, say)) for one in came if one.about is not None]
    found = kept.read(_found, who.team, list(dict.fromkeys(one.bundle for one in came if one.bundle)))
    if not found and not wrong:
        raise not_found()
    shown: list[Row] = rows(kept, who, found, say)
    there = {one.bundle for one in came if not one.is_new}
    told = {"wrong": wrong, "rows": shown, "there": there, "is_open": is_open(found), "place": _place(came)}
    return page(request, "uploaded.html", who, status, title=say.words("web.came"), **told)


def _found(db: Connection, team: int, names: list[str]) -> list[tuple[Bundle, Job | None]]:
    found = [bundles.bundle(db, team, one) for one in names]
    return [(one, jobs.latest(db, team, one.id)) for one in found if one is not None]
