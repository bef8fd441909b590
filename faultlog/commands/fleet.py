"""`faultlog fleet`: many bundles."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from faultlog.commands.asked import rules_of
from faultlog.commands.params import Full, Lang, Parsers, Rules, Taken, Tz
from faultlog.words import Command, Group

app = typer.Typer(cls=Group, help="Many bundles: a whole fleet.", no_args_is_help=True, rich_markup_mode=None)

LakePath = Annotated[Path, typer.Option("--lake", metavar="DIR", help="The folder of Parquet files that is filled.")]


@app.command("run", cls=Command)
def fleet_run(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE", help="Folders, bundles, patterns or s3://… addresses; - is a list of them."),
    ],
    lake: LakePath,
    executor: Annotated[
        Literal["serial", "processes", "dask"], typer.Option(help="Who works: one process, several, or a cluster.")
    ] = "processes",
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=256, help="Bundles at a time; else one for each core.")
    ] = None,
    memory: Annotated[int, typer.Option(metavar="MIB", min=64, help="Memory that one bundle may take.")] = 2048,
    time: Annotated[float, typer.Option(metavar="S", min=1, help="Seconds that one bundle may take.")] = 1800,
    tz: Tz = None,
    taken: Taken = None,
    rules: Rules = None,
    parsers: Parsers = None,
    full: Full = False,
    lang: Lang = "en",
) -> None:
    """Bring many bundles into a lake of Parquet files; again, it does what is missing.

    A bundle that ends its process is tried once more, alone, and then quarantined; the others go on.
    """
    from rich.console import Console

    from faultlog import asking
    from faultlog.child import Bounds
    from faultlog.fleet.driving import Asked, drive
    from faultlog.fleet.progress import counting
    from faultlog.fleet.sources import listed, units
    from faultlog.fleet.telling import tally_lines
    from faultlog.wording import Wording

    known = asking.told(tz, taken, None, None, None)
    options = asking.options(known, rules, parsers, full=full, jobs=1, kept=False)
    asked = Asked(lake, options, Bounds(memory << 20, int(time), time), executor, workers)
    named = (name for one in sources for name in (listed(sys.stdin) if one == "-" else [one]))
    with counting(Console(stderr=True)) as tell:
        driven = drive(asked, units(named), tell)
    for line in tally_lines(driven, Wording(lang, rules_of(rules), "UTC")):
        typer.echo(line)


@app.command("compact", cls=Command)
def fleet_compact(lake: LakePath, lang: Lang = "en") -> None:
    """Merge the many files of a lake's tables into few, which are faster to read.

    Whoever reads meanwhile sees every row once; a run afterwards adds beside them.
    """
    from faultlog.fleet.compacting import compact
    from faultlog.fleet.telling import compacted_lines
    from faultlog.wording import Wording

    for line in compacted_lines(compact(lake), Wording(lang, rules_of(None), "UTC")):
        typer.echo(line)
