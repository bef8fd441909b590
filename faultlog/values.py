"""`dataclass` as the standard library makes it, in a tenth of the time: importing the package makes two hundred.

The library writes the source of up to eight methods of every class, and compiles it when the class is imported. Here
what compares, hashes, shows and refuses is one function for all classes, and `__init__` is written when the first value
of its class is made, which for many classes is never.
"""

import dataclasses
import operator
from collections.abc import Callable, Sequence
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Never, TypeVar

T = TypeVar("T")
Key = Callable[[object], tuple[object, ...]]
"""What a value is compared by."""


_WRITTEN = {f"__{name}__" for name in ("init", "repr", "eq", "lt", "le", "gt", "ge", "hash", "setattr", "delattr")}


def _dataclass(
    *, slots: bool, frozen: bool = False, eq: bool = True, order: bool = False, kw_only: bool = False
) -> Callable[[T], T]:
    """What `dataclasses.dataclass` of the same options gives; all classes of this package have slots."""

    def make(cls: Any) -> Any:  # noqa: ANN401 (a class, whose methods are replaced)
        _refuse_beyond(cls, frozen)
        cls.__doc__ = cls.__doc__ or cls.__name__  # else the library writes one, from a signature that nobody asked for
        made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
        fields = dataclasses.fields(made)
        made.__init__ = _written_later(made, fields)
        made.__repr__ = _showing([one.name for one in fields if one.repr])
        if any(one.hash not in {None, one.compare} for one in fields):
            raise TypeError(f"{cls.__name__}: what is hashed is what is compared")
        key = _key([one.name for one in fields if one.compare])
        for name in (*(("eq",) if eq else ()), *(("lt", "le", "gt", "ge") if order else ())):
            setattr(made, f"__{name}__", _comparing(getattr(operator, name), key))
        if eq:
            made.__hash__ = (lambda self: hash(key(self))) if frozen else None
        if frozen:
            made.__setattr__, made.__delattr__ = _refuse, _refuse
            made.__getstate__, made.__setstate__ = _state, _restore
        return made

    return make


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass

__all__ = ["dataclass"]


def _refuse_beyond(cls: type, frozen: bool) -> None:  # noqa: FBT001 (what the class is to be)
    """Refuse what the library would make, and this does not.

    Raises:
        TypeError: says what.
    """
    written = _WRITTEN & vars(cls).keys()
    if written:
        raise TypeError(f"{cls.__name__} writes {min(written)} itself; make it with the library's dataclass")
    if any("InitVar" in str(kind) for kind in vars(cls).get("__annotations__", {}).values()):
        raise TypeError(f"{cls.__name__} takes an InitVar; make it with the library's dataclass")
    if any(dataclasses.is_dataclass(base) and (base.__setattr__ is _refuse) != frozen for base in cls.__bases__):
        raise TypeError(f"{cls.__name__} and the class it is made from must both be frozen, or neither")


def _written_later(cls: Any, fields: Sequence[dataclasses.Field[Any]]) -> Callable[..., None]:  # noqa: ANN401
    def __init__(self: object, *args: object, **kwargs: object) -> None:  # noqa: N807
        cls.__init__ = _written(cls, fields)
        cls.__init__(self, *args, **kwargs)

    return __init__


def _written(cls: type, fields: Sequence[dataclasses.Field[Any]]) -> Callable[..., None]:
    """The `__init__` of a class. It fills the slots themselves: that a value is frozen does not slow it down."""
    taken, lines = ["self", *(["*"] if any(one.kw_only and one.init for one in fields) else [])], list[str]()
    space: dict[str, Any] = {"__missing": dataclasses.MISSING}
    for one in fields:
        space |= {f"__set_{one.name}": getattr(cls, one.name).__set__, f"__default_{one.name}": one.default}
        space[f"__made_{one.name}"] = one.default_factory
        given, value = _taken(one)
        taken += given
        lines += [f" __set_{one.name}(self, {value})"] if value else []
    lines += [" self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    exec("\n".join([f"def __init__({', '.join(taken)}):", *lines, " pass"]), space)  # noqa: S102 (names of our fields)
    written: Callable[..., None] = space["__init__"]
    return written


def _taken(one: "dataclasses.Field[Any]") -> tuple[list[str], str]:
    """The parameter of a field, and what fills it: nothing where neither a caller nor a default does."""
    name = one.name
    if one.default_factory is not dataclasses.MISSING:
        made = f"__made_{name}()"
        return ([f"{name}=__missing"], f"{made} if {name} is __missing else {name}") if one.init else ([], made)
    if one.default is not dataclasses.MISSING:
        return ([f"{name}=__default_{name}"], name) if one.init else ([], f"__default_{name}")
    return ([name], name) if one.init else ([], "")


def _key(names: Sequence[str]) -> Key:
    if len(names) != 1:
        return operator.attrgetter(*names) if names else lambda _: ()
    only = operator.attrgetter(*names)
    return lambda self: (only(self),)


def _comparing(compare: Callable[[object, object], object], key: Key) -> Callable[[object, object], object]:
    def compared(self: object, other: object) -> object:
        return compare(key(self), key(other)) if other.__class__ is self.__class__ else NotImplemented

    return compared


def _showing(names: Sequence[str]) -> Callable[[Any], str]:
    @recursive_repr()
    def __repr__(self: object) -> str:  # noqa: N807
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _state(self: Any) -> list[object]:  # noqa: ANN401 (a value)
    """What is copied and pickled."""
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _restore(self: Any, state: Sequence[object]) -> None:  # noqa: ANN401 (a value)
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


def _refuse(self: object, name: str, *_: object) -> Never:
    raise dataclasses.FrozenInstanceError(f"{type(self).__name__} is frozen: {name} stays")
