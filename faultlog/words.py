"""Words of the command line that are text and stay text: converting each with typer would load pydantic."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Literal, get_args, get_origin

from typer import BadParameter
from typer.core import TyperCommand, TyperGroup

from faultlog.errors import UsageError

Convert = Callable[[Any, Any], Any]
"""What makes the value of an option, given the context and its words."""

MISUSE: Any = BadParameter.__mro__[2]
"""All that typer tells by itself, mostly of words that mean nothing; by name it gives away no more than one kind."""


class _Plain:
    """Leaves to typer only what has to be converted or refused: numbers, paths, unknown choices."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 (typer's own kinds)
        found = super().get_params(ctx)  # type: ignore[misc]
        for one in found:
            if hasattr(one, "type_descriptor") and "process_value" not in vars(one):
                one.process_value = partial(_value, one, one.process_value)
        return found

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401
        heard()
        return super().get_help(ctx)  # type: ignore[misc,no-any-return]


class Command(_Plain, TyperCommand):
    """A command of this program, whose answer goes to standard output."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run it, unless nobody could hear the answer."""
        heard()
        return super().invoke(ctx)


class FileCommand(_Plain, TyperCommand):
    """A command whose answer goes to the file of its option `output`, or where that is `-` to standard output."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Run it, unless nobody could hear the answer."""
        if ctx.params["output"] == "-":
            heard()
        return super().invoke(ctx)


class Group(_Plain, TyperGroup):
    """Commands under one name."""


def heard() -> None:
    """Make sure that standard output is open.

    Raises:
        UsageError: it is closed.
    """
    if sys.stdout is None:
        raise UsageError("standard output is closed; the answer has nowhere to go")


def _value(parameter: Any, convert: Convert, context: Any, given: Any) -> Any:  # noqa: ANN401 (typer's own kinds)
    wanted = parameter.type_descriptor.annotation
    if given is None and not parameter.required:
        return () if parameter.multiple or parameter.nargs == -1 else None
    if (wanted is str and given is not None) or (get_origin(wanted) is Literal and given in get_args(wanted)):
        return given
    if wanted == list[str] and given:
        return list(given)
    try:
        return convert(context, given)
    except BadParameter as error:
        error.message = error.message.removeprefix("Value error, ")  # pydantic's own words
        raise
