"""`/rules`, `/formats`: what is known of faults and of logs, and which hosts have a fault now."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from faultlog import packs
from faultlog.store import places
from faultlog.store.schema import VERDICTS
from faultlog.web.choosing import fault_in
from faultlog.web.problems import not_found
from faultlog.web.sheets import Cell, Sheet, as_csv, as_json, shown
from faultlog.web.site import page, rules, wording_of
from faultlog.web.who import Kept, Viewer

if TYPE_CHECKING:
    from faultlog.formats import LogFormat

router = APIRouter(include_in_schema=False)


def _rules(request: Request, who: Viewer, store: Kept) -> Sheet:
    """Every fault that has a rule."""
    from faultlog.web import chapters

    having = store.read(places.having, who.team)
    rows: list[Mapping[str, Cell]] = [
        {
            "fault": one.fault,
            "name": " / ".join(one.names),
            "os": one.systems,
            "promises": list(one.promises),
            "provenance": list(one.provenance),
            "hosts": len(having.get(one.fault, ())),
        }
        for one in chapters.listed(rules(), wording_of(request))
    ]
    keys = ("fault", "name", "os", "promises", "provenance", "hosts")
    return Sheet("/rules", {key: key in {"fault", "hosts"} for key in keys}, rows)


def _known_formats(request: Request, _who: Viewer) -> Sheet:
    """Every format that is understood."""
    say = wording_of(request)
    rows: list[Mapping[str, Cell]] = [
        {"format": one.name, "title": one.file.title, "provenance": say.words(f"provenance.{one.provenance}")}
        for one in _formats()
    ]
    return Sheet("/formats", dict.fromkeys(("format", "title", "provenance"), False), rows)


def _twins(address: str, table: Any) -> None:  # noqa: ANN401 (what a route's parameter is annotated with)
    """The same table for programs and for spreadsheets."""

    def for_programs(request: Request, sheet: table) -> Response:
        return as_json(request, sheet)

    def for_spreadsheets(request: Request, sheet: table) -> Response:
        return as_csv(request, sheet)

    router.get(f"{address}.json")(for_programs)
    router.get(f"{address}.csv")(for_spreadsheets)


@cache
def _fingerprint() -> str:
    """Of the rules that this server knows: as much of it as the page of a case tells."""
    return packs.fingerprint([packs.builtin("rules")])[:12]


Rules = Annotated[Sheet, Depends(_rules)]
Formats = Annotated[Sheet, Depends(_known_formats)]


@router.get("/rules")
def rules_page(request: Request, who: Viewer, sheet: Rules) -> HTMLResponse:
    """Every fault that has a rule."""
    say = wording_of(request)
    told = {"sheet": shown(request, sheet, say), "fingerprint": _fingerprint()}
    return page(request, "rules.html", who, title=say.words("web.rules"), **told)


_twins("/rules", Rules)


@router.get("/rules/{fault}")
def rule_page(request: Request, fault: str, who: Viewer, store: Kept) -> HTMLResponse:
    """All that is known of one fault, as a manual page."""
    from faultlog.web import chapters

    book, say, asked = rules(), wording_of(request), fault_in(fault)
    found = () if asked is None else book.candidates(asked, None)
    if not found:
        raise not_found()
    number, names = found[0].file.fault, chapters.names(found, say)
    told = {
        "title": f"{say.words('web.fault', fault=number)}: {names[0][0]}",
        "fault": number,
        "names": names,
        "before": chapters.before(found, say),
        "worded": chapters.worded(book, number, say),
        "after": chapters.after(found, say),
        "having": store.read(places.having, who.team).get(number, ()),
        "fired": store.read(places.fired, who.team, number),
        "verdicts": [(one, say.words(f"export.verdict.{one}")) for one in reversed(VERDICTS)],
    }
    return page(request, "rule.html", who, **told)


@router.get("/formats")
def formats_page(request: Request, who: Viewer, sheet: Formats) -> HTMLResponse:
    """Every format that is understood."""
    say = wording_of(request)
    return page(request, "formats.html", who, title=say.words("web.formats"), sheet=shown(request, sheet, say))


_twins("/formats", Formats)


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
