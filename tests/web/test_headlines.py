"""What a case says first stands with the same badge and words on its page, the front page and in each list."""

import html
import re
from pathlib import Path

import pytest

from faultlog.report.page import MARKS
from faultlog.store import schema
from faultlog.web.tables import LISTINGS
from tests.lakes import bundle

SAMPLES = Path(__file__).parents[2] / "sample_logs"
BUNDLES = ("fault6-breached-0001.zip", "fault6-in-time-0001.tar.gz", "fault10-survives-reboot-0001.zip")
STATUS = "public/cisco-220575-status-critical.txt"


@pytest.fixture(scope="module")
def site(kept_site):
    """A server with samples of several kinds of headline."""
    _, client, work = kept_site
    for name in (*BUNDLES, STATUS):
        file = SAMPLES / name
        assert client.put("/api/v1/bundles", params={"name": file.name}, content=file.read_bytes()).status_code == 201
    work()
    return client


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_list_says_of_a_case_what_its_page_says_first(site, lang):
    told = {"headers": {"accept-language": lang}}
    front = site.get("/", **told).text
    rows = site.get("/api/v1/bundles", **told).json()["rows"]
    assert len(rows) == len(BUNDLES) + 1
    by_host = {one["case"]: one for one in site.get("/api/v1/hosts", **told).json()["rows"]}
    for row in rows:
        said = html.escape(row["headline"])
        assert said in front
        page = site.get(f"/cases/{row['id']}", **told).text
        assert page.index(f'class="badge {row["mark"]}"') == page.index('class="badge ')
        assert said in page
        (case,) = site.get("/api/v1/cases", params={"case": row["id"]}, **told).json()["rows"]
        assert (case["mark"], case["headline"]) == (row["mark"], row["headline"])
        host = by_host[row["id"]]
        assert (host["mark"], host["headline"]) == (row["mark"], row["headline"])
        assert case["last_at"] == host["last_at"] == row["last_at"]
        if row["last_at"] is not None:
            when = row["last_at"][:16].replace("T", " ")
            assert f"as of its last line, {when} UTC" in front or f"마지막 줄 {when} UTC 기준" in front


def test_in_a_list_whose_times_are_utc_a_headline_of_another_zone_says_utc_too(kept_site):
    _, client, work = kept_site
    file = SAMPLES / "cut-in-the-middle-0001.tar.gz"
    client.put("/api/v1/bundles", params={"name": file.name}, content=file.read_bytes())
    work()
    told = {row["name"]: row["headline"] for row in client.get("/api/v1/bundles").json()["rows"]}
    assert told[file.name].endswith("since 11:33:26 (18:33:26Z)")


def test_a_list_says_beside_that_as_of_when_it_is(site):
    for name in ("bundles", "cases", "hosts"):
        heads = re.findall(r"<th .*?>(?:<a .*?>)?([^<]+)", site.get(LISTINGS[name].address, params={"lang": "en"}).text)
        assert heads[heads.index("What it says") + 1] == "As of"


def test_a_case_has_one_of_the_marks_of_reports():
    assert tuple(MARKS) == schema.MARKS


@pytest.mark.parametrize("name", ["bundles", "cases", "hosts"])
def test_rows_are_chosen_and_sorted_by_badge(site, name):
    marks = [one["mark"] for one in site.get(f"/api/v1/{name}", params={"sort": "mark"}).json()["rows"]]
    assert marks == sorted(marks, key=list(MARKS).index)
    assert len(set(marks)) > 2
    for mark in MARKS:
        chosen = site.get(f"/api/v1/{name}", params={"mark": mark}).json()["rows"]
        assert [one["mark"] for one in chosen] == [one for one in marks if one == mark]
    page = site.get(LISTINGS[name].address).text
    assert all(f'<option value="{mark}"' in page for mark in MARKS)


def test_what_only_a_status_lists_is_what_its_case_says_first(site):
    (row,) = (one for one in site.get("/api/v1/bundles").json()["rows"] if one["name"] == Path(STATUS).name)
    assert row["mark"] == "open"
    assert "listed fault 18" in row["headline"]
    assert "Critical" in row["headline"]
    page = site.get(f"/cases/{row['id']}").text
    assert 'href="/rules/18"' in page
    assert site.get("/api/v1/intervals", params={"case": row["id"]}).json()["rows"] == []


def test_a_host_that_nothing_names_is_called_by_its_bundle(site):
    name = Path(STATUS).name
    (host,) = (one for one in site.get("/api/v1/hosts").json()["rows"] if one["bundle_name"] == name)
    assert host["name"] is None
    for address in ("/hosts", "/cases"):
        page = site.get(address, headers={"accept-language": "en"}).text
        assert f">host unknown · {name}</a>" in page
        assert ">case:" not in page


def test_a_job_that_ended_says_what_was_read(site):
    read = [one["done_bytes"] for one in site.get("/api/v1/jobs").json()["rows"]]
    assert read
    assert all(read)


def test_what_a_line_says_has_a_name(site):
    kinds = {one["kind"] for one in site.get("/api/v1/events", params={"size": 200}).json()["rows"]}
    assert any(one.startswith("changed:") for one in kinds)
    assert "changed:" not in site.get("/events", params={"size": 200}).text


def test_hosts_of_one_name_are_told_apart(client, work, tmp_path):
    for guid in ("8f0c3bd8-0000-4000-8000-000000000001", "9a0c3bd8-0000-4000-8000-000000000002"):
        file = bundle(tmp_path / f"{guid}.zip", "09:00:00 connector started", "10:00:00 Fault Raised: 6", guid=guid)
        client.put("/api/v1/bundles", params={"name": file.name}, content=file.read_bytes())
    work()
    page = client.get("/hosts").text
    assert "mac · 8f0c3bd8</a>" in page
    assert "mac · 9a0c3bd8</a>" in page
