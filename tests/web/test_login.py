"""Logging in and out, and what an account is: through the pages, as a browser asks for them."""

import re

import pytest
from sqlalchemy import update

from faultlog.errors import UsageError
from faultlog.store import accounts, attempts, audit, passwords, people, sessions, shares, tokens
from faultlog.store.schema import BUNDLES
from faultlog.store.shares import Thing
from faultlog.web import logins
from faultlog.web.serving import Reached, Serving, told
from tests.noted import deeds
from tests.store.test_jobs import uploaded
from tests.web.people import ADDRESS, CHEAP, PASSWORD, bearer, person, site

BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin"}
ANOTHER = "another battery, of a horse"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", CHEAP)


@pytest.fixture
def kim(store):
    return person(store, "kim", "admin")


@pytest.fixture
def browser(store, kim):
    with site(store) as one:
        one.headers.update(BROWSER)
        yield one


def log_in(browser, name="kim", password=PASSWORD, **more):
    return browser.post("/login", data={"name": name, "password": password, **more})


def sent(browser, address, page="/account", **fields):
    """Send a form of a page."""
    proof = re.search(r'name="csrf" value="(\w+)"', browser.get(page).text)[1]
    return browser.post(address, data={"csrf": proof, **fields})


def noted(store, team):
    return [one.action for one in store.read(deeds, team)]


def test_somebody_logs_in_goes_on_where_he_wanted_and_logs_out(browser, store, kim):
    asked = browser.get("/cases/7?lang=ko")
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=/cases/7%3Flang%3Dko")
    page = browser.get(asked.headers["location"])
    assert page.status_code == 200
    assert "/cases/7?lang=ko" in page.text
    entered = log_in(browser, "KIM", next="/cases/7?lang=ko")
    assert (entered.status_code, entered.headers["location"]) == (303, "/cases/7?lang=ko")
    cookie = entered.headers["set-cookie"]
    assert re.match(r"faultlog=[\w-]{43}; HttpOnly; Max-Age=604800; Path=/; SameSite=lax$", cookie)
    assert browser.get("/").status_code == 200
    assert browser.get("/login").headers["location"] == "/"
    key = browser.cookies["faultlog"]
    assert sent(browser, "/logout").headers["location"] == "/login"
    assert browser.get("/").status_code == 303
    assert store.read(sessions.holder, key) is None
    assert noted(store, kim.team) == ["logout", "login"]


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"])
def test_nobody_is_led_elsewhere(browser, elsewhere):
    assert log_in(browser, next=elsewhere).headers["location"] == "/"


def test_whoever_does_not_get_in_is_not_told_why(browser, store, kim):
    lee = person(store, "lee", "viewer")
    store.write(people.disable, lee.team, lee.id)
    texts = set()
    for name, password in (("kim", "wrong"), ("nobody", PASSWORD), ("lee", PASSWORD), ("no body", ""), ("", "")):
        refused = log_in(browser, name, password)
        assert refused.status_code == 401
        assert "set-cookie" not in refused.headers
        texts.add(re.sub(r'value="[^"]*"|autofocus| ', "", refused.text))
    assert len(texts) == 1
    assert noted(store, kim.team).count("login.failed") == 2, "of names that somebody has"


def test_as_much_is_hashed_for_a_name_that_nobody_has(browser, monkeypatch):
    hashed = []
    real = passwords.is_right
    monkeypatch.setattr(passwords, "is_right", lambda kept, password: hashed.append(kept) or real(kept, password))
    log_in(browser, "nobody")
    log_in(browser, "kim", "wrong")
    assert len(hashed) == 2
    assert hashed[0] is None


def test_who_guesses_has_to_wait_though_he_guesses_right(browser, store):
    for _ in range(attempts.MOST["both"]):
        assert log_in(browser, password="wrong").status_code == 401  # noqa: S106
    waits = log_in(browser)
    assert waits.status_code == 429
    assert 0 < int(waits.headers["retry-after"]) <= 900
    assert "Too many attempts" in waits.text


def test_who_logs_in_often_need_not_wait(browser):
    assert [log_in(browser).status_code for _ in range(8)] == [303] * 8


def test_a_crowd_is_sent_away_before_it_takes_all_memory(browser, monkeypatch):
    monkeypatch.setattr(logins, "_MOST_WAITING", 0)
    assert log_in(browser).status_code == 503


def test_a_login_never_continues_a_session_that_was_there(browser, store, kim):
    browser.cookies.set("faultlog", kim.key)
    log_in(browser)
    keys = [value for value in browser.cookies.jar if value.name == "faultlog"]
    assert kim.key not in {one.value for one in keys if one.domain}
    assert store.read(sessions.holder, kim.key) is None


def test_a_password_is_hashed_anew_when_the_parameters_change(browser, store, kim, monkeypatch):
    before = store.read(people.password_of, kim.id)
    stronger = type(CHEAP)(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)
    assert log_in(browser).status_code == 303
    after = store.read(people.password_of, kim.id)
    assert passwords.is_old(before)
    assert not passwords.is_old(after)
    assert log_in(browser).status_code == 303


@pytest.mark.parametrize(("scheme", "status"), [("https", 303), ("http", 403)])
def test_behind_https_a_page_that_came_without_it_logs_nobody_in(store, kim, scheme, status):
    with site(store, ADDRESS, https=True) as browser:
        shown = {"accept": "text/html", "origin": ADDRESS.replace("http:", f"{scheme}:")}
        assert browser.post("/login", data={"name": "kim", "password": PASSWORD}, headers=shown).status_code == status


def test_behind_https_the_cookie_is_for_this_host_alone(store, kim):
    for settings, address in (({"https": True}, ADDRESS), ({}, "https://127.0.0.1")):
        with site(store, address, **settings) as browser:
            entered = log_in(browser)
            cookie = entered.headers["set-cookie"]
            assert cookie.startswith("__Host-faultlog=")
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
            assert "Domain" not in cookie
            key = cookie.split(";")[0].partition("=")[2]
            for name, status in (("__Host-faultlog", 200), ("faultlog", 401)):
                assert browser.get("/", headers={"cookie": f"{name}={key}"}).status_code == status


def test_a_cookie_whose_name_only_looks_so_is_nobody_s(store, kim):
    """What another host under the same domain may set: browsers see another name, and keep `__Host-` to this one."""
    with site(store, https=True) as browser:
        for before, status in (
            (b"", 200),
            (b"a=b; ", 200),
            (b"a=b;\t", 200),
            (b"\xa0", 401),
            (b"\x85", 401),
            (b"\x1f", 401),
        ):
            shown = [(b"cookie", before + f"__Host-faultlog={kim.key}".encode())]
            assert browser.get("/", headers=shown).status_code == status


def test_an_account_shows_its_sessions_and_ends_them(browser, store, kim):
    log_in(browser)
    page = browser.get("/account").text
    assert "a browser" in page
    other = store.read(sessions.holder, kim.key)[0].hash
    assert sent(browser, f"/account/sessions/{other}/end").status_code == 303
    assert store.read(sessions.holder, kim.key) is None
    another = store.write(sessions.begin, kim.id, None, None)
    assert sent(browser, "/account/sessions/end").status_code == 303
    assert store.read(sessions.holder, another) is None
    assert browser.get("/account").status_code == 200


def test_a_token_is_shown_once_and_counts_until_it_is_revoked(browser, store, kim):
    log_in(browser)
    assert sent(browser, "/account/tokens", name=" ").status_code == 422
    key = re.search(r"flt_[\w-]{43}", sent(browser, "/account/tokens", name="nightly").text)[0]
    assert key not in browser.get("/account").text
    browser.cookies.clear()
    told = {"authorization": f"Bearer {key}"}
    assert browser.get("/", headers=told).status_code == 200
    log_in(browser)
    mine = store.read(tokens.of_user, kim.id)[0]
    assert mine.used_at is not None
    assert sent(browser, f"/account/tokens/{mine.id}/revoke").status_code == 303
    assert browser.get("/api/v1/bundles/x", headers=told).status_code == 401, "though a cookie is shown too"


def test_another_password_ends_all_other_sessions(browser, store, kim):
    log_in(browser)

    def changed(current, password, again=None):
        return sent(browser, "/account/password", current=current, password=password, again=again or password)

    for refused, status in (
        (("wrong", ANOTHER), 401),
        ((PASSWORD, "short"), 422),
        ((PASSWORD, ANOTHER, ANOTHER + "!"), 422),
    ):
        answer = changed(*refused)
        assert answer.status_code == status
        assert 'role="alert"' in answer.text
    assert store.read(sessions.holder, kim.key) is not None
    assert changed(PASSWORD, ANOTHER).status_code == 303
    assert store.read(sessions.holder, kim.key) is None
    assert browser.get("/account").status_code == 200
    assert [log_in(browser, password=one).status_code for one in (PASSWORD, ANOTHER)] == [401, 303]


def test_an_administrator_says_who_may_what(browser, store, kim):
    log_in(browser)
    users = "/admin/users"
    for fields, status in (
        ({"name": "le e", "password": PASSWORD}, 422),
        ({"name": "lee", "password": "short"}, 422),
        ({"name": "KIM", "password": PASSWORD}, 409),
        ({"name": "lee", "password": PASSWORD, "role": "king"}, 422),
        ({"name": "Lee", "password": PASSWORD, "role": "viewer"}, 303),
    ):
        assert sent(browser, users, users, **fields).status_code == status
    assert noted(store, kim.team)[:2] == ["user.add", "user.taken"]
    lee = store.read(people.user_named, "lee")
    assert (lee.team, lee.role) == (kim.team, "viewer")
    key = store.write(sessions.begin, lee.id, None, None)
    assert sent(browser, f"{users}/{lee.id}/role", users, role="analyst").status_code == 303
    assert store.read(sessions.holder, key)[1].role == "analyst", "at once"
    assert sent(browser, f"{users}/{lee.id}/password", users, password=ANOTHER).status_code == 303
    assert store.read(sessions.holder, key) is None
    key = store.write(sessions.begin, lee.id, None, None)
    assert sent(browser, f"{users}/{lee.id}/disable", users).status_code == 303
    assert store.read(sessions.holder, key) is None
    assert sent(browser, f"{users}/{lee.id}/enable", users).status_code == 303
    assert store.read(sessions.holder, key) is None, "a session that ended stays ended"
    yourself = sent(browser, f"{users}/{kim.id}/disable", users)
    assert (yourself.status_code, "Not yourself" in yourself.text) == (409, True)
    deeds = noted(store, kim.team)
    assert deeds[:5] == ["user.enable", "user.disable", "user.password", "user.role", "user.add"]
    page = browser.get("/admin/audit").text
    assert "disabled a user" in page
    assert "testclient" in page
    page = browser.get(f"{users}?sort=-name").text
    assert page.index("lee") < page.rindex("Your account")
    assert 'aria-sort="descending"><a href="/admin/users?sort=name"' in page
    assert 'href="/admin/users.csv?sort=-name"' in page
    assert browser.get(f"{users}.json?sort=-name").json()["rows"][0]["name"] == "lee"
    assert "lee,analyst," in browser.get(f"{users}.csv").text
    assert browser.get("/api/v1/users?role=analyst").json()["total"] == 1


def test_an_administrator_says_how_much_the_team_may_keep(browser, store, kim):
    log_in(browser)
    page, there = "/admin/users", "/admin/team"

    def bound(**more):
        return sent(browser, there, **more)

    def team():
        found = store.read(people.team, kim.team)
        return found.quota_bytes, found.keep_days

    bundle = uploaded(store, kim.team)
    for wrong in ({"quota": "much"}, {"quota": "0"}, {"keep_days": "0"}, {"keep_days": "1e9"}):
        refused = bound(**wrong)
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
        assert f'value="{next(iter(wrong.values()))}"' in refused.text
    assert team() == (None, None)
    assert bound(quota="20 GB", keep_days="30").headers["location"] == page
    assert team() == (20_000_000_000, 30)
    shown = browser.get(f"{page}?lang=en").text
    assert 'value="20 GB"' in shown
    assert "of 20.0 GB" in shown
    with store.engine.begin() as db:
        db.execute(update(BUNDLES).where(BUNDLES.c.id == bundle).values(uploaded_at=1))
    asks = bound(quota="", keep_days="7")
    assert (asks.status_code, team()) == (409, (20_000_000_000, 30))
    assert "Nothing was changed yet: 1 bundle is older than that" in asks.text
    assert bound(quota="", keep_days="7", sure="1").status_code == 303
    assert team() == (None, 7)
    assert bound().status_code == 303
    assert team() == (None, None)
    assert noted(store, kim.team)[:3] == ["team.bound"] * 3
    assert "bounded the team" in browser.get("/admin/audit").text
    said = [one.detail for one in store.read(deeds, kim.team) if one.action == "team.bound"]
    assert said[-1] == "quota 20 GB, keep-days 30"


def test_a_link_shows_the_case_to_whoever_has_it(browser, store, kim, work):
    bundle = uploaded(store, kim.team)
    log_in(browser)
    address = f"/cases/{bundle}/shares"
    assert sent(browser, address, address, days="2").status_code == 422
    link = re.search(rf"{ADDRESS}(/shared/[\w-]+)", sent(browser, address, address, days="7").text)[1]
    assert link not in browser.get(address).text
    share = store.read(shares.of, kim.team, Thing("bundle", bundle))[0]
    with site(store) as stranger:
        waits = stranger.get(link, headers=BROWSER)
        assert (waits.status_code, "Not analysed yet" in waits.text) == (404, True)
        work()
        shown = stranger.get(link, headers=BROWSER)
        assert shown.status_code == 200
        assert "Scan service" in shown.text
        assert "noindex" in shown.headers["x-robots-tag"]
        assert shown.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        leads = re.findall(r'(?:href|action)="(/[^"]*)"', shown.text)
        assert [one for one in leads if not one.startswith("/static/")] == []
        assert "post" not in re.findall(r'method="(\w+)"', shown.text)
        assert bundle not in shown.text
        assert sent(browser, f"{address}/{share.id}/revoke", "/account").status_code == 303
        gone = stranger.get(link, headers=BROWSER)
        assert (gone.status_code, "This link shows nothing" in gone.text) == (404, True)
        assert gone.text == stranger.get("/shared/x", headers=BROWSER).text
    assert noted(store, kim.team)[:2] == ["share.revoke", "share.make"]


def test_what_is_done_to_bundles_is_noted(browser, store, kim):
    told = bearer(store, kim)
    put = browser.put("/api/v1/bundles", params={"name": "ampdaemon.log"}, content=b"nothing\n", headers=told)
    for _ in range(2):
        browser.put("/api/v1/bundles", params={"name": "ampdaemon.log"}, content=b"nothing\n", headers=told)
    browser.post(f"/api/v1/jobs/{put.json()['links']['job'].rpartition('/')[2]}/cancel", headers=told)
    browser.delete(put.headers["location"], headers=told)
    browser.delete(put.headers["location"], headers=told)
    assert noted(store, kim.team) == ["bundle.delete", "job.cancel", "bundle.upload"]
    one = store.read(deeds, kim.team)[0]
    assert (one.user, one.address, one.object, one.detail) == (
        "kim",
        "testclient",
        put.json()["id"],
        "ampdaemon.log",
    )


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8321", 200),
        ("localhost", 200),
        ("[::1]:8321", 200),
        ("faultlog.example:8321", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:8321", 421),
        ("0.0.0.0:8321", 421),
        ("", 421),
        ("[", 421),
    ],
)
def test_a_name_that_points_here_is_not_enough(store, host, status):
    with site(store, allowed_hosts=("faultlog.example",)) as one:
        assert one.get("/", headers={"host": host}).status_code == status
        refused = one.get("/api/v1/jobs/x", headers={"host": host})
        assert refused.status_code == (404 if status == 200 else 421)
        assert refused.headers["content-type"] == "application/problem+json"


def test_a_proxy_in_front_of_a_server_without_accounts_opens_nothing(store):
    with site(store) as one:
        assert one.get("/").status_code == 200
        for name in ("x-forwarded-for", "forwarded", "via", "x-real-ip"):
            assert one.get("/", headers={name: "192.0.2.1"}).status_code == 401


def test_a_server_without_accounts_needs_a_login_once_there_is_one(store):
    with site(store) as one:
        assert one.get("/").status_code == 200
        assert one.get("/account").status_code == 403
        assert "faultlog user add" in one.get("/admin/users").text
        assert one.get("/admin/audit").status_code == 200
        kim = person(store, "kim", "admin", "local")
        assert one.get("/").status_code == 401
        assert one.get("/", headers=kim.cookie).status_code == 200
        store.write(people.disable, kim.team, kim.id)
        assert one.get("/").status_code == 401


def test_a_server_that_others_reach_needs_an_account(store, tmp_path):
    def asked(host, reached=None):
        return told(Serving(host, 0, tmp_path, None, 0, reached or Reached()), store)

    assert asked("127.0.0.1").open
    assert asked("::1").open
    for host, reached in (("0.0.0.0", None), ("::", None), ("127.0.0.1", Reached(https=True))):  # noqa: S104
        with pytest.raises(UsageError, match="faultlog user add"):
            asked(host, reached)
    with pytest.raises(UsageError):
        asked("localhost", Reached(proxies=("127.0.0.1",)))
    person(store, "kim", "admin")
    assert not asked("0.0.0.0").open  # noqa: S104


def test_a_request_is_no_larger_than_it_need_be(browser):
    big = "x" * 70_000
    assert browser.post("/login", data={"name": big}).status_code == 413
    assert browser.post("/login", content=(one for one in [b"name=x"])).status_code == 411
    assert browser.post("/login", content=b"", headers={"content-length": "-1"}).status_code == 413
    form = browser.post("/api/v1/jobs/x/cancel", data={"a": "b"})
    assert (form.status_code, form.json()["title"]) == (415, "No form")


@pytest.mark.parametrize("shown", ["http://[", "", "http://[x]/hosts", "\xff"])
def test_whatever_page_a_browser_says_it_shows_it_is_led_to_the_login(browser, shown):
    told = {"hx-request": "true", "hx-current-url": shown.encode("latin-1")}
    part = browser.get("/bundles", headers=told)
    assert part.status_code == 401
    assert part.headers["hx-redirect"].startswith("/login")


def test_an_address_that_needs_a_login_tells_programs_so_and_leads_people_there(store, kim):
    with site(store) as one:
        api = one.get("/api/v1/bundles/x", headers=BROWSER)
        assert (api.status_code, api.headers["www-authenticate"]) == (401, "Bearer")
        part = one.get(
            "/", headers={"accept": "text/html", "hx-request": "true", "hx-current-url": f"{ADDRESS}/hosts?a=b"}
        )
        assert (part.status_code, part.headers["hx-redirect"]) == (401, "/login?next=/hosts%3Fa%3Db")


def test_what_nobody_did_who_has_an_account_was_done_at_the_command_line_or_by_the_server(browser, store, kim):
    store.write(accounts.bound, "ours", {"quota_bytes": 20 * 10**9})
    store.write(audit.note, audit.Actor(kim.team, None, None), "bundle.expire", "b", "old.zip: older than 30 days")
    log_in(browser)
    page = browser.get("/admin/audit?lang=en").text
    assert "quota 20 GB, keep-days none" in page
    assert ">command line</td>" in page
    assert ">the server</td>" in page
    assert ">명령줄</td>" in browser.get("/admin/audit?lang=ko").text
    told = browser.get("/api/v1/audit?sort=user").json()["rows"]
    assert [one["user"] for one in told] == ["command line", "kim", "the server"]
    assert browser.get("/api/v1/audit?user=command").json()["total"] == 1
