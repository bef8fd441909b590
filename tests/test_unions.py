"""Bundles of one host: the lines that they share count once, whenever the bundles come."""

import json
import os
import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.child import Bounds
from faultlog.fleet import nursery, uniting
from faultlog.fleet.compacting import compact
from faultlog.fleet.lake import Lake
from faultlog.fleet.reading import frames
from faultlog.fleet.report.gathered import gathered
from faultlog.fleet.report.tables import assumed
from faultlog.fleet.report.telling import Telling
from faultlog.fleet.running import run
from faultlog.fleet.sources import units
from faultlog.fleet.task import perform
from faultlog.fleet.unions import join
from faultlog.fleet.units import Part, Unit, case_of, read_outcome, unit_json, unit_of
from faultlog.wording import Wording

from .conftest import EXAMPLES
from .lakes import MONDAY, OPTIONS, TUESDAY, Here, bundle, everything, filled, lake_at, rows, states
from .logs import knowledge

GUID = "8f0c3bd8-0000-4000-8000-000000000001"
FRIDAY = (*TUESDAY[3:], "14:00:00 Fault Cleared: 7", "15:00:00 quiet", "16:00:00 quiet")


@pytest.fixture
def lake(tmp_path):
    return lake_at(tmp_path / "lake")


@pytest.fixture
def host(tmp_path):
    """Three bundles of one host, each of which goes on where the one before was."""
    days = {"monday": MONDAY, "tuesday": TUESDAY, "friday": FRIDAY}
    return [bundle(tmp_path / f"{name}.zip", *day, guid=GUID, note=name) for name, day in days.items()]


def brought(lake: Lake, *paths):
    return filled(lake, units(map(str, paths)))


def test_two_bundles_of_one_host_count_the_lines_they_share_once(lake, host):
    tally, told = brought(lake, *host[:2])
    assert states(told) == ["done", "done", "warned"]
    assert (tally.bundles, tally.hosts.total()) == (2, 1)
    assert [row["fault_id"] for row in rows(lake, "intervals")] == [6, 7]
    assert [row["line"] for row in rows(lake, "events") if row["fault_id"] == 6] == [2, 3]
    (one,) = rows(lake, "hosts")
    assert one["bundles"] == sorted(outcome.case for outcome in told[:2])
    assert one["case"] == case_of(one["bundles"]) == told[2].case
    assert {row["case"] for table in everything(lake).values() for row in table} == {one["case"]}


@pytest.mark.parametrize("merged", [False, True])
def test_whoever_counts_while_cases_are_joined_counts_each_stay_once(lake, host, monkeypatch, merged):
    brought(lake, host[0])
    if merged:
        brought(lake, put(host[0].with_name("z.zip"), "other"))
        compact(lake.root)
    real, counts, reading_now = {"unlink": Path.unlink, "replace": Path.replace}, list[list[int]](), []

    def counted(step):
        def changed(place, *more, **asked):
            done = real[step](place, *more, **asked)
            if not reading_now and "rules=" in str(more[0] if more else place):
                reading_now.append(1)
                found = frames(lake.root, lake.rules)
                reading_now.clear()
                counts.append(sorted(found.intervals.loc[found.intervals["host"] == f"guid:{GUID}", "fault_id"]))
            return done

        return changed

    for step in real:
        monkeypatch.setattr(Path, step, counted(step))
    brought(lake, host[1])
    assert counts
    assert all(one in ([6], [6, 7]) for one in counts), counts
    assert counts[-1] == [6, 7]


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0)])
def test_whenever_a_bundle_comes_the_lake_is_the_same(tmp_path, host, order):
    late, whole = lake_at(tmp_path / "late"), lake_at(tmp_path / "whole")
    for number in order:
        brought(late, host[number])
    brought(whole, *host)
    assert everything(late) == everything(whole)
    assert [row["state"] for row in rows(late, "intervals")] == ["cleared", "cleared"]


def test_what_was_joined_is_not_joined_again(lake, host):
    brought(lake, *host)
    before = everything(lake)
    tally, told = brought(lake, *host)
    assert states(told) == ["before"] * 3
    assert not tally.hosts
    assert everything(lake) == before


def test_a_bundle_under_another_name_is_the_same_though_its_rows_stand_in_those_of_all(lake, host, tmp_path):
    brought(lake, *host)
    copy = tmp_path / "copy" / "monday.zip"
    copy.parent.mkdir()
    copy.write_bytes(host[0].read_bytes())
    _, told = brought(lake, copy)
    assert states(told) == ["same"]
    assert len(rows(lake, "hosts")) == 1


def test_what_another_run_joins_meanwhile_is_joined(lake, host):
    alone = run(lake, Here(lake), units(map(str, host[:2])), lambda _outcome: None)

    def second(work, unit):
        assert perform(work, unit).state == "warned"
        return perform(work, unit)

    hosts = join(lake, Here(lake, second), lambda _outcome: None)
    assert (alone.bundles, dict(hosts)) == (2, {("done", None): 1})


def test_bundles_of_which_one_is_written_to_while_they_are_joined_are_joined_by_the_next_run(lake, host, monkeypatch):
    _analyze = uniting.analyze_with

    def analyze(*asked):
        os.utime(host[0], ns=(0, host[0].stat().st_mtime_ns + 1_000_000))
        return _analyze(*asked)

    monkeypatch.setattr(uniting, "analyze_with", analyze)
    _, told = brought(lake, *host[:2])
    assert [(one.state, one.reason) for one in told[2:]] == [("failed", "changed")]
    assert told[2].detail == f"{told[2].unit.name}: a bundle was changed while it was read"
    assert len(rows(lake, "hosts")) == 2
    monkeypatch.setattr(uniting, "analyze_with", _analyze)
    brought(lake, *host[:2])
    (one,) = rows(lake, "hosts")
    assert len(one["bundles"]) == 2
    assert [row["fault_id"] for row in rows(lake, "intervals")] == [6, 7]


def test_a_bundle_is_fetched_from_wherever_it_is_still(lake, host, tmp_path):
    copy = tmp_path / "zz" / "monday.zip"
    copy.parent.mkdir()
    copy.write_bytes(host[0].read_bytes())
    brought(lake, host[0], copy)
    host[0].unlink()
    _, told = brought(lake, host[1])
    assert states(told) == ["done", "warned"]


def test_a_bundle_that_is_gone_stays_counted_and_the_new_one_stays_beside_it(lake, host):
    brought(lake, *host[:2])
    (joined,) = rows(lake, "hosts")
    host[0].unlink()
    tally, told = brought(lake, host[2])
    assert (told[-1].state, told[-1].reason) == ("failed", "vanished")
    assert f"{host[0]} is not there any more as it was; newer bundles" in told[-1].detail
    assert tally.hosts == {("failed", "vanished"): 1}
    assert {row["case"] for row in rows(lake, "hosts")} == {joined["case"], told[0].case}


def test_of_a_host_of_which_a_bundle_is_gone_the_others_are_joined(lake, host, tmp_path):
    brought(lake, *host[:2])
    (joined,) = rows(lake, "hosts")
    host[0].unlink()
    saturday = bundle(tmp_path / "saturday.zip", *FRIDAY[1:], "17:00:00 quiet", guid=GUID)
    tally, told = brought(lake, host[2], saturday)
    assert tally.hosts == {("failed", "vanished"): 1}
    newer = [outcome.case for outcome in told[:2]]
    assert {tuple(row["bundles"]) for row in rows(lake, "hosts")} == {tuple(joined["bundles"]), tuple(sorted(newer))}
    assert {row["case"] for row in rows(lake, "events")} == {joined["case"], case_of(newer)}
    before = everything(lake)
    assert brought(lake, host[2], saturday)[0].hosts == {("failed", "vanished"): 1}
    assert everything(lake) == before


def test_bundles_of_one_name_in_two_folders_are_no_matter_of_theirs(lake, host, tmp_path):
    for number, one in enumerate(host):
        (tmp_path / str(number)).mkdir()
        one.rename(tmp_path / str(number) / "bundle.zip")
    brought(lake, *sorted(tmp_path.glob("*/bundle.zip")))
    (one,) = rows(lake, "hosts")
    assert one["warnings"] == ["overlap"]
    assert len(one["bundles"]) == 3


# A name that holds another bundle than before


OTHERS = ("08:00:00 connector started", "08:30:00 Fault Raised: 13", "09:30:00 quiet")
CONTENTS = {
    "monday": (MONDAY, GUID),
    "tuesday": (TUESDAY, GUID),
    "friday": (FRIDAY, GUID),
    "other": (OTHERS, GUID.replace("8f0c", "1111")),
    "nothing": (("08:00:00 connector started",), None),
}


def put(place, content):
    entries, guid = CONTENTS[content]
    bundle(place, *entries, guid=guid, note=content)
    return place


def what_counts(lake):
    """The cases in the tables, of which bundles, and how many rows each gives."""
    cases = {row["case"]: tuple(row["bundles"]) for row in rows(lake, "hosts")}
    return cases, {table: Counter(row["case"] for row in found) for table, found in everything(lake).items()}


def as_if_new(tmp_path, *paths):
    """What counts in a lake that never saw anything but what is there now."""
    lake = lake_at(tmp_path / f"as-if-new-{uuid.uuid4().hex}")
    brought(lake, *paths)
    return what_counts(lake)


def test_a_bundle_that_was_overwritten_counts_no_more(lake, host):
    brought(lake, host[0])
    host[0].write_bytes(host[1].read_bytes())
    tally, told = brought(lake, host[0])
    assert states(told) == ["done"]
    assert not tally.hosts
    assert [row["case"] for row in rows(lake, "hosts")] == [told[0].case]
    assert not lake.replaced()


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("now", ["friday", "other"])
@pytest.mark.parametrize("joined", [2, 3])
def test_of_a_case_of_several_one_that_was_overwritten_leaves_and_the_others_stay(
    lake, tmp_path, host, joined, now, merged
):
    brought(lake, *host[:joined], put(tmp_path / "z.zip", "other"))
    if merged:
        compact(lake.root)
    put(host[0], now)
    _, told = brought(lake, *host[:joined], tmp_path / "z.zip")
    assert not [one for one in told if one.state in {"failed", "quarantined"}]
    assert what_counts(lake) == as_if_new(tmp_path, *host[:joined], tmp_path / "z.zip")
    before = everything(lake)
    assert set(states(brought(lake, *host[:joined], tmp_path / "z.zip")[1])) == {"before"}
    assert everything(lake) == before


def test_a_bundle_that_comes_back_counts_again(lake, tmp_path, host):
    brought(lake, *host[:2])
    before = what_counts(lake)
    for content in ("other", "monday"):
        brought(lake, put(host[0], content))
    assert what_counts(lake) == before


def test_a_bundle_that_another_name_holds_stays_until_that_one_is_overwritten_too(lake, tmp_path):
    names = [put(tmp_path / name, "monday") for name in ("a.zip", "b.zip")]
    brought(lake, *names)
    (case,) = what_counts(lake)[0]
    brought(lake, put(names[0], "other"))
    assert case in what_counts(lake)[0]
    brought(lake, put(names[1], "tuesday"))
    assert case not in what_counts(lake)[0]
    _, told = brought(lake, put(tmp_path / "c.zip", "monday"))
    assert told[0].state == "done"  # nobody else has it
    assert what_counts(lake) == as_if_new(tmp_path, *names, tmp_path / "c.zip")


def test_a_bundle_that_is_gone_counts_still_and_one_that_turned_unreadable_does_not(lake, tmp_path):
    names = [put(tmp_path / f"{content}.zip", content) for content in ("monday", "other")]
    brought(lake, *names)
    names[0].unlink()
    brought(lake, *names)
    assert len(rows(lake, "hosts")) == 2
    names[1].write_bytes(b"PK\3\4 half of it")
    _, told = brought(lake, names[1])
    assert states(told) == ["quarantined"]
    assert [row["host"] for row in rows(lake, "hosts")] == [f"guid:{GUID}"]


def test_where_the_others_cannot_be_joined_without_it_that_is_said_and_tried_again(lake, tmp_path, host):
    brought(lake, *host)
    before, kept = what_counts(lake)[0], host[1].read_bytes()
    put(host[0], "other")
    host[1].unlink()
    tally, told = brought(lake, host[0], host[2])
    assert tally.hosts == {("failed", "vanished"): 1}
    assert f"{host[1]} is not there any more as it was" in told[-1].detail
    assert what_counts(lake)[0].items() > before.items()
    host[1].write_bytes(kept)
    assert not brought(lake, *host)[0].hosts
    assert what_counts(lake) == as_if_new(tmp_path, *host)


@settings(max_examples=EXAMPLES // 20)
@given(steps=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(sorted(CONTENTS))), min_size=2, max_size=5))
def test_whatever_names_held_before_the_lake_says_what_they_hold_now(tmp_path_factory, steps):
    place = tmp_path_factory.mktemp("names")
    lake, names = lake_at(place / "lake"), {}
    for name, content in steps:
        names[name] = put(place / f"{name}.zip", content)
        brought(lake, names[name])
    assert what_counts(lake) == as_if_new(place, *(names[name] for name in sorted(names)))


def test_bundles_that_share_a_name_are_of_one_host_and_that_is_said(lake, tmp_path):
    paths = [bundle(tmp_path / f"{at}.zip", *day) for at, day in enumerate((MONDAY, TUESDAY))]
    _, told = brought(lake, *paths)
    assert states(told) == ["done", "done", "warned"]
    (host,) = rows(lake, "hosts")
    assert host["host"] == "name:mac"
    assert "assumption.joined_by_name" in host["assumptions"]


def test_bundles_of_one_guid_assume_nothing(lake, host):
    brought(lake, *host)
    (one,) = rows(lake, "hosts")
    assert "assumption.joined_by_name" not in one["assumptions"]


def test_hosts_that_have_one_name_and_contradict_each_other_stay_apart_and_that_is_said_once(lake, tmp_path):
    other = ("09:30:00 connector started", "10:10:00 Fault Raised: 6", "11:30:00 quiet")
    paths = [bundle(tmp_path / f"{at}.zip", *day) for at, day in enumerate((MONDAY, other))]
    _, told = brought(lake, *paths)
    assert (told[-1].state, told[-1].reason) == ("quarantined", "several_hosts")
    assert "no line in common, though both have lines of 2026-03-03T09:30:00Z" in told[-1].detail
    assert len(rows(lake, "hosts")) == 2
    tally, told = brought(lake, *paths)
    assert states(told) == ["before"] * 3
    assert tally.hosts == {("before", None): 1}


def test_strangers_are_hosts_of_their_own_in_a_report_and_that_is_said(lake, tmp_path):
    early = ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "11:00:00 quiet")
    late = ("09:30:00 connector started", "10:10:00 quiet", "11:30:00 quiet")
    brought(lake, *(bundle(tmp_path / f"{at}.zip", *day) for at, day in enumerate((early, late))))
    found = gathered(lake.root, None)
    scope = found.fleet.scope
    assert (scope.hosts, scope.hosts_observed, scope.strangers) == (2, 2, 2)
    assert (found.named, found.nameless) == (0, 0)
    assert [one.name for one in found.fleet.to_help] == ["mac"]  # though the other's logs end later, without a fault
    telling = Telling(Wording("en", knowledge().rules), found.fleet)
    (said,) = [row for row in assumed(telling, found) if "contradict each other" in row[0]]
    assert said[1] == "(2 of 2 hosts)"


def test_a_third_bundle_does_not_tie_strangers(lake, tmp_path):
    other = ("09:30:00 connector started", "10:10:00 Fault Raised: 6", "11:30:00 quiet")
    paths = [bundle(tmp_path / f"{at}.zip", *day) for at, day in enumerate((MONDAY, other, TUESDAY))]
    _, told = brought(lake, *paths)
    assert (told[-1].state, told[-1].reason) == ("quarantined", "several_hosts")


def test_hosts_of_one_name_on_two_systems_stay_apart(lake, tmp_path):
    mac = bundle(tmp_path / "mac.zip", *MONDAY, "11:30:00 kernel| Darwin Kernel Version 20.1.0")
    linux = bundle(tmp_path / "linux.zip", "20:00:00 Fault Raised: 6", "20:30:00 kernel| Linux version 5")
    _, told = brought(lake, mac, linux)
    assert told[-1].state == "quarantined"
    assert "some are of linux and some of macos" in told[-1].detail


def test_hosts_that_nothing_names_are_never_joined(lake, tmp_path):
    paths = [bundle(tmp_path / f"{at}.zip", *day, host="localhost") for at, day in enumerate((MONDAY, TUESDAY))]
    tally, told = brought(lake, *paths)
    assert states(told) == ["done", "done"]
    assert not tally.hosts
    assert all(row["host"] == f"case:{row['case']}" for row in rows(lake, "hosts"))


def test_what_became_of_a_host_is_kept_beside_what_became_of_its_bundles(lake, host):
    brought(lake, *host)
    assert sorted(one.unit.name for one in lake.sources()) == sorted(map(str, host))
    (union,) = [read_outcome(one.read_bytes()) for one in lake.folder("unions").iterdir()]
    assert union.unit.name == f"guid:{GUID}"
    assert sorted(part.name for part in union.unit.parts) == sorted(map(str, host))


def test_bundles_that_are_too_large_together_stay_apart_rather_than_be_read_in_part(lake, host, monkeypatch):
    def small(options, _bundles):
        return replace(options, limits=replace(options.limits, produced_bytes=300))

    monkeypatch.setattr(uniting, "_wider", small)
    _, told = brought(lake, *host[:2])
    assert (told[-1].state, told[-1].reason) == ("quarantined", "too_large")
    assert "together they are too large to be read in full" in told[-1].detail
    assert len(rows(lake, "hosts")) == 2


def test_several_bundles_may_take_as_long_as_each_and_produce_as_much():
    unit = Unit("guid:g", changed="case", parts=(Part("a", "1"), Part("a", "2"), Part("b", "3")))
    assert nursery._bounds(unit, Bounds(7, 10, 20.0)) == Bounds(7, 20, 40.0)
    assert nursery._bounds(Unit("a"), Bounds(7, 10, 20.0)) == Bounds(7, 10, 20.0)
    assert uniting._wider(OPTIONS, 3).limits.produced_bytes == 3 * OPTIONS.limits.produced_bytes


@given(
    st.builds(Unit, st.text(), st.none() | st.integers(), st.none() | st.text(), st.lists(st.builds(Part)).map(tuple))
)
def test_a_unit_travels_as_it_is(unit):
    assert unit_of(json.loads(json.dumps(unit_json(unit)))) == unit


@pytest.mark.parametrize("parts", [[["a"]], [["a", 1]], ["ab"], "ab", 3, [["a", "b", "c"]]])
def test_what_is_no_part_of_a_unit_is_refused(parts):
    with pytest.raises(ValueError, match="no part of a unit"):
        unit_of({"name": "a", "size": None, "changed": None, "parts": parts})
