"""Options that several commands take."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Language = Literal["en", "ko"]
Paths = Annotated[
    list[str], typer.Argument(metavar="PATH", help="Bundles, folders or logs of one host; - is standard input.")
]
Tz = Annotated[str | None, typer.Option(metavar="ZONE", help="Zone of stamps that state none, e.g. Asia/Seoul.")]
Taken = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="When the bundle was taken, e.g. 2026-03-09: gives lines without year their year."
    ),
]
Os = Annotated[Literal["macos", "linux"] | None, typer.Option(help="The host's system, where the bundle does not say.")]
OsVersion = Annotated[str | None, typer.Option(metavar="VERSION", help="Its version, e.g. 10.15.7: chooses advice.")]
Connector = Annotated[
    str | None, typer.Option(metavar="VERSION", help="The connector's version, e.g. 1.14.1: chooses the advice.")
]
Rules = Annotated[list[Path] | None, typer.Option(metavar="DIR", help="Your own rules, beside the built-in ones.")]
Parsers = Annotated[list[Path] | None, typer.Option(metavar="DIR", help="Your own formats, beside the built-in ones.")]
Lang = Annotated[Language, typer.Option(help="Language of the report.")]
Since = Annotated[str | None, typer.Option(metavar="TIME", help="Show what lies after this; all is analysed.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Show what lies before this; all is analysed.")]
Full = Annotated[
    bool, typer.Option("--full", help="Read every line, of the largest logs as well: times may be known better.")
]
Jobs = Annotated[
    int | None, typer.Option(metavar="N", min=1, max=64, help="Threads that work at once; else one for each core.")
]
FailOn = Annotated[
    Literal["info", "warning", "critical"] | None,
    typer.Option(help="Exit with 1 if a finding is at least this severe."),
]
