"""A run over many bundles: each gets one outcome, whatever it or its neighbours do, and a later run does the rest."""

import errno
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from faultlog import cli
from faultlog.archives.streams import DamageError, RawFile
from faultlog.child import Bounds
from faultlog.errors import UsageError
from faultlog.fleet import driving, task
from faultlog.fleet.driving import Driven
from faultlog.fleet.executors import Nursery, Processes
from faultlog.fleet.fetching import Fetched, hash_of
from faultlog.fleet.lake import Lake, identity, known_lake, open_lake
from faultlog.fleet.litter import DAY_S, swept
from faultlog.fleet.running import run
from faultlog.fleet.setups import Setup, decides, rules_hash
from faultlog.fleet.sources import listed, units
from faultlog.fleet.telling import tally_lines
from faultlog.fleet.units import STATES, Outcome, Unit
from faultlog.pipeline import Options, load_knowledge
from faultlog.wording import Wording

from .conftest import EXAMPLES, SAME_EACH_TIME
from .lakes import OPTIONS, Here, bundle, everything, filled, lake_at, rows, states, tarred
from .logs import knowledge, log

DAY = ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "10:20:00 Fault Cleared: 6", "11:00:00 quiet")


@pytest.fixture
def lake(tmp_path):
    return lake_at(tmp_path / "lake")


def hosts(place: Path, number: int) -> list[Path]:
    """Bundles of hosts of their own."""
    return [bundle(place / f"{at:02}.zip", *DAY, host=f"mac{at}") for at in range(number)]


# Isolation


NURSERY = (
    sys.executable,
    "-IS",
    "-c",
    """
import json, os, sys, time
sys.stdin.readline()
print(json.dumps({"ready": ""}), flush=True)
for line in sys.stdin:
    unit = json.loads(line)
    name = unit["name"].rstrip("0123456789")
    answer = json.dumps({"unit": unit, "state": "done", "case": None, "reason": None, "detail": None})
    if name == "kill":
        os.kill(os.getpid(), 9)
    elif name == "half":
        print(answer[:20], end="", flush=True)
        os._exit(0)
    elif name == "slow":
        time.sleep(0.2)
    print({"garbage": "\\x1b\\x00 ... 1", "list": "[]", "other": answer.replace("other", "done")}.get(name, answer))
    sys.stdout.flush()
""",
)
"""A nursery that does what the name of a unit says."""
MAD = ("kill", "half", "garbage", "list", "other")


def test_a_nursery_that_dies_or_goes_mad_is_started_anew_and_nobody_else_is_blamed(lake):
    named = [Unit(f"{name}{at}") for at in range(3) for name in ("fine", "slow", "good")] + [Unit(one) for one in MAD]
    nurseries = tuple(Nursery(Setup(str(lake.root), OPTIONS, Bounds()), NURSERY) for _ in range(2))
    executor, told = Processes(nurseries), list[Outcome]()
    try:
        tally = run(lake, executor, named[::-1], told.append)
    finally:
        executor.close()
    assert tally.counts == {("done", None): 9, ("quarantined", "signal"): len(MAD)}
    assert sorted(one.unit.name for one in told) == sorted(one.name for one in named)
    assert {one.unit.name for one in told if one.state == "quarantined"} == set(MAD)
    assert {one.unit.name for one in lake.sources()} == set(MAD)  # a later run leaves them alone


def test_a_nursery_that_does_not_start_is_refused(lake):
    with pytest.raises(UsageError, match="a worker could not start"):
        Nursery(Setup(str(lake.root), OPTIONS, Bounds()), (sys.executable, "-c", ""))


def test_what_ends_its_process_is_tried_once_more_after_all_others(lake):
    tried = list[str]()

    def performed(_work: task.Work, unit: Unit) -> Outcome:
        tried.append(unit.name)
        dies = unit.name == "poison" or (unit.name == "unlucky" and tried.count("unlucky") == 1)
        return Outcome(unit, "died" if dies else "done", reason="signal" if dies else None)

    named = [Unit(name) for name in ("poison", "a", "unlucky", "b")]
    tally = run(lake, Here(lake, performed), named, lambda _outcome: None)
    assert tried == ["poison", "a", "unlucky", "b", "poison", "unlucky"]
    assert tally.counts == {("done", None): 3, ("quarantined", "signal"): 1}


FATES = st.sampled_from([("done", None), ("warned", None), ("same", None), ("before", None)])
REFUSED = st.sampled_from([("quarantined", "missing"), ("failed", "denied"), ("unlisted", "vanished")])
DYING = st.sampled_from([("once", "signal"), ("twice", "memory"), ("twice", "signal")])


@settings(max_examples=EXAMPLES // 10)
@given(fates=st.lists(FATES | REFUSED | DYING, max_size=20))
def test_the_counts_add_up_to_the_bundles_whatever_becomes_of_them(tmp_path_factory, fates):
    lake = Lake(tmp_path_factory.getbasetemp(), "rules")
    lake.folder("sources").mkdir(parents=True, exist_ok=True)
    (lake.root / "writing").mkdir(exist_ok=True)
    died = set[str]()

    def performed(_work: task.Work, unit: Unit) -> Outcome:
        fate, reason = fates[int(unit.name)]
        if fate == "twice" or (fate == "once" and unit.name not in died):
            died.add(unit.name)
            return Outcome(unit, "died", reason=reason)
        return Outcome(unit, "done" if fate == "once" else fate, reason=reason)

    named = [
        Outcome(Unit(str(at)), "failed", reason=fate[1]) if fate[0] == "unlisted" else Unit(str(at))
        for at, fate in enumerate(fates)
    ]
    told = list[Outcome]()
    tally = run(lake, Here(lake, performed), named, told.append)
    assert sorted(int(one.unit.name) for one in told) == list(range(len(fates)))
    assert tally.bundles == len(fates) == sum(sum(tally.of(state).values()) for state in STATES)
    assert not tally.of("died")
    lines = tally_lines(Driven(lake, tally), Wording("en", knowledge().rules))
    assert sum(int(line.split()[0].replace(",", "")) for line in lines[1:]) == len(fates)


def test_what_could_not_be_listed_is_told_at_once_and_not_held(lake):
    told = list[Outcome]()

    def named():
        for number in range(100):
            assert len(told) == number
            yield Outcome(Unit(f"{number}.zip"), "failed", reason="vanished")

    assert run(lake, Here(lake), named(), told.append).bundles == 100


def test_units_are_taken_no_faster_than_they_are_worked_on(lake):
    taken = list[str]()

    def named():
        for at in range(20):
            taken.append(f"fine{at}")
            yield Unit(f"fine{at}")

    executor = Processes(tuple(Nursery(Setup(str(lake.root), OPTIONS, Bounds()), NURSERY) for _ in range(2)))
    try:
        for done, _ in enumerate(executor.run(named())):
            assert len(taken) <= done + 2
        assert (done, len(taken)) == (19, 20)
    finally:
        executor.close()


# Resume


class Killed(BaseException):
    """What nobody catches: the process is gone."""


@pytest.fixture
def at_write(monkeypatch):
    """Have something happen at one of the next writes, after the file was written and before it has its name."""

    def happens(number: int, happening: Callable[[], BaseException]) -> None:
        writes = 0

        def before(name: Callable[[Path, Path], object], aside: Path, place: Path) -> None:
            nonlocal writes
            writes += 1
            if writes == number + 1:
                raise happening()
            name(aside, place)

        monkeypatch.setattr("faultlog.fleet.lake._rename", partial(before, Path.replace))
        monkeypatch.setattr("faultlog.fleet.lake._link", partial(before, lambda aside, place: place.hardlink_to(aside)))

    analysed = {}

    def analyze(knowledge, paths, *rest):
        case = tuple((path, Path(path).stat().st_mtime_ns) for path in paths)
        if case not in analysed:
            analysed[case] = _analyze(knowledge, paths, *rest)
        return analysed[case]

    _analyze = task.analyze_with
    monkeypatch.setattr(task, "analyze_with", analyze)
    monkeypatch.setattr("faultlog.fleet.uniting.analyze_with", analyze)
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    return happens


def one_host_and_another(place: Path) -> list[str]:
    """Bundles that give three cases, two of which become one."""
    later = (*DAY[2:], "12:00:00 Fault Raised: 7")
    paths = [bundle(place / "1.zip", *DAY, guid="g-1"), bundle(place / "2.zip", *later, guid="g-1")]
    return [str(one) for one in (*paths, bundle(place / "3.zip", *DAY, host="other"))]


WRITES = 4 * 9 + 3
"""Seven tables, a document and what became of it, of three bundles and the host of two, and whose each is."""
STEP = 11 if SAME_EACH_TIME else 1


def test_killed_at_any_write_a_run_is_finished_by_the_next(tmp_path, at_write):
    sources, whole = one_host_and_another(tmp_path), lake_at(tmp_path / "whole")
    filled(whole, units(sources))
    for number in range(0, WRITES, STEP):
        lake = lake_at(tmp_path / f"killed-{number}")
        at_write(number, Killed)
        with pytest.raises(Killed):
            filled(lake, units(sources))
        at_write(-1, Killed)
        tally, _ = filled(lake, units(sources))
        assert tally.bundles == 3
        assert not tally.of("failed")
        assert everything(lake) == everything(whole), number


@pytest.fixture
def at_removal(monkeypatch):
    """Be killed at one of the next removals of a file of a table, of a document or of a record."""
    removals, unlink = -1, Path.unlink

    def removed(place: Path, **asked: bool) -> None:
        nonlocal removals
        if place.parent.name != "writing" and place.exists():
            removals -= 1
            if removals == -1:
                raise Killed
        unlink(place, **asked)

    def happens(number: int) -> None:
        nonlocal removals
        removals = number

    monkeypatch.setattr(Path, "unlink", removed)
    return happens


def test_killed_at_any_step_while_a_bundle_gives_way_to_another_a_run_is_finished_by_the_next(
    tmp_path, at_write, at_removal
):
    """One of three bundles of a host becomes another host's: the two others stay joined."""
    place, before = tmp_path / "bundles", lake_at(tmp_path / "before")
    for at in range(3):
        bundle(place / f"{at}.zip", *DAY[at:], f"1{at + 2}:00:00 Fault Raised: 7", guid="g-1")
    filled(before, units([str(place)]))
    bundle(place / "1.zip", "08:00:00 connector started", "08:30:00 quiet", guid="g-2")
    whole, killed = lake_at(tmp_path / "whole"), 0
    filled(whole, units([str(place)]))
    for happens, number in [(kind, number) for kind in ("write", "removal") for number in range(0, 30, STEP)]:
        shutil.copytree(before.root, tmp_path / f"{happens}-{number}")
        lake = lake_at(tmp_path / f"{happens}-{number}")
        at_write(number if happens == "write" else -1, Killed)
        at_removal(number if happens == "removal" else -1)
        try:
            filled(lake, units([str(place)]))
        except Killed:
            killed += 1
        at_write(-1, Killed)
        at_removal(-1)
        filled(lake, units([str(place)]))
        assert everything(lake) == everything(whole), (happens, number)
        assert not lake.replaced()
    assert killed > 20 / STEP


def test_where_the_disk_is_full_the_rest_is_done_and_the_next_run_does_what_is_missing(tmp_path, at_write):
    sources, whole = one_host_and_another(tmp_path), lake_at(tmp_path / "whole")
    filled(whole, units(sources))
    for number in range(2, WRITES, 2 * STEP):
        lake = lake_at(tmp_path / f"full-{number}")
        at_write(number, lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        tally, told = filled(lake, units(sources))
        failed = [one for one in told if one.state == "failed"]
        assert [one.reason for one in failed] == ["disk_full"]
        assert failed[0].detail.endswith("there is no space left for the lake")
        assert tally.bundles == 3
        assert not list((lake.root / "writing").iterdir())
        at_write(-1, Killed)
        filled(lake, units(sources))
        assert everything(lake) == everything(whole), number


def test_a_second_run_does_nothing_and_a_new_bundle_is_all_that_is_done(tmp_path, lake):
    hosts(tmp_path / "bundles", 2)
    filled(lake, units([str(tmp_path / "bundles")]))
    files = {one: one.stat().st_mtime_ns for one in lake.root.rglob("*.*") if one.is_file()}
    assert states(filled(lake, units([str(tmp_path / "bundles")]))[1]) == ["before"] * 2
    assert {one: one.stat().st_mtime_ns for one in lake.root.rglob("*.*") if one.is_file()} == files
    hosts(tmp_path / "bundles", 3)[0].touch()
    told = filled(lake, units([str(tmp_path / "bundles")]))[1]
    assert states(told) == ["done", "done", "done"]  # written anew, the first two are looked at, and are what they were
    assert len(rows(lake, "hosts")) == 3


def test_a_bundle_has_one_name_from_wherever_it_is_named(tmp_path, lake, monkeypatch):
    """Its name is for others too: a worker of a cluster, a later run that joins it, both in folders of their own."""
    place = hosts(tmp_path / "bundles", 1)[0]
    monkeypatch.chdir(tmp_path)
    for source in ("bundles", "bundles/00.zip", "bundles/*.zip"):
        (unit,) = units([source])
        assert isinstance(unit, Unit)
        assert unit.name == str(place)
    monkeypatch.chdir(tmp_path / "bundles")
    assert [one.name for one in units(["."]) if isinstance(one, Unit)] == [str(place)]


@pytest.mark.parametrize("name", ["nowhere", "no*.zip"])
def test_a_source_that_was_never_there_is_not_said_to_be_gone(tmp_path, name):
    (outcome,) = units([str(tmp_path / name)])
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.reason) == ("failed", "vanished")
    assert outcome.detail == f"{tmp_path / name}: nothing has such a name"


def test_the_same_bytes_under_two_names_count_once(tmp_path, lake):
    bundle(tmp_path / "bundles" / "a.zip", *DAY)
    bundle(tmp_path / "bundles" / "b.zip", *DAY)
    tally, told = filled(lake, units([str(tmp_path / "bundles")]))
    assert tally.counts == {("done", None): 1, ("same", None): 1}
    assert told[0].case == told[1].case
    assert len(rows(lake, "hosts")) == 1


def test_what_was_changed_under_its_name_takes_the_place_of_what_was_there(tmp_path, lake):
    place = tmp_path / "a.zip"
    filled(lake, units([str(bundle(place, *DAY, host="one"))]))
    tally, _ = filled(lake, units([str(bundle(place, *DAY, "12:00:00 quiet", host="two"))]))
    assert tally.counts == {("done", None): 1}
    assert [row["name"] for row in rows(lake, "hosts")] == ["two"]
    assert {row["case"] for table in everything(lake).values() for row in table} == {rows(lake, "hosts")[0]["case"]}
    assert [one.case for one in lake.sources()] == [rows(lake, "hosts")[0]["case"]]


def test_a_folder_is_a_bundle_and_another_one_once_a_log_in_it_goes_on(tmp_path, lake):
    place = tmp_path / "case" / "Library" / "Logs" / "Cisco"
    place.mkdir(parents=True)
    (place / "ampdaemon.log").write_text(log(*DAY))
    named = [str(tmp_path / "case")]
    assert states(filled(lake, units(named))[1]) == ["done"]
    assert states(filled(lake, units(named))[1]) == ["before"]
    with (place / "ampdaemon.log").open("a") as file:
        file.write(log("12:00:00 quiet"))
    assert states(filled(lake, units(named))[1]) == ["done"]
    assert [(row["host"], row["lines"]) for row in rows(lake, "hosts")] == [("name:mac", len(DAY) + 1)]


def test_a_bundle_that_is_named_twice_counts_once_whoever_is_first(tmp_path, lake, monkeypatch):
    unit = Unit(str(bundle(tmp_path / "a.zip", *DAY)))
    assert states(filled(lake, [unit, unit])[1]) == ["done", "before"]
    fresh, decided = lake_at(tmp_path / "both"), Lake.decided
    nothing_yet = iter([True, True])
    monkeypatch.setattr(Lake, "decided", lambda self, one: None if next(nothing_yet, False) else decided(self, one))
    assert states(filled(fresh, [unit, unit])[1]) == ["done", "before"], "two looked before either of them was done"


def test_what_became_of_a_name_that_is_no_text_is_kept(tmp_path, lake):
    place = tmp_path / os.fsdecode(b"\xff\xfe.zip")
    bundle(tmp_path / "a.zip", *DAY).rename(place)
    assert states(filled(lake, units([str(tmp_path)]))[1]) == ["done"]
    assert states(filled(lake, units([str(tmp_path)]))[1]) == ["before"]
    assert [one.unit.name for one in lake.sources()] == [str(place)]


def test_a_record_that_is_damaged_is_named_and_made_anew(tmp_path, lake):
    sources = [str(bundle(tmp_path / "a.zip", *DAY))]
    filled(lake, units(sources))
    (record,) = lake.folder("sources").iterdir()
    record.write_bytes(b"{")
    with pytest.raises(UsageError, match=f"{record}: is damaged; remove it"):
        list(lake.sources())
    assert states(filled(lake, units(sources))[1]) == ["done"]
    assert [one.state for one in lake.sources()] == ["done"]


@pytest.mark.parametrize("kind", ["archive", "folder"])
def test_a_bundle_that_is_written_to_while_it_is_read_is_read_by_the_next_run(tmp_path, lake, monkeypatch, kind):
    source = tmp_path / "bundle" / "ampdaemon.log"
    source.parent.mkdir()
    source.write_text(log(*DAY))
    name = str(source if kind == "archive" else source.parent)

    def analyze(*asked):
        with source.open("a") as file:
            file.write(log("12:00:00 Fault Raised: 6"))
        os.utime(source, ns=(1, source.stat().st_mtime_ns + 1))
        return _analyze(*asked)

    _analyze = task.analyze_with
    monkeypatch.setattr(task, "analyze_with", analyze)
    (outcome,) = filled(lake, units([name]))[1]
    assert (outcome.state, outcome.reason, outcome.detail) == (
        "failed",
        "changed",
        f"{name}: it was changed while it was read",
    )
    assert not rows(lake, "hosts")
    monkeypatch.setattr(task, "analyze_with", _analyze)
    assert states(filled(lake, units([name]))[1]) == ["done"]
    assert len(rows(lake, "intervals")) == 2


def test_a_bundle_that_vanishes_after_it_was_hashed_is_no_bundle_that_says_nothing(tmp_path, lake, monkeypatch):
    source = bundle(tmp_path / "a.zip", *DAY)
    _analyze = task.analyze_with
    monkeypatch.setattr(task, "analyze_with", lambda *asked: (source.unlink(), _analyze(*asked))[1])
    (outcome,) = filled(lake, units([str(source)]))[1]
    assert (outcome.state, outcome.reason) == ("failed", "vanished")


@pytest.mark.parametrize("beside", [{}, {"ampdaemon.log": log(*DAY).encode()}])
def test_a_bundle_that_this_machine_has_no_space_to_unpack_is_unpacked_by_the_next_run(
    tmp_path, lake, monkeypatch, beside
):
    inner = bundle(tmp_path / "inner.zip", *DAY).read_bytes()
    source = tmp_path / "outer.tar"
    source.write_bytes(tarred({"inner.zip": inner, **beside}))
    with monkeypatch.context() as full:
        full.setattr("faultlog.bundle._IN_MEMORY", 1)
        full.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        (outcome,) = filled(lake, units([str(source)]))[1]
    assert (outcome.state, outcome.reason) == ("failed", "disk_full")
    assert outcome.detail.startswith(f"{source}: ")
    assert outcome.detail.endswith(f"free some space in {tmp_path / 'nowhere'}, or set TMPDIR to another folder")
    assert not any(everything(lake).values())
    assert states(filled(lake, units([str(source)]))[1]) in (["done"], ["warned"])


@pytest.mark.parametrize("first", [0, 1 << 20], ids=["nothing", "not all"])
def test_a_bundle_that_the_disk_does_not_read_is_read_by_the_next_run(tmp_path, lake, monkeypatch, first):
    source = tmp_path / "a.tar"
    logs = {"ampdaemon.log": log(*DAY).encode(), "note.txt": bytes(2 << 20), "messages": b"one line"}
    source.write_bytes(tarred(logs))
    read_at = RawFile.read_at

    def failing(file, offset, size):
        if offset >= first:
            raise DamageError("disk", "reading stops")
        return read_at(file, offset, size)

    with monkeypatch.context() as patched:
        patched.setattr(RawFile, "read_at", failing)
        patched.setattr(task, "fetched", _as_it_is)
        told = filled(lake, units([str(source)]))[1]
    assert [(one.state, one.reason) for one in told] == [("failed", "disk")]
    assert told[0].detail.endswith("check its disk; the next run tries it again")
    assert not any(everything(lake).values())
    assert states(filled(lake, units([str(source)]))[1]) in (["done"], ["warned"])


@contextmanager
def _as_it_is(unit, _aside):
    yield Fetched(Path(unit.name), "0" * 64)


def test_a_bundle_that_cannot_be_opened_for_want_of_something_is_opened_by_the_next_run(tmp_path, lake, monkeypatch):
    source = str(bundle(tmp_path / "a.zip", *DAY))

    def refuse(*_asked, **_how):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patched:
        patched.setattr("faultlog.archives.disk.open_file", refuse)
        assert [(one.state, one.reason) for one in filled(lake, units([source]))[1]] == [("failed", "disk")]
    assert states(filled(lake, units([source]))[1]) == ["done"]


def test_a_lake_whose_maker_was_killed_is_made_by_the_next_run(tmp_path):
    (tmp_path / "lake" / "writing").mkdir(parents=True)
    (tmp_path / "lake" / "writing" / "half").write_bytes(b"{")
    assert states(filled(lake_at(tmp_path / "lake"), units([str(bundle(tmp_path / "a.zip", *DAY))]))[1]) == ["done"]


# Folders


def test_what_is_odd_in_a_folder_is_named_and_the_rest_is_found(tmp_path):
    for name in ("a.zip", "z.zip"):
        bundle(tmp_path / name, *DAY)
    (tmp_path / "loop.zip").symlink_to("loop.zip")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "up").symlink_to("..")
    os.mkfifo(tmp_path / "deep" / "pipe.zip")
    found = list(units([str(tmp_path)]))
    assert [Path(one.name).name for one in found if isinstance(one, Unit)] == ["a.zip", "z.zip"]
    (loop,) = (one for one in found if isinstance(one, Outcome))
    assert loop.detail == f"{tmp_path / 'loop.zip'}: {os.strerror(errno.ELOOP)}"


def test_folders_may_be_deeper_than_python_calls(tmp_path):
    middle, deep = tmp_path / "/".join("d" * 600), tmp_path / "/".join("d" * 1200)
    for depth in range(1, 1201):
        tmp_path.joinpath("/".join("d" * depth)).mkdir()
    try:
        bundle(deep / "a.zip", *DAY)
        assert [one.name for one in units([str(tmp_path)])] == [str(deep / "a.zip")]
        (tmp_path / "ampdaemon.log").write_text(log(*DAY))
        (folder,) = units([str(tmp_path)])
        assert isinstance(folder, Unit)
        assert folder.changed.endswith("/2")
        assert hash_of(tmp_path)
    finally:
        middle.rename(tmp_path / "rest")  # who removes it calls itself as well


def test_neither_a_pipe_nor_a_device_is_waited_for(tmp_path, lake):
    os.mkfifo(tmp_path / "pipe.zip")
    _, told = filled(lake, units([str(tmp_path / "pipe.zip"), "/dev/zero"]))
    assert [(one.state, one.reason) for one in told] == [("failed", "unreadable")] * 2
    assert told[1].detail == "/dev/zero: it is neither a file nor a folder"


def test_a_list_names_whatever_bytes_a_name_has():
    lines = [b"a.zip\r\n", b"\n", b"\r\n", b"\xff.zip\n", b"nul\0nul.zip\n", b"-\n"]
    names = list(listed(lines))
    assert names == ["a.zip", os.fsdecode(b"\xff.zip"), "nul\0nul.zip", "-"]
    found = list(units(names[2:]))
    assert [one.reason for one in found] == ["vanished", "vanished"]


OWN_RULE = """
signal: connector_stopped
summary: {en: It stopped., ko: 중지되었습니다.}
wordings:
  - {pattern: the moon is full, provenance: user, source: my own}
accepts:
  - {message: the moon is full, process: ampdaemon}
refuses:
  - {message: the moon is new, process: ampdaemon}
"""


def test_other_rules_judge_anew_and_both_are_kept(tmp_path, lake):
    sources = list(units([str(bundle(tmp_path / "a.zip", *DAY, "12:00:00 the moon is full"))]))
    mine = tmp_path / "rules" / "cisco-secure-endpoint" / "signals" / "connector_stopped.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text(OWN_RULE, encoding="utf-8")
    options = Options(rule_folders=(tmp_path / "rules",), hashed=False)
    other = load_knowledge(options)
    judged = open_lake(lake.root, rules_hash(other.tool, options), decides(other.tool, options))
    filled(lake, sources)
    run(judged, Here(judged, knowing=other), sources, lambda _outcome: None)
    assert set(known_lake(lake.root)) == {lake.rules, judged.rules}
    assert [len(rows(one, "hosts")) for one in (lake, judged)] == [1, 1]
    assert [[row["kind"] for row in rows(one, "events")].count("connector_stopped") for one in (lake, judged)] == [0, 1]


# The place of a lake


def test_a_folder_that_holds_something_else_is_no_lake(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="holds something else; give --lake a new or empty one"):
        lake_at(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_no_lake(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="cannot be a lake: Not a directory; check the path"):
        lake_at(tmp_path / "letter.txt")


@pytest.mark.parametrize("told", ['{"schema": "faultlog.lake/2"}', "[]", "{}", "what"])
def test_a_lake_of_another_version_is_refused_and_left_alone(tmp_path, told):
    (tmp_path / "lake.json").write_text(told)
    with pytest.raises(UsageError, match=r"is a lake of another version .*this faultlog writes faultlog\.lake/1"):
        lake_at(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["lake.json"]


def test_where_there_is_no_lake_that_is_said(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    for place in (tmp_path, tmp_path / "none", tmp_path / "letter.txt"):
        with pytest.raises(UsageError, match="is no lake; fill one with faultlog fleet run SOURCE --lake"):
            known_lake(place)
        assert identity(place) is None


def test_a_lake_that_may_not_be_read_is_said(lake, monkeypatch):
    def denied(place):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(UsageError, match="cannot be read: Permission denied; check its rights"):
        known_lake(lake.root)
    assert identity(lake.root) is None


def test_what_killed_children_left_goes_after_a_day_and_what_another_run_writes_stays(lake):
    writing, now = lake.root / "writing", time.time()
    for name, age in (("old", DAY_S + 60), ("young", DAY_S - 60)):
        (writing / name).write_bytes(b"half")
        (writing / f"{name}-folder").mkdir()
        (writing / f"{name}-folder" / "bundle.zip").write_bytes(b"half")
        for one in (writing / name, writing / f"{name}-folder" / "bundle.zip", writing / f"{name}-folder"):
            os.utime(one, (now - age, now - age))
    (writing / "growing").mkdir()
    (writing / "growing" / "bundle.zip").write_bytes(b"more")
    os.utime(writing / "growing", (now - 2 * DAY_S, now - 2 * DAY_S))
    assert swept(lake.root) == 2
    assert sorted(one.name for one in writing.iterdir()) == ["growing", "young", "young-folder"]


# The command


def test_where_not_one_bundle_could_be_fetched_the_exit_code_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(driving, "_executor", lambda _asked, lake, _say: Here(lake))

    def ended(*sources: Path) -> int:
        words = ["fleet", "run", *map(str, sources), "--lake", str(tmp_path / "lake"), "--executor", "serial"]
        return CliRunner().invoke(cli.app, words).exit_code

    found, missing, broken = hosts(tmp_path, 1)[0], tmp_path / "missing.zip", tmp_path / "broken.zip"
    broken.write_bytes(b"PK\3\4")
    assert [ended(missing), ended(missing, found), ended(found), ended(broken)] == [3, 0, 0, 0]


def test_who_interrupts_a_run_is_told_how_it_goes_on(tmp_path, monkeypatch):
    def interrupted(*_: object) -> Driven:
        raise KeyboardInterrupt

    monkeypatch.setattr(driving, "drive", interrupted)
    said = CliRunner().invoke(cli.app, ["fleet", "run", str(tmp_path), "--lake", str(tmp_path / "lake")])
    assert said.exit_code != 0
    assert "the same command does what is missing" in said.stderr


def test_what_is_wrong_with_a_bundle_is_said_of_its_whole_name(tmp_path, lake):
    """There are many of the same name, each in a folder of its own."""
    place = tmp_path / "mac7" / "bundle.zip"
    whole = bundle(place, *DAY).read_bytes()
    place.write_bytes(whole[: len(whole) // 2])
    (outcome,) = filled(lake, units([str(tmp_path / "mac7")]))[1]
    assert (outcome.state, outcome.reason) == ("quarantined", "truncated")
    assert outcome.detail.startswith(f"{place}: bundle.zip is a zip cut short")
