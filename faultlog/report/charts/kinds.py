"""What a picture can be written as."""

from pathlib import PurePath
from typing import Literal, get_args

from faultlog.errors import UsageError

Kind = Literal["png", "svg", "pdf"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def kind_of(target: str) -> Kind:
    """The kind that the end of a file's name says.

    Raises:
        UsageError: it says none of them.
    """
    kind = next((one for one in KINDS if PurePath(target).suffix.lower() == f".{one}"), None)
    if kind is None:
        known = ", ".join(f".{one}" for one in KINDS)
        raise UsageError(f"{target}: a picture is written to a file whose name ends in one of {known}")
    return kind
