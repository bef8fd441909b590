"""`/cases/…/shares` and `/shared/…`: a case shown to whoever has a link, and to nobody longer than was meant."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from faultlog.report.document import CaseDocument
from faultlog.store import audit, bundles, cases, shares
from faultlog.store.bundles import Bundle
from faultlog.store.shares import Share, Shared
from faultlog.web.api.routes import Id, Number
from faultlog.web.pages.cases import on_its_clock
from faultlog.web.problems import ProblemError, not_found
from faultlog.web.sessions import is_https
from faultlog.web.shown import machine, minute
from faultlog.web.site import page, wording_of
from faultlog.web.who import Analyst, Kept, Who

router = APIRouter(include_in_schema=False)
Days = Literal["1", "7", "30", "365"]


@router.get("/cases/{bundle}/shares")
def shares_page(request: Request, bundle: Id, who: Analyst, store: Kept) -> HTMLResponse:
    """The links to a case that count, and where one is made."""
    about, links = store.read(_of_bundle, who.team, bundle)
    told: dict[str, Any] = {
        "title": wording_of(request).words("web.share"),
        "minute": minute,
        "machine": machine,
        "days": shares.DAYS,
    }
    return page(request, "shares.html", who, bundle=about, shares=links, **told)


@router.post("/cases/{bundle}/shares")
def make_share(
    request: Request, bundle: Id, who: Analyst, store: Kept, days: Annotated[Days, Form()] = "7"
) -> HTMLResponse:
    """Make a link, and show it this once."""
    key = store.write(_made, who, bundle, int(days))
    scheme = "https" if is_https(request) else request.url.scheme
    link = str(request.base_url.replace(scheme=scheme)) + f"shared/{key}"
    title = wording_of(request).words("web.made.share")
    return page(request, "key.html", who, title=title, kind="share", key=link, back=f"/cases/{bundle}/shares")


@router.post("/cases/{bundle}/shares/{share}/revoke")
def revoke_share(bundle: Id, share: Number, who: Analyst, store: Kept) -> Response:
    """Let a link show nothing any more."""
    store.write(_revoked, who, bundle, share)
    return RedirectResponse(f"/cases/{bundle}/shares", 303)


@router.get("/shared/{key}")
def shared_page(request: Request, key: str, store: Kept) -> HTMLResponse:
    """The case of a link, as one page that leads nowhere."""
    from faultlog.report.html.case import values

    found = store.read(shares.shown, key)
    if found is None:
        raise ProblemError(404, "share")
    doc = store.read(cases.document, found.team, found.bundle)
    if doc is None:
        raise ProblemError(404, "share_waits")
    say = on_its_clock(request, doc).read_in("link")
    return page(
        request, "link.html", None, **(values(prepared(doc, found), say) | {"say": say, "until": minute(found.until)})
    )


def prepared(doc: CaseDocument, _shared: Shared) -> CaseDocument:
    """What of a case is shown to whoever has a link: the one place that decides it."""
    return doc


def _of_bundle(db: Connection, team: int, bundle: str) -> tuple[Bundle, list[Share]]:
    about = bundles.bundle(db, team, bundle)
    if about is None:
        raise not_found()
    return about, shares.of_bundle(db, team, bundle)


def _made(db: Connection, who: Who, bundle: str, days: int) -> str:
    key = shares.make(db, who.team, bundle, who.user, days)
    if key is None:
        raise not_found()
    audit.note(db, who.actor, "share.make", bundle, f"{days} d")
    return key


def _revoked(db: Connection, who: Who, bundle: str, share: int) -> None:
    if not shares.revoke(db, who.team, bundle, share):
        raise not_found()
    audit.note(db, who.actor, "share.revoke", bundle, str(share))
