"""Links to the case of all bundles of a host, and to a comparison: for whom, what of the team they show, until when."""

import re

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from faultlog.store import people, shares
from faultlog.store.schema import CASES, SHARES
from faultlog.store.shares import Thing
from tests.store.test_hosts import FRIDAY, GUID, HOST, MONDAY, TUESDAY
from tests.web.test_compare_page import asked, noted
from tests.web.test_host_page import sent


@pytest.fixture
def pair(client, work, tmp_path):
    ids = sent(client, tmp_path, {"tuesday": TUESDAY, "friday": FRIDAY}, guid=GUID)
    work()
    return ids


def made(client, address):
    """The link that is made at the address of something that can be shared."""
    page = client.post(f"{address}/shares", params={"lang": "en"}, data={"days": "1"}).text
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
    sent(client, tmp_path, {"monday": MONDAY}, guid=GUID)
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
