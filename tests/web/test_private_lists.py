"""Lists with tokens: no name is in them, the same token stands for the same name in all, and else nothing is told."""

import csv
import io
import json
import re

import pytest
from sqlalchemy import update

from faultlog.redaction.cells import Cells
from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES
from faultlog.web import tokened
from faultlog.web.tables import LISTINGS
from faultlog.web.tokened import listed
from faultlog.working.orders import Order
from tests.lakes import MONDAY, TUESDAY, bundle
from tests.web.live import put_all

GUID = "8f0c3bd8-6a1e-4c5b-9d2f-3b7a9c1e5f60"
TOLD = [name for name, one in LISTINGS.items() if one.has_tokens]
NAMES = ("karomita", "nevusho", "lepozen", "gilmorsa", "quinbel", GUID, "10.77.3.9")


@pytest.fixture(scope="module")
def site(kept_site, tmp_path_factory):
    """A server with two bundles of one host, which has a GUID, and others of hosts that have a name only, or none."""
    store, client, work = kept_site
    folder = tmp_path_factory.mktemp("bundles")
    client.get("/")
    files = [
        bundle(folder / "karomita 10.77.3.9.zip", *MONDAY, guid=GUID, host="nevusho-mbp-07"),
        bundle(folder / "nevusho-mbp-07.zip", *TUESDAY, guid=GUID, host="nevusho-mbp-07"),
        bundle(folder / "lepozen.zip", *MONDAY, host="gilmorsa.quinbel.com"),
        bundle(folder / "scan.zip", *TUESDAY, host="scan"),
    ]
    ids = put_all(client, files)
    client.put("/api/v1/comparisons", params={"old": ids[0], "new": ids[1]})
    work()
    return store, client, ids


def told(client, name, /, **params):
    """The rows of a list with tokens, as CSV has them, and all that its answer says."""
    answer = client.get(f"/{name}.csv", params={"redact": "true", **params})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text))), answer.text + str(answer.headers)


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_name_is_in_a_list_with_tokens_nor_in_what_is_said_with_it(site, name, lang):
    _, client, _ = site
    plain = list(csv.DictReader(io.StringIO(client.get(f"/{name}.csv", params={"lang": lang}).text)))
    rows, text = told(client, name, lang=lang)
    assert any(one in str(plain).lower() for one in NAMES)
    page = client.get(f"/{name}.json", params={"redact": "1", "lang": lang})
    api = client.get(f"/api/v1/{name}", params={"redact": "true"}, headers={"accept-language": lang})
    for said in (text, page.text + str(page.headers), api.text + str(api.headers)):
        assert not [one for one in NAMES if one in said.lower()]
    assert page.json() == api.json()
    assert (page.json()["total"], page.json()["next"]) == (len(plain), None)
    named = {one.key for one in LISTINGS[name].columns if one.names is not None}
    assert len(rows) == len(plain)
    for row, was in zip(rows, plain, strict=True):
        for key in row:
            changed = key in named and was[key] != "" and not was[key].startswith("case:")
            assert (row[key] != was[key]) is changed, key


def test_one_name_has_one_token_in_every_list_whatever_is_asked(site):
    _, client, ids = site
    bundles = {one["id"]: one for one in told(client, "bundles")[0]}
    first, second = (bundles[one] for one in ids[:2])
    assert (first["host"], first["host_name"]) == (second["host"], second["host_name"])
    assert first["host"].startswith("guid:0000")
    assert first["host_name"] == "host-zbbb"
    assert (first["name"], second["name"]) == ("document-zbbb.zip", "document-zbbc.zip")
    assert {one["uploaded_by"] for one in bundles.values()} == {"user-zbbb"}
    assert bundles[ids[3]]["host"] == f"name:{bundles[ids[3]]['host_name']}"
    pairs = {(one["host"], one["host_name"]) for one in bundles.values()}
    for name in TOLD:
        for asked in ({}, {"host": f"guid:{GUID}"}, {"lang": "ko"}):
            rows, _ = told(client, name, **asked)
            assert rows
            assert {(one["host"], one.get("host_name", one.get("name"))) for one in rows} <= pairs
    (chosen,) = told(client, "hosts", name="nevu")[0]
    assert chosen["name"] == "host-zbbb"
    assert {one["host_name"] for one in told(client, "intervals", name="nevusho")[0]} == {"host-zbbb"}


@pytest.mark.parametrize("name", [one for one in LISTINGS if one not in TOLD])
def test_lists_of_lines_and_deeds_have_none_and_say_where_some_are(site, name):
    _, client, _ = site
    for kind in ("csv", "json"):
        refused = client.get(f"{LISTINGS[name].address}.{kind}?redact=1&lang=en")
        assert (refused.status_code, "CSV and the JSON of bundles, hosts, cases" in refused.text) == (422, True)
    assert client.get(f"/api/v1/{name}?redact=true").status_code == 422


def test_a_page_shows_none_and_leads_to_the_files_that_do(site):
    _, client, _ = site
    assert client.get("/intervals?redact=1").status_code == 422
    page = client.get("/intervals?lang=en&fault=6&sort=host_name&size=20").text
    assert 'href="/intervals.csv?fault=6&amp;redact=true"' in page
    assert 'href="/intervals.csv?fault=6&amp;sort=host_name&amp;size=20"' in page
    assert 'href="/intervals.json?sort=-raised_at&amp;redact=true"' in client.get("/intervals?sort=-raised_at").text
    assert 'aria-label="CSV, with tokens for names"' in page  # two links that are called alike lead elsewhere
    assert "redact" not in client.get("/events").text
    for lang, words in (("en", "names as tokens"), ("ko", "이름을 토큰으로")):
        assert words in client.get("/hosts", params={"lang": lang}).text
    assert "nevusho" in client.get("/hosts.csv?redact=false").text


@pytest.mark.parametrize("asked", ["size=10", "after=x", "sort=host_name", "sort=-host"])
def test_with_tokens_there_are_no_pages_and_no_order_of_names(site, asked):
    _, client, _ = site
    refused = client.get(f"/api/v1/intervals?redact=true&{asked}")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:faultlog:tokens_whole")
    for kind in ("json", "csv"):
        refused = client.get(f"/intervals.{kind}?redact=true&{asked}&lang=en")
        assert (refused.status_code, "Leave size and after out" in refused.text) == (422, True)
    assert client.get("/api/v1/intervals?redact=true&sort=fault_id").status_code == 200


def made(site, tmp_path, name="bundles", form="csv"):
    store, _, ids = site
    team = store.read(lambda db: db.execute(BUNDLES.select().where(BUNDLES.c.id == ids[0])).one().team_id)
    order = Order("list", team, format=form, redact=True, listing=name, sort=LISTINGS[name].usual)
    return listed(store, order, tmp_path / "list")


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("name", TOLD)
def test_a_list_in_which_a_name_is_left_is_not_given(site, name, form, tmp_path, monkeypatch):
    """As a token's own, in a text, and where there is none at all."""
    token = Cells.name
    assert made(site, tmp_path, name, form)[0] == {}
    monkeypatch.setattr(Cells, "name", lambda one, kind, text: text if kind == "host" else token(one, kind, text))
    assert made(site, tmp_path, name, form) == ({"refused": "tokens_left"}, b"")
    monkeypatch.setattr(Cells, "name", token)
    monkeypatch.setattr(Cells, "text", lambda _self, text: f"{text} of nevusho-mbp-07")
    assert made(site, tmp_path, name, form) == ({"refused": "tokens_left"}, b"")


def test_a_name_is_replaced_in_the_sentences_of_other_rows(site, tmp_path):
    store, _, ids = site
    said = {one: f"Nevusho-MBP-07 and jane.roe@acme-corp.com of lepozen.zip, {one}" for one in ("en", "ko")}
    before = store.read(lambda db: db.execute(CASES.select().where(CASES.c.id == ids[3])).one().headline)
    chosen = update(CASES).where(CASES.c.id == ids[3])
    store.write(lambda db: db.execute(chosen.values(headline=json.dumps(said))))
    head, content = made(site, tmp_path, "cases")
    store.write(lambda db: db.execute(chosen.values(headline=before)))
    assert head == {}
    assert "host-zbbb and mail-zbbb@example.invalid of document-zbbd.zip, en" in content.decode()


@pytest.mark.parametrize("bound", ["MOST_ROWS", "MOST_NAMES"])
def test_more_than_there_are_tokens_for_is_refused(site, bound, tmp_path, monkeypatch):
    monkeypatch.setattr(tokened, bound, 2)
    head, content = made(site, tmp_path, "intervals")
    assert (head["refused"], head["most"], content) == ("tokens_many", 2, b"")


ODD = (
    "host-zbbb",
    "jane host-zbbc roe",
    "document-zbbb.jane",
    "=cmd|' /C calc'!A0",
    "null",
    "2026-03-01T00:00:00Z",
    "name:guid:case:jane",
    "case:jane",
    "제인의 맥북",
    "a\u202eb\x1b[31m",
    ",\"'\r\n| x |",
    "6",
    "open",
)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_whatever_a_name_looks_like_it_becomes_a_token(site, form, tmp_path):
    store, _, ids = site
    hosts, cases = CASE_TABLES["hosts"], CASES
    kept = store.read(
        lambda db: [db.execute(one.select().where(key == ids[3])).one() for one, key in
                    ((BUNDLES, BUNDLES.c.id), (hosts, hosts.c.case_id), (cases, cases.c.id))]
    )  # fmt: skip

    def put(name, called, host):
        store.write(lambda db: db.execute(update(BUNDLES).where(BUNDLES.c.id == ids[3]).values(name=name)))
        store.write(lambda db: db.execute(update(hosts).where(hosts.c.case_id == ids[3]).values(name=called)))
        store.write(lambda db: db.execute(update(cases).where(cases.c.id == ids[3]).values(host=host)))

    try:
        for odd in ODD:
            for host in (f"name:{odd}", f"guid:{odd}"):
                put(odd, odd, host)
                head, content = made(site, tmp_path, "bundles", form)
                assert head == {}, odd
                text = content.decode()
                rows = list(csv.DictReader(io.StringIO(text))) if form == "csv" else json.loads(text)["rows"]
                (row,) = (one for one in rows if one["id"] == ids[3])
                assert re.fullmatch(r"document-z[b-z]{3}", row["name"]), odd
                assert re.fullmatch(r"host-z[b-z]{3}", row["host_name"]), odd
                assert re.fullmatch(r"(name|guid):host-z[b-z]{3}", row["host"]), odd
                assert len({one["name"] for one in rows}) == len(rows)
                assert row["host_name"] not in {one["host_name"] for one in rows if one is not row}
    finally:
        put(kept[0].name, kept[1].name, kept[2].host)
