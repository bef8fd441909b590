"""Links to the case of all bundles of a host, and to a comparison: for whom, what of the team they show, until when."""

import re

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from faultlog.store import people, shares
from faultlog.store.schema import AUDIT, CASES, SHARES
from faultlog.store.shares import Thing
from faultlog.web import redactions
from faultlog.web.downloads import DOWNLOADS
from tests.store.test_hosts import FRIDAY, GUID, HOST, MONDAY, TUESDAY
from tests.web.test_compare_page import asked, noted
from tests.web.test_host_page import sent

NAME = "karo-mbp"


@pytest.fixture
def pair(client, work, tmp_path):
    ids = sent(client, tmp_path, {"tuesday": TUESDAY, "friday": FRIDAY}, guid=GUID, host=NAME)
    work()
    return ids


def made(client, address, names="shown"):
    """The link that is made at the address of something that can be shared."""
    page = client.post(f"{address}/shares", params={"lang": "en"}, data={"days": "1", "names": names}).text
    assert client.get(f"{address}/shares").text.count("/revoke") == 1
    return re.search(r"http://127.0.0.1:8321(/shared/[\w-]+)", page)[1]


def seen(client, link):
    """What whoever has the link sees, and with which status: the page leads nowhere, and changes nothing."""
    page = client.get(link, params={"lang": "en"}, headers={"accept": "text/html"})
    leads = re.findall(r'(?:href|action)="(/[^"]*)"', page.text)
    assert {one for one in leads if not one.startswith("/static/")} <= ({"/"} if page.status_code == 404 else set())
    assert 'method="' not in page.text
    return page.status_code, page.text


def revoked(client, address):
    (one,) = re.findall(rf'action="({address}/shares/\d+/revoke)"', client.get(f"{address}/shares").text)
    assert client.post(one, follow_redirects=False).headers["location"] == f"{address}/shares"


def joined(store):
    return store.read(lambda db: db.execute(select(CASES.c.id).where(CASES.c.bundle_id.is_(None))).scalar_one())


def test_a_link_to_a_host_shows_its_joined_case_and_nothing_that_comes_later(client, work, store, pair, tmp_path):
    address = f"/cases/{joined(store)}"
    assert f'href="{address}/shares"' in client.get(f"/hosts/{HOST}").text
    assert f'href="{address}/shares"' in client.get(address).text
    link = made(client, address)
    status, page = seen(client, link)
    assert (status, "tuesday.zip" in page, "friday.zip" in page) == (200, True, True)
    assert not [one for one in pair if one in page]
    sent(client, tmp_path, {"monday": MONDAY}, guid=GUID, host=NAME)
    work()
    assert f"/cases/{joined(store)}" != address
    status, page = seen(client, link)
    assert (status, "what it showed is not there any more" in page) == (404, True)
    assert client.get(f"{address}/shares").status_code == 404
    assert noted(store)[1] == "share.make"


@pytest.mark.parametrize("end", ["revoked", "a bundle deleted", "analysed with other options"])
def test_a_link_to_a_comparison_shows_it_until_it_is_revoked_or_quotes_what_is_gone(client, work, store, pair, end):
    address = asked(client, *pair)
    link = made(client, address)
    assert seen(client, link)[0] == 404
    work()
    assert f'href="{address}/shares"' in client.get(address).text
    status, page = seen(client, link)
    assert (status, "Shown by a link until" in page) == (200, True)
    assert not [one for one in (*pair, address) if one in page]
    if end == "revoked":
        revoked(client, address)
        assert noted(store)[0] == "share.revoke"
    elif end == "a bundle deleted":
        client.post(f"/cases/{pair[0]}/delete")
        assert store.read(lambda db: db.execute(select(SHARES)).all()) == []
    else:
        client.post(f"/cases/{pair[0]}/again", data={"tz": "Asia/Seoul"})
    assert seen(client, link)[0] == 404


def test_a_link_to_a_host_ends_when_it_is_revoked_or_one_of_its_bundles_is_deleted(client, store, pair):
    address = f"/cases/{joined(store)}"
    first = made(client, address)
    revoked(client, address)
    second = made(client, address)
    assert (seen(client, first)[0], seen(client, second)[0]) == (404, 200)
    client.post(f"/cases/{pair[1]}/delete")
    assert seen(client, second)[0] == 404


def test_a_link_shows_one_thing_of_its_own_team(store, client, pair):
    team, other = (store.write(people.need_team, name) for name in ("local", "theirs"))
    case = joined(store)
    assert store.read(shares.thing_of_case, team, pair[0]) == Thing("bundle", pair[0])
    assert store.read(shares.thing_of_case, team, case) == Thing("case", case)
    assert store.read(shares.thing_of_case, other, case) is None
    assert store.write(shares.make, other, Thing("case", case), "lee", 1, redacted=True) is None
    assert store.write(shares.make, team, Thing("case", pair[0]), "kim", 1, redacted=True) is None
    row = {"hash": "x", "team_id": team, "created_by": "kim", "created_at": 1, "until": 2}
    for things in ({}, {"bundle_id": pair[0], "case_id": case}):
        with pytest.raises(IntegrityError), store.engine.begin() as db:
            db.execute(insert(SHARES).values(row | things))


@pytest.mark.parametrize("what", ["a bundle", "all of a host", "a comparison"])
def test_a_link_shows_tokens_for_names_unless_somebody_wants_them_shown(client, work, store, pair, what):
    address = (
        asked(client, *pair) if what == "a comparison" else f"/cases/{pair[0] if 'bundle' in what else joined(store)}"
    )
    work()
    form = client.get(f"{address}/shares", params={"lang": "en"}).text
    assert '<option value="tokens" selected>replaced by tokens</option>' in form
    open_link = made(client, address)
    assert NAME in seen(client, open_link)[1]
    revoked(client, address)
    link = re.search(
        r"http://127.0.0.1:8321(/shared/[\w-]+)", client.post(f"{address}/shares", params={"lang": "en"}).text
    )[1]
    status, page = seen(client, link)
    assert status == 200
    assert "one token stands for one value" in page
    assert "host-zbbb" in page
    assert not [one for one in (NAME, GUID, "tuesday.zip", "friday.zip") if one.lower() in page.lower()]
    assert seen(client, link)[1] == page
    listed = client.get(f"{address}/shares", params={"lang": "en"}).text
    assert '<td data-title="Names, addresses, secrets">replaced by tokens</td>' in listed
    assert "이름을 토큰으로" in client.get(address, params={"lang": "ko"}).text
    assert "바뀌었습니다" in client.get(link, params={"lang": "ko"}).text
    deeds = store.read(
        lambda db: db.execute(select(AUDIT.c.detail).where(AUDIT.c.action == "share.make")).scalars().all()
    )
    assert deeds == ["1 d", "7 d, redacted"]


def test_every_download_of_a_case_is_there_with_tokens_too(client, pair):
    case = client.get(f"/cases/{pair[0]}", params={"lang": "en"}).text
    for name in DOWNLOADS:
        assert f'href="/cases/{pair[0]}/download/{name}?redact=true"' in case
    for name in ("html", "json", "csv", "svg"):
        for address in (f"/cases/{pair[0]}/download/{name}", f"/api/v1/cases/{pair[0]}/exports/{name}"):
            plain, private = client.get(address), client.get(address, params={"redact": "true"})
            assert (plain.status_code, private.status_code) == (200, 200)
            whole = [f"{one.headers['content-disposition']}{one.text}".lower() for one in (plain, private)]
            assert [NAME in one or "tuesday" in one for one in whole] == [True, False], name
    kept = client.get(f"/api/v1/cases/{pair[0]}", params={"redact": "true"}).text
    assert NAME not in kept.lower()
    assert GUID.lower() not in kept.lower()


def test_a_comparison_is_there_with_tokens_too(client, work, pair):
    address = asked(client, *pair)
    work()
    kept = client.get(f"/api/v1{address}/document", params={"redact": "true"}).text
    assert NAME not in kept.lower()
    assert "tuesday" not in kept
    assert f'href="/api/v1{address}/document?redact=true"' in client.get(address).text


def test_a_large_case_is_redacted_once_for_all_who_look_until_it_changes(client, work, store, pair, monkeypatch):
    made = []
    usual = redactions._reports
    monkeypatch.setattr(redactions, "LARGE", 0)
    monkeypatch.setattr(redactions, "_reports", lambda: made.append(1) or usual())
    address = f"/cases/{pair[0]}"
    form = client.post(f"{address}/shares", params={"lang": "en"}).text
    link = re.search(r"http://127.0.0.1:8321(/shared/[\w-]+)", form)[1]
    first, again = seen(client, link)[1], seen(client, link)[1]
    assert again == first
    assert len(made) == 1
    assert NAME not in first
    client.post(f"{address}/again", data={"tz": "Asia/Seoul"})
    work()
    assert "Asia/Seoul" in seen(client, link)[1]
    assert len(made) == 2
    monkeypatch.setattr(redactions, "_MOST", 0)
    assert NAME not in seen(client, link)[1]
    assert NAME not in seen(client, link)[1]
    assert len(made) == 3
