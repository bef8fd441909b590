"""Links to the case of all bundles of a host, and to a comparison: for whom, what of the team they show, until when."""

import gzip
import re
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from faultlog.redaction.reports import SAID, UNREAD
from faultlog.store import people, shares
from faultlog.store.blobs import place_of
from faultlog.store.schema import AUDIT, CASES, SHARES
from faultlog.store.shares import Thing
from faultlog.web.downloads import DOWNLOADS
from faultlog.working import redacting
from faultlog.working.orders import Order
from tests.databases import filled
from tests.store.test_hosts import FRIDAY, GUID, HOST, MONDAY, TUESDAY
from tests.web.live import working
from tests.web.test_api_bundles import BREACHED, put
from tests.web.test_compare_page import asked, noted
from tests.web.test_host_page import sent

NAME = "karo-mbp"
NAME_OF_A_PERSON = "jkwon4711"
"""What says that it is one stands in a file that no report shows; it stands by itself in every path that they show."""


def two(client, place):
    """Two bundles of a host."""
    return sent(client, place, {"tuesday": TUESDAY, "friday": FRIDAY}, guid=GUID, host=NAME)


def one_with_a_name(client, place):
    """A bundle that alone marks a word as a name."""
    with ZipFile(BREACHED) as old, ZipFile(place / "taken.zip", "w") as new:
        for name in old.namelist():
            new.writestr(f"of-{NAME_OF_A_PERSON}/{name}", old.read(name))
        new.writestr("who.txt", f"username: {NAME_OF_A_PERSON}\n")
    return put(client, (place / "taken.zip").read_bytes(), "taken.zip").json()["id"]


def _worked(send, store):
    """What is sent is worked on."""
    with TemporaryDirectory() as place, working(store) as (client, work):
        ids = send(client, Path(place))
        work()
        return ids


WITH = {"pair": partial(_worked, two), "marked": partial(_worked, one_with_a_name)}
"""What a store has once a test begins: it is made once, and copied."""


@pytest.fixture
def begun(request, tmp_path):
    """A store with what the test asks for, and its ids."""
    (wanted,) = WITH.keys() & set(request.fixturenames)
    with filled(tmp_path / "data", WITH[wanted]) as found:
        yield found


@pytest.fixture
def store(begun):
    return begun[0]


@pytest.fixture
def pair(begun):
    return begun[1]


@pytest.fixture
def marked(begun):
    return begun[1]


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


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_only_the_bundle_marks_as_a_name_is_a_token_in_pages_and_files_also_when_it_is_gone(
    client, store, marked, lang
):
    assert NAME_OF_A_PERSON in client.get(f"/api/v1/cases/{marked}").text
    link = made(client, f"/cases/{marked}", "tokens")
    seen = [client.get(link, params={"lang": lang})]
    place_of(store.folder, marked).unlink()
    seen.append(client.get(link, params={"lang": lang}))
    seen += [
        client.get(f"/cases/{marked}/download/{name}", params={"redact": "true", "lang": lang})
        for name in ("html", "json", "csv")
    ]
    seen.append(client.get(f"/api/v1/cases/{marked}", params={"redact": "true"}))
    assert [(one.status_code, NAME_OF_A_PERSON in one.text) for one in seen] == [(200, False)] * 6
    assert seen[0].text == seen[1].text
    assert not [one for one in seen if "redacted_alone" in one.text or ALONE[lang] in one.text]


ALONE = {"en": "a name that only the bundle marks as one may remain", "ko": "이름은 남아 있을 수 있습니다"}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_where_the_bundle_is_gone_before_it_was_read_for_names_the_page_says_so(client, store, marked, lang):
    place_of(store.folder, marked).unlink()
    page = client.get(made(client, f"/cases/{marked}", "tokens"), params={"lang": lang}).text
    assert page.count(ALONE[lang]) == 2  # at its top, and among what it rests on
    told = client.get(f"/api/v1/cases/{marked}", params={"redact": "true"}).json()
    assert [one["key"] for one in told["assumptions"]][-2:] == [SAID, UNREAD]


def test_where_the_bundle_cannot_be_read_this_time_it_is_read_for_names_the_next_time(client, store, marked):
    asked = {"url": f"/api/v1/cases/{marked}", "params": {"redact": "true"}}
    place = place_of(store.folder, marked)
    place.rename(place.with_suffix(".away"))
    place.symlink_to(place)
    assert [one["key"] for one in client.get(**asked).json()["assumptions"]][-2:] == [SAID, UNREAD]
    place.with_suffix(".away").replace(place)
    assert UNREAD not in client.get(**asked).text


def test_what_another_release_made_is_made_anew(client, store, marked):
    asked = {"url": f"/api/v1/cases/{marked}", "params": {"redact": "true"}}
    for old in (b"", b"faultlog 0.0.1\n"):
        store.write(lambda db, old=old: db.execute(update(CASES).values(redacted=old + gzip.compress(b"karo"))))
        assert "assumptions" in client.get(**asked).json()


def test_what_is_read_for_names_is_bounded(store, client, marked, monkeypatch, tmp_path):
    monkeypatch.setattr(redacting, "MOST_BYTES", 1000)
    team = store.write(people.need_team, "local")
    _, told = redacting.redacted(store, Order("redacted", team, case=marked), tmp_path)
    assert UNREAD.encode() in told


def test_a_document_with_tokens_goes_with_the_one_it_was_made_of(client, work, store, marked):
    def kept():
        return store.read(lambda db: db.execute(select(CASES.c.redacted)).scalars().all())

    assert kept() == [None]
    client.get(f"/api/v1/cases/{marked}", params={"redact": "true"})
    assert NAME_OF_A_PERSON.encode() not in gzip.decompress(kept()[0].partition(b"\n")[2])
    client.post(f"/cases/{marked}/again", data={"tz": "Asia/Seoul"})
    work()
    assert kept() == [None]
