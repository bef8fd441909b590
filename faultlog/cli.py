"""The command line: options → one config value → one library call → render → exit code. Nothing is decided here.

Answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 a finding at or above
`--fail-on`, 2 usage, 3 nothing answerable; of `redact` also 4, its analysis differs, and 5, a value would be left.
"""

import sys
from typing import Annotated

import typer

from faultlog.commands import (
    backup,
    chart,
    check,
    compare,
    explain,
    fleet,
    formats,
    redact,
    rules,
    serve,
    simulate,
    timeline,
    triage,
    user,
    watch,
)
from faultlog.commands.asked import complain, correct
from faultlog.errors import FaultlogError
from faultlog.interruption import CODE
from faultlog.release import VERSION
from faultlog.words import MISUSE, Command, FileCommand, Group, heard

app = typer.Typer(
    cls=Group,
    help="Says which faults a Cisco Secure Endpoint connector raised, for how long, and what to do now.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(rules.app, name="rules")
app.add_typer(formats.app, name="formats")
app.add_typer(fleet.app, name="fleet")
app.add_typer(user.app, name="user")
for command, kind in (
    (triage.triage, Command),
    (chart.chart, FileCommand),
    (explain.explain, Command),
    (timeline.timeline, FileCommand),
    (compare.compare, Command),
    (check.check, Command),
    (redact.redact, Command),
    (simulate.simulate, Command),
    (watch.watch, Command),
    (serve.serve, Command),
    (serve.worker, Command),
    (backup.backup, Command),
    (backup.restore, Command),
):
    app.command(cls=kind)(command)


def main() -> None:
    """Run the command line; a mistake of the user's ends in one sentence, never in a traceback."""
    try:
        ended = app(standalone_mode=False)
    except typer.Abort:
        typer.echo("Aborted!", err=True)
        sys.exit(1)
    except MISUSE as error:
        correct(error)
        sys.exit(error.exit_code)
    except FaultlogError as error:
        complain(str(error))
        sys.exit(error.exit_code)
    if ended == CODE:  # typer makes an exit of an interruption, which the door has to tell
        raise KeyboardInterrupt
    sys.exit(ended or 0)


def _version(wanted: bool) -> None:
    if wanted:
        heard()
        typer.echo(f"faultlog {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version
