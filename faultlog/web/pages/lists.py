"""`/bundles`, `/hosts` and so on: every table of the site as a page, as `.json` and as `.csv`."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, StreamingResponse

from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web.answers import HarmlessJSON
from faultlog.web.api.lists import answer, next_of, rows_of
from faultlog.web.choosing import REDACT
from faultlog.web.listing import Asked, Column, Filter, Listing, every
from faultlog.web.private import Form, told_privately
from faultlog.web.querying import is_of_names, read_private, read_query
from faultlog.web.rows import cells, csv_lines, said, told
from faultlog.web.site import language_of, page, wording_of
from faultlog.web.tables import LISTINGS
from faultlog.web.who import ASKERS, Kept, Who
from faultlog.wording import Wording

router = APIRouter(include_in_schema=False)

_NOT_KEPT: Final = frozenset({"after", "lang"})
"""Parameters that an address of the same rows in another form leaves out."""
_FORMS: Final[tuple[Form, ...]] = ("csv", "json")
_TABLES: Final = ("bundles", "cases", "intervals", "findings", "events", "comparisons", "jobs")
"""Of what a page leads to the others, in order."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column."""

    title: str
    link: str | None
    """The same rows in its order, or the other way round."""
    sorted: str | None
    """How rows are in its order now, as `aria-sort` says it."""
    numeric: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of the form that chooses rows."""

    key: str
    title: str
    value: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()


def shown(request: Request, listing: Listing, asked: Asked, rows: Any) -> dict[str, object]:  # noqa: ANN401
    """What the part `listing.html` names, of a page of rows."""
    say, params = wording_of(request), _kept(request)
    return {
        "name": listing.name,
        "heads": [_head(listing, one, asked, params, say) for one in listing.columns if not one.hidden],
        "rows": [cells(listing, row, say) for row in rows.rows],
        "total": rows.total,
        "next": next_of(request, rows),
        "first": None if asked.after is None else _address(listing, params),
        "choices": [_choice(one, params, say) for one in listing.filters if not one.hidden],
        "hidden": [(key, params[key]) for key in ("sort", *_hidden(listing)) if key in params],
        "narrowed": [(key, params[key]) for key in _hidden(listing) if key in params],
        "is_chosen": bool(asked.filters),
        "all": listing.address,
        "twins": [(kind, _address(listing, params, f".{kind}")) for kind in _FORMS],
        "private": [(kind, _address(listing, _private(listing, params), f".{kind}")) for kind in _FORMS]
        if listing.has_tokens
        else [],
    }


def _kept(request: Request) -> Mapping[str, str]:
    return {key: value for key, value in request.query_params.items() if value and key not in _NOT_KEPT}


def _private(listing: Listing, params: Mapping[str, str]) -> Mapping[str, str]:
    """What asks for the same rows with tokens: all of them, and not in the order of names."""
    of_names = is_of_names(listing, params.get("sort", listing.usual))
    dropped = {"size", REDACT, *(["sort"] if of_names else [])}
    return {key: value for key, value in params.items() if key not in dropped} | {REDACT: "true"}


def _hidden(listing: Listing) -> list[str]:
    return [one.key for one in listing.filters if one.hidden]


def _address(listing: Listing, params: Mapping[str, str], ending: str = "") -> str:
    return f"{listing.address}{ending}" + (f"?{urlencode(params)}" if params else "")


def _head(listing: Listing, one: Column, asked: Asked, params: Mapping[str, str], say: Wording) -> Head:
    title, numeric = say.words(f"web.column.{one.key}"), one.kind in {"integer", "number", "duration", "bytes"}
    if not one.is_sortable:
        return Head(title, None, None, numeric)
    now = {one.key: "ascending", f"-{one.key}": "descending"}.get(asked.sort)
    first = f"-{one.key}" if numeric or one.kind == "instant" else one.key
    other = {"ascending": f"-{one.key}", "descending": one.key}.get(now or "", first)
    return Head(title, _address(listing, {**params, "sort": other}), now, numeric)


def _choice(one: Filter, params: Mapping[str, str], say: Wording) -> Choice:
    kind = "date" if one.matching in {"since", "until"} else "number" if one.kind == "integer" else "search"
    options = tuple((value, said(one.words, value, say) if one.words else value) for value in one.values)
    return Choice(one.key, say.words(f"web.filter.{one.key}"), params.get(one.key, ""), kind, options)


def _routes(listing: Listing) -> None:
    asker = ASKERS[listing.least]

    def html(request: Request, who: asker, store: Kept) -> HTMLResponse:  # type: ignore[valid-type]
        asked = read_query(listing, request.query_params)
        rows = rows_of(store, who, listing, asked)
        title = wording_of(request).words(f"web.list.{listing.name}")
        return page(
            request, "list.html", who, title=title, tables=_TABLES, listing=shown(request, listing, asked, rows)
        )

    def json_of(request: Request, who: Who, store: Store) -> Response:
        rows, response = rows_of(store, who, listing, read_query(listing, request.query_params)), Response()
        page_of_rows = answer(request, response, listing, rows)
        return HarmlessJSON(
            page_of_rows, headers={"link": response.headers["link"]} if "link" in response.headers else None
        )

    def csv_of(request: Request, who: Who, store: Store) -> Response:
        asked, language = read_query(listing, request.query_params), language_of(request)
        rows_of(store, who, listing, asked)  # what cannot be asked is refused before the answer begins
        rows = (told(listing, row, language) for row in every(store.read, listing, who.team, asked))
        name = f'attachment; filename="{listing.name}.csv"'
        headers = {"content-disposition": name}
        return StreamingResponse(csv_lines(listing, rows), media_type="text/csv; charset=utf-8", headers=headers)

    def route_of(form: Form, plain: Callable[[Request, Who, Store], Response]) -> Callable[..., Any]:
        async def route(request: Request, who: asker, store: Kept) -> Response:  # type: ignore[valid-type]
            asked = read_private(listing, request.query_params)
            if asked is not None:
                return await told_privately(request, who, listing, asked, form)
            return await run_in_threadpool(plain, request, who, store)

        return route

    pages = () if listing.has_own_page else (("", html),)
    files = ((".json", route_of("json", json_of)), (".csv", route_of("csv", csv_of)))
    for ending, route in (*pages, *files):
        router.get(f"{listing.address}{ending}", name=f"{listing.name}{ending}")(route)


for _one in LISTINGS.values():
    _routes(_one)
