"""What a rule file may say: the models of `rules/<product>/<os>/*.yaml` and `rules/<product>/signals/*.yaml`.

`rules/README.md` is the specification in prose; `rules/schema.json` is generated from here.
"""

from dataclasses import field
from typing import Annotated, Literal

from faultlog.limits import Limit, Strict
from faultlog.model import Level, Provenance, Severity, SignalKind
from faultlog.values import dataclass

MAX_SECONDS = 3650 * 86400
"""Longest duration a rule may state. Tool default."""

MAX_TEXTS = 100
"""Texts of one fault. Tool default: each is looked for in every line that may name a fault."""
MAX_TEXT = 500
"""Characters of one of them. Tool default."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _seconds(value: object) -> object:
    digits, unit = (value[:-1], value[-1:]) if isinstance(value, str) else ("", "")
    if not (digits.isascii() and digits.isdigit() and unit in _UNITS):
        raise ValueError("a duration is a number and a unit, such as 90s, 10m, 2h or 3d")
    seconds = int(digits[:12]) * _UNITS[unit]
    if seconds > MAX_SECONDS:
        raise ValueError("a duration is at most ten years")
    return seconds


def _specifier(value: str) -> str:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(value)
    except InvalidSpecifier:
        raise ValueError("versions are compared as >=1.14.0, <1.14.0 or ==1.14.0.*, joined by commas") from None
    return value


def _version_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Slug = Annotated[str, Limit(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Duration = Annotated[
    float,
    Limit(before=_seconds, described={"type": "string", "pattern": "^[0-9]+[smhd]$", "examples": ["10m"]}),
]
"""Seconds, written as a number and a unit."""
Specifier = Annotated[str, Limit(after=_specifier)]
Version = Annotated[
    str,
    Limit(
        before=_version_text,
        pattern=r"^\d+(\.\d+)*$",
        described={"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\d+(\.\d+)*$"}]},
    ),
]
"""Release numbers; a single number needs no quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(Strict):
    """What a person reads, in every language there is."""

    en: Annotated[str, Limit(min_length=1)]
    ko: Annotated[str, Limit(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class When(Strict):
    """For which versions something holds; all parts must hold."""

    connector: Specifier | None = None
    macos: Specifier | None = None
    linux: Specifier | None = None

    def stated(self) -> dict[str, str]:
        """The parts that there are."""
        parts = {"connector": self.connector, "macos": self.macos, "linux": self.linux}
        return {name: versions for name, versions in parts.items() if versions is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearsWithin(Strict):
    """Cleared within a time of its raise, or of a start."""

    after: Literal["raised", "connector_started"]
    within: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearsAfter(Strict):
    """Cleared once something has happened, allowing it to settle."""

    event: Literal["connector_started"]
    settle: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachLevel(Strict):
    """How bad a breach is: when it cleared in the end, and when it is still open."""

    cleared: Level
    open: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationRule(Strict):
    """A promise that can be broken."""

    id: Slug
    clears_within: ClearsWithin | None = None
    clears_after: ClearsAfter | None = None
    source: str
    level: BreachLevel

    def __post_init__(self) -> None:
        if (self.clears_within is None) == (self.clears_after is None):
            raise ValueError("give exactly one of clears_within and clears_after")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyRule(Strict):
    """Something that may clear a fault."""

    id: Slug
    event: Literal["boot", "connector_started"]
    when: When = When()
    settle: Duration = 600.0
    otherwise: Annotated[str, Limit(pattern=r"^(\d+/)?[a-z0-9-]+$")] | None = None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecursWith(Strict):
    """Raised after each of several consecutive events."""

    event: Literal["definitions_updated"]
    within: Duration
    at_least: Annotated[int, Limit(ge=2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chatters(Strict):
    """Raised again and again."""

    raises: Annotated[int, Limit(ge=2)]
    within: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule(Strict):
    """A pattern over the raises of a fault."""

    id: Slug
    recurs_with: RecursWith | None = None
    chatters: Chatters | None = None
    stands: Duration | None = None
    severity_changes: Literal[True] | None = None
    source: str

    def __post_init__(self) -> None:
        given = (self.recurs_with, self.chatters, self.stands, self.severity_changes)
        if sum(one is not None for one in given) != 1:
            raise ValueError("give exactly one of recurs_with, chatters, stands and severity_changes")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRule(Strict):
    """What a person can do."""

    id: Slug
    when: When = When()
    shown: Literal["always", "otherwise"] = "always"
    source: str
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSample(Strict):
    """What a test says about its host."""

    connector: Version | None = None
    macos: Version | None = None
    linux: Version | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedInterval(Strict):
    """One interval that a test's log must give; what is left out is not compared."""

    id: str
    raised: str | None = None
    cleared: str | None = None
    state: Literal["cleared", "open", "unknown"]
    severity: Severity | None = None
    duplicate_raises: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFinding(Strict):
    """One finding that a test's log must give."""

    expectation: Slug
    interval: str
    verdict: Literal["met", "breached", "pending", "indeterminate"]
    margin_s: float | None = None
    breaches: int | None = None
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedRemedy(Strict):
    """One remedy outcome that a test's log must give."""

    remedy: Slug
    interval: str
    outcome: Literal["helped", "did_not_help", "not_tried", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPattern(Strict):
    """One pattern outcome that a test's log must give."""

    pattern: Slug
    outcome: Literal["present", "absent", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected(Strict):
    """What a test compares; a list that is left out is not compared, `intervals` and `findings` are complete."""

    intervals: list[ExpectedInterval] = field(default_factory=list)
    findings: list[ExpectedFinding] = field(default_factory=list)
    remedies: list[ExpectedRemedy] | None = None
    patterns: list[ExpectedPattern] | None = None
    advice: list[Slug] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest(Strict):
    """A log and what the rule must make of it."""

    name: str
    host: HostSample = HostSample()
    log: str
    expect: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultFile(Strict):
    """A file `rules/<product>/<os>/<id>-<slug>.yaml`."""

    fault: Annotated[int, Limit(ge=0)]
    name: Words
    texts: Annotated[list[Annotated[str, Limit(pattern=r"\S", max_length=MAX_TEXT)]], Limit(max_length=MAX_TEXTS)] = (
        field(default_factory=list)
    )
    provenance: Provenance
    source: str
    summary: Words
    logs: Annotated[list[str], Limit(min_length=1)]
    duplicate_raise: Literal["keep_first", "keep_last", "restart"] = "keep_first"
    expectations: list[ExpectationRule] = field(default_factory=list)
    remedies: list[RemedyRule] = field(default_factory=list)
    patterns: list[PatternRule] = field(default_factory=list)
    advice: Annotated[list[AdviceRule], Limit(min_length=1)]
    tests: Annotated[list[RuleTest], Limit(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingRule(Strict):
    """One way to word a signal."""

    pattern: str | None = None
    new_pid: Literal[True] | None = None
    fault: Annotated[int, Limit(ge=0, le=99_999)] | None = None
    """The fault that is meant, where the log names none."""
    process: list[str] = field(default_factory=list)
    provenance: Provenance
    source: str

    def __post_init__(self) -> None:
        if (self.pattern is None) == (self.new_pid is None):
            raise ValueError("give exactly one of pattern and new_pid")
        if self.new_pid and not self.process:
            raise ValueError("new_pid needs the process whose pid it watches")
        if self.fault is not None and any(blank in (self.pattern or "") for blank in ("{fault}", "{text}")):
            raise ValueError("fault and {fault} or {text} both say which fault is meant; give one")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSample(Strict):
    """A message and what its wording captures."""

    message: str
    process: str | None = None
    fault_id: int | None = None
    severity: Severity | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRefused(Strict):
    """A near miss."""

    message: str
    process: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalFile(Strict):
    """A file `rules/<product>/signals/<signal>.yaml`."""

    signal: SignalKind
    summary: Words
    wordings: list[WordingRule] = field(default_factory=list)
    wordings_of: SignalKind | None = None
    accepts: Annotated[list[MessageSample], Limit(min_length=1)]
    refuses: Annotated[list[MessageRefused], Limit(min_length=1)]

    def __post_init__(self) -> None:
        if bool(self.wordings) == (self.wordings_of is not None):
            raise ValueError("give either wordings or wordings_of")
