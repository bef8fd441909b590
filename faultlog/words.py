"""Words of the command line that are text and stay text: converting each with typer would load pydantic."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, get_args, get_origin

from typer.core import TyperCommand, TyperGroup

Convert = Callable[[Any, Any], Any]
"""What makes the value of an option, given the context and its words."""


class _Plain:
    """Leaves to typer only what has to be converted or refused: numbers, paths, unknown choices."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 (typer's own kinds)
        found = super().get_params(ctx)  # type: ignore[misc]
        for one in found:
            if hasattr(one, "type_descriptor") and "process_value" not in vars(one):
                one.process_value = partial(_value, one, one.process_value)
        return found


class Command(_Plain, TyperCommand):
    """A command of this program."""


class Group(_Plain, TyperGroup):
    """Commands under one name."""


def _value(parameter: Any, convert: Convert, context: Any, given: Any) -> Any:  # noqa: ANN401 (typer's own kinds)
    wanted = parameter.type_descriptor.annotation
    if given is None and not parameter.required:
        return () if parameter.multiple or parameter.nargs == -1 else None
    if (wanted is str and given is not None) or (get_origin(wanted) is Literal and given in get_args(wanted)):
        return given
    if wanted == list[str] and given:
        return list(given)
    return convert(context, given)
