"""`/rules`, `/formats`: what is known of faults and of logs, and which hosts have a fault now."""

from functools import cache
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from faultlog.store import places
from faultlog.web.problems import not_found
from faultlog.web.site import page, rules, wording_of
from faultlog.web.who import Kept, Viewer

if TYPE_CHECKING:
    from faultlog.formats import LogFormat

router = APIRouter(include_in_schema=False)


@router.get("/rules")
def rules_page(request: Request, who: Viewer, store: Kept) -> HTMLResponse:
    """Every fault that has a rule."""
    from faultlog.web import chapters

    say = wording_of(request)
    having = store.read(places.having, who.team)
    listed = chapters.listed(rules(), say)
    return page(request, "rules.html", who, title=say.words("web.rules"), listed=listed, having=having)


@router.get("/rules/{fault}")
def rule_page(request: Request, fault: str, who: Viewer, store: Kept) -> HTMLResponse:
    """All that is known of one fault, as a manual page."""
    from faultlog.web import chapters

    book, say = rules(), wording_of(request)
    found = book.candidates(int(fault), None) if fault.isascii() and fault.isdecimal() and len(fault) < 6 else ()
    if not found:
        raise not_found()
    number, names = found[0].file.fault, chapters.names(found, say)
    told = {
        "title": f"{say.words('bars.fault', fault=number)}: {names[0][0]}",
        "fault": number,
        "names": names,
        "before": chapters.before(found, say),
        "worded": chapters.worded(book, number, say),
        "after": chapters.after(found, say),
        "having": store.read(places.having, who.team).get(number, ()),
    }
    return page(request, "rule.html", who, **told)


@router.get("/formats")
def formats_page(request: Request, who: Viewer) -> HTMLResponse:
    """Every format that is understood."""
    title = wording_of(request).words("web.formats")
    return page(request, "formats.html", who, title=title, formats=_formats())


@router.get("/formats/{name}")
def format_page(request: Request, name: str, who: Viewer) -> HTMLResponse:
    """One format: its shape, its samples, and where it is known from."""
    from faultlog.web import chapters

    found = next((one for one in _formats() if one.name == name), None)
    if found is None:
        raise not_found()
    told = {"title": found.name, "format": found, "chapters": chapters.format_chapters(found, wording_of(request))}
    return page(request, "format.html", who, **told)


@cache
def _formats() -> "list[LogFormat]":
    from faultlog.formats import load_formats

    return sorted(load_formats(()), key=lambda one: one.name)
