"""`/shared/…`: a case or a comparison shown to whoever has a link, and to nobody longer than was meant."""

import shlex
from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from faultlog.report.document import kept_json
from faultlog.report.rows import Text
from faultlog.store import cases, comparisons, shares
from faultlog.store.opening import Store
from faultlog.store.redacted import Of
from faultlog.store.shares import Shared
from faultlog.web.pages.cases import on_its_clock
from faultlog.web.problems import ProblemError
from faultlog.web.redacting import redacted
from faultlog.web.shown import minute
from faultlog.web.site import page, wording_of
from faultlog.web.who import Kept

router = APIRouter(include_in_schema=False)


@router.get("/shared/{key}")
async def shared_page(request: Request, key: str, store: Kept) -> HTMLResponse:
    """What a link shows, as one page that leads nowhere."""
    found = await run_in_threadpool(store.read, shares.shown, key)
    if found is None:
        raise ProblemError(404, "share")
    of: Of = "comparison" if found.thing.kind == "comparison" else "case"
    kept = await _kept(request, store, found, of)
    if kept is None:
        raise ProblemError(404, "share_waits")
    return await run_in_threadpool(_comparison if of == "comparison" else _case, request, kept, minute(found.until))


async def _kept(request: Request, store: Store, found: Shared, of: Of) -> bytes | None:
    """The document that is shown, as JSON."""
    if found.redacted:
        return await redacted(request, store, found.team, of, found.thing.id)
    read = comparisons.document_json if of == "comparison" else cases.document_json
    return await run_in_threadpool(store.read, read, found.team, found.thing.id)


def _case(request: Request, kept: bytes, until: str) -> HTMLResponse:
    from faultlog.report.html.case import values

    doc = kept_json(kept.decode())
    say = on_its_clock(request, doc).read_in("link")
    told = {"say": say, "until": until, "is_alone": _is_alone(doc.assumptions)}
    return page(request, "link.html", None, **(values(doc, say) | told))


def _comparison(request: Request, kept: bytes, until: str) -> HTMLResponse:
    from faultlog.report.comparisons import comparison_read
    from faultlog.report.html.comparison import values

    doc = comparison_read(kept)
    names = shlex.join([doc.new.bundle.name, doc.old.bundle.name])
    say = wording_of(request).on_clock_of(doc.host.time_zone.name).read_in("link")
    told = {"say": say, "until": until, "is_alone": _is_alone(doc.assumptions)}
    return page(request, "linked.html", None, **(values(doc, say, names) | told))


def _is_alone(assumptions: Iterable[Text]) -> bool:
    """Whether names are tokens in a document of which only what itself marks was known."""
    from faultlog.redaction.reports import UNREAD

    return any(one.key == UNREAD for one in assumptions)
