"""Options that several commands take."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from faultlog.errors import UsageError
from faultlog.values import dataclass

if TYPE_CHECKING:
    from faultlog.commands.private import Shown
    from faultlog.pipeline import Options

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
Redact = Annotated[
    bool, typer.Option("--redact", help="Names, addresses and secrets become tokens in all that is shown and written.")
]
RedactionMap = Annotated[
    str | None, typer.Option(metavar="FILE", help="With --redact: the private map, which keeps tokens over runs.")
]


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """What every command about one case takes beside the bundle."""

    tz: Tz = None
    lang: Lang = "en"
    taken: Taken = None
    os: Os = None
    os_version: OsVersion = None
    connector: Connector = None
    rules: Rules = None
    parsers: Parsers = None
    full: Full = False
    jobs: Jobs = None

    def options(self, *, kept: bool = False) -> "Options":
        """What the analysis is asked, as one value; whether the case is kept.

        Raises:
            UsageError: an option means nothing; says why.
        """
        from faultlog import asking

        known = asking.told(self.tz, self.taken, self.os, self.os_version, self.connector)
        return asking.options(known, self.rules, self.parsers, full=self.full, jobs=self.jobs, kept=kept)

    def words(self) -> list[str]:
        """The options that decide what is found, as they were given, for a command that has to ask the same."""
        from faultlog import asking

        told = {"tz": self.tz, "taken": self.taken, "os": self.os, "os_version": self.os_version}
        return asking.words(
            **told, connector=self.connector, rules=self.rules, parsers=self.parsers, full=self.full or None
        )


@dataclass(frozen=True, slots=True)
class Privacy:
    """What every command takes that shows something of a bundle."""

    redact: Redact = False
    map: RedactionMap = None

    @contextmanager
    def showing(self, inputs: list[str], *targets: str | None) -> "Iterator[Shown]":
        """What to show of some inputs; errors that leave it are redacted too.

        Args:
            inputs: what is read.
            targets: what is written besides the private map.

        Raises:
            UsageError: the map means nothing, or is no place to write to; says why.
        """
        from faultlog.commands.private import Map, Shown, privately

        if not self.redact:
            if self.map is not None:
                raise UsageError("--map is for --redact: it keeps what stands for what")
            yield Shown()
            return
        with privately(Map(self.map, tuple(inputs), targets)) as private:
            yield private


_SHARED: Final = (CaseOptions, Privacy)


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameters of the classes above are filled from their options, which stand in their places."""
    own = inspect.signature(command).parameters
    shared = {name: type(each.default) for name, each in own.items() if type(each.default) in _SHARED}
    options = {name: _options(kind) for name, kind in shared.items()}

    def told(**given: Any) -> None:  # noqa: ANN401 (whatever the options hold)
        filled = {
            name: kind(**{one.name: given.pop(one.name) for one in options[name]}) for name, kind in shared.items()
        }
        command(**given, **filled)

    taken = [one for name, each in own.items() for one in options.get(name, [each])]
    signature = inspect.Signature([one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in taken])
    told.__name__, told.__doc__, told.__module__ = command.__name__, command.__doc__, command.__module__
    told.__annotations__ = {one.name: one.annotation for one in taken}
    told.__signature__ = signature  # type: ignore[attr-defined]
    return told


def _options(kind: type[CaseOptions] | type[Privacy]) -> list[inspect.Parameter]:
    """The options of a class, as parameters."""
    plain = kind()
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=getattr(plain, name), annotation=each)
        for name, each in kind.__annotations__.items()
    ]
