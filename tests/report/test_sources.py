"""Where two sources meet, as a reader sees it: headlines, the section on other sources, explanations."""

import io
import re

import pytest
from rich.console import Console

from faultlog.case import Case
from faultlog.report.document import document
from faultlog.report.explaining import render_explanation
from faultlog.report.text import render_text
from faultlog.wording import Language, Wording, catalogue
from tests.logs import case_of, knowledge, log, on
from tests.test_reconcile import TWO, cleared, met, raised
from tests.test_snapshots import OPEN, bundle, status


def wording(case: Case, language: Language) -> Wording:
    return Wording(language, knowledge().rules, case.host.time_zone.name)


def console() -> Console:
    return Console(file=io.StringIO(), width=100, color_system=None)


def said(page: Console) -> str:
    assert isinstance(page.file, io.StringIO)
    return " ".join(page.file.getvalue().split())


def report(case: Case, language: Language = "en", since: str | None = None) -> str:
    page = console()
    render_text(document(case), wording(case, language), page, window=(on(since) if since else None, None))
    return said(page)


def explained(case: Case, name: str, language: Language = "en") -> str:
    page = console()
    render_explanation(document(case), name, wording(case, language), page)
    return said(page)


SEEN_TWICE = met(TWO, raised("12:02:03"), cleared("12:07:04"), raised("12:32:03"), cleared("12:40:02"))


def test_the_difference_of_the_clocks_is_said_with_its_pairs_and_spread() -> None:
    found = report(SEEN_TWICE)
    assert "The console's clock is 2 min 3 s ahead of the host's, from 4 pairs, ± 1 second" in found
    assert "4 raises and clears are told by the logs and the console; each counts once" in found


def test_a_clock_that_is_behind_and_one_that_agrees() -> None:
    assert "1 minute behind the host's, from 1 pair, ± 0 s" in report(met(TWO, raised("11:59:00")))
    assert "The console's clock and the host's agree, from 1 pair" in report(met(TWO, raised("12:00:00")))


def test_hours_between_the_clocks_are_a_hint_at_the_zone() -> None:
    case = met(TWO.replace("Z mac", " mac"), raised("03:00:00"), cleared("03:05:00"))
    assert "the lines without a zone may be in UTC+09:00; --tz +09:00 settles it" in report(case)


def test_what_only_the_console_shows_is_a_headline_with_what_it_may_mean() -> None:
    case = met(log("11:00:00 x", "12:00:00 Fault Raised: 6", "13:00:00 x"), raised("12:00:00"), cleared("12:20:00"))
    found = report(case)
    assert "! WARNING The console tells of a clear of fault 6 at 2026-03-03 12:20:00 UTC that no line" in found
    assert "rules/README.md shows how to teach a wording" in found
    assert "faultlog explain bundle f6-console-1" in found
    assert "events.json, line 2, byte" in explained(case, "f6-console-1")


def test_an_interval_shows_the_line_of_either_source() -> None:
    found = explained(SEEN_TWICE, "f6-1")
    assert "ampdaemon.log, line 2" in found
    assert "told by another source events.json, line 1" in found


def test_a_status_that_agrees_is_said_to() -> None:
    found = report(bundle(OPEN, "12:30:00", ("12:35:00", status(6))))
    assert "status0.txt, asked at 12:35:00: lists fault 6, as the logs show" in found
    assert "still open at 12:35:00 (ampcli status)" in found


def test_a_status_that_differs_says_both_ways_to_read_it() -> None:
    case = bundle(OPEN, "12:30:00", ("12:35:00", status()))
    found = report(case)
    assert (
        "`ampcli status` at 2026-03-03 12:35:00 UTC does not list fault 6, and nothing shows that it cleared" in found
    )
    assert "It cleared after the logs end or where nothing was observed, or its clear was not logged" in found
    assert "lists no fault; the logs show otherwise" in found
    assert re.search(r"· cleared [\d:]+ – 12:35:00 \(ampcli status\)", found), "a range is named as well"
    assert "so far, still open" not in found
    assert "had cleared by then" in explained(case, "f6-1-ten-minutes-after-raise")


def test_a_stay_that_nobody_promised_anything_about_is_not_called_unknown() -> None:
    found = report(bundle(OPEN.replace("Raised: 6", "Raised: 18"), "12:30:00", ("12:35:00", status())))
    assert "no line shows its clear, but `ampcli status` does not list it any more" in found


def test_a_status_of_unknown_time_says_so() -> None:
    found = report(bundle(OPEN, "21:30:00", ("21:35:00", status(6, 18))))
    assert "! NOTE `ampcli status` lists fault 18, which no line of the logs raises" in found
    assert "When the status was asked is not known" in found


def test_many_differences_are_not_all_headlines() -> None:
    found = report(bundle(OPEN, "12:30:00", ("12:35:00", status(*range(20, 28)))))
    assert found.count("which no line of the logs raises") == 5  # and fault 6, which is not listed
    assert "… and 3 more differences between the sources" in found


def test_a_window_leaves_out_what_happened_outside() -> None:
    case = met(TWO, raised("12:00:00"), cleared("12:05:00"), cleared("12:45:00", 7))
    assert "f7-console-1" in report(case, since="12:40:00")
    assert "f7-console-1" not in report(case, since="12:50:00")


CASES = [
    SEEN_TWICE,
    met(TWO, raised("12:00:00"), raised("12:45:00", 7), cleared("12:50:00", 7)),
    bundle(OPEN, "12:30:00", ("12:35:00", status(18))),
    bundle(OPEN, "12:30:00", ("12:35:00", status(6, severity="Critical"))),
    case_of({"ampdaemon.log": OPEN, "status.txt": status(18)}),
]


@pytest.mark.parametrize("case", CASES, ids=["twice", "alone", "differs", "severity", "unknown"])
def test_everything_is_said_in_korean_too(case: Case) -> None:
    found = report(case, "ko") + "".join(explained(case, one.id, "ko") for one in case.contradictions)
    assert not [key for key in catalogue("ko") if re.search(rf"(?<![\w.-]){re.escape(key)} \(", found) and "." in key]
    assert "다른 출처" in found
