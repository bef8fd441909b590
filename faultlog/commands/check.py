"""`faultlog check`: rules and formats prove themselves."""

import re
from pathlib import Path
from typing import Annotated, Final

import typer

from faultlog.commands.asked import knowledge_of, proven

_RULE: Final = re.compile(rb"(?m)^(?:fault|signal):")
_HEAD: Final = 1 << 16


def check(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="DIR", help="Folders of your own rules, formats or both; without any, only the built-in ones."
        ),
    ] = None,
) -> None:
    """Let every rule and format file prove itself.

    Says all mistakes at once, each with its place.
    """
    from faultlog.checks import check as check_all
    from faultlog.packs import within
    from faultlog.pipeline import Options

    packs = [pack for folder in folders or () for pack in within(folder)]
    formats = tuple(pack for pack in packs if _holds_formats(pack))
    rules = tuple(pack for pack in packs if pack not in formats)
    proven(check_all(knowledge_of(Options(rule_folders=rules, format_folders=formats))))


def _holds_formats(folder: Path) -> bool:
    """Whether a folder holds formats, which lie flat, and not rules, which lie under product and system."""
    return any(not _is_rule(path) for path in folder.glob("*.yaml"))


def _is_rule(path: Path) -> bool:
    """Whether a file says of what fault or signal it is: one that lies flat is told that it lies in a wrong place."""
    try:
        with path.open("rb") as file:
            return _RULE.search(file.read(_HEAD)) is not None
    except OSError:
        return False  # why it cannot be read is told where formats are read
