"""Rules and formats as manual pages: what is known, from where, and what to do."""

from collections.abc import Callable, Iterable, Sequence

from rich.console import Console
from rich.text import Text

from faultlog.errors import UnknownName
from faultlog.formats import LogFormat
from faultlog.report import ruleparts
from faultlog.report.page import DIM, SYSTEMS, Page, grid
from faultlog.report.ruleparts import Item
from faultlog.rulebook import FaultRule, RuleBook, SignalRule
from faultlog.wording import Wording, safe

Chapter = tuple[str, Callable[[FaultRule], list[Item]]]
"""A chapter's catalogue name and what a rule has to say in it."""


def render_rules(book: RuleBook, wording: Wording, console: Console) -> None:
    """Print every fault that has a rule, one a line."""
    page = Page(console, wording)
    table = grid(*(wording.words(f"column.{name}") for name in ("fault", "os", "name", "promises", "provenance")))
    for rule in sorted(book.faults, key=lambda one: (one.file.fault, one.os)):
        promises = ", ".join(ruleparts.promise(one, wording) for one in rule.file.expectations) or "–"
        cells = (str(rule.file.fault), system_name(rule.os), wording.choose(rule.file.name), promises)
        table.add_row(*(Text(safe(cell)) for cell in cells), Text(wording.words(f"provenance.{rule.file.provenance}")))
    page.table(table)
    page.line()
    page.hang("  ", wording.words("rules.more"), DIM)


def render_rule(book: RuleBook, fault_id: int, system: str | None, wording: Wording, console: Console) -> None:
    """Print all that is known of one fault.

    Args:
        book: the rules.
        fault_id: which fault.
        system: `macos` or `linux`; both where it is `None`, in one section each where they differ.
        wording: the language.
        console: where it goes.

    Raises:
        UnknownName: no rule describes the fault there; names those that are described.
    """
    rules = book.candidates(fault_id, system)
    if not rules:
        raise UnknownName(_no_such_fault(book, fault_id, system))
    page = Page(console, wording)
    _named(page, rules)
    for title, of in first_chapters(wording):
        _chapter(page, title, rules, of)
    _recognised(page, book, fault_id)
    for title, of in later_chapters(wording):
        _chapter(page, title, rules, of)


def first_chapters(say: Wording) -> Sequence[Chapter]:
    """What stands before how raises and clears are worded."""
    return (
        ("meaning", lambda rule: [(say.choose(rule.file.summary), "")]),
        ("texts", lambda rule: [(f'"{text}"', "") for text in rule.file.texts]),
    )


def later_chapters(say: Wording) -> Sequence[Chapter]:
    """What stands after it."""
    return (
        ("promises", lambda rule: [ruleparts.expectation(one, say) for one in rule.file.expectations]),
        ("remedies", lambda rule: [ruleparts.remedy(one, say) for one in rule.file.remedies]),
        ("patterns", lambda rule: [ruleparts.pattern(one, say) for one in rule.file.patterns]),
        ("advice", lambda rule: [ruleparts.advice(one, say) for one in rule.file.advice]),
        ("logs", lambda rule: [(log, "") for log in rule.file.logs]),
        ("sources", lambda rule: [ruleparts.origin(rule, say)]),
    )


def _no_such_fault(book: RuleBook, fault_id: int, system: str | None) -> str:
    known = {rule.file.fault for rule in book.faults if system in {None, rule.os}}
    ids = ", ".join(str(one) for one in sorted(known)) or "none at all"
    if system is None:
        return f"no rule describes fault {fault_id}; known faults: {ids}"
    others = sorted({system_name(rule.os) for rule in book.candidates(fault_id, None)})
    hint = f" (there is one on {', '.join(others)})" if others else ""
    where = system_name(system)
    return f"no rule describes fault {fault_id} on {where}{hint}; known faults on {where}: {ids}"


def system_name(system: str) -> str:
    """An operating system as it writes itself."""
    return SYSTEMS.get(system, system)


def _named(page: Page, rules: Sequence[FaultRule]) -> None:
    say, fault = page.wording, rules[0].file.fault
    _title(page, "name")
    for names, systems in alike(rules, lambda rule: [(say.choose(rule.file.name), "")]):
        where = ", ".join(system_name(one) for one in systems)
        page.hang("    ", Text.assemble((say.words("bars.fault", fault=fault), "bold"), f" – {names[0][0]} ({where})"))


def _title(page: Page, name: str) -> None:
    page.heading(page.wording.words(f"manual.{name}"))


def alike(rules: Iterable[FaultRule], of: Callable[[FaultRule], list[Item]]) -> list[tuple[list[Item], list[str]]]:
    """What the rules say, each text once, with the operating systems that share it."""
    found: list[tuple[list[Item], list[str]]] = []
    for rule in rules:
        items = of(rule)
        shared = next((systems for known, systems in found if known == items), None)
        if shared is None:
            found.append((items, [rule.os]))
        else:
            shared.append(rule.os)
    return found


def _chapter(page: Page, title: str, rules: Sequence[FaultRule], of: Callable[[FaultRule], list[Item]]) -> None:
    """A chapter: once where every system says the same, else a part for each."""
    groups = alike(rules, of)
    if not any(items for items, _ in groups):
        return
    _title(page, title)
    for items, systems in groups:
        if len(groups) > 1:
            page.hang("  ", Text(", ".join(system_name(one) for one in systems), style="bold"))
        if not items:
            page.hang("    ", page.wording.words("manual.nothing"), DIM)
        _items(page, items)


def _items(page: Page, items: Sequence[Item]) -> None:
    for said, remark in items:
        head = "    • " if len(items) > 1 else "    "
        page.hang(head, safe(said))
        if remark:
            page.hang(" " * len(head), safe(remark), DIM)


def _recognised(page: Page, book: RuleBook, fault_id: int) -> None:
    """How raises and clears are worded, and where that is known from."""
    say = page.wording
    _title(page, "recognised")
    for kind in ("fault_raised", "fault_cleared"):
        rules = [rule for rule in book.signals if rule.file.signal == kind]
        if not rules:
            continue
        page.hang("  ", Text(say.words(f"signal.{kind}"), style="bold"))
        page.hang("    ", say.choose(rules[0].file.summary))
        for rule in rules:
            _wordings(page, rule, fault_id)


def _wordings(page: Page, rule: SignalRule, fault_id: int) -> None:
    say = page.wording
    if rule.file.wordings_of is not None:
        page.hang("    ", say.words("manual.wordings_of", signal=say.words(f"signal.{rule.file.wordings_of}")))
    for one in rule.file.wordings:
        provenance = say.words(f"provenance.{one.provenance}")
        page.hang("    • ", safe(f"{one.source} [{provenance}]"))
        page.hang("      ", safe(one.pattern if one.pattern is not None else say.words("manual.new_pid")), DIM)
    samples = [one.message for one in rule.file.accepts if one.fault_id == fault_id][:4]
    if samples:
        page.hang("    ", say.words("manual.such_as", samples=", ".join(f'"{one}"' for one in samples)))


def render_formats(formats: Sequence[LogFormat], wording: Wording, console: Console) -> None:
    """Print every log format, one a line."""
    page = Page(console, wording)
    table = grid(*(wording.words(f"column.{name}") for name in ("format", "title", "provenance")))
    table.columns[0].no_wrap = True
    for one in sorted(formats, key=lambda one: one.name):
        cells = (one.name, one.file.title, wording.words(f"provenance.{one.provenance}"))
        table.add_row(*(Text(safe(cell)) for cell in cells))
    page.table(table)
    page.line()
    page.hang("  ", wording.words("formats.more"), DIM)


def render_format(formats: Sequence[LogFormat], name: str, wording: Wording, console: Console) -> None:
    """Print one log format: its shape, its samples and where it is known from.

    Raises:
        UnknownName: there is none of this name; names those there are.
    """
    found = next((one for one in formats if one.name == name), None)
    if found is None:
        known = ", ".join(sorted(one.name for one in formats))
        raise UnknownName(f"no log format is called {name!r}; there are: {known}")
    page, file = Page(console, wording), found.file
    _title(page, "name")
    page.hang("    ", Text.assemble((safe(found.name), "bold"), f" – {safe(file.title)}"))
    _title(page, "meaning")
    page.hang("    ", safe(file.description))
    _title(page, "shape")
    for text in shape(found, wording):
        page.hang("    ", safe(text))
    _title(page, "samples")
    for sample in file.samples:
        page.quote(sample.line if hasattr(sample, "line") else sample.text, 4)
    _title(page, "refuses")
    for refused in file.refuses:
        page.quote(refused, 4)
    _title(page, "sources")
    page.hang("    ", safe(f"{file.source} [{wording.words(f'provenance.{file.provenance}')}]"))


def shape(one: LogFormat, say: Wording) -> Iterable[str]:
    """How lines of a format look, in sentences and patterns."""
    file = one.file
    if file.decoder is not None:
        yield say.words("format.decoder", decoder=file.decoder)
    if file.line_of is not None:
        yield say.words("format.line_of", format=file.line_of)
    if file.line is not None:
        yield file.line
    if file.stamp is not None:
        yield say.words("format.stamp", stamp=file.stamp)
    if file.specializes:
        yield say.words("format.specializes", formats=", ".join(file.specializes))
