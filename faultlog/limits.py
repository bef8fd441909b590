"""What pydantic checks of a value, said without pydantic: it is loaded only where a file or document is validated."""

from collections.abc import Callable
from typing import Any, ClassVar

Schema = dict[str, Any]
"""A schema of pydantic's core, or a JSON Schema."""


class Strict:
    """A part of a file or document in which every key is known."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid"}


class Limit:
    """Stands in an annotation. Pydantic asks it what it means.

    Args:
        before: makes the value of what is written; raises ValueError.
        after: says the same value again, or raises ValueError.
        described: the JSON Schema, where it is not that of the type.
        limits: what pydantic's core knows by these names: `pattern`, `min_length`, `ge`, `le`.
    """

    def __init__(
        self,
        *,
        before: Callable[[Any], object] | None = None,
        after: Callable[[Any], object] | None = None,
        described: Schema | None = None,
        **limits: object,
    ) -> None:
        self.before = before
        self._after, self._described, self._limits = after, described or {}, limits

    def __get_pydantic_core_schema__(self, source: object, handler: Callable[[object], Schema]) -> object:
        from pydantic_core import core_schema

        schema: Any = {**handler(source), **self._limits}
        if self._after is not None:
            schema = core_schema.no_info_after_validator_function(self._after, schema)
        if self.before is not None:
            schema = core_schema.no_info_before_validator_function(self.before, schema)
        return schema

    def __get_pydantic_json_schema__(self, core: Schema, handler: Callable[[Schema], Schema]) -> Schema:
        return dict(self._described) or handler(core)
