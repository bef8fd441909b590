"""`/cases/…/shares`, `/comparisons/…/shares`: the links that show a case or a comparison, made and revoked."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from faultlog.store import audit, bundles, cases, comparisons, shares
from faultlog.store.shares import Thing
from faultlog.values import dataclass
from faultlog.web.api.routes import Id, Number
from faultlog.web.problems import not_found
from faultlog.web.sessions import is_https
from faultlog.web.shown import machine, minute
from faultlog.web.site import page, wording_of
from faultlog.web.who import Analyst, Kept, Who

router = APIRouter(include_in_schema=False)
Days = Annotated[Literal["1", "7", "30", "365"], Form()]
Names = Annotated[Literal["tokens", "shown"], Form()]
"""Whether names are tokens in what the link shows, which they are unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Shareable:
    """Something of the team that a link can show, as its pages name it."""

    thing: Thing
    name: str | None
    """`None` where nothing says what its host is called."""
    place: str
    """Its page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link as somebody wants it."""

    days: int
    redacted: bool


def _of_case(case: Id, who: Analyst, store: Kept) -> Shareable:
    return _there(store.read(_case, who.team, case))


def _of_comparison(comparison: Id, who: Analyst, store: Kept) -> Shareable:
    return _there(store.read(_comparison, who.team, comparison))


OfCase = Annotated[Shareable, Depends(_of_case)]
OfComparison = Annotated[Shareable, Depends(_of_comparison)]


@router.get("/cases/{case}/shares")
def case_shares(request: Request, of: OfCase, who: Analyst, store: Kept) -> HTMLResponse:
    """The links to a case that count, and where one is made."""
    return _page(request, of, who, store)


@router.post("/cases/{case}/shares")
def share_case(
    request: Request, of: OfCase, who: Analyst, store: Kept, days: Days = "7", names: Names = "tokens"
) -> HTMLResponse:
    """Make a link to a case, and show it this once."""
    return _make(request, of, who, store, Wanted(int(days), names == "tokens"))


@router.post("/cases/{case}/shares/{share}/revoke")
def revoke_of_case(of: OfCase, share: Number, who: Analyst, store: Kept) -> Response:
    """Let a link to a case show nothing any more."""
    return _revoke(of, share, who, store)


@router.get("/comparisons/{comparison}/shares")
def comparison_shares(request: Request, of: OfComparison, who: Analyst, store: Kept) -> HTMLResponse:
    """The links to a comparison that count, and where one is made."""
    return _page(request, of, who, store)


@router.post("/comparisons/{comparison}/shares")
def share_comparison(
    request: Request, of: OfComparison, who: Analyst, store: Kept, days: Days = "7", names: Names = "tokens"
) -> HTMLResponse:
    """Make a link to a comparison, and show it this once."""
    return _make(request, of, who, store, Wanted(int(days), names == "tokens"))


@router.post("/comparisons/{comparison}/shares/{share}/revoke")
def revoke_of_comparison(of: OfComparison, share: Number, who: Analyst, store: Kept) -> Response:
    """Let a link to a comparison show nothing any more."""
    return _revoke(of, share, who, store)


def _there(found: Shareable | None) -> Shareable:
    if found is None:
        raise not_found()
    return found


def _case(db: Connection, team: int, case: str) -> Shareable | None:
    thing = shares.thing_of_case(db, team, case)
    if thing is None:
        return None
    bundle, first = bundles.bundle(db, team, case), cases.first(db, team, case)
    name = bundle.name if bundle is not None else None if first is None else first.host
    return Shareable(thing, name, f"/cases/{case}")


def _comparison(db: Connection, team: int, comparison: str) -> Shareable | None:
    found = comparisons.comparison(db, team, comparison)
    if found is None:
        return None
    return Shareable(Thing("comparison", found.id), f"{found.old.name} → {found.new.name}", f"/comparisons/{found.id}")


def _page(request: Request, of: Shareable, who: Who, store: Kept) -> HTMLResponse:
    say, links = wording_of(request), store.read(shares.of, who.team, of.thing)
    told: dict[str, Any] = {
        "title": say.words(f"web.share.{of.thing.kind}"),
        "minute": minute,
        "machine": machine,
        "days": shares.DAYS,
    }
    return page(request, "shares.html", who, of=of, shares=links, **told)


def _make(request: Request, of: Shareable, who: Who, store: Kept, wanted: Wanted) -> HTMLResponse:
    key = store.write(_made, who, of.thing, wanted)
    scheme = "https" if is_https(request) else request.url.scheme
    link = str(request.base_url.replace(scheme=scheme)) + f"shared/{key}"
    title = wording_of(request).words("web.made.share")
    return page(request, "key.html", who, title=title, kind="share", key=link, back=f"{of.place}/shares")


def _revoke(of: Shareable, share: int, who: Who, store: Kept) -> Response:
    store.write(_revoked, who, of.thing, share)
    return RedirectResponse(f"{of.place}/shares", 303)


def _made(db: Connection, who: Who, thing: Thing, wanted: Wanted) -> str:
    key = shares.make(db, who.team, thing, who.user, wanted.days, redacted=wanted.redacted)
    if key is None:
        raise not_found()
    audit.note(db, who.actor, "share.make", thing.id, f"{wanted.days} d{', redacted' if wanted.redacted else ''}")
    return key


def _revoked(db: Connection, who: Who, thing: Thing, share: int) -> None:
    if not shares.revoke(db, who.team, thing, share):
        raise not_found()
    audit.note(db, who.actor, "share.revoke", thing.id, str(share))
