"""`faultlog user`: who may use a server."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from faultlog.commands.serve import Data, Database, bytes_told, needed
from faultlog.errors import UnknownName, UsageError
from faultlog.words import Command, Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from faultlog.store.opening import Store
    from faultlog.store.people import Bounds

app = typer.Typer(cls=Group, help="Who may use a server.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name to log in with.")]
Password = Annotated[
    Literal["-"] | None,
    typer.Option(metavar="-", help="- reads the password from standard input; else the terminal asks for it."),
]
DATA: Final = Path("faultlog-data")


@app.command("add", cls=Command)
def user_add(
    name: Name,
    team: Annotated[str, typer.Option(metavar="TEAM", help="Whose bundles the user sees; made where it is missing.")],
    role: Annotated[
        Literal["viewer", "analyst", "admin"],
        typer.Option(help="A viewer reads; an analyst also uploads, deletes, shares; an admin also says who may what."),
    ],
    password: Password = None,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Add a user. What was uploaded while there were no accounts belongs to the team named local."""
    needed()
    from faultlog.store import accounts, passwords, people
    from faultlog.store.founding import founded

    called, theirs = _fit(name), _fit(team)
    kept = passwords.hashed(_password(called, password))
    store = founded(data, database)
    try:
        store.write(accounts.add, theirs, called, role, kept)
        unseen = store.read(accounts.unseen)
    except people.TakenError:
        raise UsageError(f"{called}: there is a user of that name; choose another") from None
    finally:
        store.close()
    typer.echo(f"{called} is {role} of the team {theirs}")
    for whose, count in unseen:
        there = (
            "1 bundle that is here already belongs" if count == 1 else f"{count} bundles that are here already belong"
        )
        command = f"faultlog user add NAME --team {shlex.quote(whose)} --role viewer"
        typer.echo(f"{there} to the team {whose}, of which nobody has an account: {command} lets NAME see what it has")


@app.command("list", cls=Command)
def user_list(data: Data = DATA, database: Database = None) -> None:
    """List all users of all teams."""
    needed()
    from rich.console import Console
    from rich.table import Table

    from faultlog.store import accounts

    store = _opened(data, database)
    users = store.read(accounts.listed)
    store.close()
    table = Table("team", "user", "role", "", box=None)
    for one in users:
        table.add_row(one.team_name, one.name, one.role, "" if one.disabled_at is None else "disabled")
    Console(highlight=False).print(table if users else "There are no accounts.")


@app.command("token", cls=Command)
def user_token(
    name: Name,
    called: Annotated[str, typer.Option("--name", metavar="NAME", help="What the token is for.")],
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Make a token for a program of a user, and print it: nobody can print it again."""
    needed()
    from faultlog.store import accounts

    store = _opened(data, database)
    key = store.write(accounts.make_token, _fit(name), called)
    store.close()
    if key is None:
        raise UnknownName(f"{name}: there is no such user, or he is disabled; see faultlog user list")
    typer.echo(key)


@app.command("disable", cls=Command)
def user_disable(name: Name, data: Data = DATA, database: Database = None) -> None:
    """Let a user do nothing any more; what he did stays."""
    needed()
    from faultlog.store import accounts

    _changed(name, accounts.disable, data, database)
    typer.echo(f"{_fit(name)} is disabled")


@app.command("enable", cls=Command)
def user_enable(name: Name, data: Data = DATA, database: Database = None) -> None:
    """Let a user who was disabled log in again."""
    needed()
    from faultlog.store import accounts

    _changed(name, accounts.enable, data, database)
    typer.echo(f"{_fit(name)} may log in again")


@app.command("password", cls=Command)
def user_password(name: Name, password: Password = None, data: Data = DATA, database: Database = None) -> None:
    """Give a user another password; his sessions end."""
    needed()
    from faultlog.store import accounts, passwords

    called = _fit(name)
    kept = passwords.hashed(_password(called, password))
    store = _opened(data, database)
    _there(name, store.write(accounts.set_password, called, kept))
    store.close()
    typer.echo(f"{called} has another password")


@app.command("team", cls=Command)
def user_team(
    name: Annotated[str, typer.Argument(metavar="TEAM", help="The team; user add makes one.")],
    quota: Annotated[
        str | None, typer.Option(metavar="SIZE", help="What its bundles may take, as 500M or 20G; none for anything.")
    ] = None,
    keep_days: Annotated[
        str | None, typer.Option(metavar="N", help="Days for which bundles are kept; none for ever.")
    ] = None,
    data: Data = DATA,
    database: Database = None,
) -> None:
    """Say how much a team may keep, and for how long; without options, show it. What is not named stays."""
    needed()
    from faultlog.store import accounts, people
    from faultlog.store.bounds import exact_size

    called, bounds = _fit(name), _bounds(quota, keep_days)
    store = _opened(data, database)
    try:
        team = store.write(accounts.bound, called, bounds) if bounds else store.read(people.team_named, called)
        if team is None:
            there = ", ".join(one.name for one in store.read(people.teams)) or "none yet, user add makes one"
            raise UnknownName(f"{name}: there is no such team; there are: {there}")
    finally:
        store.close()
    room = "as much as there is room for" if team.quota_bytes is None else exact_size(team.quota_bytes)
    days = "day" if team.keep_days == 1 else "days"
    typer.echo(
        f"{team.name} may keep {room}, {'for ever' if team.keep_days is None else f'for {team.keep_days} {days}'}"
    )


def _bounds(quota: str | None, keep_days: str | None) -> "Bounds":
    """What is said of a team.

    Raises:
        UsageError: it is no bound.
    """
    said: dict[Literal["quota_bytes", "keep_days"], int | None] = {}
    if quota is not None:
        said["quota_bytes"] = None if quota == "none" else bytes_told("--quota", quota)
    if keep_days is not None:
        said["keep_days"] = None if keep_days == "none" else _days_told(keep_days)
    return said


def _days_told(days: str) -> int:
    from faultlog.store.bounds import days_of

    count = days_of(days)
    if count is None:
        raise UsageError(f"--keep-days {days}: is no number of days from 1 to 99999; none is for ever")
    return count


def _opened(data: Path, database: str | None) -> "Store":
    from faultlog.store.founding import known

    return known(data, database)


def _fit(name: str) -> str:
    """A name as it is kept.

    Raises:
        UsageError: it cannot be one.
    """
    from faultlog.store.people import MOST_LETTERS, fit_name

    fit = fit_name(name)
    if fit is None:
        raise UsageError(f"{name}: a name has 1 to {MOST_LETTERS} letters, digits, or any of . _ @ + -")
    return fit


def _changed(name: str, change: "Callable[[Connection, str], bool]", data: Path, database: str | None) -> None:
    """Change a user.

    Raises:
        UnknownName: there is none of that name.
    """
    store = _opened(data, database)
    _there(name, store.write(change, _fit(name)))
    store.close()


def _there(name: str, was: bool) -> None:
    """Make sure that there was such a user.

    Raises:
        UnknownName: there was none.
    """
    if not was:
        raise UnknownName(f"{name}: there is no such user; see faultlog user list")


def _password(name: str, source: str | None) -> str:
    """A password that is taken, asked for twice at the terminal, or the first line of standard input.

    Raises:
        UsageError: it is refused.
    """
    from faultlog.store.passwords import LEAST, MOST, flaw

    if source == "-":
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = typer.prompt(f"Password of {name}", hide_input=True, confirmation_prompt="Again", err=True)
    else:
        raise UsageError("there is no terminal to ask for the password; --password - reads it from standard input")
    why = flaw(name, password)
    if why is None:
        return password
    said = {"short": f"has fewer than {LEAST} characters", "long": f"has more than {MOST} characters"}
    raise UsageError(f"the password {said.get(why, 'is the name')}; take another")
