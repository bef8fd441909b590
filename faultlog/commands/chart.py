"""`faultlog chart`: one incident as a picture."""

from typing import Annotated

import typer

from faultlog.commands.asked import analyzed, leave, wording_in
from faultlog.commands.params import (
    Connector,
    Full,
    Jobs,
    Lang,
    Os,
    OsVersion,
    Parsers,
    Paths,
    Rules,
    Since,
    Taken,
    Tz,
    Until,
)


def chart(
    paths: Paths,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Where the picture goes: a .png, .svg or .pdf.")
    ],
    tz: Tz = None,
    lang: Lang = "en",
    taken: Taken = None,
    os: Os = None,
    os_version: OsVersion = None,
    connector: Connector = None,
    rules: Rules = None,
    parsers: Parsers = None,
    since: Since = None,
    until: Until = None,
    full: Full = False,
    jobs: Jobs = None,
) -> None:
    """Draw what went wrong on one host as a picture.

    It holds a lane for each fault, deadlines, events, what was observed; with --full also what was written each minute.
    """
    from faultlog import asking, outputs
    from faultlog.report.charts.kinds import kind_of

    known = asking.told(tz, taken, os, os_version, connector)
    options = asking.options(known, rules, parsers, full=full, jobs=jobs, kept=False)
    window = asking.window(since, until)
    kind = kind_of(output)
    outputs.writable(output, paths)
    knowledge, document = analyzed(paths, options)

    from faultlog.report.charts.drawing import render_chart

    outputs.write_bytes(output, render_chart(document, wording_in(knowledge.rules, document, lang), kind, window))
    leave(document, None)
