"""What all pages share: their language, their templates, and what stands around them."""

from functools import cache
from pathlib import Path
from typing import Final, cast

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from faultlog.report.html.skeleton import FOLDER as REPORTS
from faultlog.rulebook import RuleBook, load_rules
from faultlog.web.assets import address
from faultlog.web.who import Who
from faultlog.wording import LANGUAGES, Language, Wording, safe

FOLDER: Final = Path(__file__).resolve().parents[1] / "_data" / "web"
ENTRIES: Final = (
    ("upload", "/"),
    ("bundles", "/bundles"),
    ("hosts", "/hosts"),
    ("fleet", "/fleet"),
    ("search", "/search"),
    ("rules", "/rules"),
)
"""What the navigation names, and where it is."""
BELONGS: Final = {
    "/cases": "/bundles",
    "/intervals": "/bundles",
    "/findings": "/bundles",
    "/events": "/bundles",
    "/jobs": "/bundles",
    "/comparisons": "/bundles",
    "/formats": "/rules",
}
"""Where pages belong that the navigation does not name."""
ALONE: Final = ("/login", "/shared/")
"""Pages of those for whom the navigation leads nowhere."""
OWN: Final = ("/account", "/admin")
"""Pages of accounts."""
COOKIE: Final = "language"
"""In which a choice of language is kept."""


def wording_of(request: Request) -> Wording:
    """Sentences in the language of whoever asks: of the address, else as chosen before, else of the browser."""
    who = getattr(request.state, "who", None)
    return Wording(language_of(request), rules(), place="site" if who is None or who.may("analyst") else "viewer")


def language_of(request: Request) -> Language:
    """Which language that is."""
    accepted = request.headers.get("accept-language", "")
    wished = [request.query_params.get("lang"), request.cookies.get(COOKIE)]
    wished += [part.split(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    return cast("Language", next((one for one in wished if one in LANGUAGES), "en"))


def page(request: Request, template: str, who: Who | None, status: int = 200, /, **values: object) -> HTMLResponse:
    """A page of the site.

    Args:
        request: what was asked.
        template: a file of `_data/web`, which extends `page.html` or a report of `_data/html`.
        who: who asks, where that is known.
        status: of the answer.
        values: what the template names; `say` where its times are not those of UTC.
    """
    say = wording_of(request)
    framed = {"say": say, "title": "faultlog"} | values
    markup = (
        _environment()
        .get_template(template)
        .render(
            who=who,
            csrf=getattr(request.state, "csrf", None),
            is_own=request.url.path.startswith(OWN),
            entries=_entries(request.url.path, say),
            in_language=lambda language: f"?{request.url.include_query_params(lang=language).query}",
            **framed,
        )
    )
    response = HTMLResponse(markup, status)
    chosen = request.query_params.get("lang")
    if chosen in LANGUAGES:
        response.set_cookie(COOKIE, chosen, max_age=31_536_000, samesite="lax", httponly=True)
    return response


def problem_page(request: Request, status: int, title: str, detail: str) -> HTMLResponse:
    """What a person reads whose request is refused."""
    who = getattr(request.state, "who", None)
    return page(request, "problem.html", who, status, title=title, detail=detail, code=status)


def part_of_page(request: Request, template: str, **values: object) -> HTMLResponse:
    """A part that a script puts into a page."""
    return HTMLResponse(_environment().get_template(template).render(say=wording_of(request), **values))


def _entries(path: str, say: Wording) -> list[tuple[str, str, bool]]:
    """The navigation: where it leads, what it says, and whether the page belongs there."""
    if path.startswith(ALONE):
        return []
    first = f"/{path.split('/')[1]}"
    first = BELONGS.get(first, first)
    return [(address, say.words(f"web.entry.{name}"), address == first) for name, address in ENTRIES]


@cache
def rules() -> RuleBook:
    """The rules that this server knows."""
    return load_rules(())


@cache
def _environment() -> Environment:
    """Whatever a template prints is harmless: see `report.html.skeleton`; of two `page.html` the site's is taken."""
    made = Environment(
        loader=FileSystemLoader([FOLDER, REPORTS]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = address
    return made


def _harmless(value: object) -> object:
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value
