"""A value of the case as a row of the document: what has the names of the row's fields, as their types write it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache, partial
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

from faultlog.report.rows import Instant, Row

R = TypeVar("R", bound=Row)
Writer = Callable[[Any], Any]
"""What a field of a value becomes in the row."""


def row(kind: type[R], value: object) -> R:
    """The row of a value.

    Raises:
        AttributeError: the value has no attribute of a field's name.
    """
    return kind(*[write(getattr(value, name)) for name, write in _writers(kind)])  # type: ignore[arg-type]


def rows(kind: type[R], values: Iterable[object]) -> list[R]:
    """The rows of some values."""
    return [row(kind, value) for value in values]


@cache
def _writers(kind: Any) -> tuple[tuple[str, Writer], ...]:  # noqa: ANN401 (a class of rows)
    return tuple((one.name, _writer(one.type)) for one in fields(kind))


def _writer(wanted: Any) -> Writer:  # noqa: ANN401 (an annotation)
    parts, origin = get_args(wanted), get_origin(wanted)
    if wanted == Instant:
        return str
    if NoneType in parts:
        return partial(_unless_none, _writer(parts[0]))
    if origin is list:
        return partial(_each, _writer(parts[0]))
    if origin is tuple:
        return partial(_in_order, [_writer(part) for part in parts])
    if isinstance(wanted, type) and issubclass(wanted, Row):
        return partial(row, wanted)
    return {float: float, Mapping: dict}.get(origin or wanted, _as_it_is)


def _unless_none(write: Writer, value: object) -> object:
    return None if value is None else write(value)


def _each(write: Writer, values: Iterable[object]) -> list[object]:
    return [write(value) for value in values]


def _in_order(writers: Iterable[Writer], values: Iterable[object]) -> tuple[object, ...]:
    return tuple(write(value) for write, value in zip(writers, values, strict=True))


def _as_it_is(value: object) -> object:
    return value
