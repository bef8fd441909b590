"""Narrow terminals and such that know only ASCII: nothing is wider than they are, and no word of a table is cut."""

import io
import re
import sys

import pytest
from rich.cells import cell_len

from faultlog import cli
from tests.test_cli import SAMPLE

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def shown(monkeypatch):
    """What a command writes to a terminal."""

    def run(*words, columns, encoding="utf-8", **environment):
        for name in ("NO_COLOR", "TERM"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"TERM": "xterm", **environment, "COLUMNS": str(columns)}.items():
            monkeypatch.setenv(name, value)
        raw = io.BytesIO()
        screen = io.TextIOWrapper(raw, encoding=encoding)
        screen.isatty = lambda: True
        monkeypatch.setattr(sys, "stdout", screen)
        monkeypatch.setattr(sys, "argv", ["faultlog", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0
        screen.flush()
        return raw.getvalue().decode(encoding)

    return run


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (["triage", SAMPLE], ["    raised: 13:06:35\n", "    duration: 24 min 57 s\n", "deadline"]),
        (["triage", SAMPLE, "--lang", "ko"], ["    심각도: Major\n", "    지속 시간: 24분 57초\n", "기한"]),
        (["explain", SAMPLE, "f6-1", "--lang", "ko"], ["해제", "기한"]),
        (["compare", SAMPLE, SAMPLE], ["    change: past\n", "    OLD: breached by 14 min 57 s\n"]),
        (["timeline", SAMPLE], ["  13:06:35 13:31:32\n    f6-1  Fault 6 Scan service\n"]),
        (["rules", "list"], ["    name: Scan service restarting\n    frequently\n"]),
        (["formats", "list", "--lang", "ko"], ["  ampcli-status\n"]),
    ],
    ids=lambda value: " ".join(map(str, value[:1])),
)
def test_forty_columns_are_enough(shown, words, whole):
    out = COLOUR.sub("", shown(*words, columns=40))
    assert [line for line in out.splitlines() if cell_len(line) > 40] == []
    assert [text for text in whole if text not in out] == []


def test_a_terminal_that_knows_only_ascii_gets_signs_that_it_knows(shown):
    out = shown("compare", SAMPLE, SAMPLE, columns=80, encoding="ascii")
    assert f"{SAMPLE.name} -> {SAMPLE.name}" in out
    assert "\\u" not in out


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_no_colour_is_none_though_signs_stay(shown, environment):
    out = shown("triage", SAMPLE, columns=200, **environment)
    assert "✗ CRITICAL" in COLOUR.sub("", out)
    assert re.findall(r"\x1b\[[0-9;]*3[0-9]", out) == []
