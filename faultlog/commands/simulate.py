"""`faultlog simulate`: bundles whose truth is known."""

from pathlib import Path
from typing import Annotated

import typer

from faultlog.commands.asked import settle


def simulate(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the bundles and their truth.")
    ],
    scenario: Annotated[
        str,
        typer.Option(metavar="NAME", help="What happens; `random` lets the seed decide, an unknown name lists all."),
    ] = "fault6-breached",
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    size: Annotated[int | None, typer.Option(min=1, max=64 << 30, help="Approximate bytes of the live log.")] = None,
    hosts: Annotated[int, typer.Option(min=1, help="Number of bundles.")] = 1,
) -> None:
    """Write synthetic bundles whose truth is known.

    Prints their paths.
    """
    from faultlog.simulating import simulate as write
    from faultlog.wording import safe

    settle()
    for path in write(output, scenario, seed, size, hosts):
        typer.echo(safe(str(path)))
