"""Whatever cannot be decided says in words what is missing, in both languages."""

from typing import get_args

import pytest
from hypothesis import given, settings

from faultlog import judging, patterns, remedies
from faultlog.case import Case
from faultlog.wording import Wording, catalogue
from tests.conftest import EXAMPLES
from tests.logs import BOOT, case_of, knowledge, log, pattern, remedy
from tests.report.test_text import MAC, shown
from tests.test_cuts import cut_lives, rotated_lives, rotation_set

BEGINS = {"en": "Missing", "ko": ("필요한 것: ", "판단에 필요한 것: ")}
"""How a sentence that names what is missing begins."""

KEYS = {f"why.missing.{one}" for one in get_args(judging.Missing)} | {
    f"missing.{one}" for module in (remedies, patterns) for one in get_args(module.Missing)
}


@pytest.mark.parametrize("language", BEGINS)
def test_everything_that_may_be_missing_has_a_sentence_that_names_it(language: str) -> None:
    sentences = catalogue(language)
    assert {key for key in sentences if key.startswith(("why.missing.", "missing."))} == KEYS
    for key in KEYS:
        assert sentences[key].startswith(BEGINS[language])
        assert len(sentences[key].partition(": ")[2]) > 5


def undecided(case: Case) -> list[tuple[bool, list[str]]]:
    """Whether each answer is undecided, and the keys of what it says is missing."""
    findings = [
        (one.verdict in {"pending", "indeterminate"}, [step.text.key for step in one.why if "missing" in step.text.key])
        for one in case.findings
    ]
    others = [
        (one.outcome == "unknown", [one.missing.key] if one.missing is not None else [])
        for one in (*case.remedies, *case.patterns)
    ]
    return findings + others


def said_in_words(case: Case) -> bool:
    """Whether each undecided answer, and no other, says one thing that is missing, in both languages."""
    for open_, missing in undecided(case):
        if len(missing) != open_ or not KEYS.issuperset(missing):
            return False
    for language in BEGINS:
        wording = Wording(language, knowledge().rules)  # type: ignore[arg-type]
        for finding in case.findings:
            if wording.say(finding.headline).startswith("finding."):
                return False
    return True


@settings(max_examples=EXAMPLES // 10)
@given(cut_lives())
def test_a_part_of_a_log_says_what_is_missing(cut: tuple[list[str], int, int]) -> None:
    entries, first, end = cut
    assert said_in_words(case_of(log(*entries[first:end]), **MAC))


@settings(max_examples=EXAMPLES // 10)
@given(rotated_lives())
def test_a_rotation_set_with_holes_says_what_is_missing(life: tuple[list[str], list[list[str]], set[int]]) -> None:
    _, files, lost = life
    assert said_in_words(case_of(rotation_set(files, lost), **MAC))


HOLE = {"ampdaemon.log.2": log("11:00:00 Fault Raised: 10"), "ampdaemon.log": log(f"12:00:00 {BOOT}", "13:00:00 x")}
RESTARTED = ("12:00:00 Fault Raised: 10", "12:01:00 connector started", "12:30:00 x")


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        (log("12:00:00 x", "12:30:00 Fault Cleared: 10"), "missing.raise"),
        (log("12:00:00 Fault Raised: 10", f"12:01:00 {BOOT}", "12:05:00 x"), "missing.end"),
        (log(*RESTARTED), "missing.system_log"),
        (HOLE, "missing.hole"),
        ({"ampdaemon.log": log(*RESTARTED), "system.log": log("11:00:00 kernel| x", "13:00:00 kernel| y")}, None),
    ],
)
def test_a_remedy_whose_outcome_is_unknown_says_why(files: str | dict[str, str], missing: str | None) -> None:
    found = remedy(case_of(files, **MAC), "f10-1")
    assert (found.missing.key if found.missing is not None else None) == missing
    assert (found.outcome == "unknown") == (missing is not None)


@pytest.mark.parametrize(
    ("entries", "name", "missing"),
    [
        (["12:00:00 Fault Raised: 7", "12:30:00 x"], "with-every-update", "missing.updates"),
        (["12:00:00 Fault Raised: 18", "12:30:00 x"], "severity", "missing.severity"),
    ],
)
def test_a_pattern_that_is_unknown_says_why(entries: list[str], name: str, missing: str) -> None:
    case = case_of(log(*entries), **MAC)
    names = [one.pattern for one in case.patterns]
    found = pattern(case, next(one for one in names if name in one))
    assert found.missing is not None
    assert (found.outcome, found.missing.key) == ("unknown", missing)


def test_the_report_says_what_is_missing() -> None:
    report = " ".join(shown(case_of(log(*RESTARTED), **MAC)).split())
    assert (
        "whether a reboot helped is unknown · f10-1-reboot. Missing: a system log of that time, which shows boots."
        in report
    )
    report = " ".join(shown(case_of(log("12:00:00 Fault Raised: 7", "12:30:00 x"), **MAC), language="ko").split())
    assert "필요한 것: 더 많은 정의 업데이트 기록." in report
