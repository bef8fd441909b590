"""`faultlog chart`: one incident as a picture."""

from typing import Annotated

import typer

from faultlog.commands.asked import documented, leave, wording_in
from faultlog.commands.params import CaseOptions, Paths, Privacy, Since, Until, with_options


@with_options
def chart(
    paths: Paths,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Where the picture goes: a .png, .svg or .pdf.")
    ],
    asked: CaseOptions = CaseOptions(),
    since: Since = None,
    until: Until = None,
    privacy: Privacy = Privacy(),
) -> None:
    """Draw what went wrong on one host as a picture.

    It holds a lane for each fault, deadlines, events, what was observed; with --full also what was written each minute.
    """
    from faultlog import asking, outputs
    from faultlog.report.charts.kinds import kind_of

    options = asked.options()
    window = asking.window(since, until)
    kind = kind_of(output)
    with privacy.showing(paths, output) as shown:
        outputs.writable(output, paths)
        book, document = documented(paths, options, shown)

        from faultlog.report.charts.drawing import render_chart

        outputs.write_bytes(output, render_chart(document, wording_in(book, document, asked.lang), kind, window))
        leave(document, None)
