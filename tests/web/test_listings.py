"""Every table has an address and its twins, and pages that neither repeat nor hide a row."""

import base64
import csv
import io
import json

import pytest
from sqlalchemy import event, insert

from faultlog.report.exports.spreadsheet import original
from faultlog.store import bundles
from faultlog.store.schema import TEAMS
from faultlog.store.texts import now
from faultlog.web import listing
from faultlog.web.tables import LISTINGS
from tests.lakes import MONDAY, TUESDAY, bundle
from tests.store.uploading import uploaded
from tests.web.live import put_all

GUID = "8f0c3bd8-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def site(kept_site, tmp_path_factory):
    """A server with two bundles of one host, one of another, and one of another team."""
    store, client, work = kept_site
    folder = tmp_path_factory.mktemp("bundles")
    client.get("/")  # the team is made
    files = [
        bundle(folder / "monday.zip", *MONDAY, guid=GUID),
        bundle(folder / "tuesday.zip", *TUESDAY, guid=GUID),
        bundle(folder / "=cmd.zip", *MONDAY, host="other"),
    ]
    ids = put_all(client, files)
    theirs = store.write(
        lambda db: db.execute(insert(TEAMS).values(name="theirs", created_at=now()).returning(TEAMS.c.id)).scalar_one()
    )
    uploaded(store, theirs, bundle(folder / "foreign.zip", *TUESDAY, host="foreign"))
    client.put("/api/v1/comparisons", params={"old": ids[0], "new": ids[1]})
    work()
    for old, new in ((1, 0), (0, 2)):  # which stay queued
        client.put("/api/v1/comparisons", params={"old": ids[old], "new": ids[new]})
    return client


def rows(client, name, /, **params):
    answer = client.get(f"/api/v1/{name}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def test_however_long_a_table_is_its_rows_are_counted_once(site, monkeypatch):
    monkeypatch.setattr(listing, "_BATCH", 2)
    said = []

    def heard(_connection, _cursor, statement, *_more):
        said.append(statement)

    engine = site.app.state.settings.store.engine
    event.listen(engine, "before_cursor_execute", heard)
    try:
        lines = list(csv.DictReader(io.StringIO(site.get("/events.csv").text)))
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    assert [one["text"] for one in lines] == [one["text"] for one in rows(site, "events")]
    assert len(lines) > 4
    assert sum("count(*)" in one for one in said) == 1


def test_lines_of_two_bundles_of_a_host_stand_once_in_the_lists(site):
    stays = rows(site, "intervals", sort="raised_at")
    assert sorted((one["host_name"], one["fault_id"]) for one in stays) == [("mac", 6), ("mac", 7), ("other", 6)]
    assert stays[-1]["fault_id"] == 7
    (host,) = rows(site, "hosts", name="MAC")
    assert (host["bundles"], host["open_faults"], host["mark"]) == (2, [7], "warning")
    assert len(rows(site, "cases")) == 2
    assert {one["state"] for one in rows(site, "jobs") if one["comparison"] is None} == {"done"}


def test_of_one_case_what_it_says_by_itself_is_listed_too(site):
    monday = next(one["id"] for one in rows(site, "bundles") if one["name"] == "monday.zip")
    assert [one["fault_id"] for one in rows(site, "intervals", case=monday)] == [6]
    (case,) = rows(site, "cases", case=monday)
    assert case["joined"] in {one["case"] for one in rows(site, "cases")}


@pytest.mark.parametrize("name", LISTINGS)
def test_another_team_sees_its_own(site, name):
    assert "foreign" not in site.get(f"/api/v1/{name}").text
    assert "foreign" not in site.get(f"{LISTINGS[name].address}.csv").text
    assert "foreign" not in site.get(LISTINGS[name].address).text


FILLED = [name for name in LISTINGS if name != "users"]
"""What this server has: it has no accounts."""


@pytest.mark.parametrize("name", FILLED)
def test_a_table_says_the_same_as_page_as_json_and_as_csv(site, name):
    whole = site.get(f"{LISTINGS[name].address}.json").json()
    assert site.get(f"/api/v1/{name}").json() == whole
    lines = list(csv.DictReader(io.StringIO(site.get(f"{LISTINGS[name].address}.csv").text)))
    assert len(lines) == whole["total"] == len(whole["rows"]) > 0
    for line, row in zip(lines, whole["rows"], strict=True):
        assert list(line) == list(row)
        for key, cell in line.items():
            assert _read(cell, row[key]) == row[key], key
    page = site.get(LISTINGS[name].address)
    assert page.status_code == 200
    assert page.text.count("<tr>") == whole["total"] + 1


def _read(cell, like):
    if like is None:
        return cell or None
    if isinstance(like, str):
        return original(cell) if cell.startswith("'") else cell
    return [int(one) for one in cell.split()] if isinstance(like, list) else json.loads(cell)


def test_no_spreadsheet_runs_a_name(site):
    text = site.get("/bundles.csv").text
    assert "'=cmd.zip" in text
    assert ",=cmd.zip" not in text


@pytest.mark.parametrize("address", ["/bundles.json", "/api/v1/bundles"])
def test_no_terminal_obeys_a_name(client, address):
    name = "a\x9b2J\u202e\x7f.log"
    client.put("/api/v1/bundles", params={"name": name}, content=b"Mar  3 12:00:00 mac ampdaemon[1]: a line\n")
    answer = client.get(address)
    assert answer.json()["rows"][0]["name"] == name
    assert {"\x9b", "\u202e", "\x7f"}.isdisjoint(answer.text)


@pytest.mark.parametrize("name", FILLED)
def test_in_every_order_pages_are_the_whole(site, name):
    for order in LISTINGS[name].orders:
        whole = rows(site, name, sort=order)
        size = max(2, -(-len(whole) // 4))
        found, address, number = [], f"/api/v1/{name}?sort={order}&size={size}", 0
        while address is not None:
            answer = site.get(address)
            found += answer.json()["rows"]
            address, number = answer.json()["next"], number + 1
            assert ("link" in answer.headers) == (address is not None)
        assert found == whole, order
        assert number == -(-len(whole) // size)
        values = [row[order.removeprefix("-")] for row in whole]
        told = [one for one in values if one is not None]
        assert values == told + [None] * (len(values) - len(told))
        if not any(isinstance(one, str) for one in told):
            assert told == sorted(told, reverse=order.startswith("-")), order


def test_a_row_that_comes_meanwhile_neither_hides_nor_repeats_one(client, store, tmp_path):
    client.get("/")
    for number in range(4):
        client.put("/api/v1/bundles", params={"name": f"ampdaemon.log.{number}"}, content=f"line {number}\n".encode())
    first = client.get("/api/v1/bundles", params={"size": 2}).json()
    client.put("/api/v1/bundles", params={"name": "late.log"}, content=b"late\n")
    second = client.get(first["next"]).json()
    assert [one["name"] for one in first["rows"] + second["rows"]] == [f"ampdaemon.log.{one}" for one in (3, 2, 1, 0)]
    store.write(bundles.forget, 1, first["rows"][-1]["id"])
    assert client.get(first["next"]).json()["rows"] == second["rows"]


@pytest.mark.parametrize(
    ("name", "params", "number"),
    [
        ("bundles", {"name": "DAY"}, 2),
        ("bundles", {"name": "%"}, 0),
        ("bundles", {"state": "done"}, 3),
        ("bundles", {"state": "failed"}, 0),
        ("bundles", {"host": f"guid:{GUID}"}, 2),
        ("bundles", {"since": "2020-01-01T00:00:00Z"}, 3),
        ("bundles", {"until": "2020-01-01"}, 0),
        ("intervals", {"fault": 7}, 1),
        ("intervals", {"state": "cleared"}, 2),
        ("findings", {"verdict": "breached"}, 2),
        ("events", {"text": "raised: 7"}, 1),
        ("events", {"kind": "fault_raised", "fault": 6}, 2),
        ("hosts", {"name": "oth"}, 1),
    ],
)
def test_rows_are_chosen(site, name, params, number):
    assert len(rows(site, name, **params)) == number
    assert site.get(f"/{name}", params=params).text.count("<tr>") == (number + 1 if number else 0)


@pytest.mark.parametrize(
    "params",
    [
        {"sort": "nothing"},
        {"size": 201},
        {"size": 0},
        {"state": "lost"},
        {"since": "when"},
        {"since": "1772532059"},
        {"after": "x"},
        {"redact": "true", "size": 10},
        {"of": 1},
    ],
)
def test_what_means_nothing_is_refused_with_a_sentence(site, params):
    refused = site.get("/api/v1/bundles", params=params)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    if "of" not in params:
        assert site.get("/bundles", params=params).status_code == 422
        assert site.get("/bundles.csv", params=params).status_code == 422


def test_a_cursor_of_another_order_is_none(site):
    onwards = site.get("/api/v1/bundles?size=1&sort=size").json()["next"]
    assert site.get(onwards).status_code == 200
    assert site.get(onwards.replace("sort=size", "sort=name")).status_code == 422


@pytest.mark.parametrize(
    ("name", "cursor", "status"),
    [
        ("events", ["-at", None, (1 << 31) - 1], 200),
        ("events", ["-at", None, 1 << 31], 422),
        ("events", ["-at", (1 << 63) - 1, 1], 200),
        ("events", ["-at", (1 << 63) - 1, (1 << 63) - 1], 422),
        ("events", ["-at", 1 << 63, 1], 422),
        ("bundles", ["-uploaded_at", 1, "a\0b"], 422),
    ],
)
def test_a_cursor_that_no_row_can_have_is_none(site, name, cursor, status):
    after = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode().rstrip("=")
    assert site.get(f"/api/v1/{name}", params={"after": after}).status_code == status


def test_a_page_works_without_script_and_says_how_it_is_sorted(site):
    text = site.get("/bundles?sort=-size&state=done&lang=en").text
    assert 'aria-sort="descending" class="number"><a href="/bundles?sort=size&amp;state=done"' in text
    assert '<option value="done" selected>' in text
    assert 'href="/bundles.csv?sort=-size&amp;state=done"' in text
    assert 'value="-size"' in text
    assert "3 rows" in text
    site.cookies.clear()
    assert "번들" in site.get("/bundles", headers={"accept-language": "ko"}).text


def test_an_empty_table_says_what_to_do(client):
    client.get("/")
    assert "Upload a bundle, and what comes of it stands here" in client.get("/hosts").text
    assert "Show all" in client.get("/hosts?name=x").text


def test_the_case_of_all_bundles_of_a_host_has_a_page_and_files(site):
    (joined,) = [one["case"] for one in rows(site, "cases") if one["bundle"] is None]
    page = site.get(f"/cases/{joined}?lang=en")
    assert page.status_code == 200
    assert "The 2 bundles" in page.text
    assert "/delete" not in page.text
    assert site.get(f"/cases/{joined}/download/csv").status_code == 200
    monday = next(one["id"] for one in rows(site, "bundles") if one["name"] == "monday.zip")
    assert f'href="/cases/{joined}"' in site.get(f"/cases/{monday}").text
