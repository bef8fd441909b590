"""`faultlog check`: rule and format files prove themselves. One function a check; it returns flaws, remembers nothing.

A file without proof is a finding too: every wording needs a sample it accepts, every format three, every fault a test.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC

import regex

from faultlog import decoders
from faultlog.budget import TIMEOUT_S
from faultlog.engine import Interesting
from faultlog.errors import Flaw
from faultlog.formats import FormatFile, LineSample, LogFormat, TextSample, specializes
from faultlog.model import number_of
from faultlog.pipeline import Knowledge
from faultlog.rulebook import FaultRule, SignalRule, Wording
from faultlog.rulefiles import MessageRefused, MessageSample
from faultlog.ruletests import run_tests, written
from faultlog.source import Source
from faultlog.stamps import instant_of
from faultlog.values import dataclass

Found = Iterable[Flaw]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of all files came to."""

    flaws: tuple[Flaw, ...]
    files: int
    proofs: int
    """Samples, refusals and tests that were run."""


def check(knowledge: Knowledge) -> Checked:
    """Run every check on every file."""
    formats, rules = check_formats(knowledge), check_rules(knowledge)
    return Checked(formats.flaws + rules.flaws, formats.files + rules.files, formats.proofs + rules.proofs)


def check_formats(knowledge: Knowledge) -> Checked:
    """Run every check on every format."""
    flaws = tuple(
        flaw
        for one in FORMAT_CHECKS
        for each in knowledge.formats
        for flaw in _in_time(one(each, knowledge), each.source)
    )
    files: list[FormatFile] = [one.file for one in knowledge.formats]
    return Checked(flaws, len(files), sum(len(file.samples) + len(file.refuses) for file in files))


def check_rules(knowledge: Knowledge) -> Checked:
    """Run every check on every rule."""
    signals, faults = knowledge.rules.signals, knowledge.rules.faults
    flaws = [
        flaw for one in SIGNAL_CHECKS for signal in signals for flaw in _in_time(one(signal, knowledge), signal.source)
    ]
    flaws += [flaw for one in FAULT_CHECKS for fault in faults for flaw in one(fault, knowledge)]
    proofs = sum(len(rule.file.accepts) + len(rule.file.refuses) for rule in signals)
    return Checked(tuple(flaws), len(signals) + len(faults), proofs + sum(len(rule.file.tests) for rule in faults))


def _in_time(found: Found, source: Source) -> Found:
    """What a check finds; that a pattern ran out of time is a flaw too."""
    try:
        yield from found
    except TimeoutError:
        yield source.flaw((), "a pattern runs out of time on one of its lines; let less of it match the same text")


def samples_give_their_fields(one: LogFormat, knowledge: Knowledge) -> Found:
    """Each sample of a format gives exactly the fields it states."""
    del knowledge
    for index, sample in enumerate(one.file.samples):
        got = _fields(one, sample.line) if isinstance(sample, LineSample) else _events(one, sample)
        wanted = sample.fields if isinstance(sample, LineSample) else sample.events
        if got != wanted:
            yield one.source.flaw(("samples", index), _difference(one, sample, got, wanted))


def _difference(one: LogFormat, sample: LineSample | TextSample, got: object, wanted: object) -> str:
    """What a sample gives otherwise than it states: only the fields that differ, or why it is not read at all."""
    if isinstance(got, Mapping) and isinstance(wanted, Mapping):
        return _unequal(got, wanted)
    match = _shape(one, sample.line) if isinstance(sample, LineSample) else None
    if got is None and match is not None:
        stamp = written(match.groupdict().get("stamp"))
        return f"its shape fits, but {stamp} is no stamp of layout {one.layout} (parsers/README.md lists the layouts)"
    return "is not understood" if got is None else f"gives {written(got)}, the sample states {written(wanted)}"


def _shape(one: LogFormat, line: str) -> "regex.Match[str] | None":
    return None if one.pattern is None else one.pattern.fullmatch(line, timeout=TIMEOUT_S, concurrent=False)


def _unequal(got: Mapping[str, object], wanted: Mapping[str, object]) -> str:
    """Which values of two mappings differ, as one writes them in the file."""
    names = [name for name in {**wanted, **got} if got.get(name) != wanted.get(name)]
    return "; ".join(
        f"{name} is {written(got.get(name))}, the sample states {written(wanted.get(name))}" for name in names
    )


def _fields(one: LogFormat, line: str) -> Mapping[str, str | int] | None:
    reading = one.read(line)
    if reading is None:
        return None
    pid = number_of(reading.groups.get("pid"))
    return {**reading.groups} | ({} if pid is None else {"pid": pid})


def _events(one: LogFormat, sample: TextSample) -> list[dict[str, str | int]] | None:
    found = decoders.TABLE[one.decoder](sample.text) if one.decoder is not None else None
    return None if found is None else [_event(event, sample.events) for event in found]


def _event(event: decoders.Decoded, wanted: Sequence[Mapping[str, object]]) -> dict[str, str | int]:
    """A decoded event as a sample writes it; parts that no sample of the text states are left out."""
    stamp = event.stamp
    parts = {
        "message": event.message,
        "stamp": None if stamp is None or stamp.year is None else str(instant_of(stamp, stamp.year, UTC)),
        "host": event.host,
        "fault_ids": ",".join(str(one) for one in event.fault_ids),
    }
    stated = {key for one in wanted for key in one}
    return {key: text for key, text in parts.items() if text is not None and (text or key in stated)}


def refusals_are_refused(one: LogFormat, knowledge: Knowledge) -> Found:
    """A format understands none of the lines it must refuse."""
    del knowledge
    for index, line in enumerate(one.file.refuses):
        taken = one.read(line) if one.decoder is None else decoders.TABLE[one.decoder](line)
        if taken is not None:
            yield one.source.flaw(("refuses", index), "is understood, though it must be refused")


def samples_belong_to_one_format(one: LogFormat, knowledge: Knowledge) -> Found:
    """No other format reads a sample otherwise, unless one of the two declares that it specializes the other."""
    by_name = {other.name: other for other in knowledge.formats}
    for index, sample in enumerate(one.file.samples):
        if not isinstance(sample, LineSample):
            continue
        for other in knowledge.formats:
            related = specializes(one, other, by_name) or specializes(other, one, by_name)
            if other is not one and not related and other.read(sample.line) is not None:
                yield one.source.flaw(
                    ("samples", index), f"{other.name} reads this line too; let one specialize the other"
                )


FORMAT_CHECKS: tuple[Callable[[LogFormat, Knowledge], Found], ...] = (
    samples_give_their_fields,
    refusals_are_refused,
    samples_belong_to_one_format,
)


def accepted_messages_are_captured(rule: SignalRule, knowledge: Knowledge) -> Found:
    """Each sample message is recognised with exactly the captures it states."""
    for index, sample in enumerate(rule.file.accepts):
        match = _match(rule, knowledge, sample)
        if match is None:
            yield rule.source.flaw(("accepts", index), "is not recognised")
            continue
        got = _captures(*match, knowledge)
        wanted = {"fault_id": sample.fault_id, "severity": sample.severity, "details": {**sample.details}}
        if got != wanted:
            yield rule.source.flaw(("accepts", index), _unequal(got, wanted))


def refused_messages_are_refused(rule: SignalRule, knowledge: Knowledge) -> Found:
    """No near miss is recognised."""
    for index, sample in enumerate(rule.file.refuses):
        if _match(rule, knowledge, sample) is not None:
            yield rule.source.flaw(("refuses", index), "is recognised, though it must be refused")


def every_wording_has_a_sample(rule: SignalRule, knowledge: Knowledge) -> Found:
    """Every wording is the one that recognises some sample."""
    used = {id(match[0]) for sample in rule.file.accepts if (match := _match(rule, knowledge, sample)) is not None}
    for index, wording in enumerate(_wordings(rule, knowledge)):
        inherited = rule.file.wordings_of is not None
        if wording.pattern is not None and id(wording) not in used and not inherited:
            yield rule.source.flaw(("wordings", index), "no sample under accepts is recognised by this wording")


def every_wording_has_literals(rule: SignalRule, knowledge: Knowledge) -> Found:
    """A wording without a literal text makes every line of every log be parsed; says by how many lines that is more."""
    for index, wording in enumerate(_wordings(rule, knowledge)):
        if wording.pattern is not None and not wording.demands:
            yield rule.source.flaw(
                ("wordings", index),
                f"holds no text of three letters that must occur: then every line is parsed, {_spared(knowledge)}",
            )


def _spared(knowledge: Knowledge) -> str:
    """How many lines need a closer look where every wording holds such a text, of the samples of formats."""
    every = [sample.line for one in knowledge.formats for sample in one.file.samples if isinstance(sample, LineSample)]
    telling = tuple(one for one in knowledge.rules.wordings if one.text is None or one.demands)
    interest = Interesting.of(replace(knowledge.rules, wordings=telling))
    needed = sum(map(interest.in_line, every))
    return f"of the {len(every)} sample lines of all formats {len(every)} instead of {needed}"


_ENGINE_GROUPS = frozenset({"fault_id", "fault_text", "severity"})


def _wordings(rule: SignalRule, knowledge: Knowledge) -> list[Wording]:
    """The wordings that a file has to prove: its own, or those it takes from others."""
    every = (*knowledge.rules.wordings, *knowledge.rules.scans)
    mine = [one for one in every if (one.rule, one.kind) == (rule.id, rule.file.signal)]
    return mine if rule.file.wordings_of is not None else [one for one in mine if one.home == str(rule.source.path)]


def _match(
    rule: SignalRule, knowledge: Knowledge, sample: MessageSample | MessageRefused
) -> "tuple[Wording, regex.Match[str]] | None":
    for wording in _wordings(rule, knowledge):
        if wording.pattern is not None and wording.admits(sample.process):
            match = wording.pattern.search(sample.message, timeout=1.0)
            if match is not None:
                return wording, match
    return None


def _captures(wording: Wording, match: "regex.Match[str]", knowledge: Knowledge) -> dict[str, object]:
    groups = {name: text for name, text in match.groupdict().items() if text}
    fault = number_of(groups["fault_id"]) if "fault_id" in groups else wording.fault
    if "fault_text" in groups:
        fault = knowledge.rules.fault_of_text(groups["fault_text"], None)
    severity = groups["severity"].capitalize() if "severity" in groups else None
    details = {name: text for name, text in groups.items() if name not in _ENGINE_GROUPS}
    return {"fault_id": fault, "severity": severity, "details": details}


SIGNAL_CHECKS: tuple[Callable[[SignalRule, Knowledge], Found], ...] = (
    accepted_messages_are_captured,
    refused_messages_are_refused,
    every_wording_has_a_sample,
    every_wording_has_literals,
)


def tests_come_out_as_stated(rule: FaultRule, knowledge: Knowledge) -> Found:
    """Each inline test gives the intervals, verdicts and outcomes it states."""
    for index, difference in run_tests(rule, knowledge):
        yield rule.source.flaw(("tests", index), f"{rule.file.tests[index].name}: {difference}")


def every_statement_has_its_source(rule: FaultRule, knowledge: Knowledge) -> Found:
    """A source is more than a blank."""
    del knowledge
    for part in ("expectations", "remedies", "patterns", "advice"):
        for index, one in enumerate(getattr(rule.file, part)):
            if not one.source.strip():
                yield rule.source.flaw((part, index, "source"), "names nothing")


FAULT_CHECKS: tuple[Callable[[FaultRule, Knowledge], Found], ...] = (
    tests_come_out_as_stated,
    every_statement_has_its_source,
)
