"""Bundles of a command sent to a server, and their pages said."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from faultlog.commands.params import CaseOptions
from faultlog.values import dataclass

if TYPE_CHECKING:
    from faultlog.pushing import Target


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be sent, and where to."""

    paths: tuple[Path, ...]
    target: "Target"


def sending(address: str, token_file: Path | None, paths: list[str]) -> Sending:
    """What is to be sent, before anything is read.

    Raises:
        UsageError: an address, a token or a path that is none.
    """
    import os

    from faultlog.pushing import sendable, target_of

    return Sending(tuple(map(sendable, paths)), target_of(address, token_file, os.environ))


def send(what: Sending, asked: CaseOptions, *, answered: bool) -> None:
    """Send bundles, and say their pages: on standard output, unless that holds another answer.

    Raises:
        FaultlogError: a server that cannot be reached, or that refuses.
    """
    from rich.console import Console

    from faultlog.progress import watching
    from faultlog.pushing import push
    from faultlog.wording import safe

    options = {name: value for name, value in (("tz", asked.tz), ("taken", asked.taken)) if value is not None}
    for path in what.paths:
        with watching(Console(stderr=True)) as tell:
            pushed = push(path, what.target, options, tell)
        print(safe(pushed.page), file=sys.stderr if answered else sys.stdout)
