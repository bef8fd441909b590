"""`faultlog explain`: the chain of evidence of one id."""

from typing import Annotated

import typer

from faultlog.commands.asked import analyzed, console, wording_in
from faultlog.commands.params import Connector, Full, Jobs, Lang, Os, OsVersion, Parsers, Rules, Taken, Tz
from faultlog.errors import UsageError


def explain(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH... ID", help="The bundle as for triage, then the id of what to explain."),
    ],
    tz: Tz = None,
    lang: Lang = "en",
    taken: Taken = None,
    os: Os = None,
    os_version: OsVersion = None,
    connector: Connector = None,
    rules: Rules = None,
    parsers: Parsers = None,
    full: Full = False,
    jobs: Jobs = None,
) -> None:
    """Show the chain of evidence of one id.

    The id is that of an interval (f6-1), a finding, a remedy or a pattern; each step names file and line and shows it.
    """
    from faultlog import asking
    from faultlog.report.explaining import render_explanation

    if len(paths) < 2:
        raise UsageError("explain takes a bundle and an id, e.g. faultlog explain bundle.zip f6-1")
    known = asking.told(tz, taken, os, os_version, connector)
    options = asking.options(known, rules, parsers, full=full, jobs=jobs, kept=False)
    knowledge, document = analyzed(paths[:-1], options)
    render_explanation(document, paths[-1], wording_in(knowledge.rules, document, lang), console())
