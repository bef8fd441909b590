"""The simulator: bundles whose truth is known, and whose truth is true."""

import gzip
import hashlib
import json
import re
import tarfile
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from faultlog.errors import UnknownName, UsageError
from faultlog.model import Instant
from faultlog.simulating import SCENARIOS, simulate
from faultlog.simulation.scenarios import DAEMON_NOISE, LINUX_NOISE, MACOS_NOISE, NEAR_MISSES, SCAN_NOISE, Shape

NAMES = tuple(SCENARIOS)

ACCEPTED = re.compile(
    r"""
    (?<!page\ )\bfault\s+(\d+\s+)?(raised|cleared)\b | \b(raised|cleared)\s+fault\b
    | \b(starting|stopping)\s+connector\b
    | \b(connector|ampdaemon)\s+(started|stopped|starting|stopping|exiting)\b
    | \bservice\s+started\b | \bshutting\s+down\b | Started\ Cisco
    | BOOT_TIME | Darwin\ Kernel\ Version | Linux\ version
    | \b(scan\ service|ampscansvc)\s+(started|exited|crashed|died|terminated|killed)\b
    | \bdefinitions?\s+updated?\b | \b(loaded|updated|new)\b.*\.cvd | \bupgraded\s+from\b
    | \bsuppressed\s+\d+\s+messages | \blast\s+message\s+repeated
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Every wording that is a signal, written down a second time."""

HOST = r"sim-\w+-\d{4}"
STAMPS = {
    "syslog": rf"Mar [ 123]\d \d\d:\d\d:\d\d {HOST} [\w.]+(\[\d+\])?: \S",
    "syslog-debug": rf"Mar [ 123]\d [\d:]{{8}} {HOST} \w+\[\d+\]: \[\w+\]:\[\w+\]-\[\w+\.c@\d+\]:\[\d+\]: \S",
    "iso": rf"2026-03-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d) {HOST} \w+\[\d+\]: \S",
    "unified": r"2026-03-\d\d [\d:]{8}\.\d{6}[+-]\d{4} 0x[0-9a-f]+ +Default {5}0x0 {18}\d+ +0    "
    r"amp\w+: \(\w+\) \[[\w.:]+\] \S",
}


def contents(bundle: Path) -> dict[str, bytes]:
    """Every member of an archive, rotated copies decompressed."""
    if bundle.suffix == ".zip":
        with zipfile.ZipFile(bundle) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
    else:
        with tarfile.open(bundle) as tar:
            found = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    return {name: gzip.decompress(data) if name.endswith(".gz") else data for name, data in found.items()}


def truth_of(bundle: Path) -> Any:
    name = bundle.name.removesuffix(".zip").removesuffix(".tar.gz")
    return json.loads((bundle.parent / f"{name}.truth.json").read_text(encoding="utf-8"))


def digests(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(directory.iterdir())}


def seconds(later: str, earlier: str) -> float:
    return Instant.of(later).since(Instant.of(earlier))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_bytes_and_leaves_nothing_else_behind(tmp_path: Path, name: str) -> None:
    for place in ("a", "b"):
        simulate(tmp_path / place, name, seed=4, size=60_000)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert len(digests(tmp_path / "a")) == 2


def test_another_seed_gives_another_host_with_other_noise_and_the_same_story(tmp_path: Path) -> None:
    one, two = (truth_of(simulate(tmp_path, "fault6-breached", seed=seed)[0]) for seed in (1, 2))
    assert one["host"] != two["host"]
    assert one["guid"] != two["guid"]
    assert one["noise_lines"] != two["noise_lines"]
    assert one["intervals"] == two["intervals"]


@pytest.mark.parametrize("size", [None, 200_000])
@pytest.mark.parametrize("name", NAMES)
def test_every_stated_line_stands_where_the_truth_says(tmp_path: Path, name: str, size: int | None) -> None:
    bundle = simulate(tmp_path, name, size=size)[0]
    files, truth = contents(bundle), truth_of(bundle)
    assert bundle.name == truth["bundle"]
    for signal in truth["signals"] + truth["in_flight"]:
        data = files[signal["file"]]
        assert data.split(b"\n")[signal["line"] - 1].decode() == signal["text"]
        assert data[signal["offset"] :].startswith(signal["text"].encode())


@pytest.mark.parametrize("name", NAMES)
def test_counts_of_every_log_are_those_of_the_file(tmp_path: Path, name: str) -> None:
    bundle = simulate(tmp_path, name)[0]
    files, truth = contents(bundle), truth_of(bundle)
    told = {(signal["file"], signal["line"]) for signal in truth["signals"] + truth["in_flight"]}
    for log in truth["files"]:
        data = files[log["path"]]
        assert log["bytes"] == len(data)
        assert log["lines"] == len(data.splitlines())
        assert log["noise_lines"] == log["lines"] - sum(path == log["path"] for path, _ in told)
    assert truth["noise_lines"] == sum(log["noise_lines"] for log in truth["files"])


@pytest.mark.parametrize("name", NAMES)
def test_every_bundle_is_small_enough_to_be_committed_and_large_enough_to_be_a_log(tmp_path: Path, name: str) -> None:
    bundle = simulate(tmp_path, name)[0]
    assert 30_000 <= sum(len(data) for data in contents(bundle).values()) <= 150_000
    assert 300 <= sum(log["lines"] for log in truth_of(bundle)["files"]) <= 900


@pytest.mark.parametrize("name", NAMES)
def test_no_noise_is_an_accepted_wording(tmp_path: Path, name: str) -> None:
    bundle = simulate(tmp_path, name, size=150_000)[0]
    truth = truth_of(bundle)
    files = contents(bundle)
    told = {(signal["file"], signal["line"]) for signal in truth["signals"]}
    found = {
        (log["path"], number)
        for log in truth["files"]
        for number, line in enumerate(files[log["path"]].decode().splitlines(), start=1)
        if ACCEPTED.search(line)
    }
    assert found == told


def test_no_template_of_the_noise_is_an_accepted_wording() -> None:
    every = (*DAEMON_NOISE, *SCAN_NOISE, *NEAR_MISSES, *MACOS_NOISE, *LINUX_NOISE)
    assert [message for _, message in every if ACCEPTED.search(message.replace("{m}", "6"))] == []


def test_about_one_in_seven_lines_of_noise_is_a_near_miss(tmp_path: Path) -> None:
    bundle = simulate(tmp_path, "upgrade-changes-shape", size=1_000_000)[0]
    lines = next(data for name, data in contents(bundle).items() if name.endswith("ampdaemon.log")).decode()
    beginnings = "|".join(re.escape(message.partition("{")[0]) for _, message in NEAR_MISSES)
    near = len(re.findall(rf"\]: (?:{beginnings})", lines))
    assert 0.12 <= near / lines.count("\n") <= 0.18


@pytest.mark.parametrize("name", NAMES)
def test_every_bundle_says_that_it_is_synthetic(tmp_path: Path, name: str) -> None:
    bundle = simulate(tmp_path, name)[0]
    root = bundle.name.removesuffix(".zip").removesuffix(".tar.gz")
    assert b"faultlog simulate; not a real log" in contents(bundle)[f"{root}/SYNTHETIC.txt"]
    assert "faultlog simulate; not a real log" in truth_of(bundle)["synthetic"]


@pytest.mark.parametrize("name", NAMES)
def test_lines_have_the_shape_of_their_moment(tmp_path: Path, name: str) -> None:
    scenario = SCENARIOS[name]
    bundle = simulate(tmp_path, name, size=100_000)[0]
    patterns = [STAMPS[shape.name] for _, shape in scenario.shapes]
    for path, data in contents(bundle).items():
        if "ampdaemon.log" in path or "ampscansvc.log" in path:
            lines = data.decode().splitlines()[1 if scenario.cut else 0 :]
            shapes = [next(n for n, pattern in enumerate(patterns) if re.match(pattern, line)) for line in lines]
            assert shapes == sorted(shapes)
        elif path.endswith(("system.log", "messages")):
            assert [line for line in data.decode().splitlines() if not re.match(STAMPS["syslog"], line)] == []


def test_stamps_of_a_filled_log_never_go_backwards(tmp_path: Path) -> None:
    bundle = simulate(tmp_path, "fault7-every-update", size=2_000_000)[0]
    live = next(data for name, data in contents(bundle).items() if name.endswith("ampdaemon.log"))
    stamps = [line[:27] for line in live.decode().splitlines()]
    assert stamps == sorted(stamps)


def test_a_connector_that_is_stopped_says_nothing(tmp_path: Path) -> None:
    bundle = simulate(tmp_path, "fault7-every-update", size=2_000_000)[0]
    truth = truth_of(bundle)
    for log in (name for name in contents(bundle) if "/Cisco/amp" in name):
        stamps = [line[:27] for line in contents(bundle)[log].decode().splitlines()]
        stops = [signal["at"] for signal in truth["signals"] if signal["kind"] == "connector_stopped"]
        for stop, start in zip(stops, truth["connector_starts"], strict=True):
            assert [stamp for stamp in stamps if stop < stamp < start] == []


@pytest.mark.parametrize("name", NAMES)
def test_intervals_follow_from_the_raises_and_clears(tmp_path: Path, name: str) -> None:
    truth = truth_of(simulate(tmp_path, name)[0])
    raises = [(s["fault_id"], s["at"]) for s in truth["signals"] if s["kind"] == "fault_raised"]
    clears = [(s["fault_id"], s["at"]) for s in truth["signals"] if s["kind"] == "fault_cleared"]
    intervals = truth["intervals"]
    assert sorted(raises) == sorted((i["fault_id"], i["raised"]) for i in intervals if i["raised"] is not None)
    assert sorted(clears) == sorted((i["fault_id"], i["cleared"]) for i in intervals if i["cleared"] is not None)
    assert all(i["raised"] < i["cleared"] for i in intervals if i["raised"] and i["cleared"])
    assert truth["open_faults"] == [i["fault_id"] for i in intervals if i["cleared"] is None]
    assert all(truth["observed"]["from"] <= s["at"] <= truth["observed"]["to"] for s in truth["signals"][2:])


@pytest.mark.parametrize(
    ("name", "verdict", "after_start", "after_raise"),
    [("fault6-breached", "breached", 24 * 60 + 22, 600 + 897), ("fault6-in-time", "met", 360, 600 - 210)],
)
def test_fault_6_is_cleared_as_long_after_the_start_as_the_story_says(
    tmp_path: Path, name: str, verdict: str, after_start: float, after_raise: float
) -> None:
    truth = truth_of(simulate(tmp_path, name)[0])
    (stay,) = truth["intervals"]
    assert stay["raised"] < truth["connector_starts"][-1] < stay["cleared"]
    assert seconds(stay["cleared"], truth["connector_starts"][-1]) == after_start
    assert seconds(stay["cleared"], stay["raised"]) == after_raise
    margins = {e["question"]: (e["answer"], e["margin_s"]) for e in truth["expected"]}
    assert margins == {
        "clears_within connector_started": (verdict, 600 - after_start),
        "clears_within raised": (verdict, 600 - after_raise),
    }


def test_fault_7_follows_each_update_and_each_restart_clears_it(tmp_path: Path) -> None:
    truth = truth_of(simulate(tmp_path, "fault7-every-update")[0])
    updates = [s["at"] for s in truth["signals"] if s["kind"] == "definitions_updated"]
    margins = [e["margin_s"] for e in truth["expected"] if e["margin_s"] is not None]
    stories = zip(updates, truth["intervals"], truth["connector_starts"], margins, strict=True)
    for update, stay, start, margin in stories:
        assert update < stay["raised"] < start < stay["cleared"]
        assert seconds(stay["raised"], update) <= 900
        assert seconds(stay["cleared"], start) == 600 - margin


def test_fault_10_is_raised_before_a_reboot_and_never_cleared(tmp_path: Path) -> None:
    bundle = simulate(tmp_path, "fault10-survives-reboot")[0]
    truth = truth_of(bundle)
    (stay,) = truth["intervals"]
    boot = Instant.of(truth["boots"][-1])
    assert stay["raised"] < truth["boots"][-1] < truth["connector_starts"][-1]
    assert stay["cleared"] is None
    files = contents(bundle)
    system = next(data for name, data in files.items() if name.endswith("system.log"))
    assert f"bootlog[0]: BOOT_TIME {boot.ns // 10**9} 0\n".encode() in system
    status = next(data for name, data in files.items() if name.endswith("ampcli_status.txt")).decode()
    assert "Faults: 1 Major\nFault IDs: 10\nID 10 - Major: Reboot required" in status


def test_an_upgrade_changes_the_shape_and_the_version(tmp_path: Path) -> None:
    bundle = simulate(tmp_path, "upgrade-changes-shape")[0]
    truth = truth_of(bundle)
    versions = [(s["version"], s["text"]) for s in truth["signals"] if s["kind"] == "version_changed"]
    assert [version for version, _ in versions] == ["1.14.0", "1.14.1", "1.14.1"]
    assert versions[1][1].endswith("upgraded from 1.14.0 to 1.14.1")
    assert versions[2][1].endswith("connector started, version 1.14.1")
    texts = {s["kind"]: s["text"] for s in truth["signals"] if s["fault_id"] == 3}
    assert re.match(STAMPS["syslog"], texts["fault_raised"])
    assert re.match(STAMPS["iso"], texts["fault_cleared"])
    assert b"<version>1.14.1</version>" in next(d for n, d in contents(bundle).items() if n.endswith("global.xml"))


@pytest.mark.parametrize("size", [None, 100_000])
def test_a_cut_log_starts_inside_a_line_and_ends_without_one(tmp_path: Path, size: int | None) -> None:
    bundle = simulate(tmp_path, "cut-in-the-middle", size=size)[0]
    log = next(data for name, data in contents(bundle).items() if name.endswith("ampdaemon.log"))
    lines = log.decode().split("\n")
    assert not re.match(STAMPS["unified"], lines[0])
    assert re.match(STAMPS["unified"], lines[1])
    assert re.match(STAMPS["unified"], lines[-1])
    stays = [(i["fault_id"], i["raised"] is None, i["cleared"] is None) for i in truth_of(bundle)["intervals"]]
    assert stays == [(12, True, False), (5, False, True)]


def test_members_carry_the_dates_of_their_last_lines(tmp_path: Path) -> None:
    bundle = simulate(tmp_path, "fault6-in-time")[0]
    lasts = {log["path"]: log["last_at"][:19] for log in truth_of(bundle)["files"]}
    with tarfile.open(bundle) as tar:
        dates = {m.name: datetime.fromtimestamp(m.mtime, UTC).isoformat()[:19] for m in tar if m.name in lasts}
    assert dates == lasts
    zipped = simulate(tmp_path, "fault6-breached")[0]
    with zipfile.ZipFile(zipped) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {2026}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize("name", ["fault6-breached", "cut-in-the-middle", "fault6-in-time"])
def test_the_live_log_reaches_the_size_asked_for(tmp_path: Path, name: str) -> None:
    bundle = simulate(tmp_path, name, size=3_000_000)[0]
    live = [data for path, data in contents(bundle).items() if path.endswith("ampdaemon.log")]
    assert len(live[0]) == pytest.approx(3_000_000, rel=0.03)


def test_a_size_below_the_story_itself_changes_nothing(tmp_path: Path) -> None:
    told, asked = tmp_path / "told", tmp_path / "asked"
    simulate(told, "fault6-breached")
    simulate(asked, "fault6-breached", size=100)
    assert digests(told) == digests(asked)


def test_several_hosts_are_bundles_of_following_seeds(tmp_path: Path) -> None:
    bundles = simulate(tmp_path / "fleet", "fault10-survives-reboot", seed=7, hosts=3)
    assert [bundle.name for bundle in bundles] == [f"fault10-survives-reboot-000{n}.zip" for n in (7, 8, 9)]
    truths = [truth_of(bundle) for bundle in bundles]
    assert [truth["seed"] for truth in truths] == [7, 8, 9]
    assert len({truth["host"] for truth in truths}) == len({truth["guid"] for truth in truths}) == 3
    alone = simulate(tmp_path / "alone", "fault10-survives-reboot", seed=8)[0]
    assert alone.read_bytes() == bundles[1].read_bytes()


def test_an_unknown_scenario_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no scenario 'fault99'") as caught:
        simulate(tmp_path / "none", "fault99")
    assert all(name in str(caught.value) for name in NAMES)
    assert not (tmp_path / "none").exists()


def test_a_directory_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="cannot write bundles into"):
        simulate(tmp_path / "file" / "below", "fault6-breached")


@pytest.mark.parametrize(("size", "hosts"), [(None, 0), (-1, 1)])
def test_no_hosts_and_negative_sizes_are_usage_errors(tmp_path: Path, size: int | None, hosts: int) -> None:
    with pytest.raises(UsageError, match="cannot simulate"):
        simulate(tmp_path, "fault6-breached", size=size, hosts=hosts)


def test_every_scenario_describes_itself_in_one_sentence() -> None:
    for scenario in SCENARIOS.values():
        assert scenario.description.endswith(".")
        assert "\n" not in scenario.description


def test_a_moment_before_the_first_shape_has_the_first_shape() -> None:
    scenario = SCENARIOS["upgrade-changes-shape"]
    assert scenario.shape_at(scenario.start.moved(-1)) == Shape("syslog")


@pytest.mark.parametrize("seed", [1, 2, 3, 10])
def test_a_random_life_is_the_same_for_the_same_seed_and_another_for_another(tmp_path: Path, seed: int) -> None:
    for place in ("a", "b"):
        simulate(tmp_path / place, "random", seed=seed)
    simulate(tmp_path / "c", "random", seed=seed + 1)
    one, two, other = (
        [path.read_bytes() for path in sorted((tmp_path / place).rglob("*")) if path.is_file()] for place in "abc"
    )
    assert one == two
    assert one != other


def test_the_lines_of_a_random_life_stand_where_its_truth_says(tmp_path: Path) -> None:
    read = 0
    for bundle in (one for one in simulate(tmp_path, "random", seed=1, hosts=40) if one.suffix == ".zip"):
        truth = truth_of(bundle)
        if any("!/" in log["path"] for log in truth["files"]):
            continue
        files = logs_of(bundle)
        for signal in truth["signals"]:
            for path, line in signal["places"]:
                read += 1
                assert files[path].splitlines()[line - 1].decode() == signal["text"]
    assert read > 100


def logs_of(bundle: Path) -> dict[str, bytes]:
    """Every member of a zip, decompressed as far as it goes."""
    with zipfile.ZipFile(bundle) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: zlib.decompressobj(31).decompress(data) if name.endswith(".gz") else data for name, data in found.items()
    }


def test_a_random_life_has_its_own_size_and_stands_among_the_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="decides its own size"):
        simulate(tmp_path, "random", size=1000)
    with pytest.raises(UnknownName, match=r"there are .*, random"):
        simulate(tmp_path, "nothing")
