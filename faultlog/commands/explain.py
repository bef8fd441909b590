"""`faultlog explain`: the chain of evidence of one id."""

from typing import Annotated

import typer

from faultlog.commands.asked import console, documented, wording_in
from faultlog.commands.params import CaseOptions, Privacy, with_options
from faultlog.errors import UsageError


@with_options
def explain(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH... ID", help="The bundle as for triage, then the id of what to explain."),
    ],
    asked: CaseOptions = CaseOptions(),
    privacy: Privacy = Privacy(),
) -> None:
    """Show the chain of evidence of one id.

    The id is that of an interval (f6-1), a finding, a remedy or a pattern; each step names file and line and shows it.
    """
    from faultlog.report.explaining import render_explanation

    if len(paths) < 2:
        raise UsageError("explain takes a bundle and an id, e.g. faultlog explain bundle.zip f6-1")
    options = asked.options()
    with privacy.showing(paths[:-1]) as shown:
        book, document = documented(paths[:-1], options, shown)
        render_explanation(document, paths[-1], wording_in(book, document, asked.lang), console())
