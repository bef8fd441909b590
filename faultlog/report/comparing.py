"""The comparison of two bundles as text: what became of each fault first, then stays, verdicts and other changes."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from faultlog.comparison import CHANGES, SAME, Change
from faultlog.report.about import versions
from faultlog.report.comparisons import Account, ComparisonDocument, FaultChange, HostChange, Stay
from faultlog.report.footing import said_once
from faultlog.report.page import DIM, Page, grid
from faultlog.report.rows import Finding, Interval
from faultlog.report.stopped import warned
from faultlog.report.times import Times, nanoseconds
from faultlog.values import dataclass
from faultlog.wording import Wording, safe

MOST_FAULTS = 20
"""Faults that get a headline. Tool default."""
MOST_ROWS = 40
"""Rows of a table. Tool default."""
MOST_HOLES = 3
"""Holes between the bundles that are named. Tool default."""
EXPECTED = frozenset({"name_duplicate", "same_content", "contained", "overlap", SAME.code})
"""Warnings that only say that the bundles share files or lines, which is what two bundles of one host do, or all."""
CHANGE_MARKS: dict[Change, tuple[str, str]] = {
    "new": ("✗", "bold red"),
    "regressed": ("✗", "bold red"),
    "persisting": ("▶", "bold magenta"),
    "undecided": ("?", "bold cyan"),
    "resolved": ("✓", "green"),
    "past": ("✓", "green"),
}
"""Sign and colour of what became of a fault."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A comparison on its way to a page."""

    doc: ComparisonDocument
    page: Page
    times: Times
    path: str

    @property
    def say(self) -> Wording:
        """The language it is said in."""
        return self.page.wording


def render_comparison(doc: ComparisonDocument, wording: Wording, console: Console, *, path: str) -> None:
    """Print a comparison.

    Args:
        doc: what to say.
        wording: its language, and the zone of its times.
        console: where it goes.
        path: both bundles as words of a command, quoted.
    """
    sheet = _Sheet(doc, Page(console, wording), times_of(doc, wording), path)
    _title(sheet)
    _headlines(sheet)
    stays = stays_of(doc)
    _stay_table(sheet, stays)
    _verdicts(sheet, stays)
    _changes(sheet)
    _footing(sheet)


def times_of(doc: ComparisonDocument, wording: Wording) -> Times:
    """How times of a comparison are written: those from the first to the last line of both bundles."""
    ends = [at for side in (doc.old, doc.new) for at in (side.first_at, side.last_at) if at is not None]
    known = sorted((ns, at) for at in ends if (ns := nanoseconds(at)) is not None)
    return Times(wording, known[0][1] if known else None, known[-1][1] if known else None)


def _title(sheet: _Sheet) -> None:
    page, say, zone = sheet.page, sheet.say, sheet.doc.host.time_zone.name
    page.hang("", Text.assemble(("faultlog compare  ", "dim"), (safe(names_of(sheet.doc)), "bold")))
    page.hang("", safe(" · ".join(whose(sheet.doc, say))))
    page.hang("", say.words("zone.stated", zone=zone), DIM)
    for key, side in (("compare.old", sheet.doc.old), ("compare.new", sheet.doc.new)):
        span = Times(say, side.first_at, side.last_at).span
        page.hang(f"{say.words(key)}  ", safe(f"{side.bundle.name} · {span}"))
    for one in shared_words(sheet.doc, say):
        page.hang("", one, DIM)
    for hole in sheet.doc.holes[:MOST_HOLES]:
        begin, end = sheet.times.short(hole.from_), sheet.times.short(hole.to)
        page.hang("", say.words("compare.hole", begin=begin, end=end))


def shared_words(doc: ComparisonDocument, say: Wording) -> Iterator[str]:
    """How many lines stand in both; and if they all do, that this is no comparison of two times."""
    if doc.shared_lines:
        yield say.counted("compare.shared", doc.shared_lines)
    if any(one.code == SAME.code for one in doc.warnings):
        yield say.words("compare.same")


def whose(doc: ComparisonDocument, say: Wording) -> list[str]:
    """The host, and its system and connector as the newer bundle states them."""
    return [doc.host.name or say.words("host.unknown"), *versions(doc.new.host, say)]


def names_of(doc: ComparisonDocument) -> str:
    """What both bundles are called."""
    return f"{doc.old.bundle.name} → {doc.new.bundle.name}"


def _headlines(sheet: _Sheet) -> None:
    faults = sheet.doc.faults
    sheet.page.line()
    if not faults:
        sheet.page.hang("", Text(sheet.say.words("compare.none"), style="bold"))
    for fault in faults[:MOST_FAULTS]:
        _fault(sheet, fault)
    if len(faults) > MOST_FAULTS:
        sheet.page.hang("", sheet.say.counted("headline.more_faults", len(faults) - MOST_FAULTS), DIM)


def _fault(sheet: _Sheet, fault: FaultChange) -> None:
    """What became of a fault, how far that is known, and what is promised of its last stay and not kept."""
    page, say = sheet.page, sheet.say
    sign, style = CHANGE_MARKS[fault.change]
    head = Text(f"{sign} {say.words(f'compare.mark.{fault.change}')}", style=style)
    width = 4 + max(Text(say.words(f"compare.mark.{change}")).cell_len for change in CHANGES)
    head.append(" " * (width - head.cell_len))
    said = say.words(f"compare.said.{fault.change}", fault=fault.fault_id, name=say.say(fault.title))
    page.hang(head, Text(said, style="bold"))
    if fault.doubt is not None:
        page.hang(" " * width, say.words("compare.as_far_as_seen", why=say.say(fault.doubt)))
    last = next((one for one in reversed(fault.stays) if one.change != "past"), None)
    account = None if last is None else last.together or last.new
    for finding in () if account is None else account.findings:
        if finding.verdict != "met":
            page.hang(" " * width, safe(say.say(finding.headline)))


def stays_of(doc: ComparisonDocument) -> list[Stay]:
    """Every stay, those first that ask for attention."""
    stays = (stay for fault in doc.faults for stay in fault.stays)
    return sorted(stays, key=lambda one: CHANGES.index(one.change))


def last_of(fault: FaultChange) -> Stay:
    """The stay that tells what became of a fault."""
    return next((one for one in reversed(fault.stays) if one.change != "past"), fault.stays[-1])


def told_of(stay: Stay) -> Interval:
    """The stay as it is best known."""
    account = stay.together or stay.new or stay.old
    assert account is not None, "a stay that nobody tells of"  # noqa: S101 (the document's own invariant)
    return account.interval


def _id(stay: Stay) -> str:
    return "–" if stay.together is None else stay.together.interval.id


def _stay_table(sheet: _Sheet, stays: Sequence[Stay]) -> None:
    if not stays:
        return
    page, say, times = sheet.page, sheet.say, sheet.times
    page.heading(say.words("title.intervals"), " ".join(part for part in (times.day, times.zone) if part))
    names = ("id", "fault", "change", "raised", "cleared", "duration", "state")
    table = grid(*(say.words(f"column.{name}") for name in names), gap=page.gap)
    table.columns[0].no_wrap = True
    for stay in stays[:MOST_ROWS]:
        told = told_of(stay)
        change = say.words(f"compare.change.{stay.change}")
        cells = (
            safe(_id(stay)), str(told.fault_id), change if stay.doubt is None else f"{change} ?", times.raised(told),
            times.cleared(told), times.duration(told), times.state(told),
        )  # fmt: skip
        table.add_row(*map(Text, cells))
    page.table(table)
    _more(sheet, len(stays))
    named = next((one for one in stays if one.together is not None), None)
    if named is not None:
        command = f"faultlog explain {safe(sheet.path)} {safe(_id(named))}"
        page.hang("  ", say.words("intervals.why" if len(stays) == 1 else "intervals.why_any", command=command), DIM)


def _more(sheet: _Sheet, rows: int) -> None:
    if rows > MOST_ROWS:
        counts = {"count": f"{rows - MOST_ROWS:,}", "total": f"{rows:,}"}
        sheet.page.hang("  ", sheet.say.words("intervals.more", **counts), DIM)


def _verdicts(sheet: _Sheet, stays: Iterable[Stay]) -> None:
    """What each bundle by itself, and both together, say of each promise."""
    page, say = sheet.page, sheet.say
    rows = [(stay, rule) for stay in stays for rule in promises(stay)]
    if not rows:
        return
    page.heading(say.words("compare.title.verdicts"))
    columns = ("column.id", "compare.column.promise", "compare.old", "compare.new", "compare.column.together")
    table = grid(*map(say.words, columns), gap=page.gap)
    table.columns[0].no_wrap = True
    for stay, rule in rows[:MOST_ROWS]:
        accounts = (stay.old, stay.new, stay.together)
        known = next(one for account in accounts if (one := finding_of(account, rule)) is not None)
        verdicts = [verdict_words(say, finding_of(account, rule)) for account in accounts]
        table.add_row(*map(Text, (safe(_id(stay)), promise_words(say, known), *verdicts)))
    page.table(table)
    _more(sheet, len(rows))


def promises(stay: Stay) -> list[str]:
    """The rules of every promise that anybody judges, each once."""
    accounts = [one for one in (stay.together, stay.old, stay.new) if one is not None]
    return list(dict.fromkeys(finding.rule for account in accounts for finding in account.findings))


def promise_words(say: Wording, finding: Finding) -> str:
    """The promise that a verdict judges."""
    promise = finding.expectation
    return say.words(f"promise.{promise.kind}.{promise.after}", within_s=promise.within_s)


def finding_of(account: Account | None, rule: str) -> Finding | None:
    """What an account says of a promise."""
    return None if account is None else next((one for one in account.findings if one.rule == rule), None)


def verdict_words(say: Wording, finding: Finding | None) -> str:
    """A verdict and by how much, in a few words."""
    if finding is None:
        return "–"
    margin = {} if finding.margin_s is None else {"margin_s": finding.margin_s}
    return say.words(f"compare.verdict.{finding.verdict}", **margin)


def _changes(sheet: _Sheet) -> None:
    """What else is otherwise; changes of one kind in one line."""
    page, say = sheet.page, sheet.say
    page.heading(say.words("compare.title.changes"))
    kinds: dict[str, list[HostChange]] = {}
    for one in sheet.doc.changes:
        kinds.setdefault(one.what, []).append(one)
    if not kinds:
        page.hang("  ", say.words("compare.changes.none"))
    for what, found in kinds.items():
        first, last = found[0].from_, found[-1].to
        times = {} if found[-1].at is None else {"at": found[-1].at}
        ends = {"before": first or "–", "after": last or "–"}
        page.hang("  ", say.counted("compare.changed", len(found), what=what_words(say, what), **ends, **times))


def what_words(say: Wording, what: str) -> str:
    """What about a host changed."""
    return say.words(f"compare.what.{what}") if say.has(f"compare.what.{what}") else what


def _footing(sheet: _Sheet) -> None:
    page, say, doc = sheet.page, sheet.say, sheet.doc
    for one in (one for one in doc.warnings if one.code not in EXPECTED):
        place = f"{one.file}: " if one.file is not None else ""
        page.hang(Text("  ! ", style="bold yellow"), safe(f"{place}{warned(say, one)}"))
    said = said_once(say, doc.assumptions)
    if said:
        page.heading(say.words("title.assumptions"))
    for number, sentence in enumerate(said, 1):
        page.hang(f"  {number:>{len(str(len(said)))}}. ", sentence)
