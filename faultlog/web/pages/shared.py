"""`/shared/…`: a case or a comparison shown to whoever has a link, and to nobody longer than was meant."""

import shlex

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faultlog.store import cases, comparisons, shares
from faultlog.store.opening import Store
from faultlog.store.shares import Shared
from faultlog.web.pages.cases import on_its_clock
from faultlog.web.problems import ProblemError
from faultlog.web.redactions import Redactions
from faultlog.web.shown import minute
from faultlog.web.site import page, wording_of
from faultlog.web.who import Kept

router = APIRouter(include_in_schema=False)


@router.get("/shared/{key}")
def shared_page(request: Request, key: str, store: Kept) -> HTMLResponse:
    """What a link shows, as one page that leads nowhere."""
    found = store.read(shares.shown, key)
    if found is None:
        raise ProblemError(404, "share")
    shown = _comparison if found.thing.kind == "comparison" else _case
    return shown(request, store, found)


def _case(request: Request, store: Store, found: Shared) -> HTMLResponse:
    from faultlog.report.document import kept_json
    from faultlog.report.html.case import values

    kept = store.read(cases.document_json, found.team, found.thing.id)
    if kept is None:
        raise ProblemError(404, "share_waits")
    redactions: Redactions = request.app.state.redactions
    doc = redactions.case(kept) if found.redacted else kept_json(kept.decode())
    say = on_its_clock(request, doc).read_in("link")
    return page(request, "link.html", None, **(values(doc, say) | {"say": say, "until": minute(found.until)}))


def _comparison(request: Request, store: Store, found: Shared) -> HTMLResponse:
    from faultlog.redaction.reports import Reports
    from faultlog.report.comparisons import comparison_read
    from faultlog.report.html.comparison import values

    about = store.read(comparisons.comparison, found.team, found.thing.id)
    kept = store.read(comparisons.document_json, found.team, found.thing.id)
    if about is None or kept is None:
        raise ProblemError(404, "share_waits")
    doc, names = comparison_read(kept), shlex.join([about.new.name, about.old.name])
    if found.redacted:
        reports = Reports()
        doc, names = reports.comparison(doc), reports.text(names)
    say = wording_of(request).on_clock_of(doc.host.time_zone.name).read_in("link")
    shown = values(doc, say, names)
    return page(request, "linked.html", None, **(shown | {"say": say, "until": minute(found.until)}))
