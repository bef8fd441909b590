"""`/cases/…`: what came of a bundle, or how far its analysis is; its files; again; gone."""

from typing import TYPE_CHECKING, cast

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from faultlog.report.document import CaseDocument
from faultlog.store import bundles, cases, jobs, places
from faultlog.store.bundles import Bundle
from faultlog.store.jobs import Job
from faultlog.store.litter import clear
from faultlog.store.opening import Store
from faultlog.web import deeds
from faultlog.web.api.routes import Id
from faultlog.web.downloads import attached, bundle_file, offered
from faultlog.web.leading import leading, pointing
from faultlog.web.problems import ProblemError, not_found, said
from faultlog.web.shown import minute, size
from faultlog.web.site import page, part_of_page, wording_of
from faultlog.web.standing import OPEN, may_do_better, of_job, reading, standing, to_do, why
from faultlog.web.uploads import OPTIONS, analyse_again
from faultlog.web.who import Analyst, Kept, Viewer, Who, store_of
from faultlog.wording import Wording

if TYPE_CHECKING:
    from faultlog.report.html.cards import Card

router = APIRouter(include_in_schema=False)


@router.get("/cases/{bundle}")
def case_page(request: Request, bundle: Id, who: Viewer, store: Kept) -> Response:
    """The case of a bundle; while there is none, how far it is, or why; or the case of all bundles of a host."""
    found = store.read(bundles.bundle, who.team, bundle)
    job = None if found is None else store.read(jobs.latest, who.team, bundle)
    doc = store.read(cases.document, who.team, bundle)
    if doc is not None and (job is None or job.state not in OPEN):
        return _done(request, who, store, bundle, found, doc)
    if found is None:
        raise not_found()
    return _without(request, who, found, job)


@router.get("/cases/{bundle}/standing")
def case_standing(request: Request, bundle: Id, who: Viewer, store: Kept) -> Response:
    """The same in one line, for a page that waits for it."""
    found, job = _found(store, who, bundle)
    told = standing(store, who.team, found, job, wording_of(request))
    return part_of_page(request, "standing.html", bundle=found, job=job, standing=told)


@router.get("/cases/{bundle}/download/{name}")
async def case_download(
    request: Request, bundle: Id, name: str, who: Viewer, store: Kept, *, redact: bool = False
) -> Response:
    """A case as a file."""
    return await attached(request, who, store, bundle, name, redact=redact)


@router.get("/cases/{bundle}/file")
def case_file(bundle: Id, who: Analyst, store: Kept) -> Response:
    """The bundle as it was uploaded."""
    return bundle_file(store, who, bundle)


@router.post("/cases/{bundle}/again")
async def case_again(request: Request, bundle: Id, who: Analyst) -> Response:
    """Analyse a bundle once more; with the options that the form has, where it has some."""
    try:
        form = await request.form()
    except UnicodeError:  # it says that it is written in letters that nobody can read
        raise ProblemError(400, "refused") from None
    given = {name: str(form[name]).strip() for name in OPTIONS if name in form}
    return await run_in_threadpool(_again, request, who, bundle, given)


@router.post("/cases/{bundle}/cancel")
def case_cancel(bundle: Id, who: Analyst, store: Kept) -> Response:
    """Stop the analysis of a bundle."""
    _, job = _found(store, who, bundle)
    if job is not None:
        store.write(deeds.cancel, who, job.id)
    return RedirectResponse(f"/cases/{bundle}", 303)


@router.get("/cases/{bundle}/delete")
def case_delete(request: Request, bundle: Id, who: Analyst, store: Kept) -> Response:
    """Ask whether a bundle is to be deleted."""
    found, job = _found(store, who, bundle)
    say = wording_of(request)
    told = standing(store, who.team, found, job, say)
    title = say.words("web.delete.title", name=found.name)
    return page(request, "delete.html", who, title=title, bundle=found, standing=told, **_about(found))


@router.post("/cases/{bundle}/delete")
def case_deleted(bundle: Id, who: Analyst, store: Kept) -> Response:
    """Delete a bundle with all that came of it."""
    if not store.write(deeds.delete, who, bundle):
        raise not_found()
    clear(store, bundle)
    return RedirectResponse("/", 303)


def _again(request: Request, who: Who, bundle: str, given: dict[str, str]) -> Response:
    """The page of the bundle; where an option is none, the form as it was sent, and what is wrong with it."""
    store, say = store_of(request), wording_of(request)
    try:
        analyse_again(store, who, bundle, given)
    except ProblemError as error:
        about = store.read(bundles.bundle, who.team, bundle)
        if error.about.status != 422 or about is None:
            raise
        title, wrong = said(error.about, say)
        return page(request, "anew.html", who, 422, title=title, wrong=wrong, bundle=about, asked=given)
    return RedirectResponse(f"/cases/{bundle}", 303)


def _found(store: Store, who: Who, bundle: str) -> tuple[Bundle, Job | None]:
    found = store.read(bundles.bundle, who.team, bundle)
    if found is None:
        raise not_found()
    return found, store.read(jobs.latest, who.team, bundle)


def _done(request: Request, who: Who, store: Store, case: str, bundle: Bundle | None, doc: CaseDocument) -> Response:
    """The page of a case: of a bundle, or of several."""
    from faultlog.report.html.case import values

    say = on_its_clock(request, doc)
    say = say if bundle is None or not who.may("analyst") else say.read_in("form")
    place = store.read(cases.place_of, who.team, case)
    if place is None:
        raise not_found()
    shown = pointing(values(doc, say), say, f"/hosts/{places.id_of(place.host)}#bundles" if bundle is None else "#anew")
    shown |= {
        "cards": [leading(one) for one in cast("list[Card]", shown["cards"])],
        "say": say,
        "case": case,
        "kept": bundle,
        "asked": {} if bundle is None else bundle.asked,
        "downloads": offered(say),
        "place": place,
        "host_id": places.id_of(place.host),
    }
    return page(request, "done.html", who, **shown)


def _without(request: Request, who: Who, bundle: Bundle, job: Job | None) -> Response:
    """The page of a bundle that has no case, or not yet."""
    say = wording_of(request)
    state = "cancelled" if job is None else job.state
    told = of_job(job, say)
    title = f"{bundle.name}: {told.badge.word}"
    if job is not None and state in OPEN:
        shown = {"said": reading(job, say)} if state == "leased" else {"said": say.words("web.queued")}
        return page(
            request, "busy.html", who, title=title, bundle=bundle, job=job, standing=told, **shown, **_about(bundle)
        )
    ended: dict[str, object] = {
        "state": state,
        "reason": "" if job is None or job.reason is None else why(job, say),
        "ended": say.words(f"web.ended.{state}"),
        "to_do": to_do(job, say),
        "may_again": may_do_better(job),
    }
    return page(
        request, "ended.html", who, title=title, bundle=bundle, job=job, standing=told, **ended, **_about(bundle)
    )


def _about(bundle: Bundle) -> dict[str, object]:
    return {"size": size(bundle.size), "uploaded": minute(bundle.uploaded_at), "asked": bundle.asked}


def on_its_clock(request: Request, doc: CaseDocument) -> Wording:
    """The reader's language, and the clock of the case's host."""
    return wording_of(request).on_clock_of(doc.host.time_zone.name)
