"""The clock of a host: several logs whose stamps state a year, a zone, an uptime or nothing, through the pipeline."""

import json
import os
import shutil
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

from faultlog import pipeline
from faultlog import reading as reader
from faultlog.case import Case
from faultlog.engine import Interesting
from faultlog.errors import FaultlogError
from faultlog.identity import Told
from faultlog.model import Instant
from faultlog.pipeline import Knowledge, Options, analyze_with, load_knowledge
from faultlog.report.document import document, from_json, to_json
from faultlog.rulebook import Wording

PLACE = Path(mkdtemp())
FOLDER = PLACE / "b"
BETWEEN = b"\f"
"""Ends a log, before the next one begins; the first two bytes of all say what is told, and how old the files are."""
NAMES = (
    ("ampdaemon.log.1", "ampdaemon.log", "ampdaemon.log.2", "ampscansvc.log", "system.log"),
    ("ampdaemon.log-20260301", "ampdaemon.log", "ampdaemon.log-20260228", "ampscansvc.log", "system.log.0"),
)
TOLD = (
    Told(),
    Told(tz="UTC"),
    Told(tz="Europe/Berlin"),
    Told(tz="Australia/Lord_Howe", taken=Instant.of("2026-04-06T00:00:00Z")),
    Told(taken=Instant.of("2026-03-09T00:00:00Z")),
    Told(tz="America/New_York", taken=Instant.of("2027-01-01T03:00:00Z")),
)
LAST_S = 1_773_014_400
"""When the newest file was last modified: 9 March 2026, midnight."""
HOUR_S = 3_600
FEW = 300
"""Bytes that are read in full where lines are passed over."""
ZONES = ("KST", "CET", "CST")
_SAMPLE = """
  - line: "Tue Mar  3 14:47:34 {0} 2026 vmc ampdaemon[12]: idle"
    fields: {{stamp: "Tue Mar  3 14:47:34 {0} 2026", host: vmc, process: ampdaemon, pid: 12, message: idle}}
"""
NAMED_ZONES = f"""format: zoned
title: Zones by their names
description: As somebody writes them who has logs of several zones.
provenance: user
source: our own
stamp: "%a %b %e %H:%M:%S %Z %Y"
line_of: syslog
samples:{"".join(map(_SAMPLE.format, ZONES))}refuses:
  - "Mar 3 14:47:34 vmc stabulic: cisco-amp: starting rpm pre scriptlet (1)"
  - "2026-02-30T14:47:34Z vmc ampdaemon[12]: starting connector"
  - "Tue Mar  3 14:47:34 2026 vmc ampdaemon[12]: starting connector"
"""
"""A format of a user's: the names of some zones mean several."""


def clock(data: bytes) -> None:
    """Logs of any bytes: a sound document that counts what there is, the same whoever looks for texts first."""
    _write(data)
    told = TOLD[data[0] % len(TOLD)] if data else Told()
    with ExitStack() as small:
        for name, size in (("SAMPLE_LINES", 3), ("SAMPLE_GRID", 700)):
            small.enter_context(patch.object(reader, name, size))
        every = _answer(Options(told=told, full=True))
        _is_sound(every)
        assert _without_counts(_answer(Options(told=told))) == _without_counts(every)
        with patch.object(pipeline, "FULL_BYTES", FEW):
            some = _answer(Options(told=told))
        with ExitStack() as blind:
            for owner, name, answer in _ASKED_OF_EVERY_LINE:
                blind.enter_context(patch.object(owner, name, lambda *_args, answer=answer: answer))
            asked = _answer(Options(told=told, full=True))
    _is_sound(some)
    if isinstance(every, str) or isinstance(asked, str):
        assert every == asked
        return
    assert _judged(asked) == _judged(every)
    if isinstance(some, Case):
        assert _told_of(some) == _told_of(every)


_ASKED_OF_EVERY_LINE = (
    (Interesting, "in_text", True),
    (Interesting, "in_line", True),
    (Interesting, "demands", None),
    (Wording, "may_match", True),
)


def _write(data: bytes) -> None:
    """The logs that some bytes are."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    first, age = (*data[:2], 0, 0)[:2]
    for turn, (name, content) in enumerate(zip(NAMES[first // 128], data[2:].split(BETWEEN), strict=False)):
        (FOLDER / name).write_bytes(content)
        modified = LAST_S - turn * age * HOUR_S
        os.utime(FOLDER / name, (modified, modified))


def _answer(options: Options) -> Case | str:
    """The case, or why there is none."""
    known = _knowledge()
    try:
        return analyze_with(known, [FOLDER], options, lambda _path, _size: None)
    except FaultlogError as error:
        assert str(error)
        return str(error)


def _is_sound(case: Case | str) -> None:
    """The document is what its own reader takes, and of raises and clears none is lost."""
    if isinstance(case, str):
        return
    text, audit = to_json(document(case)), case.audit
    assert to_json(from_json(text)) == text
    raised = sum(bool(one.raises) for one in case.intervals)
    cleared = sum(one.clear is not None for one in case.intervals)
    assert audit.intervals == len(case.intervals)
    assert audit.raises == raised + audit.duplicate_raises
    assert audit.clears == cleared + audit.orphan_clears
    for one in case.files:
        assert one.lines == one.examined + one.passed_over
        assert one.examined == one.events + one.continuations + one.unread + one.duplicates + sum(one.skipped.values())


def _without_counts(case: Case | str) -> object:
    if isinstance(case, str):
        return case
    return {
        key: value for key, value in json.loads(to_json(document(case))).items() if key not in {"activity", "voices"}
    }


def _judged(case: Case) -> tuple[object, ...]:
    return case.signals, case.intervals, case.findings, case.remedies, case.patterns, case.unexplained, case.audit


def _told_of(case: Case) -> list[object]:
    """The lines that matter, but for those where the clock steps: it is seen at lines that are read."""
    return sorted(f"{one.kind} {one.fault_id} {one.evidence}" for one in case.signals if one.kind != "clock_stepped")


@cache
def _knowledge() -> Knowledge:
    own = PLACE / "formats"
    own.mkdir()
    (own / "zoned.yaml").write_text(NAMED_ZONES)
    return load_knowledge(Options(format_folders=(own,)))
