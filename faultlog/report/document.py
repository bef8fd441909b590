"""The case document `faultlog.case/1`: a case as JSON, without language; extra keys refused, same case same bytes.

Texts are `{key, params}`; `wording` makes sentences of them. In `params`, names that end in `_at` (and `at`) are
instants, names that end in `_s` are seconds. Every renderer draws from this document, so a saved one can be drawn
again.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from faultlog import model
from faultlog.case import Case
from faultlog.errors import UsageError
from faultlog.report.rows import (
    ActiveMinute,
    Advice,
    Audit,
    BundleReport,
    Change,
    ClockStep,
    ConsoleClock,
    Contradiction,
    Evidence,
    Examined,
    FaultAdvice,
    File,
    Finding,
    Host,
    Interval,
    Offender,
    Pattern,
    Preceding,
    Remedy,
    Row,
    Signal,
    Snapshot,
    Span,
    Text,
    Tool,
    Unexplained,
    Unread,
    Voice,
    Warn,
)
from faultlog.shaping import of_attributes
from faultlog.values import dataclass

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA: Final = "faultlog.case/1"
"""Name and version of the document."""

R = TypeVar("R", bound=Row)

_FAMILY: Final = "faultlog.case/"
_NAMED: Final = re.compile(rf'\s*\{{\s*"schema"\s*:\s*"({_FAMILY}[^"]*)"')
_HEAD: Final = 4096
_MOST_MIB: Final = 64
"""How large a saved document may be, in MiB. Tool default."""
_MOST_DIGITS: Final = 9
_OBEYED: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class CaseDocument(Row):
    """Everything faultlog says about one host from one bundle."""

    schema_: Literal["faultlog.case/1"]
    tool: Tool
    bundle: BundleReport
    host: Host
    files: list[File]
    coverage: list[Span]
    activity: list[ActiveMinute]
    voices: list[Voice]
    clock_steps: list[ClockStep]
    intervals: list[Interval]
    findings: list[Finding]
    remedies: list[Remedy]
    patterns: list[Pattern]
    advice: list[FaultAdvice]
    signals: list[Signal]
    snapshots: list[Snapshot]
    contradictions: list[Contradiction]
    console_clock: ConsoleClock | None
    changes: list[Change]
    preceding: list[Preceding]
    examined: list[Examined]
    offenders: list[Offender]
    audit: Audit
    unexplained: list[Unexplained]
    unread: list[Unread]
    assumptions: list[Text]
    warnings: list[Warn]


def document(case: Case) -> CaseDocument:
    """The document of a case."""
    return CaseDocument(
        schema_=SCHEMA,
        tool=of_attributes(Tool, case.tool),
        bundle=of_attributes(BundleReport, case.bundle),
        host=of_attributes(Host, case.host),
        files=_rows(File, case.files),
        coverage=_rows(Span, case.coverage),
        activity=_rows(ActiveMinute, case.activity),
        voices=_rows(Voice, case.voices),
        clock_steps=[_step(one) for one in case.signals if one.kind == "clock_stepped" and one.since is not None],
        intervals=_rows(Interval, case.intervals),
        findings=_rows(Finding, case.findings),
        remedies=_rows(Remedy, case.remedies),
        patterns=_rows(Pattern, case.patterns),
        advice=[
            FaultAdvice(fault_id=fault, advice=_rows(Advice, advice)) for fault, advice in sorted(case.advice.items())
        ],
        signals=list(map(_signal, case.signals)),
        snapshots=_rows(Snapshot, case.snapshots),
        contradictions=_rows(Contradiction, case.contradictions),
        console_clock=None if case.console_clock is None else of_attributes(ConsoleClock, case.console_clock),
        changes=_rows(Change, case.changes),
        preceding=_rows(Preceding, case.preceding),
        examined=_rows(Examined, case.examined),
        offenders=_rows(Offender, case.offenders),
        audit=of_attributes(Audit, case.audit),
        unexplained=_rows(Unexplained, case.unexplained),
        unread=_rows(Unread, case.unread),
        assumptions=_rows(Text, case.assumptions),
        warnings=_rows(Warn, case.warnings),
    )


def _rows(kind: type[R], values: Iterable[object]) -> list[R]:
    return [of_attributes(kind, value) for value in values]


def _step(one: model.Signal) -> ClockStep:
    before = str((one.since or one.when).earliest)
    return ClockStep(file=one.evidence.file, line=one.evidence.line, before=before, after=str(one.when.earliest))


def _signal(one: model.Signal) -> Signal:
    at, evidence = None if one.when.at is None else str(one.when.at), of_attributes(Evidence, one.evidence)
    return Signal(kind=one.kind, at=at, fault_id=one.fault_id, severity=one.severity, evidence=evidence)


def to_json(case: Case | CaseDocument) -> str:
    """The document as JSON: UTF-8 text, keys in the documented order, indented by two, one line feed at the end.

    What a terminal may obey instead of showing, control characters and turns of direction, is escaped, never raw.
    """
    wanted = case if isinstance(case, CaseDocument) else document(case)
    return harmless(_adapter().dump_json(wanted, by_alias=True, indent=2).decode()) + "\n"


def harmless(json_text: str) -> str:
    """JSON that says the same, with nothing raw in it that a terminal may obey."""
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def from_json(text: str, name: str = "this") -> CaseDocument:
    """Read a document back.

    Args:
        text: its JSON.
        name: what the person calls it, for a message.

    Raises:
        UsageError: it is none, is of another version, or says what cannot be; names the place.
    """
    from faultlog.report.soundness import complaints, doubled_key

    read = kept_json(text, name)
    for place, what in chain(doubled_key(text), complaints(read)):
        raise UsageError(f"{name} is no sound {SCHEMA} document: {place}: {what}; make it anew")
    return read


def kept_json(text: str, name: str = "this") -> CaseDocument:
    """Read a document back that was found sound before it was kept, which costs a fourth of `from_json`.

    Args:
        text: its JSON.
        name: what the person calls it, for a message.

    Raises:
        UsageError: it is none, or is of another version; names the place.
    """
    from pydantic import ValidationError

    try:
        return _adapter().validate_json(text, strict=True)
    except ValidationError as error:
        other = _other_version(text)
        if other is not None:
            raise UsageError(f"{name} {other}") from None
        first = error.errors(include_url=False, include_context=False)[0]
        place, what = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{name} is no {SCHEMA} document: {place or 'the whole text'}: {what}") from None


def saved(path: str) -> str | None:
    """The text of a file that claims to be a case document, of whatever version; `None` where a path is none.

    A log of JSON lines is never taken for one: a document is one JSON object that names its schema, at its beginning
    or, where its keys stand in another order, in a file named `.json`.

    Raises:
        UsageError: it names itself one, but is larger than any that is read, or no text.
    """
    try:
        if not Path(path).is_file():  # what is read from a pipe is gone from it
            return None
        with Path(path).open("rb") as file:
            head = file.read(_HEAD).decode("utf-8-sig", "replace")
            if not head.lstrip().startswith("{") or not (_NAMED.match(head) or path.endswith(".json")):
                return None
            file.seek(0)
            content = file.read((_MOST_MIB << 20) + 1)
        text = _text_of(content)
    except OSError:
        return None
    except ValueError as error:
        if _NAMED.match(head):
            raise UsageError(f"{path} is no {SCHEMA} document: {error}; give the bundle it was made of") from None
        return None
    return None if _schema_of(text) is None else text


def _text_of(content: bytes) -> str:
    if len(content) > _MOST_MIB << 20:
        raise ValueError(f"it has more than {_MOST_MIB} MiB, the most that is read")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} of it is no UTF-8") from None


def _schema_of(text: str) -> str | None:
    """The schema that a text names, if it is one of a case document; keys may stand in any order."""
    found = _NAMED.match(text)
    if found is not None:
        return found[1]
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    named = whole.get("schema") if isinstance(whole, dict) else None
    return named if isinstance(named, str) and named.startswith(_FAMILY) else None


def _other_version(text: str) -> str | None:
    """What to say of a document that is of another version than this program reads; `None` where it is not."""
    named = _schema_of(text)
    if named is None or named == SCHEMA:
        return None
    number, mine = named.removeprefix(_FAMILY), SCHEMA.removeprefix(_FAMILY)
    if number.isdecimal() and len(number) <= _MOST_DIGITS and int(number) < int(mine):
        return f"is {named}, an older case document than {SCHEMA}; make it anew: faultlog triage BUNDLE --json FILE"
    return f"is {named}, a newer case document than {SCHEMA}, which this faultlog reads; read it with a newer faultlog"


def json_schema() -> dict[str, object]:
    """The JSON Schema of the document."""
    schema = _adapter().json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **schema}


def warm() -> None:
    """Load what reads and writes documents, which is loaded at its first use."""
    _adapter()


@cache
def _adapter() -> "TypeAdapter[CaseDocument]":
    """Writes and reads documents; a report that is only shown needs none."""
    from pydantic import TypeAdapter

    return TypeAdapter(CaseDocument)
