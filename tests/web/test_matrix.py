"""Who may what: every route of the application, with every kind of somebody, against a table.

A route that is not in the table fails the test; add its row. It says for whom a route answers (the least role, or
`public`) and what it is sent. What its address names is another team's to a foreign administrator: to him it must look
as if it were not there.
"""

import html
import json
import re
from dataclasses import dataclass, field
from functools import cache

import pytest

from faultlog.compare import compare
from faultlog.pipeline import Options
from faultlog.report.comparisons import comparison_document, comparison_json
from faultlog.store import comparisons, jobs, passwords, people, sessions, shares, tokens
from faultlog.store.jobs import latest
from faultlog.store.schema import AUDIT, METADATA
from faultlog.store.shares import Thing
from faultlog.web import progress
from faultlog.web.tables import LISTINGS as tables_of_the_site  # noqa: N811 (that of this module is who may what)
from faultlog.working.worker import Worker
from tests import databases
from tests.databases import filled
from tests.logs import knowledge
from tests.store.test_jobs import BREACHED, SAMPLES, uploaded
from tests.store.uploading import received
from tests.web.people import CHEAP, PASSWORD, bearer, person, site

PUBLIC, VIEWER, ANALYST, ADMIN = "public", "viewer", "analyst", "admin"
ROLES = (VIEWER, ANALYST, ADMIN)


@dataclass(frozen=True)
class Row:
    """Who may ask for a route."""

    who: str
    form: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    content: bytes | None = None
    query: dict = field(default_factory=dict)
    person: bool = False
    """Only for somebody who is logged in with a browser himself, never for a token."""
    own: bool = False
    """Whether its address names something of one user, here of another one: not there for anybody else."""
    common: dict = field(default_factory=dict)
    """What its address names that is everybody's."""
    lists: bool = False
    """Whether it shows what a team has."""
    ends: bool = False
    """Whether what asks is gone afterwards: asked last, in the order of the table."""


LISTINGS = ("bundles", "cases", "comparisons", "events", "findings", "hosts", "intervals", "jobs")

TABLE = {
    ("GET", "/api/v1/openapi.json"): Row(PUBLIC),
    ("GET", "/static/{name}"): Row(PUBLIC),
    ("GET", "/healthz"): Row(PUBLIC),
    ("GET", "/metrics"): Row(PUBLIC),
    ("GET", "/login"): Row(PUBLIC),
    ("POST", "/login"): Row(PUBLIC, {"name": "nobody", "password": "wrong"}),
    ("GET", "/shared/{key}"): Row(PUBLIC),
    ("GET", "/"): Row(VIEWER),
    ("POST", "/bundles"): Row(ANALYST, files={"file": BREACHED}),
    ("GET", "/uploaded"): Row(VIEWER, own=True),
    ("GET", "/cases/{bundle}"): Row(VIEWER),
    ("GET", "/cases/{bundle}/standing"): Row(VIEWER),
    ("GET", "/cases/{bundle}/download/{name}"): Row(VIEWER),
    ("GET", "/cases/{bundle}/file"): Row(ANALYST),
    ("POST", "/cases/{bundle}/again"): Row(ANALYST),
    ("POST", "/cases/{bundle}/cancel"): Row(ANALYST),
    ("GET", "/cases/{bundle}/delete"): Row(ANALYST),
    ("POST", "/comparisons/{comparison}/delete"): Row(ANALYST, ends=True),
    ("DELETE", "/api/v1/comparisons/{comparison}"): Row(ANALYST, ends=True),
    ("POST", "/cases/{bundle}/delete"): Row(ANALYST, ends=True),
    ("GET", "/cases/{case}/shares"): Row(ANALYST),
    ("POST", "/cases/{case}/shares"): Row(ANALYST, {"days": "7"}),
    ("POST", "/cases/{case}/shares/{share}/revoke"): Row(ANALYST),
    ("GET", "/comparisons/{comparison}/shares"): Row(ANALYST),
    ("POST", "/comparisons/{comparison}/shares"): Row(ANALYST, {"days": "7"}),
    ("POST", "/comparisons/{comparison}/shares/{share}/revoke"): Row(ANALYST),
    ("GET", "/hosts/{host:path}"): Row(VIEWER, own=True),
    ("POST", "/hosts/{host:path}"): Row(ANALYST, own=True),
    ("POST", "/comparisons"): Row(ANALYST, own=True),
    ("GET", "/comparisons/{comparison}"): Row(VIEWER),
    ("POST", "/comparisons/{comparison}/again"): Row(ANALYST),
    ("POST", "/comparisons/{comparison}/cancel"): Row(ANALYST),
    **{("GET", f"/fleet{twin}"): Row(VIEWER) for twin in ("", ".json", ".csv")},
    ("GET", "/search"): Row(VIEWER, query={"q": "secret"}),
    ("GET", "/rules"): Row(VIEWER),
    ("GET", "/rules/{fault}"): Row(VIEWER, common={"fault": "6"}),
    ("GET", "/formats"): Row(VIEWER),
    **{("GET", f"/{one}.{twin}"): Row(VIEWER) for one in ("rules", "formats") for twin in ("json", "csv")},
    ("GET", "/formats/{name}"): Row(VIEWER, common={"name": "bracketed"}),
    ("GET", "/account"): Row(VIEWER, person=True),
    ("POST", "/account/sessions/end"): Row(VIEWER, person=True),
    ("POST", "/account/sessions/{session}/end"): Row(VIEWER, person=True, own=True),
    ("POST", "/account/tokens"): Row(VIEWER, {"name": "nightly"}, person=True),
    ("POST", "/account/tokens/{token}/revoke"): Row(VIEWER, person=True, own=True),
    ("POST", "/account/password"): Row(VIEWER, {"current": PASSWORD, "password": "x", "again": "x"}, person=True),
    ("GET", "/admin/users"): Row(ADMIN, person=True),
    ("POST", "/admin/users"): Row(ADMIN, {"name": "kim", "password": "short"}, person=True),
    ("POST", "/admin/team"): Row(ADMIN, {"quota": "20G", "keep_days": ""}, person=True),
    ("POST", "/admin/users/{user}/role"): Row(ADMIN, {"role": "viewer"}, person=True),
    ("POST", "/admin/users/{user}/disable"): Row(ADMIN, person=True),
    ("POST", "/admin/users/{user}/enable"): Row(ADMIN, person=True),
    ("POST", "/admin/users/{user}/sessions/end"): Row(ADMIN, person=True),
    ("POST", "/admin/users/{user}/password"): Row(ADMIN, {"password": PASSWORD}, person=True),
    **{("GET", f"/admin/audit{twin}"): Row(ADMIN) for twin in ("", ".json", ".csv")},
    **{("GET", f"/admin/users{twin}"): Row(ADMIN) for twin in (".json", ".csv")},
    **{("GET", f"/api/v1/{one}"): Row(ADMIN) for one in ("audit", "users")},
    ("PUT", "/api/v1/bundles"): Row(ANALYST, content=BREACHED.read_bytes(), query={"name": BREACHED.name}),
    ("GET", "/api/v1/bundles/{bundle}"): Row(VIEWER),
    ("GET", "/api/v1/bundles/{bundle}/file"): Row(ANALYST),
    ("POST", "/api/v1/bundles/{bundle}/jobs"): Row(ANALYST),
    ("DELETE", "/api/v1/bundles/{bundle}"): Row(ANALYST, ends=True),
    **{("GET", f"/{one}{twin}"): Row(VIEWER, lists=True) for one in LISTINGS for twin in ("", ".json", ".csv")},
    **{("GET", f"/api/v1/{one}"): Row(VIEWER, lists=True) for one in LISTINGS},
    ("PUT", "/api/v1/comparisons"): Row(ANALYST, query={"old": "none", "new": "nothing"}, own=True),
    ("GET", "/api/v1/comparisons/{comparison}"): Row(VIEWER),
    ("GET", "/api/v1/comparisons/{comparison}/document"): Row(VIEWER),
    ("GET", "/api/v1/fleet"): Row(VIEWER),
    ("GET", "/api/v1/cases/{case}"): Row(VIEWER),
    ("GET", "/api/v1/cases/{case}/exports/{name}"): Row(VIEWER),
    ("GET", "/api/v1/jobs/{job}"): Row(VIEWER),
    ("GET", "/api/v1/jobs/{job}/events"): Row(VIEWER),
    ("POST", "/api/v1/jobs/{job}/cancel"): Row(ANALYST),
    ("POST", "/logout"): Row(VIEWER, ends=True),
}
PAIR = SAMPLES / "pair"
SECRET = "secret-of-ours.zip"  # noqa: S105
"""In the name of the bundle that no other team may learn of."""
HOST = "sim-macos-0001"
"""Whose bundle that is."""
MADE_UP = {"user": "987654", "bundle share": "987654", "comparison share": "987654", "token": "987654"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", CHEAP)
    monkeypatch.setattr(progress, "LIFE_S", 0)


@cache
def _compared():
    """What is kept of some comparison."""
    sides = (str(PAIR / f"{one}.tar.gz") for one in ("old", "new"))
    found = compare(knowledge(), *sides, Options(), lambda _path, _size: None)
    return comparisons.made(comparison_json(comparison_document(found)).encode())


class World:
    """A team with a case and a comparison, everybody in it and some who are not."""

    def __init__(self, store):
        self.store = store
        self.people = {role: person(store, f"our-{role}", role) for role in ROLES}
        self.other = person(store, "our-other", VIEWER)
        self.foreign = person(store, "their-admin", ADMIN, "theirs")
        team = self.people[ADMIN].team
        self.bundle = uploaded(store, team)
        Worker(store, Options()).work_once()
        newer = uploaded(store, team, BREACHED.with_name("fault10-survives-reboot-0001.zip"))
        comparison, _ = store.write(comparisons.ask, team, self.bundle, newer, "our-analyst")
        held = next(one for one in iter(lambda: store.write(jobs.lease, "nobody"), None) if one.comparison is not None)
        store.write(comparisons.finish, held, _compared())
        with store.engine.begin() as db:
            db.execute(METADATA.tables["bundles"].update().values(name=SECRET))
        shown = Thing("bundle", self.bundle), Thing("comparison", comparison)
        self.link, _ = (store.write(shares.make, team, one, "our-analyst", 7, redacted=True) for one in shown)
        token = store.write(tokens.make, self.other.id, "of the other")
        self.ids = {
            "bundle": self.bundle,
            "case": self.bundle,
            "job": store.read(latest, team, self.bundle).id,
            "comparison": comparison,
            "key": self.link,
            **{f"{one.kind} share": str(store.read(shares.of, team, one)[0].id) for one in shown},
            "user": str(self.other.id),
            "session": store.read(sessions.holder, self.other.key)[0].hash,
            "token": str(store.read(tokens.holder, token)[0].id),
            "name": "csv",
        }

    def nobody(self):
        """Those who may nothing: what each of them shows."""
        gone = person(self.store, "our-gone", ADMIN)
        told = bearer(self.store, gone)
        self.store.write(people.disable, gone.team, gone.id)
        old = person(self.store, "our-old", ADMIN)
        with self.store.engine.begin() as db:
            table = METADATA.tables["sessions"]
            db.execute(table.update().where(table.c.user_id == old.id).values(until=1))
        revoked = bearer(self.store, old)
        self.store.write(tokens.revoke, old.id, self.store.read(tokens.of_user, old.id)[0].id)
        return {
            "anonymous": {},
            "a cookie that was made up": {"cookie": "faultlog=x", "x-csrf-token": "x"},
            "a token that was made up": {"authorization": "Bearer flt_x"},
            "disabled": gone.shown,
            "disabled, with a token": told,
            "expired": old.shown,
            "revoked": revoked,
            "a revoked token beside a cookie": self.people[ADMIN].shown | revoked,
        }


@pytest.fixture
def world(tmp_path):
    with filled(tmp_path / "data", World) as (store, one):
        one.store = store
        yield one


@pytest.fixture
def store(world):
    return world.store


@pytest.fixture
def client(store):
    with site(store) as one:
        yield one


def routes(app):
    """Every method and address that the application answers."""
    found = set()
    for route in app.routes:
        contexts = route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]
        for one in contexts:
            for method in (getattr(one, "methods", None) or {"GET"}) - {"HEAD", "OPTIONS"}:
                found.add((method, one.path))
    return found


def ask(client, method, path, row, ids, headers=()):
    shares = {"share": ids.get("comparison share" if path.startswith("/comparisons") else "bundle share", "1")}
    address = re.sub(r"{(\w+)(:\w+)?}", lambda found: (shares | ids | row.common).get(found[1], "none"), path)
    body = {"content": row.content} if row.content is not None else {"data": row.form} if row.form else {}
    query, shown = dict(row.query), dict(headers)
    if row.files:
        body = {"files": {name: (file.name, file.read_bytes()) for name, file in row.files.items()}}
        query |= {"csrf": shown.pop("x-csrf-token")} if "x-csrf-token" in shown else {}
    return client.request(method, address, params=query, headers=shown, **body)


def kept(store):
    """All rows, but what says who was there when, and documents with tokens, made for whoever looks first."""
    with store.engine.connect() as db:
        tables = [one for one in METADATA.sorted_tables if one is not AUDIT and one.name != "attempts"]
        rows = {one.name: db.execute(one.select()).mappings().all() for one in tables}
    return {
        name: [{k: v for k, v in row.items() if k != "redacted" and not k.endswith("_at")} for row in found]
        for name, found in rows.items()
    }


def test_every_route_has_a_row(client):
    assert routes(client.app) == set(TABLE)


def test_who_is_nobody_gets_nothing_and_changes_nothing(client, world, store):
    shown = world.nobody()
    before = kept(store)
    for (method, path), row in TABLE.items():
        for who, headers in shown.items():
            answer = ask(client, method, path, row, world.ids, headers)
            case = f"{who}: {method} {path} {answer.status_code}"
            if row.who == PUBLIC:
                assert answer.status_code != 500, case
                continue
            assert answer.status_code == 401, case
            assert SECRET not in answer.text, case
            if path.startswith("/api/"):
                assert answer.headers["content-type"] == "application/problem+json", case
    assert kept(store) == before


def test_a_role_may_what_its_row_says_and_no_more(client, world, store):
    for ending in (False, True):
        for (method, path), row in TABLE.items():
            if row.who == PUBLIC or row.ends is not ending:
                continue
            for role in ROLES:
                answer = ask(client, method, path, row, world.ids, world.people[role].shown)
                case = f"{role}: {method} {path} {answer.status_code}"
                if ROLES.index(role) < ROLES.index(row.who):
                    assert answer.status_code == 403, case
                    assert SECRET not in answer.text, case
                else:
                    assert answer.status_code < 500, case
                    assert answer.status_code not in {401, 403}, case
                    assert not row.lists or HOST in answer.text or SECRET in answer.text, case
                    if role == row.who and not ending:
                        assert answer.status_code in ({404} if row.own else {200, 201, 303, 422}), case


def test_a_foreign_administrator_learns_nothing_and_changes_nothing(client, world, store):
    """What is another team's looks exactly as what is not there."""
    before = kept(store)
    for (method, path), row in TABLE.items():
        if row.who == PUBLIC or (row.ends and "{" not in path):
            continue
        answer = ask(client, method, path, row, world.ids, world.foreign.shown)
        case = f"{method} {path} {answer.status_code}"
        assert SECRET not in answer.text, case
        assert world.bundle not in answer.text, case
        assert HOST not in answer.text, case
        assert "our-" not in answer.text, case
        if "{" in path and not row.common:
            made_up = {name: MADE_UP.get(name, "x" * len(value)) for name, value in world.ids.items()}
            nothing = ask(client, method, path, row, made_up, world.foreign.shown)
            assert answer.status_code == nothing.status_code == 404, case
            assert answer.text == nothing.text, case
    after = kept(store)
    for name, rows in before.items():
        ours = [one for one in rows if "their" not in json.dumps(one, default=str)]
        assert [one for one in ours if one not in after[name]] == [], name


REPORTS = ("/cases/{bundle}", "/comparisons/{comparison}", "/fleet", "/shared/{key}", "/hosts/{host:path}")
"""What their tables say is in files: under Download, at `/api/v1/fleet`, at `/bundles?host=…`."""
HANDFULS = ("/account", "/cases/{case}/shares", "/comparisons/{comparison}/shares")
"""What somebody has himself, to end it: his sessions and tokens, the links to a case or a comparison."""


def test_every_table_of_a_page_can_be_put_in_order_and_is_a_file_for_programs(client, world):
    found, tables = set(), {one.address for one in tables_of_the_site.values()}
    private = {one.address for one in tables_of_the_site.values() if one.has_tokens}
    for (method, path), row in TABLE.items():
        if method != "GET" or path.startswith("/api/") or path == "/logout":
            continue
        answer = ask(client, "GET", path, row, world.ids, world.people[ADMIN].shown)
        if "text/html" not in answer.headers.get("content-type", "") or "<table" not in answer.text:
            continue
        found.add(path)
        if path in REPORTS + HANDFULS:
            continue
        assert re.search(r'<th scope="col"[^>]*><a href="[^"]*sort=', answer.text), path
        for twin in ("csv", "json"):
            addresses = re.findall(rf'href="({path}\.{twin}[^"]*)"', answer.text)
            assert ["redact=true" in one for one in addresses] == [False, True][: 1 + (path in private)]
            for address in addresses:
                assert client.get(html.unescape(address), headers=world.people[ADMIN].shown).status_code == 200
    assert found - set(REPORTS + HANDFULS) == tables | {"/rules", "/formats"}


def test_one_user_does_not_reach_what_is_anothers(client, world, store):
    me = world.people[ADMIN]
    for path in ("/account/sessions/{session}/end", "/account/tokens/{token}/revoke"):
        assert ask(client, "POST", path, TABLE["POST", path], world.ids, me.shown).status_code == 404
    assert store.read(sessions.holder, world.other.key) is not None


def test_nothing_that_changes_is_done_for_a_cookie_without_the_token_of_its_page(client, world, store):
    before = kept(store)
    wrong = world.people[VIEWER].proof
    for (method, path), row in TABLE.items():
        if method == "GET" or row.who == PUBLIC:
            continue
        for proof in ({}, wrong):
            answer = ask(client, method, path, row, world.ids, world.people[ADMIN].cookie | proof)
            assert answer.status_code == 403, f"{method} {path} {proof}"
        files = Row(row.who, content=b"--x--\r\n", query=row.query)
        form = {"content-type": "multipart/form-data; boundary=x"}
        answer = ask(client, method, path, files, world.ids, world.people[ADMIN].cookie | form)
        assert answer.status_code in {403, 415}, f"{method} {path} with files"
    assert kept(store) == before


def test_nothing_that_changes_is_done_for_a_page_elsewhere_even_without_accounts(tmp_path):
    with databases.kept(tmp_path / "empty") as store:
        _refuses_pages_elsewhere(store)


def _refuses_pages_elsewhere(store):
    bundle = uploaded(store, store.write(people.need_team, "local"))
    elsewhere = (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
    )
    with site(store) as client:
        before = kept(store)
        for (method, path), row in TABLE.items():
            for headers in elsewhere if method != "GET" else ():
                answer = ask(client, method, path, row, {"bundle": bundle, "job": "none"}, headers)
                assert answer.status_code == 403, f"{method} {path} {headers}"
        assert kept(store) == before
        own = {"origin": "http://127.0.0.1:8321", "sec-fetch-site": "same-origin"}
        assert client.delete(f"/api/v1/bundles/{bundle}", headers=own).status_code == 204


def test_a_token_does_what_its_user_may_but_changes_no_account(client, world, store):
    told = bearer(store, world.people[ADMIN])
    for (method, path), row in TABLE.items():
        if row.ends or row.who == PUBLIC:
            continue
        answer = ask(client, method, path, row, world.ids, told)
        case = f"{method} {path} {answer.status_code}"
        assert (answer.status_code == 403) == row.person, case
    low = bearer(store, world.people[VIEWER])
    assert client.delete(f"/api/v1/bundles/{world.bundle}", headers=low).status_code == 403
    assert client.delete(f"/api/v1/bundles/{world.bundle}", headers=told).status_code == 204


def test_an_upload_of_the_same_bytes_by_another_team_tells_nothing(client, world, store):
    row = TABLE["PUT", "/api/v1/bundles"]
    answer = ask(client, "PUT", "/api/v1/bundles", row, {}, world.foreign.shown)
    assert answer.status_code == 201
    assert answer.json()["id"] != world.bundle
    assert received(store, BREACHED).sha256 == answer.json()["sha256"]
