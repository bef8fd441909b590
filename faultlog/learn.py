"""`faultlog formats learn`: a format proposed from a log that none understands, and rules from lines one points at.

Nothing is written that does not prove itself: what was learned is first loaded and checked with all there is.
"""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from faultlog import packs
from faultlog.archives.names import escaped
from faultlog.checks import Checked, check, check_formats
from faultlog.errors import Flaw, NothingAnswerable, PackError, UsageError
from faultlog.formats import LogFormat, load_formats
from faultlog.learning.proposal import Learned, LearnedFormat, Understood, events_of, propose, understood
from faultlog.learning.sample import Sample, sample_of
from faultlog.learning.stampfinding import LEAST, find_stamp
from faultlog.learning.worded import LearnedWording, learn_wordings
from faultlog.pipeline import Knowledge, Options, load_knowledge
from faultlog.rotation import take_apart
from faultlog.rulebook import RuleBook
from faultlog.wording import LANGUAGES, catalogue

KNOWN = 0.95
"""Share of a log above which it counts as understood already. Tool default."""
PRODUCT = "cisco-secure-endpoint"


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be learned."""

    log: str
    folder: Path
    """Where the files go: new, or empty."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """By option, `--raise`, `--clear` and `--start`: the text or the number of a line."""
    fault: int | None = None
    """The fault that raise and clear mean, where the lines do not say it."""
    stamp: str | None = None
    """How stamps are written, where a person says it."""
    name: str | None = None
    """What to call the format."""
    file: str | None = None
    """Which log of an archive is meant."""


def learn(question: Question, knowledge: Knowledge) -> Learned:
    """Learn a log and write down what was learned.

    Args:
        question: what is to be learned.
        knowledge: the formats and rules that there are.

    Raises:
        UsageError: the question cannot be asked like this, or something only a person can say is missing.
        NothingAnswerable: the log holds nothing that could be learned.
    """
    _askable(question)
    sample = sample_of(question.log, question.file, question.examples)
    try:
        return _learned(question, sample, knowledge)
    except PackError as error:
        raise _unproven(error.flaws) from None
    except TimeoutError:
        raise NothingAnswerable(f"{sample.path}: its lines take too long to match; write the format by hand") from None


def _askable(question: Question) -> None:
    if question.fault is not None and not {"--raise", "--clear"} & question.examples.keys():
        raise UsageError("--fault says what a line means: add --raise LINE and --clear LINE")
    if question.name is not None and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", question.name):
        raise UsageError(f"--name: {question.name!r} is no name of a format; use small letters, digits and hyphens")
    folder = question.folder
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{escaped(str(folder))}: is a file; give -o a new folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{escaped(str(folder))}: holds files already, none is overwritten; give -o a new folder")


def _learned(question: Question, sample: Sample, knowledge: Knowledge) -> Learned:
    before = understood(sample, knowledge.formats)
    form = _format(question, sample, knowledge.formats, before)
    files = {} if form is None else {f"parsers/{form.name}.yaml": _format_file(form, sample)}
    after, wordings = before, tuple[LearnedWording, ...]()
    with tempfile.TemporaryDirectory() as stage:
        formats = knowledge.formats
        if files:
            formats = load_formats((_staged(Path(stage), files) / "parsers",))
            after = understood(sample, formats)
        if question.examples:
            wordings = _wordings(question, sample, formats, after, knowledge.rules)
            files |= {f"rules/{PRODUCT}/signals/{one.signal}.yaml": _signal_file(one, sample) for one in wordings}
        if files:
            _prove(_loaded(_staged(Path(stage), files)), check if wordings else check_formats)
    _write(question.folder, files)
    paths = tuple(str(question.folder / name) for name in files)
    return Learned(
        sample.path, len(sample.lines), sample.whole, after, form, wordings, str(question.folder), paths,
        _next(question, files),
    )  # fmt: skip


def _format(
    question: Question, sample: Sample, formats: Sequence[LogFormat], before: Understood
) -> LearnedFormat | None:
    """The proposed format; `None` where the log is read already."""
    unread = [text for text in sample.texts if not _is_read(text, formats)]
    strange = [text for text in unread if not text[:1].isspace()]
    strange = strange if len(strange) >= LEAST else unread
    asked = [line.text for line in sample.wanted.values() if line.text in strange]
    if before.share >= KNOWN and not asked:
        return None
    if len(strange) < LEAST:
        raise NothingAnswerable(
            f"{sample.path}: {len(strange)} of its {len(sample.lines)} lines are read by no format; at least {LEAST} "
            "are needed to learn one and to prove it"
        )
    found = find_stamp(strange, question.stamp, sample.path)
    return propose(question.name or _name_of(sample.base), sample, strange, found, formats)


def _is_read(text: str, formats: Sequence[LogFormat]) -> bool:
    return any(one.read(text) is not None for one in formats)


def _name_of(base: str) -> str:
    words = re.findall(r"[a-z0-9]+", take_apart(base).stem.lower().removesuffix(".log"))
    return "-".join(["learned", *words][:6])


def _wordings(
    question: Question, sample: Sample, formats: Sequence[LogFormat], after: Understood, rules: RuleBook
) -> tuple[LearnedWording, ...]:
    """The wordings of the lines that a person points at."""
    events = events_of(sample, formats)
    places = {line.number: index for index, line in enumerate(sample.lines)}
    examples = {}
    for option in question.examples:
        line = sample.wanted[option]
        event = events.get(places[line.number])
        if event is None:
            raise NothingAnswerable(
                f"{option}: line {line.number} is no line of its own that a format reads; point at one with a stamp"
            )
        examples[option] = event.message.partition("\n")[0]
    _agree(examples, rules)
    return learn_wordings(examples, after.messages, question.fault, rules)


def _agree(examples: Mapping[str, str], rules: RuleBook) -> None:
    """Refuse examples that a wording that is there takes for the opposite."""
    opposite = {"--raise": "fault_cleared", "--clear": "fault_raised"}
    for option, message in examples.items():
        for one in rules.wordings:
            if (
                one.kind == opposite.get(option)
                and one.pattern is not None
                and one.pattern.search(message, timeout=1.0)
            ):
                meant = one.kind.removeprefix("fault_")
                raise UsageError(f"{option}: {message[:200]!r} reads as a fault that was {meant}; are the two swapped?")


def _format_file(form: LearnedFormat, sample: Sample) -> str:
    return packs.written(
        {
            "format": form.name,
            "title": f"Learned from {sample.base}",
            "description": f"Proposed by faultlog formats learn from {len(sample.lines)} lines. Correct it freely.",
            "provenance": "learned",
            "source": sample.path,
            "stamp": form.layout,
            "line": form.line,
            **({"yields_to": list(form.yields_to)} if form.yields_to else {}),
            "samples": [{"line": one.line, "fields": dict(one.fields)} for one in form.samples],
            "refuses": list(form.refuses),
        }
    )


def _signal_file(one: LearnedWording, sample: Sample) -> str:
    says = {"fault_id": one.fault, "severity": one.severity if one.signal != "connector_started" else None}
    wording = {"pattern": one.pattern, "fault": one.fixed, "provenance": "learned", "source": sample.path}
    return packs.written(
        {
            "signal": one.signal,
            "summary": {language: catalogue(language)[f"learn.summary.{one.signal}"] for language in LANGUAGES},
            "wordings": [_stated(wording)],
            "accepts": [_stated({"message": one.message, **says})],
            "refuses": [{"message": message} for message in one.refuses],
        }
    )


def _stated(parts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in parts.items() if value is not None}


def _staged(stage: Path, files: Mapping[str, str]) -> Path:
    """The files written to a folder of their own, to be proved first."""
    for name, text in files.items():
        path = stage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return stage


def _loaded(stage: Path) -> Knowledge:
    """All knowledge there is, with what stands in a folder."""
    rules, formats = ((stage / name,) if (stage / name).is_dir() else () for name in ("rules", "parsers"))
    return load_knowledge(Options(rule_folders=rules, format_folders=formats))


def _prove(knowledge: Knowledge, checked: Callable[[Knowledge], Checked]) -> None:
    flaws = checked(knowledge).flaws
    if flaws:
        raise PackError(flaws)


def _unproven(flaws: Sequence[Flaw]) -> NothingAnswerable:
    said = "; ".join(f"{Path(flaw.path).name}: {flaw.key}: {flaw.what}" for flaw in flaws[:3])
    return NothingAnswerable(
        f"what was learned does not prove itself, so nothing is written ({said}); write it by hand"
    )


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as handle:
                handle.write(text)
        except OSError as error:
            raise UsageError(
                f"{escaped(str(path))}: cannot be written: {error.strerror}; give -o another folder"
            ) from None


def _next(question: Question, files: Mapping[str, str]) -> tuple[str, ...]:
    words = ["faultlog", "triage", question.log]
    for option in ("parsers", "rules"):
        if any(name.startswith(option) for name in files):
            words += [f"--{option}", str(question.folder / option)]
    return tuple(words)
