"""`/fleet`: which faults a team's hosts have, how long they last, and whom to help, of all or of what is chosen."""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from faultlog.web.fleetview import Choice, Shown
from faultlog.web.lifeline import name_of
from faultlog.web.site import page, wording_of
from faultlog.web.who import Kept, Viewer

router = APIRouter(include_in_schema=False)

_SHOWN: Final = Shown()
_MOST_FAULT: Final = 99_999
Text = Annotated[str, Query(max_length=100)]


@router.get("/fleet")
def fleet_page(
    request: Request,
    who: Viewer,
    store: Kept,
    fault: Text = "",
    version: Text = "",
    os: Text = "",
    since: Text = "",
    until: Text = "",
) -> HTMLResponse:
    """The report of a fleet; what cannot be a choice is none."""
    number = int(fault) if fault.isascii() and fault.isdecimal() and int(fault) <= _MOST_FAULT else None
    choice, say = Choice(number, version, os, _day(since), _day(until)), wording_of(request)
    shown, offered = _SHOWN.of(store, who.team, choice, say)
    told = {
        "choice": choice,
        "is_chosen": choice != Choice(),
        "faults_offered": [(one, name_of(one, None, say)) for one in offered.faults],
        "versions": offered.versions,
        "systems": offered.systems,
    }
    if shown is None:
        return page(request, "fleetless.html", who, title=say.words("web.entry.fleet"), **told)
    return page(request, "fleetful.html", who, **(shown | told | {"about": shown["about"][:1]}))  # type: ignore[index]


def _day(text: str) -> str:
    """A day of the calendar, else nothing."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
