"""Manual pages of faults and formats as a page shows them: the same chapters as at the terminal."""

from collections.abc import Callable, Iterable, Sequence

from faultlog.formats import LogFormat
from faultlog.report import ruleparts
from faultlog.report.manual import alike, first_chapters, later_chapters, shape, system_name
from faultlog.report.ruleparts import Item
from faultlog.rulebook import FaultRule, RuleBook, SignalRule
from faultlog.values import dataclass
from faultlog.wording import Wording

_SAMPLES = 4
"""Messages that show how a signal is worded. Tool default."""


@dataclass(frozen=True, slots=True)
class Part:
    """What some operating systems share; `head` names them where there are others too."""

    head: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of a manual page."""

    key: str
    """Of its title, below `web.manual`."""
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Listed:
    """A fault in the list of all."""

    fault: int
    names: Sequence[str]
    systems: str
    promises: Sequence[str]
    provenance: Sequence[str]


@dataclass(frozen=True, slots=True)
class Worded:
    """How a kind of signal is worded."""

    title: str
    summary: str
    rules: "Sequence[WordedBy]"


@dataclass(frozen=True, slots=True)
class WordedBy:
    """One rule of wordings: of each its source and its pattern."""

    remark: str
    wordings: Sequence[Item]
    samples: Sequence[str]


def listed(book: RuleBook, say: Wording) -> list[Listed]:
    """Every fault that has a rule, by number."""
    return [_listed(book.candidates(fault, None), say) for fault in sorted({one.file.fault for one in book.faults})]


def _listed(rules: Sequence[FaultRule], say: Wording) -> Listed:
    promises = (ruleparts.promise(one, say) for rule in rules for one in rule.file.expectations)
    return Listed(
        rules[0].file.fault,
        _once(say.choose(rule.file.name) for rule in rules),
        ", ".join(_once(system_name(rule.os) for rule in rules)),
        _once(promises),
        _once(say.words(f"provenance.{rule.file.provenance}") for rule in rules),
    )


def names(rules: Sequence[FaultRule], say: Wording) -> list[tuple[str, str]]:
    """What a fault is called, and on which operating systems."""
    groups = alike(rules, lambda rule: [(say.choose(rule.file.name), "")])
    return [(items[0][0], _systems(systems)) for items, systems in groups]


def before(rules: Sequence[FaultRule], say: Wording) -> list[Chapter]:
    """The chapters before the wordings."""
    return _chapters(rules, first_chapters(say))


def after(rules: Sequence[FaultRule], say: Wording) -> list[Chapter]:
    """The chapters after them."""
    return _chapters(rules, later_chapters(say))


def _chapters(
    rules: Sequence[FaultRule], which: Iterable[tuple[str, Callable[[FaultRule], list[Item]]]]
) -> list[Chapter]:
    found = [(key, alike(rules, of)) for key, of in which]
    return [
        Chapter(key, [Part(_systems(systems) if len(groups) > 1 else "", items) for items, systems in groups])
        for key, groups in found
        if any(items for items, _ in groups)
    ]


def worded(book: RuleBook, fault: int, say: Wording) -> list[Worded]:
    """How raises and clears of a fault are worded, and where that is known from."""
    found = []
    for kind in ("fault_raised", "fault_cleared"):
        rules = [rule for rule in book.signals if rule.file.signal == kind]
        if rules:
            title, summary = say.words(f"signal.{kind}"), say.choose(rules[0].file.summary)
            found.append(Worded(title, summary, [_worded_by(rule, fault, say) for rule in rules]))
    return found


def _worded_by(rule: SignalRule, fault: int, say: Wording) -> WordedBy:
    same = rule.file.wordings_of
    remark = "" if same is None else say.words("manual.wordings_of", signal=say.words(f"signal.{same}"))
    wordings = [
        (
            f"{one.source} [{say.words(f'provenance.{one.provenance}')}]",
            one.pattern if one.pattern is not None else say.words("manual.new_pid"),
        )
        for one in rule.file.wordings
    ]
    samples = [one.message for one in rule.file.accepts if one.fault_id == fault][:_SAMPLES]
    return WordedBy(remark, wordings, samples)


def format_chapters(one: LogFormat, say: Wording) -> list[tuple[str, list[str], bool]]:
    """The chapters of a format: key, paragraphs, and whether those are quoted."""
    file = one.file
    samples = [sample.line if hasattr(sample, "line") else sample.text for sample in file.samples]
    return [
        ("meaning", [file.description], False),
        ("shape", list(shape(one, say)), True),
        ("samples", samples, True),
        ("refuses", list(file.refuses), True),
        ("sources", [f"{file.source} [{say.words(f'provenance.{file.provenance}')}]"], False),
    ]


def _systems(systems: Iterable[str]) -> str:
    return ", ".join(_once(system_name(one) for one in systems))


def _once(all_: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(all_))
