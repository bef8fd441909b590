"""Names that a package offers, and whose modules are loaded when they are asked for: importing it costs nothing."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # what stands here is loaded before anything hears an interruption
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def offering(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """What a package calls `__getattr__`.

    Args:
        package: its name.
        homes: the module of each name it offers.
    """

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(homes[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
