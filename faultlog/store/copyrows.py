"""The rows of a copy of a store: JSON of anybody's making, until it was made sure that a table can hold it."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, LargeBinary, String, Table


def parsed(text: str | bytes) -> dict[str, Any]:
    """An object that JSON writes.

    Raises:
        ValueError: it is none.
    """
    try:
        found = json.loads(text)
    except RecursionError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("JSON that is no object, or too deep")  # noqa: TRY004 (what it is made of is at fault)
    return found


def row_of(table: Table, line: str) -> dict[str, Any]:
    """The row of a table that a line of a copy writes.

    Raises:
        ValueError: it is none; says where.
    """
    found = parsed(line)
    if found.keys() != set(table.columns.keys()):
        raise ValueError(f"a row of {table.name} has not its columns")
    return {column.name: _cell(column, found[column.name]) for column in table.columns}


def _cell(column: "Column[Any]", value: object) -> object:
    if value is None and column.nullable:
        return None
    read = next(read for kind, read in _READ.items() if isinstance(column.type, kind))
    try:
        return read(value)
    except (ValueError, TypeError, KeyError):
        raise ValueError(f"{column.table.name}.{column.name} holds something else") from None


def _text(value: Any) -> str:  # noqa: ANN401 (whatever JSON holds)
    str.encode(value)  # half of a surrogate pair is none
    return str(value)


def _bytes(value: Any) -> bytes:  # noqa: ANN401
    return base64.b64decode(value["base64"], validate=True)


def _of(*kinds: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:  # noqa: ANN401
        if type(value) not in kinds:
            raise TypeError
        return value

    return read


def _whole(bits: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:  # noqa: ANN401
        if type(value) is not int or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
            raise TypeError
        return value

    return read


_READ: Final[Mapping[type, Callable[[Any], Any]]] = {
    BigInteger: _whole(64),
    Integer: _whole(32),
    Boolean: _of(bool),
    Float: _of(float, int),
    LargeBinary: _bytes,
    String: _text,
}
"""By the type of a column; `BigInteger` is an `Integer`, and `Text` a `String`."""
