"""What the report says of the time before a raise: a few rows, the rest counted, and never why it came."""

import json

import pytest

from faultlog.report.document import CaseDocument, document, to_json
from faultlog.report.preceded import MOST_SHAPES
from faultlog.report.rows import Preceding
from faultlog.wording import Language, catalogue
from tests.logs import case_of, log
from tests.report.test_explaining import explained
from tests.report.test_text import MAC, part, shown, with_
from tests.test_preceding import noisy


def planted() -> CaseDocument:
    crash = log("11:40:00 scan service exited while scanning /Users/ann/x y.dmg", "11:41:00 policy updated, serial 7")
    text = "".join(sorted((noisy(1, planted=6) + crash).splitlines(keepends=True)))
    return document(case_of(text, **MAC))


def test_the_triage_report_shows_what_stands_out_what_changed_and_the_files() -> None:
    report = shown(planted())
    assert part(report, "Before the raise")[0].startswith("  f6-1  more often in the ")
    assert part(report, "Before the raise")[2].split()[0] == "6"
    assert part(report, "Before the raise")[2].endswith("decoder gave up on <path>")
    assert part(report, "Before the raise")[-1] == "  f6-1  changed before: policy to 7, 19 minutes before"
    assert part(report, "Being scanned just before") == ["  fault 6  1 × /Users/ann/x y.dmg"]


def test_more_shapes_than_fit_are_counted() -> None:
    doc = planted()
    rows = [Preceding(interval="f6-1", template=f"t{n}", count=9, expected=1, lift=9, p=0.001) for n in range(6)]
    lines = part(shown(with_(doc, preceding=rows)), "Before the raise")
    assert sum(line.strip().startswith("9 ") for line in lines) == MOST_SHAPES
    assert any("further shapes: 3; faultlog explain" in line for line in lines)


def test_a_log_in_which_nothing_stands_out_says_so() -> None:
    report = shown(document(case_of(noisy(1), **MAC)))
    assert "no shape of the" in part(report, "Before the raise")[0]


def test_explain_shows_every_row_and_what_p_means() -> None:
    said = explained(planted(), "f6-1")
    assert len([line for line in said.splitlines() if " × " in line and "took" in line]) >= 2
    assert "by chance alone" in said
    assert "/Users/ann/x y.dmg" in said


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_says_that_it_was_the_cause(language: Language) -> None:
    doc = planted()
    words = {"en": ("cause", "because", "due to", "led to"), "ko": ("원인", "때문", "유발", "초래")}[language]
    said = [
        *part(shown(doc, language=language), catalogue(language)["title.before"]),
        *(text for key, text in catalogue(language).items() if key.startswith(("before.", "preceding.", "offenders."))),
    ]
    assert [word for word in words for line in said if word in line.lower()] == []


def test_the_document_has_the_rows_of_the_contract() -> None:
    tree = json.loads(to_json(planted()))
    assert all(set(one) == {"interval", "template", "count", "expected", "lift", "p"} for one in tree["preceding"])
    assert [set(one) for one in tree["offenders"]] == [{"fault_id", "path", "count"}]
