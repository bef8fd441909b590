"""`--redact`: what a command shows of a bundle, with tokens in the places of names; without it, as it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

    def progress(self, progress: "Progress") -> "Progress":
        """Who is told how far reading is."""
        return progress


class Private(Shown):
    """What is shown, with tokens."""

    def __init__(self, reports: "Reports") -> None:
        self.reports: Reports = reports

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
        return self.reports.text(text)

    def progress(self, progress: "Progress") -> "Progress":
        """Who is told how far reading is, and of no name."""
        return lambda path, size: progress(self.reports.redaction.text(path), size)


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

        if self.path == "-":
            raise UsageError("-: the private map goes into a file that is only yours; give one with --map FILE")
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
    private = Private(Reports(ledger))
    try:
        with _errors(private.text):
            private.reports.given(*kept.inputs)
            yield private
    finally:
        if held is not None:
            outputs.write_private(held, tokens.to_json(ledger))


@contextmanager
def _errors(told: Callable[[str], str]) -> Iterator[None]:
    try:
        yield
    except FaultlogError as error:
        error.args = (told(str(error)),)
        raise
