"""What a client may do to a server: how much, how fast, how strangely; and what stays when it goes away."""

import socket
import time

import pytest

from faultlog.store import passwords, people, sessions
from faultlog.store.blobs import INCOMING
from faultlog.web import doors, progress, protocol
from faultlog.web.protocol import MOST_HEADERS
from faultlog.web.settings import Settings
from tests.web.live import listening
from tests.web.people import CHEAP, person, site
from tests.web.test_api_bundles import put
from tests.web.test_bad_uploads import rows
from tests.web.test_pages import left

LINE = b"2026-03-03T12:00:00Z a line\n"
PUT = b"PUT /api/v1/bundles?name=a.log HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = (
    b"POST /bundles HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 9999\r\n\r\n"
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.log"\r\n\r\n'
)
GET = b"GET /api/v1/bundles HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", CHEAP)


@pytest.fixture(scope="module")
def server(kept_site):
    """Where a server listens that has one team, and takes no more than 100 kB of a bundle; and what it keeps."""
    store, _, _ = kept_site
    with listening(Settings(store, most_bytes=100_000)) as address:
        place = ("127.0.0.1", int(address.rpartition(":")[2]))
        asked(place, GET + b"\r\n")
        yield place


@pytest.fixture
def kept(kept_site):
    """What that server keeps."""
    return kept_site[0]


def connected(place):
    return socket.create_connection(place, timeout=20)


def heard(one):
    """All that comes until the other side ends it, or has answered a request whose length it says."""
    said = b""
    while True:
        try:
            part = one.recv(1 << 16)
        except ConnectionResetError:
            return said
        said += part
        head, _, body = said.partition(b"\r\n\r\n")
        length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if not part or (length and len(body) >= int(length[0].partition(b":")[2])):
            return said


def asked(place, words):
    with connected(place) as one:
        one.sendall(words)
        return heard(one)


def status(said):
    return int(said.split(b" ", 2)[1])


def soon(true, within_s=60.0):
    until = time.monotonic() + within_s
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


@pytest.mark.parametrize(
    "begun", [PUT + b"Content-Length: 9999\r\n\r\n", PUT + b"Transfer-Encoding: chunked\r\n\r\n1c\r\n", FORM]
)
def test_of_an_upload_whose_sender_goes_away_nothing_stays(kept, server, begun):
    before, incoming = rows(kept), kept.folder / INCOMING
    with connected(server) as one:
        one.sendall(begun + LINE)
        assert soon(lambda: incoming.exists() and any(incoming.iterdir()))
    assert soon(lambda: left(kept) == [])
    assert rows(kept) == before


def test_what_says_that_it_is_too_large_is_refused_before_it_is_sent(kept, server):
    said = asked(server, PUT + b"Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n")
    assert status(said) == 413
    assert b"A bundle may have 100.0 kB" in said
    chunk = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
    said = asked(server, PUT + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 11)
    assert status(said) == 413
    assert soon(lambda: left(kept) == [])


def test_who_sends_first_and_reads_afterwards_still_sees_why_it_was_refused(server):
    with connected(server) as one:
        one.sendall(PUT + b"Content-Length: 4000000\r\n\r\n")
        for _ in range(40):
            one.sendall(b"x" * 100_000)
        assert status(heard(one)) == 413
        one.sendall(GET + b"\r\n")
        assert status(heard(one)) == 200


def test_the_rest_of_what_was_refused_is_not_read_for_ever(server, monkeypatch):
    monkeypatch.setattr(protocol, "LINGER_S", 0.2)
    with connected(server) as one:
        one.sendall(PUT + b"Content-Length: 4000000000\r\n\r\n")
        assert status(heard(one)) == 413

        def is_over():
            try:
                one.sendall(b"x")
            except OSError:
                return True
            return False

        assert soon(is_over)


@pytest.mark.parametrize("begun", [PUT + b"Content-Length: 9999\r\n\r\n", FORM])
def test_an_upload_that_trickles_is_ended(kept, server, monkeypatch, begun):
    """A byte now and then is no silence, and still too slow."""
    monkeypatch.setattr(doors, "GRACE_S", 0.5)
    with connected(server) as one:
        one.sendall(begun + LINE)
        one.settimeout(0.05)
        said, until = b"", time.monotonic() + 15
        while not said and time.monotonic() < until:
            one.sendall(b"x")
            try:
                said = one.recv(1 << 16)
            except TimeoutError:
                continue
        one.settimeout(20)
        said += heard(one) if b"nothing was kept" not in said else b""
    assert status(said) == 408
    assert b"8 kB a second" in said
    assert soon(lambda: left(kept) == [])


def test_an_upload_that_is_silent_and_a_form_that_does_not_come_are_ended(kept, server, monkeypatch):
    monkeypatch.setattr(doors, "SILENCE_S", 0.2)
    assert status(asked(server, PUT + b"Content-Length: 9999\r\n\r\n" + LINE)) == 408
    login = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    assert status(asked(server, login + b"Content-Length: 50\r\n\r\nname=")) == 408
    assert soon(lambda: left(kept) == [])


@pytest.mark.parametrize(
    "words",
    [
        PUT + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        PUT + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        PUT + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        PUT + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        PUT + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        PUT + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        PUT + b"Transfer-Encoding: chunked\r\n\r\n1 \r\nx\r\n0\r\n\r\n",
        PUT + b"Content-Length: +5\r\n\r\nabcde",
        PUT + b"Content-Length: 0x5\r\n\r\nabcde",
        GET + b"X: a\r\n b\r\n\r\n",
        GET + b"X: a\0b\r\n\r\n",
        GET + b"X\r\n\r\n",
        GET + b"X: a\nY: b\r\n\r\n",
        b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n",
        GET + b"X: y\r\n" * (MOST_HEADERS + 1) + b"\r\n",
        GET + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
        b"GET /" + b"y" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
)
def test_a_request_that_two_readers_could_read_differently_or_without_end_is_none(kept, server, words):
    said = asked(server, words)
    assert status(said) == 400
    assert said.count(b"HTTP/1.1 ") == 1
    assert soon(lambda: left(kept) == [])


def test_a_request_to_nobody_in_particular_is_refused(server):
    assert status(asked(server, b"GET /api/v1/bundles\r\n\r\n")) == 421
    assert (
        status(asked(server, b"GET http://evil.example/api/v1/bundles HTTP/1.1\r\nHost: evil.example\r\n\r\n")) == 421
    )


def test_a_request_that_only_asks_has_no_body_to_speak_of(server):
    assert status(asked(server, GET + b"Content-Length: 5\r\n\r\nabcde")) == 200
    assert status(asked(server, GET + b"Content-Length: 70000\r\n\r\n" + b"x" * 70_000)) == 413
    assert status(asked(server, GET + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) == 411


def test_a_team_uploads_so_many_at_a_time_and_no_more(store, monkeypatch):
    monkeypatch.setattr(doors, "MOST_OF_TEAM", 1)
    with site(store) as client:
        us, them = person(store, "us", "analyst"), person(store, "them", "analyst", "others")
        with client.app.state.doors.taking(us.team):
            for language, words in (("en", "Too many at once"), ("ko", "동시 업로드가")):
                shown = us.shown | {"accept-language": language}
                refused = client.put("/api/v1/bundles?name=a.log", content=LINE, headers=shown)
                assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
                assert words in refused.json()["title"]
                form = {"file": ("a.log", LINE)}
                page = client.post("/bundles", params={"csrf": us.proof["x-csrf-token"]}, files=form, headers=us.cookie)
                assert (page.status_code, page.headers["retry-after"]) == (429, "5")
            assert client.put("/api/v1/bundles?name=a.log", content=LINE, headers=them.shown).status_code == 201
        assert client.put("/api/v1/bundles?name=a.log", content=LINE, headers=us.shown).status_code == 201
        assert client.app.state.doors.inside == 0


@pytest.mark.parametrize("end", [sessions.end_all, lambda db, user: people.disable(db, 1, user)])
def test_a_stream_ends_with_the_session_of_who_watches(store, monkeypatch, end):
    monkeypatch.setattr(progress, "LOOK_S", 0.01)
    with site(store) as client:
        one = person(store, "ana", "analyst")
        bundle = client.put("/api/v1/bundles?name=a.log", content=LINE, headers=one.shown).json()
        looks, kept = [], progress.known

        def known(request):
            looks.append(1)
            if len(looks) == 3:
                store.write(end, one.id)
            return kept(request)

        monkeypatch.setattr(progress, "known", known)
        begun = time.monotonic()
        answer = client.get(f"{bundle['links']['job']}/events", headers=one.shown)
        assert answer.text.count("event: job") == 1
        assert len(looks) == 3
        assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    ("address", "https", "has"), [("http", False, False), ("http", True, True), ("https", False, True)]
)
def test_a_browser_that_came_by_https_comes_so_again(store, address, https, has):
    with site(store, f"{address}://127.0.0.1:8321", https=https) as client:
        for path in ("/login", "/static/site.js", "/nothing"):
            assert ("strict-transport-security" in client.get(path).headers) == has


def test_a_bundle_is_taken_away_as_it_came_by_who_may_and_that_is_noted(client, store):
    name = "번들 <1>.zip"
    about = put(client, b"PK\5\6" + bytes(18), name=name).json()
    for address in (f"/api/v1/bundles/{about['id']}/file", f"/cases/{about['id']}/file"):
        answer = client.get(address)
        assert answer.content == b"PK\5\6" + bytes(18)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith(
            "attachment; filename=\"____1_.zip\"; filename*=UTF-8''%EB"
        )
    assert client.get("/api/v1/audit?action=bundle.download").json()["total"] == 2
    assert "downloaded a bundle</td>" in client.get("/admin/audit?lang=en").text
    for one in left(store):
        one.unlink()
    gone = client.get(f"/api/v1/bundles/{about['id']}/file")
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:faultlog:vanished")
