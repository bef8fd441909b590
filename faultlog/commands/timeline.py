"""`faultlog timeline`: everything that happened on a host, for people and for other tools."""

from typing import Annotated

import typer

from faultlog.commands.asked import complain, documented, leave, wording_in
from faultlog.commands.params import CaseOptions, Paths, Privacy, Since, Until, with_options

MOST_NAMED = 10
"""Rows left out that are named one by one. Tool default."""


@with_options
def timeline(
    paths: Paths,
    format: Annotated[  # noqa: A002 (the option's name)
        str | None,
        typer.Option(
            metavar="NAME",
            help="table, csv, jsonl, parquet, timesketch, ocsf, perfetto or markdown (a summary for a ticket); "
            "else what FILE ends in (.txt, .csv, .jsonl, .parquet, .md); else table.",
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Write it here; - is standard output.")
    ] = "-",
    asked: CaseOptions = CaseOptions(),
    since: Since = None,
    until: Until = None,
    privacy: Privacy = Privacy(),
) -> None:
    """Write all that happened on one host as one timeline, for a spreadsheet, a SIEM, a notebook or a ticket.

    A saved case document is taken as well as a bundle.
    """
    from faultlog import asking, outputs
    from faultlog.report.exports.formats import format_asked
    from faultlog.report.exports.timeline import Timeline

    chosen = format_asked(format, output)
    options = asked.options()
    window = asking.window(since, until)
    with privacy.showing(paths, output) as shown:
        outputs.writable(output, paths)
        if chosen.binary:
            outputs.no_terminal(output, chosen.name)
        book, document = documented(paths, options, shown)
        made = Timeline.of(document, wording_in(book, document, asked.lang), window)
        written = chosen.write(made)
        outputs.write_bytes(output, written)
        left_out = chosen.left_out(made)
        if left_out:
            ids = ", ".join(row.id for row in left_out[:MOST_NAMED])
            more = f" and {len(left_out) - MOST_NAMED} more" if len(left_out) > MOST_NAMED else ""
            complain(f"{chosen.name} has no place for what has no time; left out: {ids}{more}")
        leave(document, None)
        if not made.rows or not written:
            complain(
                f"{chosen.name}: nothing that happened belongs into it" if made.rows else "the timeline has no row"
            )
