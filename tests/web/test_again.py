"""A bundle that does not say its time zone: the page says where to say it, and it is analysed with that."""

import re

import pytest
from sqlalchemy import delete, select, update

from faultlog.store import comparisons, jobs
from faultlog.store.schema import CASES, COMPARISONS, JOBS
from tests.databases import filled
from tests.web.live import working
from tests.web.people import person, site
from tests.web.test_pages import form, read

COMMANDS = r"(?<![\w-])--\w|faultlog (explain|triage|rules|formats|timeline)\b"
"""What one types at a terminal."""
LINE = b"Mar  3 12:00:00 mac ampdaemon[1]: Raised fault 5\n"


def _one(store):
    """The page of a bundle that says neither its zone nor its year."""
    with working(store) as (client, work):
        answer = form(client, ("ampdaemon.log", LINE), taken="2026-03-09")
        work()
    return answer.headers["location"]


@pytest.fixture
def _analysed(tmp_path):
    with filled(tmp_path / "data", _one) as both:
        yield both


@pytest.fixture
def store(_analysed):
    return _analysed[0]


@pytest.fixture
def case(_analysed):
    return _analysed[1]


def bundle_of(case):
    return case.rpartition("/")[2]


@pytest.mark.parametrize(
    ("language", "said", "button"),
    [
        ("en", "“{}” on this page takes the right one", "Analyse again with…"),
        ("ko", "이 페이지의 ‘{}’에서 지정할 수 있습니다", "다른 설정으로 다시 분석"),
    ],
)
def test_a_page_says_where_on_the_site_the_zone_is_said_and_a_file_how_at_a_terminal(
    client, case, language, said, button
):
    page = client.get(f"{case}?lang={language}").text
    assert said.format(f'<a href="#anew">{button}</a>') in page
    assert said.format(button) in read(page)
    assert not re.search(COMMANDS, page)
    assert f'<details class="menu" id="anew"><summary class="button">{button}</summary>' in page
    assert "--tz" in client.get(f"{case}/download/html").text
    assert "--tz" in client.get(f"/api/v1/cases/{bundle_of(case)}/exports/html").text


def test_where_that_form_is_not_it_says_who_can_or_where(client, case, work, store, tmp_path):
    link = re.search(r'value="[^"]*(/shared/[\w-]+)"', client.post(f"{case}/shares", data={"days": "7"}).text)[1]
    page = client.get(link).text
    assert "taken to be in it, whoever sent you this link can have it analysed again with the right one" in read(page)
    assert "stands on the page of the fault" not in read(page)
    form(client, ("other.log", LINE.replace(b"12:00", b"13:00")), taken="2026-03-09")
    work()
    (joined,) = store.read(lambda db: list(db.execute(select(CASES.c.id).where(CASES.c.bundle_id.is_(None))).scalars()))
    both = client.get(f"/cases/{joined}").text
    host = re.search(r'<a class="button" href="(/hosts/[\w-]+)">', both)[1]
    assert f'“<a href="{host}#bundles">Analyse again with…</a>” on the page of each bundle takes the right one' in both
    assert 'id="bundles"' in client.get(host).text
    for one in (page, both, client.get(host).text):
        assert not re.search(COMMANDS, one)
        assert "Analyse again with…” on this page" not in read(one)


def test_who_may_only_read_is_told_whom_to_ask(client, case, store):
    vera = person(store, "vera", "viewer", "local")
    with site(store) as visited:
        page = visited.get(case, headers=vera.shown).text
    assert "an analyst of your team can have it analysed again with the right one" in read(page)
    assert "Analyse again with…" not in page


def test_with_another_zone_it_is_analysed_again(client, case, work):
    zone = {"tz": "Asia/Seoul", "taken": "2026-03-09"}
    assert client.post(f"{case}/again", data=zone, follow_redirects=False).headers["location"] == case
    assert "It waits for its turn" in read(client.get(case).text)
    work()
    page = client.get(case).text
    assert "Times are in Asia/Seoul" in read(page)
    assert 'value="Asia/Seoul"' in page
    assert "tz=Asia/Seoul, taken=2026-03-09" in client.get("/admin/audit").text
    client.post(f"{case}/again", data={"tz": "", "taken": "2026-03-09"})
    work()
    assert "Times are in UTC" in read(client.get(case).text)
    client.post(f"{case}/again")  # as it was
    work()
    assert 'value="2026-03-09"' in client.get(case).text


def ended(store, case, state, reason):
    """A bundle whose analysis ended so."""
    store.write(lambda db: db.execute(delete(CASES).where(CASES.c.id == bundle_of(case))))
    store.write(lambda db: db.execute(update(JOBS).values(state=state, reason=reason)))


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        ("failed", "disk_full", "Analyse it again."),
        ("quarantined", "worker", "Analyse it again."),
        ("quarantined", "time", "Upload a smaller bundle"),
        ("quarantined", "nothing_answerable", "analyse it again once it does"),
    ],
)
def test_what_may_go_well_another_time_has_a_button(client, case, store, work, state, reason, said):
    ended(store, case, state, reason)
    page = client.get(case).text
    assert said in read(page)
    assert f'action="{case}/again"><button type="submit" class="primary">Analyse again</button>' in page
    client.post(f"{case}/again")
    work()
    assert "Fault 5" in read(client.get(case).text)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("unreadable", "Analysing it again says the same"),
        ("truncated", "Analysing it again says the same"),
        ("zip_overlap", "Analysing it again says the same"),
        ("encrypted", "Unpack it with its password"),
        ("bomb_depth", "Unpack it by hand"),
        ("vanished", "Upload the bundle again, and delete this one."),
        ("several_hosts", "Upload one bundle for each host, and delete this one."),
    ],
)
def test_what_can_never_go_well_says_what_to_do_instead(client, case, store, reason, said):
    ended(store, case, "quarantined", reason)
    page = client.get(case).text
    assert said in read(page)
    assert "/again" not in page
    assert f'href="{case}/delete"' in page


def test_programs_do_the_same(client, case, work):
    jobs_ = f"/api/v1/bundles/{bundle_of(case)}/jobs"
    made = client.post(jobs_, params={"tz": "+09:00"})
    assert (made.status_code, made.json()["state"]) == (201, "queued")
    assert client.get(made.headers["location"]).json() == made.json()
    assert client.post(jobs_, params={"tz": "+08:00"}).json()["id"] == made.json()["id"]
    work()
    assert client.get(f"/api/v1/cases/{bundle_of(case)}").json()["host"]["time_zone"]["name"] == "+08:00"
    client.post(jobs_, params={"tz": ""})
    work()
    assert client.get(f"/api/v1/cases/{bundle_of(case)}").json()["host"]["time_zone"]["name"] == "UTC"
    assert client.post("/api/v1/bundles/none/jobs").status_code == 404


@pytest.mark.parametrize(("given", "title"), [({"tz": "Nowhere"}, "No time zone"), ({"taken": "yesterday"}, "No date")])
def test_what_is_no_zone_and_no_date_is_refused_and_nothing_changes(client, case, given, title):
    page = client.post(f"{case}/again", data=given)
    assert page.status_code == 422
    assert title in read(page.text)
    (typed,) = given.values()
    assert f'value="{typed}"' in page.text
    refused = client.post(f"/api/v1/bundles/{bundle_of(case)}/jobs", params=given)
    assert (refused.status_code, refused.json()["title"]) == (422, title)
    assert [one["state"] for one in client.get("/api/v1/jobs").json()["rows"]] == ["done"]


def test_while_it_is_analysed_its_options_stay_and_that_is_said(client, case, store):
    client.post(f"{case}/again")
    held = store.write(jobs.lease, "somebody")
    page = client.post(f"{case}/again", data={"tz": "Asia/Seoul"}, headers={"accept-language": "ko"})
    assert page.status_code == 409
    assert "지금 이 번들을 분석하고 있습니다" in read(page.text)
    refused = client.post(f"/api/v1/bundles/{bundle_of(case)}/jobs", params={"tz": "Asia/Seoul"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:faultlog:busy")
    assert client.post(f"{case}/again", follow_redirects=False).status_code == 303  # nothing would change
    store.write(jobs.end, held, "failed", "disk")
    assert client.post(f"{case}/again", data={"tz": "Asia/Seoul"}, follow_redirects=False).status_code == 303


def test_what_was_compared_with_the_old_options_is_not_kept(client, case, store):
    other = client.put("/api/v1/bundles", params={"name": "ampdaemon.log.1", "taken": "2026-03-09"}, content=LINE * 2)
    assert store.write(comparisons.ask, 1, bundle_of(case), other.json()["id"], "local")
    client.post(f"{case}/again", data={"tz": "Asia/Seoul"})
    assert store.read(lambda db: db.execute(COMPARISONS.select()).all()) == []
    assert "deleted a comparison" in client.get("/admin/audit").text
