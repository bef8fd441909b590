"""`faultlog watch`: live logs, as they are written."""

from typing import TYPE_CHECKING, Annotated

import typer

from faultlog.commands.asked import console, knowledge_of
from faultlog.commands.params import Connector, Lang, Os, OsVersion, Parsers, Redact, Rules
from faultlog.errors import UsageError

if TYPE_CHECKING:
    from faultlog.watching.notices import Notice
    from faultlog.wording import Wording


def watch(
    logs: Annotated[list[str], typer.Argument(metavar="LOG", help="Logs of one host that are being written.")],
    json: Annotated[bool, typer.Option("--json", help="Print each event as one line of JSON.")] = False,
    tz: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Zone of stamps that state none; else this machine's.")
    ] = None,
    lang: Lang = "en",
    os: Os = None,
    os_version: OsVersion = None,
    connector: Connector = None,
    rules: Rules = None,
    parsers: Parsers = None,
    redact: Redact = False,
) -> None:
    """Follow live logs: raises, clears and breaches as they happen.

    Goes on through rotation until it is interrupted (Ctrl-C) or nobody reads its output any more.
    """
    from faultlog import asking, outputs
    from faultlog.watch import follow
    from faultlog.wording import Wording

    if redact:
        raise UsageError(
            "watch tells a line at once, and what a later line shows to be a name would stand there already; "
            "share what faultlog triage LOG --redact says"
        )
    known = asking.told(tz, None, os, os_version, connector)
    try:
        knowledge = knowledge_of(asking.options(known, rules, parsers, full=False, jobs=1, kept=False))
        for notice, zone in follow(logs, knowledge, known, listening=outputs.is_read):
            _print(notice, Wording(lang, knowledge.rules, zone), json=json)
    except KeyboardInterrupt:
        return


def _print(notice: "Notice", wording: "Wording", *, json: bool) -> None:
    from rich.console import Console

    from faultlog import outputs
    from faultlog.report.page import Page
    from faultlog.report.watching import render_notice, to_json_line

    if json:
        outputs.write("-", to_json_line(notice, wording) + "\n")
        return
    render_notice(notice, Page(console(), wording), Page(Console(stderr=True, highlight=False), wording))
