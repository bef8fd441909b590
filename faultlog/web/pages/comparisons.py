"""`/comparisons/…`: what became of each fault between two bundles of a host, or how far that is; again; gone."""

import shlex
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from faultlog.store import cases, comparisons
from faultlog.store.comparisons import Comparison
from faultlog.store.jobs import Job
from faultlog.store.opening import Store
from faultlog.web import deeds
from faultlog.web.api.routes import POSSIBLE, Id
from faultlog.web.pages.hosts import shown_host
from faultlog.web.problems import not_found
from faultlog.web.site import page, wording_of
from faultlog.web.standing import OPEN, of_job, reading, why
from faultlog.web.who import Analyst, Kept, Viewer, Who
from faultlog.wording import Wording

router = APIRouter(include_in_schema=False)

Name = Annotated[str, Form(max_length=64), POSSIBLE]


@router.post("/comparisons")
def compare(request: Request, who: Analyst, store: Kept, old: Name = "", new: Name = "") -> Response:
    """Have two bundles compared; who chose one twice is told on the page of its host."""
    place = store.read(cases.place_of, who.team, old) if old == new else None
    if place is not None:
        return shown_host(request, who, store, place.host, "one_twice")
    asked = store.write(deeds.compare, who, old, new)
    if asked is None:
        raise not_found()
    return RedirectResponse(f"/comparisons/{asked[0]}", 303)


@router.get("/comparisons/{comparison}")
def comparison_page(request: Request, comparison: Id, who: Viewer, store: Kept) -> Response:
    """A comparison; while there is none, how far it is, or why."""
    found = _found(store, who, comparison)
    if found.job is not None and found.job.state in OPEN:
        return _busy(request, who, found)
    kept = store.read(comparisons.document_json, who.team, comparison)
    return _without(request, who, found) if kept is None else _done(request, who, found, kept)


@router.post("/comparisons/{comparison}/again")
def comparison_again(comparison: Id, who: Analyst, store: Kept) -> Response:
    """Compare once more."""
    if not store.write(deeds.compare_again, who, comparison):
        raise not_found()
    return RedirectResponse(f"/comparisons/{comparison}", 303)


@router.post("/comparisons/{comparison}/cancel")
def comparison_cancel(comparison: Id, who: Analyst, store: Kept) -> Response:
    """Stop a comparison."""
    found = _found(store, who, comparison)
    if found.job is not None:
        store.write(deeds.cancel, who, found.job.id)
    return RedirectResponse(f"/comparisons/{comparison}", 303)


@router.post("/comparisons/{comparison}/delete")
def comparison_delete(comparison: Id, who: Analyst, store: Kept) -> Response:
    """Delete a comparison: nobody is asked twice, since it can be made again."""
    if not store.write(deeds.delete_comparison, who, comparison):
        raise not_found()
    store.tidy()
    return RedirectResponse("/comparisons", 303)


def _found(store: Store, who: Who, comparison: str) -> Comparison:
    found = store.read(comparisons.comparison, who.team, comparison)
    if found is None:
        raise not_found()
    return found


def _done(request: Request, who: Who, found: Comparison, kept: bytes) -> Response:
    from faultlog.report.comparisons import comparison_read
    from faultlog.report.html.comparison import values

    say, doc = wording_of(request), comparison_read(kept)
    say = say.on_clock_of(doc.host.time_zone.name)
    shown = values(doc, say, shlex.join([found.new.name, found.old.name]))
    return page(request, "compared.html", who, **(shown | {"say": say, "comparison": found}))


def _busy(request: Request, who: Who, found: Comparison) -> Response:
    say, job = wording_of(request), found.job
    told = {"title": say.words("web.compare.title"), "comparison": found, "job": job, "standing": of_job(job, say)}
    said = reading(job, say) if job is not None and job.state == "leased" else say.words("web.queued")
    return page(request, "comparing.html", who, **told, said=said)


def _without(request: Request, who: Who, found: Comparison) -> Response:
    """Why there is none."""
    say, job = wording_of(request), found.job
    told = {
        "title": say.words("web.compare.title"),
        "comparison": found,
        "job": job,
        "standing": of_job(job, say),
        "why": _why(job, say),
    }
    return page(request, "uncompared.html", who, **told)


def _why(job: Job | None, say: Wording) -> str:
    """Why two bundles are not compared: as of a bundle, where nothing more is to be said of two."""
    key = f"web.compare.why.{'cancelled' if job is None else job.reason or job.state}"
    return say.words(key) if job is None or say.has(key) else why(job, say)
