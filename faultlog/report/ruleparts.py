"""The parts of a fault rule as sentences: what is promised, what may clear it, its patterns and its advice."""

from faultlog.report.sourced import sourced
from faultlog.rulebook import FaultRule
from faultlog.rulefiles import AdviceRule, ExpectationRule, PatternRule, RemedyRule, When
from faultlog.wording import Wording

Item = tuple[str, str]
"""A paragraph of a manual page and a dim remark below it, which may be empty."""


def promise(one: ExpectationRule, say: Wording) -> str:
    """What an expectation promises."""
    if one.clears_after is not None:
        return say.words(f"promise.clears_after.{one.clears_after.event}", within_s=one.clears_after.settle)
    within = one.clears_within
    assert within is not None  # noqa: S101 (the rule has exactly one promise)
    return say.words(f"promise.clears_within.{within.after}", within_s=within.within)


def expectation(one: ExpectationRule, say: Wording) -> Item:
    """A promise, how bad its breach is, and who makes it."""
    level = one.level
    levels = say.words(
        "manual.levels", cleared=say.words(f"level.{level.cleared}"), open=say.words(f"level.{level.open}")
    )
    return promise(one, say), f"{one.id} · {levels} · {_source(one.source, say)}"


def remedy(one: RemedyRule, say: Wording) -> Item:
    """What may clear the fault, for whom, and what is left when it does not help."""
    said = say.words("manual.remedy", event=say.words(f"event.{one.event}"), settle_s=one.settle)
    otherwise = f" {say.words('manual.otherwise', advice=one.otherwise)}" if one.otherwise is not None else ""
    return f"{said}{_condition(one.when, say)}{otherwise}", _source(one.source, say)


def pattern(one: PatternRule, say: Wording) -> Item:
    """A pattern with its thresholds."""
    return _pattern(one, say), _source(one.source, say)


def _pattern(one: PatternRule, say: Wording) -> str:
    if one.recurs_with is not None:
        return say.words("manual.recurs_with", count=one.recurs_with.at_least, within_s=one.recurs_with.within)
    if one.chatters is not None:
        return say.words("manual.chatters", count=one.chatters.raises, within_s=one.chatters.within)
    if one.stands is not None:
        return say.words("manual.stands", stands_s=one.stands)
    return say.words("manual.severity_changes")


def advice(one: AdviceRule, say: Wording) -> Item:
    """What a person can do, and for whom it holds."""
    only = f" [{say.words('manual.only_otherwise')}]" if one.shown == "otherwise" else ""
    return f"{say.choose(one.text)}{_condition(one.when, say)}{only}", _source(one.source, say)


def origin(rule: FaultRule, say: Wording) -> Item:
    """Which rule says all this, and where it knows it from."""
    return f"{rule.id}: {rule.file.source} [{say.words(f'provenance.{rule.file.provenance}')}]", ""


def _condition(when: When, say: Wording) -> str:
    parts = when.stated()
    return f" [{say.condition(parts)}]" if parts else ""


def _source(source: str, say: Wording) -> str:
    return say.words("explain.source", source=sourced(source, say))
