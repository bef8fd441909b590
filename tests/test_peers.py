"""What other log analysers are known to get wrong, asked of this one.

Each file of `golden/peers` is one pain of theirs: where it is known from, and small synthetic logs with the answer that
they must give. What cannot be written as one log and one answer (memory, member order, the wall clock) stands below.
"""

import gzip
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from faultlog.errors import FaultlogError, PackError
from faultlog.identity import Told
from faultlog.model import Instant
from faultlog.pipeline import Options, analyze_with, load_knowledge
from faultlog.report.document import CaseDocument, document, to_json
from faultlog.report.preceded import STANDS_OUT
from faultlog.report.text import render_text
from faultlog.wording import Wording
from tests.doors import faultlog
from tests.logs import BOOT, case_of, knowledge, log
from tests.report.test_preceded import planted

PEERS = Path(__file__).parent / "golden" / "peers"
MAC: dict[str, Any] = {"os": "macos", "os_version": "11.2", "connector": "1.14.1"}


def _cases() -> Iterator[Any]:
    for path in sorted(PEERS.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text())["cases"]:
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def _content(file: Any) -> bytes:
    """The bytes of a file of a case: in the shorthand of `tests.logs.log`, perhaps compressed, perhaps cut short."""
    told = {"log": file} if isinstance(file, str) else file
    lines = told["log"].splitlines()
    content = log(*lines).encode() if lines else b""
    if "gzip_date" in told:
        content = gzip.compress(content, mtime=told["gzip_date"])
    return content[: len(content) - told.get("cut", 0)]


def _written(case: Mapping[str, Any], folder: Path) -> Path:
    """Write the files of a case; what is to be triaged."""
    files = case.get("files") or {"ampdaemon.log": case["log"]}
    for name, file in files.items():
        path = folder / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(file))
        if "modified" in (file if isinstance(file, dict) else {}):
            second = datetime.fromisoformat(file["modified"]).timestamp()
            os.utime(path, (second, second))
    return folder / "bundle" / ("ampdaemon.log" if "log" in case else "")


def _options(case: Mapping[str, Any]) -> Options:
    told = dict(case.get("told", {}))
    if "taken" in told:
        told["taken"] = Instant.of(told["taken"])
    return Options(told=Told(**told))


def _answer(case: Mapping[str, Any], folder: Path) -> CaseDocument:
    return document(analyze_with(knowledge(), [_written(case, folder)], _options(case), lambda path, size: None))


def report(doc: CaseDocument) -> str:
    """The text report, on lines too long to break."""
    file = io.StringIO()
    wording = Wording("en", knowledge().rules, doc.host.time_zone.name)
    render_text(doc, wording, Console(file=file, width=1000, color_system=None))
    return file.getvalue()


def differences(wanted: Any, found: Any, place: str = "") -> list[str]:
    """Where an answer is not what was wanted. Keys that nobody asks for are free.

    `includes` and `excludes` compare a list, `at_most` and `at_least` a number; an open end has no most.
    """
    if isinstance(wanted, dict) and set(wanted) <= set(COMPARE):
        return [one for how, value in wanted.items() for one in COMPARE[how](value, found, place)]
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [one for key in wanted for one in differences(wanted[key], found.get(key), f"{place}.{key}")]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        pairs = enumerate(zip(wanted, found, strict=True))
        return [one for number, (each, other) in pairs for one in differences(each, other, f"{place}[{number}]")]
    return [] if wanted == found else [f"{place}: wanted {wanted}, got {found}"]


def _includes(wanted: Sequence[Any], found: Sequence[Any], place: str) -> list[str]:
    missing = [one for one in wanted if all(differences(one, other) for other in found)]
    return [f"{place}: wanted {one} in it, got {found}" for one in missing]


def _excludes(wanted: Sequence[Any], found: Sequence[Any], place: str) -> list[str]:
    present = [one for one in wanted if not all(differences(one, other) for other in found)]
    return [f"{place}: wanted no {one} in it, got {found}" for one in present]


def _at_most(wanted: float, found: float | None, place: str) -> list[str]:
    return [] if found is not None and found <= wanted else [f"{place}: wanted at most {wanted}, got {found}"]


def _at_least(wanted: float, found: float | None, place: str) -> list[str]:
    return [] if found is None or found >= wanted else [f"{place}: wanted at least {wanted} or no end, got {found}"]


COMPARE: dict[str, Callable[[Any, Any, str], list[str]]] = {
    "includes": _includes,
    "excludes": _excludes,
    "at_most": _at_most,
    "at_least": _at_least,
}


@pytest.mark.parametrize("case", list(_cases()))
def test_what_a_peer_gets_wrong(case: Mapping[str, Any], tmp_path: Path) -> None:
    if "refused" in case:
        with pytest.raises(FaultlogError, match=case["refused"]):
            _answer(case, tmp_path)
        return
    doc = _answer(case, tmp_path)
    assert differences(case.get("expect", {}), json.loads(to_json(doc))) == []
    said = report(doc)
    assert [one for one in case.get("says", ()) if one not in said] == []
    assert [one for one in case.get("says_not", ()) if one in said] == []


@pytest.mark.parametrize("path", sorted(PEERS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_file_says_what_goes_wrong_where_it_is_known_from_and_that_it_is_synthetic(path: Path) -> None:
    assert path.read_text().startswith("# Synthetic: ")
    told = yaml.safe_load(path.read_text())
    assert set(told) == {"pain", "peers", "cases"}
    assert told["peers"]
    assert told["cases"]
    asked = {"expect", "says", "says_not", "refused"}
    for case in told["cases"]:
        assert set(case) <= {"name", "log", "files", "told", *asked}, case["name"]
        assert set(case) & asked, f"{case['name']} cannot fail"


# What cannot be written as one log and its answer.

LIFE = {
    "var/log/cisco/ampdaemon.log.2": log(
        "10:00:00 Fault Raised: 6", "10:01:00 Fault Raised: 7", "10:02:00 connector started"
    ),
    "var/log/cisco/ampdaemon.log.1": log("10:03:00 Fault Cleared: 7", "10:20:00 Fault Raised: 7"),
    "var/log/cisco/ampdaemon.log": log(
        "10:30:00 Fault Cleared: 6", "10:40:00 Fault Cleared: 7", "10:50:00 Policy check"
    ),
    "var/log/messages": log("10:00:30 kernel| [    0.000000] Linux version 5.14.0"),
}


def _tar_of(files: Mapping[str, str], target: Path) -> Path:
    with tarfile.open(target, "w:gz") as bundle:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(text), 1772550000
            bundle.addfile(info, io.BytesIO(text.encode()))
    return target


def _zip_of(files: Mapping[str, str], target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as bundle:
        for name, text in files.items():
            bundle.writestr(name, text)
    return target


def _answer_of(path: Path) -> dict[str, Any]:
    """The answer without what names the container."""
    case = analyze_with(knowledge(), [path], Options(), lambda name, size: None)
    told = json.loads(to_json(case))
    del told["bundle"]
    return told


def test_the_order_in_which_members_are_met_decides_nothing(tmp_path: Path) -> None:
    """logstash-plugins/logstash-filter-elapsed#31 and #39: several workers tore pairs apart."""
    chance, names = random.Random(31), list(LIFE)  # noqa: S311 (no secret)
    first = _answer_of(_tar_of(LIFE, tmp_path / "first.tar.gz"))
    assert [one["duration_s"] for one in first["intervals"]] == [[1800, 1800], [120, 120], [1200, 1200]]
    for number in range(10):
        chance.shuffle(names)
        assert _answer_of(_tar_of({name: LIFE[name] for name in names}, tmp_path / f"{number}.tar.gz")) == first


def test_a_zip_and_a_tar_of_the_same_files_give_the_same_answer(tmp_path: Path) -> None:
    """RedHatInsights/insights-core#4081: the same filter worked on one kind of archive only."""
    assert _answer_of(_zip_of(LIFE, tmp_path / "same.zip")) == _answer_of(_tar_of(LIFE, tmp_path / "same.tar.gz"))


def _run(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "faultlog", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )


def test_every_run_gives_the_same_bytes(tmp_path: Path) -> None:
    """logstash-plugins/logstash-filter-elapsed#29: another duration on every run."""
    bundle = _tar_of(LIFE, tmp_path / "life.tar.gz")
    runs = {_run("triage", bundle, "--json", "-", PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "29")}
    assert len(runs) == 1
    assert '"duration_s"' in runs.pop()


def test_a_blank_behind_a_time_does_not_change_its_zone(tmp_path: Path) -> None:
    """google/timesketch#2943: a trailing blank made UTC local time."""
    path = tmp_path / "ampdaemon.log"
    path.write_text(log("12:00:00 Fault Raised: 12", "12:30:00 Fault Cleared: 12", "12:40:00 Fault Raised: 13"))
    bare, blank = (
        _run("triage", path, "--since", since, TZ="Asia/Seoul").stdout
        for since in ("2026-03-03T12:35:00Z", "2026-03-03T12:35:00Z ")
    )
    assert bare == blank
    assert "f13-1" in bare
    assert "f12-1" not in bare


def test_nothing_to_answer_from_is_no_success(tmp_path: Path) -> None:
    """EC-DIGIT-CSIRC/sysdiagnose#248, google/timesketch#3084: a failure that looked like an empty success."""
    path = tmp_path / "ampdaemon.log"
    for content in (b"", b"\0" * 5000, b"not a log\n" * 50, gzip.compress(b"")):
        path.write_bytes(content)
        done = faultlog("triage", path)
        assert done.returncode == 3, done.stdout
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("faultlog: ")


def test_a_misspelt_key_stops_the_run_and_is_named(tmp_path: Path) -> None:
    """Yamato-Security/hayabusa#1818: a misspelt key dropped a whole section in silence."""
    source = Path(__file__).parent.parent / "rules/cisco-secure-endpoint/signals/boot.yaml"
    target = tmp_path / "cisco-secure-endpoint/signals/boot2.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(source.read_text().replace("wordings:", "wordngs:"))
    with pytest.raises(PackError, match="wordngs"):
        load_knowledge(Options(rule_folders=(tmp_path,)))


def test_an_empty_pattern_lets_nothing_through_but_its_own_complaint(tmp_path: Path) -> None:
    """RedHatInsights/insights-core#2948: an empty filter let everything through."""
    source = Path(__file__).parent.parent / "rules/cisco-secure-endpoint/signals/suppressed.yaml"
    target = tmp_path / "cisco-secure-endpoint/signals/mine.yaml"
    target.parent.mkdir(parents=True)
    lines = ["  - pattern: ''" if "pattern:" in line else line for line in source.read_text().splitlines()]
    target.write_text("\n".join(lines) + "\n")
    with pytest.raises(PackError):
        load_knowledge(Options(rule_folders=(tmp_path,)))


_PEAK = """
import re, resource, sys
from pathlib import Path
import faultlog
case = faultlog.analyze([Path(sys.argv[1])])
status = Path("/proc/self/status")
own = re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text()) if status.exists() else None
peak = int(own[1]) if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(sum(one.lines for one in case.files), peak)
"""
"""On Linux `ru_maxrss` begins with the parent's peak, which would hide the child's; the kernel's own mark does not."""


def _peak_kib(path: Path) -> tuple[int, int]:
    """Lines read of a log in a new interpreter, and the most memory that took."""
    out = subprocess.run([sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True).stdout
    lines, peak = map(int, out.split())
    return lines, peak


def _large_log(path: Path, mib: int) -> int:
    """A log of that size, long noise with ten faults in it; its number of lines."""
    filler = "/Users/ann/Library/Caches/" + "x" * 400
    noise = log(*(f"12:{one // 60:02d}:{one % 60:02d} policy {filler}/{one} ok" for one in range(1000)))
    copies, fault = mib * 1024 * 1024 // len(noise), log("12:20:00 Fault Raised: 6", "12:20:01 Fault Cleared: 6")
    with path.open("w") as file:
        for number in range(copies):
            file.write((fault if number % (copies // 10) == 0 else "") + noise)
    return copies * 1000 + 2 * len(range(0, copies, copies // 10))


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    """EC-DIGIT-CSIRC/sysdiagnose#123, Yamato-Security/hayabusa#778, log2timeline/plaso#4924, insights-core#4801."""
    peaks = []
    for mib in (5, 35):
        path = tmp_path / str(mib) / "ampdaemon.log"
        path.parent.mkdir()
        wanted = _large_log(path, mib)
        lines, peak = _peak_kib(path)
        assert lines == wanted
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 10 * 1024, f"peak memory in KiB: {peaks}"


# Yamato-Security/hayabusa#1818, google/timesketch#1496, tstack/lnav#1707: reports that drop what was computed.


@cache
def _everything() -> CaseDocument:
    """A case with something in every array of its document."""
    files = {
        "var/log/cisco/ampdaemon.log.3": log("09:00:00 ampdaemon starting, version 1.14.0", "09:10:00 Policy check"),
        "var/log/cisco/ampdaemon.log": log(
            "10:00:00 Fault Raised: 6",
            "10:01:00 connector started, version 1.14.1",
            "10:02:00 Fault Raised: 6 (Major)",
            "10:03:00 Fault Cleared: 6",
            "10:04:00 Fault Raised: 6",
            "10:05:00 Fault Cleared: 6",
            "10:06:00 Fault Raised: 6",
            "10:06:30 scan service crashed while scanning /Users/ann/x.dmg",
            "10:06:40 scan service crashed while scanning /Users/ann/x.dmg",
            "10:07:00 fault condition 6 now on",
            "10:08:00 Fault Raised: 10",
            "nobody reads this line",
            "10:30:00 Policy check",
            "10:20:00 Policy check",
            "10:40:00 Fault Raised: 99",
        ),
        "var/log/messages": log(BOOT.join(("10:09:00 ", "")), "10:50:00 kernel| something else") + "cut",
        "ampcli_status.txt": "Status: Connected\nFaults: 1 Major\nFault IDs: 18\nID 18 - Major: Overloaded.\n",
    }
    return document(case_of(files, full=True, **MAC))


ARRAYS = sorted(
    name
    for name, value in json.loads(to_json(case_of(log("12:00:00 Policy check")))).items()
    if isinstance(value, list)
)
QUIET: dict[str, Callable[[Any], bool]] = {
    "advice": lambda row: not row.advice,
    "coverage": lambda row: row.kind == "live",
    "examined": lambda row: row.missing is not None,
    "patterns": lambda row: row.outcome == "absent",
    "preceding": lambda row: row.p > STANDS_OUT,
    "signals": lambda row: row.kind not in {"connector_started", "boot"},
}
"""Rows that need no mark of their own: no news, told by `explain`, or, for signals, by the intervals they make."""


def _without(doc: CaseDocument, name: str, place: int) -> CaseDocument:
    rows = list(getattr(doc, name))
    return replace(doc, **{name: rows[:place] + rows[place + 1 :]})


@pytest.mark.parametrize("name", list(ARRAYS))
def test_whatever_was_computed_shows_in_the_report(name: str) -> None:
    """Taken out of the document, any row leaves its mark on the report: shown, folded into a count, or a headline."""
    doc = planted() if name in {"preceding", "examined"} else _everything()
    rows, whole = getattr(doc, name), report(doc)
    assert rows, f"the case has no {name}"
    assert report(replace(doc, **{name: []})) != whole, f"{name} shows nowhere"
    quiet = QUIET.get(name, lambda row: False)
    unseen = [row for place, row in enumerate(rows) if not quiet(row) and report(_without(doc, name, place)) == whole]
    assert unseen == []
