"""What all routes of the API share: how they are named, what they take, what they refuse with."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Depends as Dependence
from fastapi.routing import APIRoute
from pydantic import AfterValidator

from faultlog.store.texts import storable
from faultlog.web.api.shapes import ProblemShape
from faultlog.web.problems import misread, not_found, refused

LARGEST_ROW: Final = (1 << 31) - 1
"""Number of a row that every database can hold."""
Responses = dict[int | str, dict[str, Any]]

_WORDS: Final = {
    400: "The upload is empty, or was broken off.",
    401: "Nobody is logged in.",
    408: "Too slow.",
    411: "It does not say how long it is.",
    421: "The server is not called so.",
    403: "Not with this role.",
    404: "Not there, or another team's.",
    409: "Not now.",
    410: "Its file is not on the server any more.",
    413: "Too large, or the quota is full.",
    415: "Not a bundle.",
    422: "Not understood.",
    429: "Too often; try again later.",
    500: "The server failed; try again, then tell whoever runs it.",
    503: "Too many at once; try again later.",
    507: "No space left.",
}


_AGAIN: Final = {"Retry-After": {"description": "Seconds to wait first.", "schema": {"type": "integer"}}}
_HEADERS: Final[Mapping[int, dict[str, Any]]] = {
    401: {"headers": {"WWW-Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}}}},
    429: {"headers": _AGAIN},
    503: {"headers": _AGAIN},
}
LOCATION: Final = {"headers": {"Location": {"description": "Its address.", "schema": {"type": "string"}}}}
"""Of an answer that says where something is."""


def refusals(*statuses: int) -> Responses:
    """What a route may refuse with, as problem+json."""
    return {one: {"model": ProblemShape, "description": _WORDS[one], **_HEADERS.get(one, {})} for one in statuses}


REFUSALS: Final = refusals(401, 403, 411, 413, 421, 422, 500, 503, 507)
"""Of every route: who asks, what is asked, how, and how the server is."""


def operation(route: APIRoute) -> str:
    """What an operation is called: as the function that answers."""
    return route.name


def _declared(request: Request) -> None:
    """Refuse a parameter that nothing looks at: it is a mistake, and what it meant would be missed in silence.

    Raises:
        ProblemError: there is one.
    """
    told = {one.alias for one in get_flat_params(request.scope["route"].dependant)} - request.path_params.keys()
    unknown = [name for name in request.query_params if name not in told]
    if unknown:
        raise refused(misread({"type": "extra_forbidden"}, unknown[0]))


ONLY_DECLARED: Final[list[Dependence]] = [Depends(_declared)]
"""Of every route that takes parameters one by one."""


def _possible(name: str) -> str:
    """An id that may be one.

    Raises:
        ProblemError: no database can hold it.
    """
    if storable(name) != name:
        raise not_found()
    return name


def _row(number: int) -> int:
    """A number of a row that there may be.

    Raises:
        ProblemError: no database can hold it.
    """
    if not 1 <= number <= LARGEST_ROW:
        raise not_found()
    return number


POSSIBLE: Final = AfterValidator(_possible)
"""Of a text that names something which is looked for."""
Id = Annotated[str, Path(max_length=100), POSSIBLE]
"""What names a bundle, a job or a case."""
Redact = Annotated[bool, Query(description="Whether names, addresses and secrets are replaced by tokens.")]
Number = Annotated[int, Path(), AfterValidator(_row)]
"""What names a user, a token or a link."""
