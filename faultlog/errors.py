"""What can go wrong, as a tree; every error says what, where, and what to try.

::

    FaultlogError              anything faultlog itself refuses; `exit_code` is what the command line returns
    ├── UsageError             the question cannot be asked like this (exit 2)
    │   ├── PackError          rule or format files that cannot be used; carries every `Flaw` at once
    │   └── UnknownName        no such zone, fault, format, interval or scenario
    ├── NothingAnswerable      the input holds nothing that can be answered from (exit 3)
    │   └── BundleError        the bundle itself cannot be opened, with its reason code
    └── redaction.LeakError    a value would be left in a bundle that is to be shared (exit 5)

A problem that leaves something to report is no exception: it becomes a `model.Warn` in the case.
"""

from collections.abc import Sequence

from faultlog.values import dataclass

MOST_SHOWN = 200
"""Characters of what a file says that are shown of a key; of a sentence twice as many. Tool default."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One mistake in a rule or format file: where it stands, what it is, what was meant.

    >>> print(Flaw("rules/x.yaml", 8, 5, "raised.0.witin", "unknown key", "within"))
    rules/x.yaml:8:5: raised.0.witin: unknown key (did you mean 'within'?)
    """

    path: str
    line: int
    """1-based; 0 when the flaw is of the file as a whole."""
    column: int
    """1-based; 0 when the flaw is of the file as a whole."""
    key: str
    """Dotted path of the key inside the file, empty for the whole file."""
    what: str
    meant: str | None = None

    def __str__(self) -> str:
        path = _on_one_line(self.path)
        place = f"{path}:{self.line}:{self.column}" if self.line else path
        subject = f"{_on_one_line(self.key, MOST_SHOWN)}: " if self.key else ""
        hint = f" (did you mean '{self.meant}'?)" if self.meant is not None else ""
        return f"{place}: {subject}{_on_one_line(self.what, 2 * MOST_SHOWN)}{hint}"


def _on_one_line(text: str, most: int | None = None) -> str:
    r"""What strangers wrote, without line breaks, which make one mistake look like several; at most so much of it.

    >>> _on_one_line("a\nb: it is fine")
    'a\\nb: it is fine'
    """
    shown = text if most is None or len(text) <= most else f"{text[:most]}…"
    if shown.isprintable():
        return shown
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in shown)


class FaultlogError(Exception):
    """Anything faultlog refuses, worded for the person at the keyboard."""

    exit_code = 2


class UsageError(FaultlogError):
    """The question cannot be asked like this."""


class UnknownName(UsageError):
    """A name nobody has declared; says which names there are."""


class PackError(UsageError):
    """Rule or format files that cannot be used.

    Attributes:
        flaws: every mistake of every file that was read, in file order.
    """

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("\n".join(str(flaw) for flaw in self.flaws))


class NothingAnswerable(FaultlogError):
    """The input holds nothing from which an answer could be given."""

    exit_code = 3


class BundleError(NothingAnswerable):
    """A bundle that cannot be opened at all.

    Attributes:
        reason: the reason code, one word, e.g. ``bomb_size``, ``encrypted``, ``missing``.
    """

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)
