"""A stay between two bundles: what became of it, and what OLD, NEW and both together say, down to their lines."""

from collections.abc import Iterable

from faultlog.comparison import Change
from faultlog.report.comparing import (
    CHANGE_MARKS,
    finding_of,
    promise_words,
    promises,
    told_of,
    verdict_words,
)
from faultlog.report.comparisons import Account, Stay
from faultlog.report.html.cards import Badge, badge
from faultlog.report.html.stays import MOST_LINES, Line, Verdict, quoted, verdict
from faultlog.report.times import Times
from faultlog.report.view import mark_of
from faultlog.values import dataclass
from faultlog.wording import Wording, safe

URGENT: frozenset[Change] = frozenset({"new", "regressed", "persisting", "undecided"})
"""Changes that ask for attention."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one bundle, or both together, say of a stay: verdicts with their steps, and further lines."""

    name: str
    id: str
    verdicts: tuple[Verdict, ...]
    lines: tuple[Line, ...]
    more_lines: str


@dataclass(frozen=True, slots=True)
class StayRow:
    """One stay with all that anybody says of it."""

    id: str
    fault: str
    name: str
    change: Change
    urgent: bool
    state_word: str
    badges: tuple[Badge, ...]
    cells: tuple[tuple[str, str], ...]
    doubt: str
    ends: tuple[tuple[str, ...], ...]
    promises: tuple[tuple[str, ...], ...]
    accounts: tuple[Told, ...]
    command: str


def change_badge(change: Change, say: Wording) -> Badge:
    """The badge of what became of a fault."""
    return Badge(change, CHANGE_MARKS[change][0], say.words(f"compare.mark.{change}"))


def id_of(stay: Stay) -> str:
    """What a stay is called in the page: as both together call it, or that only NEW knows it."""
    return stay.together.interval.id if stay.together is not None else f"new-{told_of(stay).id}"


def row_of(times: Times, stay: Stay, path: str) -> StayRow:
    """All that is known of a stay.

    Args:
        times: how times are written.
        stay: the stay.
        path: both bundles as words of a command, quoted.
    """
    say, told = times.wording, told_of(stay)
    name = id_of(stay)
    best = stay.together or stay.new
    marks = dict.fromkeys(mark_of(one) for one in (() if best is None else best.findings))
    return StayRow(
        id=name,
        fault=str(told.fault_id),
        name=f"{told.fault_id} {say.say(told.title)}",
        change=stay.change,
        urgent=stay.change in URGENT,
        state_word=times.state(told),
        badges=(change_badge(stay.change, say), *(badge(mark, say) for mark in marks)),
        cells=(
            (say.words("column.raised"), times.raised(told)),
            (say.words("column.cleared"), times.cleared(told)),
            (say.words("column.duration"), times.duration(told)),
        ),
        doubt="" if stay.doubt is None else say.words("compare.as_far_as_seen", why=say.say(stay.doubt)),
        ends=tuple(_ends(times, key, account) for key, account in _accounts(stay)),
        promises=tuple(_promises(say, stay)),
        accounts=tuple(_told(say, key, account) for key, account in _accounts(stay) if account is not None),
        command=f"faultlog explain {safe(path)} {name}" if stay.together is not None and say.takes_commands else "",
    )


def _accounts(stay: Stay) -> tuple[tuple[str, Account | None], ...]:
    return ("compare.old", stay.old), ("compare.new", stay.new), ("compare.column.together", stay.together)


def _ends(times: Times, key: str, account: Account | None) -> tuple[str, ...]:
    """Begin, end, duration and state, as somebody tells them."""
    say = times.wording
    if account is None:
        return (say.words(key), say.words("html.compare.silent"), "–", "–", "–")
    one = account.interval
    return (say.words(key), times.raised(one), times.cleared(one), times.duration(one), times.state(one))


def _promises(say: Wording, stay: Stay) -> Iterable[tuple[str, ...]]:
    """Each promise with what everybody says of it."""
    accounts = (stay.old, stay.new, stay.together)
    for rule in promises(stay):
        found = [finding_of(account, rule) for account in accounts]
        known = next(one for one in found if one is not None)
        yield (promise_words(say, known), *(verdict_words(say, one) for one in found))


def _told(say: Wording, key: str, account: Account) -> Told:
    steps = (step for found in account.findings for step in found.why[:MOST_LINES])
    quoted_ = {(step.evidence.file, step.evidence.line) for step in steps if step.evidence is not None}
    lines = [line for line in account.interval.evidence if (line.file, line.line) not in quoted_]
    more = len(lines) - MOST_LINES
    return Told(
        say.words(key),
        account.interval.id,
        tuple(verdict(say, one) for one in account.findings),
        tuple(quoted(say, one) for one in lines[:MOST_LINES]),
        say.counted("explain.more_lines", more) if more > 0 else "",
    )
