"""`--redact`: what a command shows of a bundle, with tokens in the places of names; without it, as it is."""

import os
import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING

from faultlog.errors import FaultlogError, UsageError
from faultlog.values import dataclass

if TYPE_CHECKING:
    from faultlog.collecting import Progress
    from faultlog.pipeline import Options
    from faultlog.redaction.reports import Reports
    from faultlog.report.comparisons import ComparisonDocument
    from faultlog.report.document import CaseDocument


class Shown:
    """What is shown, as it is."""

    reports: "Reports | None" = None

    def read(self, paths: list[str], options: "Options") -> None:
        """Told of bundles before they are analysed."""

    def case(self, document: "CaseDocument") -> "CaseDocument":
        """A case to be drawn."""
        return document

    def comparison(self, document: "ComparisonDocument") -> "ComparisonDocument":
        """A comparison to be drawn."""
        return document

    def text(self, text: str) -> str:
        """A sentence or a path."""
        return text

    def command(self, words: list[str], paths: list[str]) -> str:
        """What to type behind the name of a command that asks the same of the same bundles."""
        return shlex.join([*words, *paths])

    def progress(self, progress: "Progress") -> "Progress":
        """Who is told how far reading is."""
        return progress


class Private(Shown):
    """What is shown, with tokens."""

    def __init__(self, reports: "Reports", given: Iterable[str] = ()) -> None:
        """Args: what has the tokens; the paths that were given, of whose folders nothing is shown."""
        self.reports: Reports = reports
        self._given = sorted((path for path in given if _last(path) != path), key=len, reverse=True)

    def read(self, paths: list[str], options: "Options") -> None:
        """Note every value of them."""
        if "-" in paths:
            raise UsageError("a bundle is read twice to be redacted: save standard input to a file and give that")
        self.reports.read(paths, options.limits)

    def case(self, document: "CaseDocument") -> "CaseDocument":
        """A case to be drawn."""
        return self.reports.case(document)

    def comparison(self, document: "ComparisonDocument") -> "ComparisonDocument":
        """A comparison to be drawn."""
        return self.reports.comparison(document)

    def text(self, text: str) -> str:
        """A sentence or a path."""
        for path in self._given:
            text = text.replace(path, _last(path))
        return self.reports.text(text)

    def command(self, words: list[str], paths: list[str]) -> str:
        """What to type behind the name of a command that asks the same of the same bundles."""
        return self.text(shlex.join([*map(_last, words), "--redact", *map(_last, paths)]))

    def progress(self, progress: "Progress") -> "Progress":
        """Who is told how far reading is, and of no name."""
        return lambda path, size: progress(self.reports.redaction.text(path), size)


def _last(path: str) -> str:
    """The last name of a path; of anything else, itself."""
    return PurePath(path).name or path


@dataclass(frozen=True, slots=True)
class Map:
    """Where the private map is, and what it must not be."""

    path: str | None
    inputs: tuple[str, ...]
    targets: tuple[str | None, ...]

    def check(self) -> None:
        """Make sure, before long work, that it can be written.

        Raises:
            UsageError: it cannot; says why.
        """
        from faultlog import outputs

        outputs.writable(self.path, list(self.inputs))
        outputs.apart(self.path, *self.targets)


@contextmanager
def privately(kept: Map) -> Iterator[Private]:
    """Have everything that is shown redacted, errors too; the map is written where one is kept."""
    from faultlog import outputs
    from faultlog.redaction import mapfile, tokens
    from faultlog.redaction.reports import Reports

    kept.check()
    ledger, held = mapfile.opened(kept.path)
    private = Private(Reports(ledger), kept.inputs)
    try:
        with _errors(private.text, kept.inputs):
            private.reports.given(*kept.inputs)
            yield private
    finally:
        if held is not None:
            outputs.write_private(held, tokens.to_json(ledger))


@contextmanager
def _errors(told: Callable[[str], str], inputs: Iterable[str]) -> Iterator[None]:
    """Have errors redacted, but for one that a path leads nowhere: whoever mistyped it has to see it."""
    try:
        yield
    except FaultlogError as error:
        if not any(path in str(error) and not os.path.lexists(path) for path in inputs if path != "-"):
            error.args = (told(str(error)),)
        raise
