"""`faultlog check`: rules and formats prove themselves."""

from pathlib import Path
from typing import Annotated

import typer

from faultlog.commands.asked import knowledge_of, proven


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
    return any(folder.glob("*.yaml"))
