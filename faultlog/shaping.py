"""Values made by what their fields' types say, of what is known to fit: nothing is checked here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

T = TypeVar("T")
Maker = Callable[[Any], Any]
"""What a part of a value becomes."""


def of_attributes(kind: type[T], value: object) -> T:
    """A value that has what another has under the same names.

    Raises:
        AttributeError: the other lacks one.
    """
    return kind(*[make(getattr(value, name)) for name, make in _makers(kind, of_attributes).items()])  # type: ignore[arg-type]


def of_data(kind: type[T], data: Mapping[str, object]) -> T:
    """A value of what stands in a file that was validated before; defaults fill the rest."""
    makers = _makers(kind, of_data)  # type: ignore[arg-type]
    return kind(**{name: makers[name](part) for name, part in data.items()})


@cache
def _makers(kind: Any, inner: Callable[[Any, Any], object]) -> Mapping[str, Maker]:  # noqa: ANN401 (a class of values)
    return {one.name: _maker(one.type, inner) for one in fields(kind)}


def _maker(wanted: Any, inner: Callable[[Any, Any], object]) -> Maker:  # noqa: ANN401 (an annotation)
    parts, origin = get_args(wanted), get_origin(wanted)
    if origin is Annotated:
        make, before = _maker(parts[0], inner), getattr(parts[1], "before", None)
        return make if before is None else lambda value: make(before(value))
    if origin in {Union, UnionType}:
        return _of_union([part for part in parts if part is not NoneType], inner)
    if origin is list:
        return partial(_each, _maker(parts[0], inner))
    if origin is tuple:
        return partial(_in_order, [_maker(part, inner) for part in parts])
    if hasattr(wanted, "__dataclass_fields__"):
        return partial(inner, wanted)
    return {float: float, Mapping: dict}.get(origin or wanted, _as_it_is)


def _of_union(kinds: list[Any], inner: Callable[[Any, Any], object]) -> Maker:
    if len(kinds) == 1:
        return partial(_unless_none, _maker(kinds[0], inner))
    if all(hasattr(kind, "__dataclass_fields__") for kind in kinds):
        return lambda data: inner(next(kind for kind in kinds if data.keys() <= _makers(kind, inner).keys()), data)
    return _as_it_is


def _unless_none(make: Maker, value: object) -> object:
    return None if value is None else make(value)


def _each(make: Maker, values: Iterable[object]) -> list[object]:
    return [make(value) for value in values]


def _in_order(makers: Iterable[Maker], values: Iterable[object]) -> tuple[object, ...]:
    return tuple(make(value) for make, value in zip(makers, values, strict=True))


def _as_it_is(value: object) -> object:
    return value
