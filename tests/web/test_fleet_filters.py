"""Every number of the fleet's page follows what is chosen, in each of its forms, and is that of a lake of the same."""

import csv
import io
import re

import pytest

from faultlog.fleet.report.gathered import gathered
from faultlog.fleet.report.headlines import tiles
from faultlog.fleet.report.telling import Telling
from faultlog.fleet.sources import units
from faultlog.fleet.statistics.written import to_json
from faultlog.rulebook import load_rules
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
    "host=OTHER": ("other",),
    f"host={GUID[:6]}": ("monday", "tuesday"),
    "version=1.15.0": ("third",),
    "host=twin": ("twin", "stranger"),
}
"""By what is chosen, the bundles of its hosts."""
DRAWN = ("", "host=twin")
"""Of which the page is looked at too: its pictures take a while."""


@pytest.fixture(scope="module")
def site(kept_site, tmp_path_factory):
    """A server with some hosts, and the files of their bundles; one bundle is of no log."""
    _, client, work = kept_site
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
    return client, files


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
    client, files = site
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
    ("query", "stays"),
    [
        ("fault=6", "fault=6"),
        ("since=2026-03-03&until=2026-03-04", "since=2026-03-03T00:00:00Z&until=2026-03-04T00:00:00Z"),
        ("since=2026-03-04", "since=2026-03-04T00:00:00Z"),
        ("until=2026-03-03", "until=2026-03-03T00:00:00Z"),
        ("fault=7&since=2026-03-03", "fault=7&since=2026-03-03T00:00:00Z"),
    ],
)
def test_stays_are_those_that_the_list_has(site, query, stays):
    client, _ = site
    listed = client.get(f"/api/v1/intervals?{stays}&size=200").json()["rows"]
    fleet = numbers(client, query)
    assert fleet["scope"]["stays"] == len(listed) == sum(one["stays"] for one in fleet["faults"])
    assert {one["fault_id"] for one in fleet["faults"]} == {one["fault_id"] for one in listed}


def test_a_verdict_leaves_its_findings_and_their_stays(site):
    client, _ = site
    for verdict in ("breached", "met", "pending", "indeterminate"):
        listed = client.get(f"/api/v1/findings?verdict={verdict}&size=200").json()["rows"]
        fleet = numbers(client, f"verdict={verdict}")
        assert fleet["scope"]["stays"] == len({(one["case"], one["interval"]) for one in listed})
        assert sum(one["breached"]["n"] for one in fleet["promises"]) == (len(listed) if verdict == "breached" else 0)
        assert fleet["scope"]["hosts"] == numbers(client, "")["scope"]["hosts"]


def test_of_other_days_nothing_is_left_and_of_part_of_one_only_what_was_observed_then(site, counted):
    client, _ = site
    whole, day = numbers(client, ""), numbers(client, "since=2026-03-03&until=2026-03-04")
    assert day["scope"] == whole["scope"] | {"superseded": 0}
    none = numbers(client, "since=2050-01-01")
    assert (none["scope"]["hosts"], none["scope"]["bundles"], none["scope"]["observed_s"]) == (0, 0, 0.0)
    assert "No host is left" in counted(client, "/fleet?since=2050-01-01&lang=en").text


def test_the_address_carries_what_is_chosen(site, counted):
    client, _ = site
    page = counted(client, "/fleet?fault=6&verdict=breached&host=%EA%B2%AC%25&lang=en&since=odd").text
    assert 'href="/fleet.csv?fault=6&amp;verdict=breached&amp;host=%EA%B2%AC%25"' in page
    assert 'value="breached" selected' in page
    assert 'value="견%"' in page
    assert "No host is left" in page  # a sign stands for itself
    for odd in ("fault=x", "verdict=odd", "since=yesterday", "unknown=1", "fault=-1"):
        assert client.get(f"/api/v1/fleet?{odd}").status_code == 422, odd
        assert client.get(f"/fleet.json?{odd}").status_code == 200, odd
