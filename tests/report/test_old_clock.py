"""A deadline that a clock shows which was set back before: the report says by which clock, on page and paper."""

import pytest

from tests.logs import case_of, log
from tests.report.test_explaining import MAC, explained
from tests.report.test_html import document, drawn, parsed, text_of
from tests.report.test_text import shown

BACK = ("12:58:00 idle", "12:00:00 idle")
RAISED, STARTED, CLEARED = "12:51:00 Fault Raised: 6 (Major)", "12:52:00 connector started", "12:41:00 Fault Cleared: 6"


def doc_of(*entries):
    return document(case_of(log(*entries), **MAC))


def headline(doc, language="en"):
    return " ".join(shown(doc, language=language).split())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", (
            "raised 12:51:00 · deadline 13:01:00 by the clock before it was set back · connector started 12:52:00 · "
        "deadline 13:02:00 by the clock before it was set back · clock set back from 12:58:00 to 12:00:00 · cleared")),
        ("ko", ("발생 12:51:00 · 기한 13:01:00(되돌려지기 전 시계 기준) · 커넥터 시작 12:52:00 · "
        "기한 13:02:00(되돌려지기 전 시계 기준) · 시계가 되돌려짐 12:58:00 → 12:00:00 · 해제")),
    ],
)  # fmt: skip
def test_the_headline_says_by_which_clock(language, said):
    assert said in headline(doc_of(RAISED, STARTED, *BACK, CLEARED), language)


def test_a_start_after_the_step_stands_after_it_and_so_does_its_deadline():
    said = headline(doc_of(RAISED, *BACK, "12:05:00 connector started", CLEARED))
    assert "by the clock before it was set back · clock set back from 12:58:00 to 12:00:00 · connector started" in said
    assert "connector started 12:05:00 · deadline 12:15:00 · cleared 12:41:00" in said


def test_a_deadline_that_the_old_clock_still_showed_is_one_like_any_other():
    said = headline(doc_of("12:41:00 Fault Raised: 6 (Major)", *BACK, CLEARED))
    assert "deadline 12:51:00 · clock set back" in said


def test_so_is_one_that_nobody_saw_the_end_of():
    assert "deadline 13:01:00 by the clock" in headline(doc_of(RAISED, *BACK, "12:30:00 idle"))


@pytest.mark.parametrize(
    ("language", "clock", "deadline"),
    [
        ("en", "clock     set back from 2026-03-03 12:58:00 UTC to 2026-03-03 12:00:00 UTC",
         "Deadline: 2026-03-03 13:01:00 UTC by the clock before it was set back"),
        ("ko", "시계       2026-03-03 12:58:00 UTC → 2026-03-03 12:00:00 UTC(되돌려짐)",
         "기한: 2026-03-03 13:01:00 UTC(되돌려지기 전 시계 기준)"),
    ],
)  # fmt: skip
def test_explain_and_the_page_say_so_too(language, clock, deadline):
    doc = doc_of(RAISED, *BACK, CLEARED)
    said = explained(doc, "f6-1", language=language)
    assert clock in said
    assert deadline in said
    page = text_of(parsed(drawn(doc, language)))
    assert deadline.split(": ", 1)[1].split("UTC")[1] in page
    assert clock.split("12:00:00 UTC")[1] in page
