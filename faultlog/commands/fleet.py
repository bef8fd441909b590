"""`faultlog fleet`: many bundles."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from faultlog.commands.asked import rules_of
from faultlog.commands.params import Full, Lang, Parsers, Privacy, Rules, Taken, Tz, with_options
from faultlog.errors import NothingAnswerable, UsageError
from faultlog.words import Command, Group

if TYPE_CHECKING:
    from rich.console import Console

    from faultlog.commands.private import Shown
    from faultlog.fleet.driving import Asked, Driven
    from faultlog.wording import Wording

app = typer.Typer(cls=Group, help="Many bundles: a whole fleet.", no_args_is_help=True, rich_markup_mode=None)


def _needed() -> None:
    """Make sure that what a lake is written and counted with is installed."""
    from faultlog.extras import needed

    needed("faultlog fleet", "fleet", "pyarrow", "scipy", "fsspec")


LakePath = Annotated[Path, typer.Option("--lake", metavar="DIR", help="The folder of Parquet files that is filled.")]


@app.command("run", cls=Command)
@with_options
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
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDR", help="Scheduler of the cluster, tls://host:8786; else one here.")
    ] = None,
    tls_ca: Annotated[Path | None, typer.Option(metavar="FILE", help="Who signs the cluster's certificates.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(metavar="FILE", help="The certificate to show.")] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="The key of that certificate.")] = None,
    patience: Annotated[
        float,
        typer.Option(metavar="S", min=0, max=10_000_000, help="Seconds to wait for a lost scheduler, or for workers."),
    ] = 120,
    memory: Annotated[
        int, typer.Option(metavar="MIB", min=64, max=1 << 24, help="Memory that one bundle may take.")
    ] = 2048,
    time: Annotated[
        float, typer.Option(metavar="S", min=1, max=10_000_000, help="Seconds that one bundle may take.")
    ] = 1800,
    tz: Tz = None,
    taken: Taken = None,
    rules: Rules = None,
    parsers: Parsers = None,
    full: Full = False,
    lang: Lang = "en",
    privacy: Privacy = Privacy(),
) -> None:
    """Bring many bundles into a lake of Parquet files; again, it does what is missing.

    In a folder, archives are bundles, and folders with a connector's log; a plain log is one where it is named, also by
    a pattern. A bundle that ends its process is tried once more, alone, and then quarantined; the others go on.
    """
    _needed()
    from faultlog import asking
    from faultlog.child import Bounds
    from faultlog.fleet.cluster import Reach
    from faultlog.fleet.driving import Asked
    from faultlog.wording import Wording

    options = asking.options(asking.told(tz, taken, None, None, None), rules, parsers, full=full, jobs=1, kept=False)
    reach = Reach(scheduler, tls_ca, tls_cert, tls_key, patience)
    asked = Asked(lake, options, Bounds(memory << 20, int(time), time), executor, workers, reach)
    _check(sources, asked)
    with privacy.showing([one for one in sources if one != "-"]) as private:
        _run(sources, asked, Wording(lang, rules_of(rules), "UTC"), private)


def _run(sources: list[str], asked: "Asked", wording: "Wording", private: "Shown") -> None:
    """Fill a lake, and say what became of it."""
    from functools import partial

    from faultlog.fleet.driving import drive
    from faultlog.fleet.progress import counting, standard_error
    from faultlog.fleet.sources import listed, units
    from faultlog.fleet.telling import beside_lines, tally_lines

    named = (name for one in sources for name in (listed(sys.stdin.buffer) if one == "-" else [one]))
    console = standard_error()
    with counting(console, wording, None if "-" in sources else sources, private.text) as shown:
        driven = drive(asked, units(named, shown.beside), shown.outcome, partial(_say, console, private))
    for line in (*tally_lines(driven, wording), *beside_lines(shown.besides, wording)):
        typer.echo(line)
    _leave(driven)


def _check(sources: list[str], asked: "Asked") -> None:
    """Make sure that what is asked fits together.

    Raises:
        UsageError: it does not.
    """
    reach = asked.reach
    if sys.stdin is None and "-" in sources:
        raise UsageError("-: standard input is closed; it is where the list of sources comes from")
    if reach.address is not None and asked.executor != "dask":
        raise UsageError("--scheduler is for --executor dask")
    if reach.address is None and any((reach.ca, reach.cert, reach.key)):
        raise UsageError("--tls-ca, --tls-cert and --tls-key are for --scheduler tls://host:8786")


def _say(console: "Console", private: "Shown", sentence: str) -> None:
    console.print(private.text(sentence), markup=False, highlight=False, soft_wrap=True)


def _leave(driven: "Driven") -> None:
    """End with the documented exit code."""
    if driven.unjoined is not None:
        raise driven.unjoined
    if driven.tally.bundles and sum(driven.tally.of("failed").values()) == driven.tally.bundles:
        raise typer.Exit(NothingAnswerable.exit_code)


@app.command("report", cls=Command)
@with_options
def fleet_report(
    lake: Annotated[Path, typer.Option("--lake", metavar="DIR", help="The lake that faultlog fleet run filled.")],
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report as one page here.")
    ] = None,
    charts: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write each picture here, as PNG and as SVG.")
    ] = None,
    json: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the numbers here; - is standard output.")
    ] = None,
    rules: Annotated[
        str | None, typer.Option(metavar="HASH", help="Which rules of the lake; else those of its last run.")
    ] = None,
    lang: Lang = "en",
    privacy: Privacy = Privacy(),
) -> None:
    """Say of a whole fleet which faults it has, how long they last, and whom to help today.

    Beside a page F.html, the folder F-cases holds a page for each of the cases that need help first, at most 50.
    """
    _needed()
    from faultlog.commands.asked import console
    from faultlog.fleet.report.asked import Targets, report
    from faultlog.wording import Wording

    targets = Targets(output, charts, json)
    with privacy.showing([str(lake)], output, json) as shown:
        targets.check(lake)
        report(lake, rules, targets, Wording(lang, rules_of(), "UTC"), console(), shown.reports)


@app.command("compact", cls=Command)
def fleet_compact(lake: LakePath, lang: Lang = "en") -> None:
    """Merge the many files of a lake's tables into few, which are faster to read.

    Whoever reads meanwhile sees every row once; a run afterwards adds beside them.
    """
    _needed()
    from faultlog.fleet.compacting import compact
    from faultlog.fleet.telling import compacted_lines
    from faultlog.wording import Wording

    for line in compacted_lines(compact(lake), Wording(lang, rules_of(None), "UTC")):
        typer.echo(line)
