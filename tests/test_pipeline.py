"""From a bundle to a case: simulated lives against their truth, the options, and what cannot be answered."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from faultlog.case import Case
from faultlog.errors import NothingAnswerable
from faultlog.identity import Told
from faultlog.model import Instant
from faultlog.pipeline import Options, analyze, analyze_with, load_knowledge
from faultlog.simulating import SCENARIOS, simulate
from tests.logs import case_of, firsts, kinds, knowledge, log
from tests.test_caseparts import adds_up

LIVES = [(name, seed) for name in SCENARIOS for seed in (1, 2, 3, 17)]


@pytest.fixture(params=LIVES, ids=lambda life: f"{life[0]}-{life[1]}", scope="module")
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Any]:
    """The case of a simulated life, and its truth."""
    return life(tmp_path_factory.mktemp("life"), *request.param)


def life(folder: Path, name: str, seed: int) -> tuple[Case, Any]:
    """Simulate one host and read its bundle."""
    (bundle,) = simulate(folder, name, seed=seed)
    stem = bundle.name.removesuffix(".zip").removesuffix(".tar.gz")
    truth = json.loads((bundle.parent / f"{stem}.truth.json").read_text(encoding="utf-8"))
    taken = Instant.of(truth["taken_at"])
    return analyze_with(knowledge(), [bundle], Options(told=Told(taken=taken)), lambda _path, _size: None), truth


class TestSimulatedLives:
    """Every scenario, several seeds, answer by answer."""

    def test_intervals_are_the_truths(self, lived: tuple[Case, Any]) -> None:
        case, truth = lived
        found = [
            (
                one.fault_id,
                str(one.raised.at) if one.raised.kind == "observed" else None,
                str(one.cleared.at) if one.cleared.kind == "observed" else None,
            )
            for one in case.intervals
        ]
        expected = [(one["fault_id"], one["raised"], one["cleared"]) for one in truth["intervals"]]
        assert sorted(found, key=str) == sorted(expected, key=str)

    def test_severities_are_the_truths(self, lived: tuple[Case, Any]) -> None:
        case, truth = lived
        found = [(one.fault_id, one.severity) for one in case.intervals]
        expected = [(one["fault_id"], one["severity"]) for one in truth["intervals"]]
        assert sorted(found, key=str) == sorted(expected, key=str)

    def test_findings_remedies_and_patterns_are_as_expected(self, lived: tuple[Case, Any]) -> None:
        case, truth = lived
        answers: list[tuple[int, str, str, float | None]] = [
            (one.fault_id, f"{one.expectation.kind} {one.expectation.after}", one.verdict, one.margin_s)
            for one in case.findings
        ]
        answers += [(one.fault_id, f"remedy {one.event}", one.outcome, None) for one in case.remedies]
        answers += [
            (one.fault_id, "recurs_with definitions_updated", one.outcome, None)
            for one in case.patterns
            if one.pattern == "with-every-update"
        ]
        expected = [(one["fault"], one["question"], one["answer"], one["margin_s"]) for one in truth["expected"]]
        assert Counter(answers) == Counter(expected)

    def test_signals_stand_where_the_truth_says(self, lived: tuple[Case, Any]) -> None:
        case, truth = lived
        found = Counter(
            (one.kind, one.fault_id, one.evidence.file, one.evidence.line, one.evidence.offset, one.evidence.text)
            for one in case.signals
        )
        expected = Counter(
            (one["kind"], one["fault_id"], one["file"], one["line"], one["offset"], one["text"])
            for one in truth["signals"]
        )
        pids = Counter({key: count for key, count in found.items() if key[0] == "scan_service_started"})
        stated = Counter({key: count for key, count in expected.items() if key[0] == "scan_service_started"})
        assert found - pids == expected - stated
        assert not stated - pids

    def test_starts_are_the_truths(self, lived: tuple[Case, Any]) -> None:
        case, truth = lived
        assert list(map(str, firsts(case, "connector_started"))) == truth["connector_starts"]

    def test_boots_are_the_epochs_stated(self, lived: tuple[Case, Any]) -> None:
        case, truth = lived
        assert list(map(str, firsts(case, "boot"))) == truth["boots"]

    def test_the_host_is_who_it_is(self, lived: tuple[Case, Any]) -> None:
        case, truth = lived
        host = case.host
        assert (host.name, host.guid, host.os, host.os_version, host.connector_version) == (
            truth["host"],
            truth["guid"],
            truth["os"],
            truth["os_version"],
            truth["versions"][-1],
        )

    def test_no_line_is_lost(self, lived: tuple[Case, Any]) -> None:
        case, truth = lived
        assert adds_up(case)
        files = {one.path: one for one in case.files}
        for one in truth["files"]:
            found = files[one["path"]]
            assert (found.lines, found.bytes) == (one["lines"], one["bytes"])
            assert found.status == "understood"
            assert found.unread <= SCENARIOS[truth["scenario"]].cut
            assert (str(found.first_at), str(found.last_at)) == (one["first_at"], one["last_at"])

    def test_the_audit_adds_up(self, lived: tuple[Case, Any]) -> None:
        audit, intervals = lived[0].audit, lived[0].intervals
        assert audit.raises == sum(bool(one.raises) for one in intervals) + audit.duplicate_raises
        assert audit.clears == sum(one.clear is not None for one in intervals) + audit.orphan_clears

    def test_the_snapshot_lists_what_is_open(self, lived: tuple[Case, Any]) -> None:
        case, truth = lived
        for snapshot in case.snapshots:
            assert list(snapshot.fault_ids) == truth["open_faults"]
        assert [one.fault_id for one in case.intervals if one.state == "open"] == truth["open_faults"]

    def test_near_misses_are_unexplained_only(self, lived: tuple[Case, Any]) -> None:
        assert all(
            "fault" in one.example.text.lower() or "mismatch" in one.example.text.lower()
            for one in lived[0].unexplained
        )


def test_the_truth_without_a_taken_date_is_the_same(tmp_path: Path) -> None:
    (bundle,) = simulate(tmp_path, "fault6-breached")
    case = analyze([bundle])
    assert [(str(one.raised.at), str(one.cleared.at)) for one in case.intervals] == [
        ("2026-03-03T13:06:35Z", "2026-03-03T13:31:32Z")
    ]


def test_progress_is_told_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "ampdaemon.log"
    path.write_text(log("12:00:00 Fault Raised: 6"))
    told: list[tuple[str, int]] = []
    analyze([path], progress=lambda name, size: told.append((name, size)))
    assert sum(size for _, size in told) == path.stat().st_size
    assert {name for name, _ in told} == {"ampdaemon.log"}


def test_a_log_of_any_name_is_read_when_named(tmp_path: Path) -> None:
    path = tmp_path / "daemon-output.txt"
    path.write_text(log("12:00:00 Fault Raised: 6"))
    assert kinds(analyze([path])) == ["fault_raised"]


def test_a_log_that_nobody_understands_is_reported_not_dropped() -> None:
    case = case_of("gibberish\nmore of it\n")
    assert not case.answerable
    assert [(one.status, one.unread) for one in case.files] == [("not_understood", 2)]
    assert case.coverage == ()


def test_nothing_at_all(tmp_path: Path) -> None:
    with pytest.raises(NothingAnswerable):
        analyze([tmp_path])


def test_user_rules_replace_and_add(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    target = folder / "cisco-secure-endpoint" / "signals" / "connector_started.yaml"
    target.parent.mkdir(parents=True)
    target.write_text(
        """signal: connector_started
summary: {en: Mine, ko: 내 것}
wordings:
  - {pattern: '^hello again$', provenance: user, source: me}
accepts:
  - {message: hello again}
refuses:
  - {message: hello}
"""
    )
    options = Options(rule_folders=(folder,))
    known = load_knowledge(options)
    assert known.tool.rules_sha256 != knowledge().tool.rules_sha256
    assert known.tool.parsers_sha256 == knowledge().tool.parsers_sha256
    path = tmp_path / "ampdaemon.log"
    path.write_text(log("12:00:00 hello again", "12:00:10 connector started"))
    assert [one.provenance for one in analyze_with(known, [path], options, lambda _path, _size: None).signals] == [
        "user",
        "assumed",
    ]
    assert kinds(case_of(log("12:00:00 hello again"))) == []


def test_the_same_input_gives_an_equal_case() -> None:
    text = log("12:00:00 Fault Raised: 6", "12:30:00 connector started", "12:40:01 Fault Cleared: 6")
    one, two = case_of(text, os="macos"), case_of(text, os="macos")
    assert (one.intervals, one.findings, one.signals, one.audit) == (
        two.intervals,
        two.findings,
        two.signals,
        two.audit,
    )
