"""Every number of the fleet's page follows what is chosen, in each of its forms, and is that of a lake of the same."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from faultlog.fleet.narrowing import Choice, narrowed
from faultlog.fleet.report.gathered import gathered
from faultlog.fleet.report.headlines import tiles
from faultlog.fleet.report.telling import Telling
from faultlog.fleet.sources import units
from faultlog.fleet.statistics.fleet import fleet_statistics
from faultlog.fleet.statistics.written import to_json
from faultlog.rulebook import load_rules
from faultlog.store import fleets, people
from faultlog.store.schema import VERDICTS
from faultlog.web.choosing import choice_in
from faultlog.wording import Wording
from tests.lakes import bundle, filled, lake_at
from tests.store.test_hosts import FRIDAY, GUID, MONDAY, TUESDAY
from tests.web.test_api_bundles import put

LINUX = (
    "08:00:00 starting connector, version 1.15.0",
    "08:10:00 Fault Raised: 6",
    "08:15:00 Fault Cleared: 6",
    "09:00:00 quiet",
)
PARTS = {
    "": ("monday", "tuesday", "other", "third", "twin", "stranger"),
    "version=1.15.0": ("third",),
    "host=twin": ("twin", "stranger"),
}
"""By what is chosen, the bundles of its hosts."""
DRAWN = ("", "host=twin")
"""Of which the page is looked at too: its pictures take a while."""


@pytest.fixture(scope="module")
def site(kept_site, tmp_path_factory):
    """A server with some hosts, and the files of their bundles; one bundle is of no log."""
    store, client, work = kept_site
    folder = tmp_path_factory.mktemp("bundles")
    files = {
        "monday": bundle(folder / "monday.zip", *MONDAY, guid=GUID),
        "tuesday": bundle(folder / "tuesday.zip", *TUESDAY, guid=GUID),
        "other": bundle(folder / "other.zip", *FRIDAY, host="other"),
        "third": bundle(folder / "third.zip", *LINUX, host="third"),
        "twin": bundle(folder / "twin.zip", *MONDAY, host="twin"),
        "stranger": bundle(folder / "stranger.zip", "09:30:00 Fault Raised: 1", "14:30:00 quiet", host="twin"),
        "poor": bundle(folder / "poor.zip"),
    }
    for one in files.values():
        assert put(client, one.read_bytes(), one.name).status_code == 201
        work()
    frames = store.read(fleets.frames, store.read(people.team_named, "local").id)
    return client, files, frames


def numbers(client, query):
    answer = client.get(f"/api/v1/fleet?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def of_lake(folder, files):
    """What `faultlog fleet report` says of a lake of some bundles: its numbers as JSON, and those it shows first."""
    lake = lake_at(folder)
    filled(lake, units(map(str, files)))
    found = gathered(lake.root, None)
    return to_json(found.fleet), tiles(Telling(Wording("en", load_rules(()), "UTC"), found.fleet), found)


@pytest.mark.parametrize("query", PARTS)
def test_a_part_of_the_hosts_is_what_a_lake_of_their_bundles_says(site, counted, tmp_path, query):
    client, files, _ = site
    wanted = [files[name] for name in PARTS[query]] + ([] if query else [files["poor"]])
    said, first = of_lake(tmp_path / "lake", wanted)
    assert client.get(f"/fleet.json?{query}").text == client.get(f"/api/v1/fleet?{query}").text
    ours = client.get(f"/fleet.json?{query}").text
    assert ours.replace(numbers(client, query)["rules"], "") == re.sub(r'("rules": ")\w+', r"\1", said)
    if query in DRAWN:
        page = counted(client, f"/fleet?{query}&lang=en").text
        assert re.findall(r'<div class="tile"><dd>(.*?)</dd><dt>(.*?)</dt>', page) == list(map(tuple, first))
    rows = list(csv.DictReader(io.StringIO(client.get(f"/fleet.csv?{query}").text)))
    faults = numbers(client, query)["faults"]
    assert [(int(row["fault_id"]), int(row["stays"])) for row in rows] == [
        (one["fault_id"], one["stays"]) for one in faults
    ]
    assert [row["prevalence.hosts.n"] for row in rows] == [str(one["prevalence"]["hosts"]["n"]) for one in faults]


@pytest.mark.parametrize(
    "asked",
    [
        {"fault": "6"},
        {"since": "2026-03-03", "until": "2026-03-04"},
        {"since": "2026-03-04"},
        {"until": "2026-03-03"},
        {"fault": "7", "since": "2026-03-03"},
    ],
)
def test_stays_are_those_that_the_list_has(site, asked):
    client, _, frames = site
    params = {key: f"{value}T00:00:00Z" if key in {"since", "until"} else value for key, value in asked.items()}
    listed = client.get("/api/v1/intervals", params={"size": 200, **params}).json()["rows"]
    stays = narrowed(frames, choice_in(asked)).intervals
    assert sorted(stays["fault_id"]) == sorted(one["fault_id"] for one in listed)


def test_a_verdict_leaves_its_findings_and_their_stays(site):
    client, _, frames = site
    for verdict in VERDICTS:
        listed = client.get(f"/api/v1/findings?verdict={verdict}&size=200").json()["rows"]
        part = narrowed(frames, Choice(verdict=verdict))
        assert sorted(part.findings["fault_id"]) == sorted(one["fault_id"] for one in listed)
        assert len(part.intervals) == len({(one["case"], one["interval"]) for one in listed})
        assert set(part.patterns["fault_id"]) <= set(part.intervals["fault_id"])
        assert len(part.hosts) == len(frames.hosts)


def test_of_part_of_a_day_only_what_was_observed_then_counts(site):
    _, _, frames = site
    day = narrowed(frames, Choice(since="2026-03-03", until="2026-03-04"))
    assert fleet_statistics(day) == fleet_statistics(frames)
    whole = list(frames.hosts["observed_s"])
    for choice, moved in (
        (Choice(since="2026-03-03", until="2026-03-04"), timedelta(hours=-12)),
        (Choice(since="2026-03-03", until="2026-03-04"), timedelta(hours=14)),
    ):
        part = narrowed(shifted(frames, moved), choice)
        assert len(part.hosts) <= len(whole)
        assert part.hosts["observed_s"].sum() < sum(whole)
        assert len(part.intervals) < len(frames.intervals)
        assert part.coverage["from_at"].dropna().min() >= pd.Timestamp("2026-03-03", tz="UTC")
        assert part.coverage["to_at"].dropna().max() <= pd.Timestamp("2026-03-04", tz="UTC")


def shifted(frames, by):
    """The same, later."""
    kept = {}
    for name in ("hosts", "intervals", "coverage"):
        frame = getattr(frames, name).copy()
        for column in (one for one in frame.columns if one.endswith(("_at", "_until"))):
            frame[column] = frame[column] + by
        kept[name] = frame
    return replace(frames, **kept)


def test_the_address_carries_what_is_chosen(site, counted):
    client, _, _ = site
    page = counted(client, "/fleet?fault=6&verdict=breached&host=%EA%B2%AC%25&lang=en&since=odd").text
    assert 'href="/fleet.csv?fault=6&amp;verdict=breached&amp;host=%EA%B2%AC%25"' in page
    assert 'value="breached" selected' in page
    assert 'value="견%"' in page
    assert "No host is left" in page  # a sign stands for itself
    for odd in ("fault=x", "verdict=odd", "since=yesterday", "unknown=1", "fault=-1"):
        assert client.get(f"/api/v1/fleet?{odd}").status_code == 422, odd
    for odd in ("fault=x", "unknown=1"):
        assert client.get(f"/fleet.json?{odd}").text == client.get("/fleet.json").text


@pytest.mark.parametrize("choice", ["fault=99", "verdict=breached"])
def test_of_cases_without_findings_nothing_is_told_and_that_is_an_answer(client, work, tmp_path, counted, choice):
    quiet = bundle(tmp_path / "quiet.zip", "09:00:00 connector started", "11:00:00 quiet")
    assert put(client, quiet.read_bytes(), quiet.name).status_code == 201
    work()
    assert numbers(client, choice)["scope"]["stays"] == 0
    assert client.get(f"/fleet.json?{choice}").json() == numbers(client, choice)
    assert client.get(f"/fleet.csv?{choice}").status_code == 200
    assert counted(client, f"/fleet?{choice}").status_code == 200
