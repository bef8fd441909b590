"""`/api/v1/…`: every table of the site, a page of rows at a time."""

from typing import Annotated, Any, Literal, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field, create_model

from faultlog.store.opening import Store
from faultlog.web.api.routes import REFUSALS, operation
from faultlog.web.api.shapes import Shape
from faultlog.web.listing import Asked, Column, Listing, Rows, StrangeCursorError, listed
from faultlog.web.private import told_privately
from faultlog.web.problems import ProblemError
from faultlog.web.querying import asked_of, private_of, query_of
from faultlog.web.rows import told
from faultlog.web.site import language_of
from faultlog.web.tables import LISTINGS
from faultlog.web.who import ASKERS, Kept, Who

router = APIRouter(prefix="/api/v1", tags=["lists"], responses=REFUSALS, generate_unique_id_function=operation)

_TYPES: dict[str, Any] = {
    "text": str,
    "word": str,
    "integer": int,
    "number": float,
    "duration": float,
    "bytes": int,
    "flag": bool,
    "numbers": list[int],
    "said": str,
}


class Page(Shape):
    """Some rows of a listing."""

    rows: list[Any]
    total: int = Field(description="Rows on all pages.")
    next: str | None = Field(description="The address of the next page.")


def page_of(listing: Listing) -> type[BaseModel]:
    """What a page of a listing looks like."""
    name = listing.name.title().removesuffix("s")
    fields: dict[str, Any] = {one.key: (_type(one), ...) for one in listing.columns}
    row: Any = create_model(f"{name}Row", __base__=Shape, __doc__=listing.about, **fields)
    return create_model(f"{name}Page", __base__=Page, __doc__=f"Some rows of {listing.name}.", rows=(list[row], ...))


def _type(column: Column) -> Any:  # noqa: ANN401 (a type that is made)
    if column.kind == "instant":
        kind: Any = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    else:
        kind = Literal[column.values] if column.values else _TYPES[column.kind]
    return Annotated[kind if column.filled else kind | None, Field(description=column.about)]


def rows_of(store: Store, who: Who, listing: Listing, asked: Asked) -> Rows:
    """A page of a listing, as somebody may see it.

    Raises:
        ProblemError: the page goes on after nothing that is known.
    """
    try:
        return store.read(listed, listing, who.team, asked)
    except StrangeCursorError:
        raise ProblemError(422, "cursor") from None


def next_of(request: Request, rows: Rows) -> str | None:
    """The address of the next page."""
    if rows.after is None:
        return None
    return f"{request.url.path}?{urlencode(dict(request.query_params) | {'after': rows.after})}"


def answer(request: Request, response: Response, listing: Listing, rows: Rows) -> dict[str, Any]:
    """A page as JSON, and where the next one is."""
    onwards, language = next_of(request, rows), language_of(request)
    if onwards is not None:
        response.headers["link"] = f'<{onwards}>; rel="next"'
    return {"rows": [told(listing, row, language) for row in rows.rows], "total": rows.total, "next": onwards}


def _route(listing: Listing) -> None:
    query, asker = query_of(f"{listing.name.title()}Query", listing), ASKERS[listing.least]

    async def get(
        request: Request,
        response: Response,
        who: asker,  # type: ignore[valid-type]
        store: Kept,
        asked: Annotated[query, Query()],  # type: ignore[valid-type]
    ) -> Any:  # noqa: ANN401 (the page that is made)
        private = private_of(listing, cast("Any", asked))
        if private is not None:
            return await told_privately(request, who, listing, private, "json")
        rows = await run_in_threadpool(rows_of, store, who, listing, asked_of(listing, cast("Any", asked)))
        return answer(request, response, listing, rows)

    router.get(
        f"/{listing.name}",
        response_model=page_of(listing),
        operation_id=f"list_{listing.name}",
        summary=f"List {listing.name}",
        description=listing.about,
    )(get)


for _one in LISTINGS.values():
    _route(_one)
