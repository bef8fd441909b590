"""The API's description (OpenAPI): what the routes declare, and what FastAPI cannot know of them."""

from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from faultlog.web.problems import TYPE

_REF: Final = "#/components/schemas/"
KINDS: Final = {
    name: {"application/json": {"schema": {"$ref": _REF + name}}}
    for name in ("CaseDocument", "ComparisonDocument", "FleetStatistics")
}
"""Answers that are documents with a schema of their own, as a route declares them."""
_ABOUT: Final = (
    "Bundles uploaded, and what came of them read. A token is sent as `Authorization: Bearer flt_…`. Every refusal is "
    "`application/problem+json` (RFC 9457). Lists are a page of rows at a time; `next` is the address of the next."
)


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What makes the description of an application; it is made once, by one thread: FastAPI's own making is for one."""
    making = Lock()

    def description() -> dict[str, Any]:
        with making:
            if app.openapi_schema is None:
                app.openapi_schema = _made(app)
            return app.openapi_schema

    return description


def _made(app: FastAPI) -> dict[str, Any]:
    from faultlog.fleet.statistics.written import fleet_schema  # a server whose description nobody reads needs none
    from faultlog.report.comparisons import comparison_schema
    from faultlog.report.document import json_schema

    made = get_openapi(title=app.title, version=app.version, routes=app.routes, description=_ABOUT)
    schemas: dict[str, Any] = made["components"]["schemas"]
    for name, schema in zip(KINDS, (json_schema(), comparison_schema(), fleet_schema()), strict=True):
        schemas |= _components(name, schema)
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for operation in _operations(made):
        operation["security"] = [{"token": []}, {}]
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                response["content"] = {TYPE: {"schema": {"$ref": f"{_REF}ProblemShape"}}}
    return made


def _operations(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in made["paths"].values():
        yield from methods.values()


def _components(name: str, schema: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """A schema and what it defines, as components of their own."""
    kinds = {key: value for key, value in schema.items() if key not in {"$defs", "$schema"}}
    defined = {f"{name}.{key}": value for key, value in schema.get("$defs", {}).items()}
    told: dict[str, Any] = _moved({name: kinds, **defined}, name)
    return told


def _moved(value: Any, name: str) -> Any:  # noqa: ANN401 (JSON)
    """JSON whose references to definitions are references to components."""
    if isinstance(value, dict):
        return {
            key: f"{_REF}{name}.{one.removeprefix('#/$defs/')}" if key == "$ref" else _moved(one, name)
            for key, one in value.items()
        }
    return [_moved(one, name) for one in value] if isinstance(value, list) else value
