"""Rules and formats as manual pages: what is known, from where, and what to do."""

from collections.abc import Callable, Iterable, Sequence

from rich.console import Console
from rich.text import Text

from faultlog.errors import UnknownName
from faultlog.formats import LogFormat
from faultlog.report.page import DIM, Page, grid
from faultlog.rulebook import FaultRule, RuleBook, SignalRule
from faultlog.rulefiles import ExpectationRule, PatternRule
from faultlog.wording import Wording, safe

SYSTEMS = {"macos": "macOS", "linux": "Linux"}

Item = tuple[str, str]
"""A paragraph of a manual page and a dim remark below it, which may be empty."""


def render_rules(book: RuleBook, wording: Wording, console: Console) -> None:
    """Print every fault that has a rule, one a line."""
    page = Page(console, wording)
    table = grid(*(wording.words(f"column.{name}") for name in ("fault", "os", "name", "promises", "provenance")))
    for rule in sorted(book.faults, key=lambda one: (one.file.fault, one.os)):
        promises = ", ".join(promise_words(one, wording) for one in rule.file.expectations) or "–"
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
    chapters: Sequence[tuple[str, Callable[[FaultRule], list[Item]]]] = (
        ("meaning", lambda rule: [(wording.choose(rule.file.summary), "")]),
        ("texts", lambda rule: [(f'"{text}"', "") for text in rule.file.texts]),
    )
    for title, of in chapters:
        _chapter(page, title, rules, of)
    _recognised(page, book, fault_id)
    for title, of in _later_chapters(book, wording):
        _chapter(page, title, rules, of)


def _later_chapters(book: RuleBook, say: Wording) -> Sequence[tuple[str, Callable[[FaultRule], list[Item]]]]:
    return (
        ("promises", lambda rule: [_promised(one, say) for one in rule.file.expectations]),
        ("remedies", lambda rule: [_remedy(rule, index, say) for index in range(len(rule.file.remedies))]),
        ("patterns", lambda rule: [(_pattern(one, say), _source(one.source, say)) for one in rule.file.patterns]),
        ("advice", lambda rule: [_advice(rule, index, say) for index in range(len(rule.file.advice))]),
        ("logs", lambda rule: [(log, "") for log in rule.file.logs]),
        ("sources", lambda rule: list(_sources(rule, book, say))),
    )


def _no_such_fault(book: RuleBook, fault_id: int, system: str | None) -> str:
    known = {rule.file.fault for rule in book.faults if system in {None, rule.os}}
    ids = ", ".join(str(one) for one in sorted(known)) or "none at all"
    where = f" on {system_name(system)}" if system is not None else ""
    others = sorted({system_name(rule.os) for rule in book.candidates(fault_id, None)})
    hint = f" (there is one on {', '.join(others)})" if others else ""
    return f"no rule describes fault {fault_id}{where}{hint}; known faults{where}: {ids}"


def system_name(system: str) -> str:
    """An operating system as it writes itself."""
    return SYSTEMS.get(system, system)


def _named(page: Page, rules: Sequence[FaultRule]) -> None:
    say, fault = page.wording, rules[0].file.fault
    _title(page, "name")
    for names, systems in _alike(rules, lambda rule: [(say.choose(rule.file.name), "")]):
        where = ", ".join(system_name(one) for one in systems)
        page.hang("    ", Text.assemble((say.words("bars.fault", fault=fault), "bold"), f" – {names[0][0]} ({where})"))


def _title(page: Page, name: str) -> None:
    page.heading(page.wording.words(f"manual.{name}"))


def _alike(
    rules: Iterable[FaultRule], of: Callable[[FaultRule], list[Item]]
) -> list[tuple[list[Item], list[str]]]:
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
    groups = _alike(rules, of)
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


def _source(source: str, say: Wording) -> str:
    return say.words("explain.source", source=source)


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


def promise_words(one: ExpectationRule, say: Wording) -> str:
    """What an expectation promises."""
    if one.clears_after is not None:
        return say.words(f"promise.clears_after.{one.clears_after.event}", within_s=one.clears_after.settle)
    within = one.clears_within
    assert within is not None  # noqa: S101 (the rule has exactly one promise)
    return say.words(f"promise.clears_within.{within.after}", within_s=within.within)


def _promised(one: ExpectationRule, say: Wording) -> Item:
    levels = say.words(
        "manual.levels", cleared=say.words(f"level.{one.level.cleared}"), open=say.words(f"level.{one.level.open}")
    )
    return promise_words(one, say), f"{one.id} · {levels} · {_source(one.source, say)}"


def _remedy(rule: FaultRule, index: int, say: Wording) -> Item:
    one = rule.file.remedies[index]
    said = say.words("manual.remedy", event=say.words(f"event.{one.event}"), settle_s=one.settle)
    condition = _condition(one.when.model_dump(), say)
    otherwise = f" {say.words('manual.otherwise', advice=one.otherwise)}" if one.otherwise is not None else ""
    return f"{said}{condition}{otherwise}", _source(one.source, say)


def _condition(when: dict[str, str | None], say: Wording) -> str:
    parts = {name: value for name, value in when.items() if value is not None}
    return f" [{say.condition(parts)}]" if parts else ""


def _pattern(one: PatternRule, say: Wording) -> str:
    if one.recurs_with is not None:
        recurs = one.recurs_with
        return say.words("manual.recurs_with", count=recurs.at_least, within_s=recurs.within)
    if one.chatters is not None:
        return say.words("manual.chatters", count=one.chatters.raises, within_s=one.chatters.within)
    if one.stands is not None:
        return say.words("manual.stands", stands_s=one.stands)
    return say.words("manual.severity_changes")


def _advice(rule: FaultRule, index: int, say: Wording) -> Item:
    one = rule.file.advice[index]
    only = f" [{say.words('manual.only_otherwise')}]" if one.shown == "otherwise" else ""
    return f"{say.choose(one.text)}{_condition(one.when.model_dump(), say)}{only}", _source(one.source, say)


def _sources(rule: FaultRule, book: RuleBook, say: Wording) -> Iterable[Item]:
    del book
    yield f"{rule.id}: {rule.file.source} [{say.words(f'provenance.{rule.file.provenance}')}]", ""


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
    for text in _shape(found, wording):
        page.hang("    ", safe(text))
    _title(page, "samples")
    for sample in file.samples:
        page.quote(sample.line if hasattr(sample, "line") else sample.text, 4)
    _title(page, "refuses")
    for refused in file.refuses:
        page.quote(refused, 4)
    _title(page, "sources")
    page.hang("    ", safe(f"{file.source} [{wording.words(f'provenance.{file.provenance}')}]"))


def _shape(one: LogFormat, say: Wording) -> Iterable[str]:
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
