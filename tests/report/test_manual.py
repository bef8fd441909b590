import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from faultlog.errors import UnknownName
from faultlog.report.manual import render_format, render_formats, render_rule, render_rules
from faultlog.wording import Language, Wording
from tests.logs import knowledge

RULES, FORMATS = knowledge().rules, knowledge().formats


def printed(render: Callable[..., None], *arguments: object, width: int = 100, language: Language = "en") -> str:
    file = io.StringIO()
    render(*arguments, Wording(language, RULES), Console(file=file, width=width, color_system=None))
    return file.getvalue()


def chapter(page: str, title: str) -> list[str]:
    """The lines below a chapter's title."""
    return page.partition(f"\n{title}\n")[2].partition("\n\n")[0].rstrip("\n").split("\n")


def chapters(page: str) -> list[str]:
    return [line for line in page.splitlines() if line and not line.startswith(" ")]


def test_a_rule_reads_like_a_manual_page() -> None:
    page = printed(render_rule, RULES, 6, "macos")
    assert chapters(page) == [
        "NAME", "WHAT IT MEANS", "WHAT IT IS CALLED", "HOW IT IS RECOGNISED", "WHAT IS PROMISED", "PATTERNS",
        "WHAT TO DO", "LOGS", "SOURCES",
    ]  # fmt: skip
    assert chapter(page, "NAME") == ["    fault 6 – Scan service restarting frequently (macOS)"]
    assert chapter(page, "WHAT IS PROMISED") == [
        "    • clears within 10 minutes of its raise",
        "      ten-minutes-after-raise · a breach is: warning when it clears in the end, critical while open",
        "      · source: vendor table, row 6; counting from the raise is ours",
        "    • clears within 10 minutes of connector start",
        "      ten-minutes-after-start · a breach is: critical when it clears in the end, critical while open",
        "      · source: vendor table, row 6",
    ]
    assert chapter(page, "WHAT TO DO")[:2] == [
        "    • Give the fault ten minutes after the connector's start to clear by itself.",
        "      source: vendor table, row 6",
    ]
    assert chapter(page, "PATTERNS") == [
        "    • Chatters: raised anew 3 times within 10 minutes.",
        "      source: tool default",
        "    • Stands: open for 1 day or longer.",
        "      source: tool default",
    ]
    assert chapter(page, "LOGS") == ["    • /Library/Logs/Cisco/ampdaemon.log", "    • /Library/Logs/Cisco/ampscansvc*"]


def test_how_a_fault_is_recognised_comes_with_its_provenance() -> None:
    lines = chapter(printed(render_rule, RULES, 6, "macos", width=400), "HOW IT IS RECOGNISED")
    assert lines[0] == "  fault raised"
    assert "    • the vendor's event name, with an id or a known text after it [assumed]" in lines
    assert '    such as "Fault Raised: 6", "fault 6 raised", "raised fault id=6", "Fault Raised (ID 6)"' in lines
    assert "    The same wordings as for: fault raised." in lines


def test_where_the_systems_differ_each_has_its_section() -> None:
    page = printed(render_rule, RULES, 6, None)
    assert chapter(page, "NAME") == ["    fault 6 – Scan service restarting frequently (Linux, macOS)"]
    assert [line for line in chapter(page, "LOGS") if not line.startswith("    ")] == ["  Linux", "  macOS"]
    assert [line for line in chapter(page, "PATTERNS") if not line.startswith("    ")] == []


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("fault", sorted({rule.file.fault for rule in RULES.faults}))
def test_every_rule_has_a_page_in_both_languages(fault: int, language: Language) -> None:
    page = printed(render_rule, RULES, fault, None, language=language)
    assert chapters(page)[0] == {"en": "NAME", "ko": "이름"}[language]
    assert "{" not in "".join(chapter(page, {"en": "WHAT TO DO", "ko": "해야 할 일"}[language]))


def test_advice_is_shown_with_its_conditions() -> None:
    lines = " ".join(" ".join(chapter(printed(render_rule, RULES, 10, "macos"), "WHAT TO DO")).split())
    assert "reinstalling can clear that. [only for connector 1.11.1]" in lines
    assert "[only for connector 1.14.1 or later]" in lines


def test_remedies_say_what_to_do_when_they_do_not_help() -> None:
    assert chapter(printed(render_rule, RULES, 2, "macos"), "WHAT MAY CLEAR IT") == [
        "    A reboot, given 10 minutes to work. [only for connector 1.14.0 or later] If it does not help:",
        "    advice reinstall.",
        "    source: vendor table, row 2 (only some occurrences); the ten minutes of settling are a tool",
        "    default",
    ]


def test_every_kind_of_pattern_is_worded() -> None:
    seven = chapter(printed(render_rule, RULES, 7, "macos", width=160), "PATTERNS")
    assert seven[0] == (
        "    • Comes back with the definitions updates: raised within 15 minutes of each of 2 or more "
        "consecutive updates."
    )
    assert "    • Changes its severity while it is raised." in chapter(
        printed(render_rule, RULES, 18, "macos"), "PATTERNS"
    )


def test_what_one_system_does_not_have_is_said() -> None:
    linux, mac = RULES.candidates(6, "linux")[0], RULES.candidates(6, "macos")[0]
    bare = type(linux)(linux.id, linux.os, replace(linux.file, expectations=[]), linux.source)
    book = type(RULES)((bare, mac), (), (), RULES.texts)
    lines = chapter(printed(render_rule, book, 6, None), "WHAT IS PROMISED")
    assert lines[:3] == ["  Linux", "    nothing is known", "  macOS"]


def test_an_unknown_fault_names_the_known_ones() -> None:
    with pytest.raises(UnknownName) as error:
        printed(render_rule, RULES, 99, None)
    assert str(error.value) == (
        "no rule describes fault 99; known faults: 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 17, 18"
    )
    with pytest.raises(UnknownName) as error:
        printed(render_rule, RULES, 7, "linux")
    assert str(error.value) == (
        "no rule describes fault 7 on Linux (there is one on macOS); known faults on Linux: 5, 6, 11, 18"
    )


def test_the_list_of_rules_has_a_row_for_each() -> None:
    page = printed(render_rules, RULES, width=160)
    rows = [line.split() for line in page.splitlines()[1:-2] if line[2] != " "]
    assert len(rows) == len(RULES.faults)
    assert rows[0][:2] == ["1", "macOS"]
    assert page.endswith("  all about one of them: faultlog rules show ID\n")


def test_the_list_of_formats_has_a_row_for_each() -> None:
    page = printed(render_formats, FORMATS, language="ko")
    assert [line.split()[0] for line in page.splitlines()[1:-2]] == sorted(one.name for one in FORMATS)


def test_a_format_shows_its_shape_and_what_it_reads_and_refuses() -> None:
    page = printed(render_format, FORMATS, "syslog-debug", width=160)
    assert chapters(page) == ["NAME", "WHAT IT MEANS", "SHAPE", "READS", "REFUSES", "SOURCES"]
    assert chapter(page, "NAME") == ["    syslog-debug – Debug line with module, level, source place and thread"]
    assert chapter(page, "SHAPE")[-2:] == ["    Stamps: syslog.", "    Preferred to: syslog."]
    assert chapter(page, "REFUSES")[0] == "    │ Mar  3 14:47:35 vmc ampdaemon[123]: [fileop] opened"


@pytest.mark.parametrize("name", sorted(one.name for one in FORMATS))
def test_every_format_has_a_page(name: str) -> None:
    assert chapters(printed(render_format, FORMATS, name, language="ko"))[2] == "형태"


def test_a_decoder_and_a_borrowed_line_are_told() -> None:
    shape = chapter(printed(render_format, FORMATS, "ampcli-status"), "SHAPE")
    assert shape == ["    Read by the decoder ampcli-status."]
    assert chapter(printed(render_format, FORMATS, "iso-syslog"), "SHAPE")[0] == (
        "    The line of format syslog, with other stamps."
    )


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match=r"no log format is called 'x'; there are: ampcli-status, .*syslog-debug$"):
        printed(render_format, FORMATS, "x")
