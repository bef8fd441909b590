"""What all routes of the API share: how they are named, what they take, what they refuse with."""

from typing import Annotated, Any, Final

from fastapi import Depends, Path, Request
from fastapi.params import Depends as Dependence
from fastapi.routing import APIRoute
from pydantic import AfterValidator

from faultlog.store.texts import storable
from faultlog.web.api.shapes import ProblemShape
from faultlog.web.noted import route_of
from faultlog.web.problems import misread, not_found, refused

Responses = dict[int | str, dict[str, Any]]

_WORDS: Final = {
    400: "The upload is empty, or was broken off.",
    401: "Nobody is logged in.",
    403: "Not with this role.",
    404: "Not there, or another team's.",
    409: "Not now.",
    410: "Its file is not on the server any more.",
    413: "Too large, or the quota is full.",
    415: "Not a bundle.",
    422: "Not understood.",
    429: "Too often; try again later.",
    503: "Too many at once; try again later.",
    507: "No space left.",
}


def refusals(*statuses: int) -> Responses:
    """What a route may refuse with, as problem+json."""
    return {one: {"model": ProblemShape, "description": _WORDS[one]} for one in statuses}


REFUSALS: Final = refusals(401, 403, 422)
"""Of every route."""


def operation(route: APIRoute) -> str:
    """What an operation is called: as the function that answers."""
    return route.name


def _declared(request: Request) -> None:
    """Refuse a parameter that nothing looks at: it is a mistake, and what it meant would be missed in silence.

    Raises:
        ProblemError: there is one.
    """
    operation = request.app.openapi()["paths"][route_of(request.scope)][request.method.lower()]
    told = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
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


Id = Annotated[str, Path(max_length=100), AfterValidator(_possible)]
"""What names a bundle, a job or a case."""
