"""What may be asked of a listing in an address, declared for the API's description and checked for every page."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic_core import PydanticCustomError
from starlette.datastructures import QueryParams

from faultlog.web.choosing import REDACT, is_private
from faultlog.web.listing import MOST, USUAL, Asked, Filter, Listing, Value
from faultlog.web.problems import ProblemError, misread, refused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR = re.compile(r"[0-9]{4}-")
_LONGEST = 300
_LARGEST = (1 << 31) - 1
_WHOLE = "Whether names are tokens: then all rows are told at once, and neither `size` nor `after` is taken."
_PAGED = frozenset({"size", "after"})
"""Parameters of a page of rows."""


class Query(BaseModel):
    """Parameters of an address."""

    model_config = ConfigDict(extra="forbid")

    sort: str
    size: int
    after: str | None


@cache
def query_of(name: str, listing: "Listing") -> type[Query]:
    """The parameters of a listing, as a model of that name."""
    order = Field(description="A column; after `-` the other way round. Rows without a value stand last.")
    size = Field(ge=1, le=MOST, description="Most rows of the page.")
    after = Field(max_length=2000, description="Where the page before ended, as its `next` says.")
    fields: dict[str, Any] = {
        "sort": (Annotated[Literal[listing.orders], order], listing.usual),
        "size": (Annotated[int, size], USUAL),
        "after": (Annotated[str | None, after], None),
    }
    fields |= {one.key: (Annotated[_type(one), Field(description=one.about)], None) for one in listing.filters}
    if listing.has_tokens:
        fields[REDACT] = (Annotated[bool, Field(description=_WHOLE)], False)
    return create_model(name, __base__=Query, **fields)


def _type(one: Filter) -> Any:  # noqa: ANN401 (a type that is made)
    if one.values:
        return Literal[one.values] | None
    if one.matching in {"since", "until"}:
        return Annotated[datetime, BeforeValidator(_written)] | None
    if one.kind == "integer":
        return Annotated[int, Field(ge=0, le=_LARGEST)] | None
    return Annotated[str, Field(min_length=1, max_length=_LONGEST)] | None


def _written(told: object) -> object:
    """An instant as it is declared: written out, and no number of anything.

    Raises:
        PydanticCustomError: it is not.
    """
    if isinstance(told, str) and _YEAR.match(told) is None:
        raise PydanticCustomError("datetime_from_date_parsing", "is no instant")
    return told


def asked_of(listing: Listing, query: Query) -> Asked:
    """What parameters ask of a listing."""
    filters = {one.key: _value(getattr(query, one.key)) for one in listing.filters}
    told = {key: value for key, value in filters.items() if value is not None}
    return Asked(query.sort, query.size, told, query.after)


def _value(told: object) -> Value:
    if isinstance(told, datetime):
        whole = told if told.tzinfo is not None else told.replace(tzinfo=UTC)
        return (whole - _EPOCH) // timedelta(microseconds=1)
    return cast("Value", told)


def private_of(listing: Listing, query: Query) -> Asked | None:
    """What parameters ask of a listing with tokens; `None` where names are to be shown.

    Raises:
        ProblemError: it is not told so: a page of it, or in the order of names.
    """
    if not getattr(query, REDACT, False):
        return None
    if query.model_fields_set & _PAGED or is_of_names(listing, query.sort):
        raise ProblemError(422, "tokens_whole")
    return asked_of(listing, query)


def is_of_names(listing: Listing, sort: str) -> bool:
    """Whether an order is that of names, which would tell of them."""
    return listing.column(sort.removeprefix("-")).names is not None


def read_query(listing: Listing, params: QueryParams) -> Asked:
    """What the address of a page asks; a field that a form left empty asks for nothing, nor does what is not known.

    But who asks for tokens is told that this has none, and not shown names.

    Raises:
        ProblemError: a parameter means nothing.
    """
    if is_private(params):
        raise ProblemError(422, "tokens")
    return asked_of(listing, _read(listing, {**params, REDACT: ""}))


def read_private(listing: Listing, params: QueryParams) -> Asked | None:
    """What the address of a file asks of a listing with tokens; `None` where names are to be shown.

    Raises:
        ProblemError: a parameter means nothing, or it is not told so.
    """
    if not is_private(params):
        return None
    if not listing.has_tokens:
        raise ProblemError(422, "tokens")
    return private_of(listing, _read(listing, {**params, REDACT: "true"}))


def _read(listing: Listing, params: Mapping[str, str]) -> Query:
    known = query_of(f"{listing.name.title()}Query", listing)
    told = {key: value for key, value in params.items() if value and key in known.model_fields}
    try:
        return known.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        raise refused(misread(first, str(first["loc"][0]))) from None
