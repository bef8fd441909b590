"""`faultlog triage`: the main job."""

from pathlib import Path
from typing import Annotated

import typer

from faultlog.commands.asked import console, documented, leave, wording_in
from faultlog.commands.params import CaseOptions, FailOn, Paths, Privacy, Since, Until, with_options
from faultlog.commands.pushed import send, sending
from faultlog.errors import UsageError


@with_options
def triage(
    paths: Paths,
    json: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the case document here; - is standard output.")
    ] = None,
    chart: Annotated[
        str | None, typer.Option(metavar="FILE", help="Draw the case here: a .png, .svg or .pdf; see faultlog chart.")
    ] = None,
    html: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the report as one page here; - is standard output.")
    ] = None,
    asked: CaseOptions = CaseOptions(),
    since: Since = None,
    until: Until = None,
    fail_on: FailOn = None,
    push: Annotated[
        str | None, typer.Option(metavar="URL", help="Send the bundles to this faultlog server, and say their pages.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the token for --push is, unless in FAULTLOG_TOKEN.")
    ] = None,
    privacy: Privacy = Privacy(),
) -> None:
    """Say what went wrong on one host, in one screen."""
    from faultlog import asking, outputs
    from faultlog.report.charts.kinds import kind_of
    from faultlog.report.document import to_json
    from faultlog.report.text import render_text

    options = asked.options(kept=(json, html) != (None, None))
    window, sent = asking.window(since, until), None if push is None else sending(push, token_file, paths)
    kind = None if chart is None else kind_of(chart)
    if privacy.redact and push is not None:
        raise UsageError("--push sends bundles as they are; write them anew with faultlog redact, and push those")
    with privacy.showing(paths, json, html, chart) as shown:
        for target in (json, html, chart):
            outputs.writable(target, paths)
        outputs.apart(json, html, chart)
        book, document = documented(paths, options, shown)
        if json is not None:
            outputs.write(json, to_json(document))
        named = shown.command(asked.words(), paths)
        wording = wording_in(book, document, asked.lang)
        if chart is not None and kind is not None:
            from faultlog.report.charts.drawing import render_chart

            outputs.write_bytes(chart, render_chart(document, wording, kind, window))
        if html is not None:
            from faultlog.report.html.case import render_html

            outputs.write(html, render_html(document, wording, path=named, window=window))
        if "-" not in {json, html}:
            render_text(document, wording, console(), path=named, window=window)
        if sent is not None:
            send(sent, asked, answered="-" in {json, html})
        leave(document, fail_on)
