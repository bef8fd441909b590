"""`faultlog formats learn`: a format proposed from a log that none understands, and rules from lines one points at.

Nothing is written that does not prove itself: what was learned is first loaded and checked with all there is.
"""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from itertools import count
from pathlib import Path

from faultlog import strictyaml
from faultlog.archives.names import escaped
from faultlog.checks import Checked, check, check_formats
from faultlog.errors import Flaw, NothingAnswerable, PackError, UsageError
from faultlog.formats import LogFormat, load_formats
from faultlog.learning.examples import examples_of, pointed_at
from faultlog.learning.looking import events_of, look
from faultlog.learning.proposal import Learned, LearnedFormat, Understood, propose, understood
from faultlog.learning.sample import Pointer, Sample, sample_of
from faultlog.learning.signs import signs_of
from faultlog.learning.stampfinding import LEAST, find_stamp
from faultlog.learning.unexplained import Unexplained, unexplained
from faultlog.learning.worded import LearnedWording, learn_wordings
from faultlog.pipeline import Knowledge, Options, load_knowledge
from faultlog.rotation import take_apart
from faultlog.values import dataclass
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
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By option, `--raise`, `--clear` and `--start`: the texts or the numbers of lines."""
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
    pointers = [Pointer(option, one) for option, given in question.examples.items() for one in dict.fromkeys(given)]
    sample = sample_of(question.log, question.file, pointers)
    try:
        return _learned(question, sample, knowledge)
    except PackError as error:
        raise _unproven(error.flaws) from None
    except TimeoutError:
        raise NothingAnswerable(f"{sample.path}: its lines take too long to match; write the format by hand") from None


def _askable(question: Question) -> None:
    if question.fault is not None and not any(question.examples.get(one) for one in ("--raise", "--clear")):
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
    after, formats, proved = before, knowledge.formats, knowledge
    with tempfile.TemporaryDirectory() as stage:
        if files:
            formats = load_formats((_staged(Path(stage), files) / "parsers",))
            after = understood(sample, formats)
        events = events_of(sample, formats)
        every = pointed_at(examples_of(sample, events, knowledge.rules), question.fault, knowledge.rules)
        signs = signs_of(every, after.messages, knowledge.rules)
        looked = look(question.log, sample, events, formats, signs)
        wordings = learn_wordings(every, looked.messages, question.fault, knowledge.rules)
        files |= _signal_files(wordings, sample)
        if files:
            proved = _loaded(_staged(Path(stage), files))
            _prove(proved, check if wordings else check_formats)
        left = unexplained(looked, signs, proved.rules)
    _write(question.folder, files)
    paths = tuple(str(question.folder / name) for name in files)
    return Learned(
        sample.path, len(sample.lines), sample.whole, after, form, wordings, left, str(question.folder), paths,
        _next(question, files), _again(question, left, files),
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


def _format_file(form: LearnedFormat, sample: Sample) -> str:
    return strictyaml.written(
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


def _signal_files(wordings: Sequence[LearnedWording], sample: Sample) -> dict[str, str]:
    """A file for each signal, with all its wordings."""
    kinds = dict.fromkeys(one.signal for one in wordings)
    return {
        f"rules/{PRODUCT}/signals/{kind}.yaml": _signal_file([one for one in wordings if one.signal == kind], sample)
        for kind in kinds
    }


def _signal_file(every: Sequence[LearnedWording], sample: Sample) -> str:
    signal = every[0].signal
    return strictyaml.written(
        {
            "signal": signal,
            "summary": {language: catalogue(language)[f"learn.summary.{signal}"] for language in LANGUAGES},
            "wordings": [
                _stated({"pattern": one.pattern, "fault": one.fixed, "provenance": "learned", "source": sample.path})
                for one in every
            ],
            "accepts": [
                _stated({"message": proof.message, "fault_id": proof.fault, "severity": proof.severity})
                for one in every
                for proof in one.accepts
            ],
            "refuses": [{"message": text} for text in dict.fromkeys(text for one in every for text in one.refuses)],
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


def _again(question: Question, left: Unexplained, files: Mapping[str, str]) -> tuple[str, ...]:
    """Words of the command that learns an unexplained line as well; none where there is no such line."""
    if not left.shapes:
        return ()
    words = ["faultlog", "formats", "learn", question.log, "-o", str(_free(question.folder, files))]
    given = [(option, one) for option, lines in question.examples.items() for one in dict.fromkeys(lines)]
    told = {"--fault": question.fault, "--stamp": question.stamp, "--name": question.name, "--file": question.file}
    given += [(option, str(value)) for option, value in told.items() if value is not None]
    given.append(("--raise", "LINE" if left.likely is None else str(left.likely)))
    return (*words, *(word for pair in given for word in pair))


def _free(folder: Path, files: Mapping[str, str]) -> Path:
    """A folder to learn into again."""
    if not files:
        return folder
    numbered = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return next(one for one in numbered if not one.exists())
