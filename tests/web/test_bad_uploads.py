"""What is no bundle, or cannot be kept: the same status and sentence at every door, and nothing stays."""

import errno
import os
import sqlite3
from dataclasses import dataclass, field

import pytest
from sqlalchemy import create_engine, text, update
from sqlalchemy.exc import OperationalError

from faultlog.store import blobs, bundles, people
from faultlog.store.schema import METADATA, TEAMS
from faultlog.web import deeds, uploads
from faultlog.web.settings import Settings
from tests.web.test_pages import left, read

LINE = b"a line of a log\n"
GIF = b"GIF89a" + bytes(range(32)) * 200
TYPES = {"content-type": "application/octet-stream"}


def small(client, _store, _patch):
    client.app.state.settings = Settings(client.app.state.settings.store, most_bytes=100)


def little(_client, store, _patch):
    store.write(lambda db: db.execute(update(TEAMS).values(quota_bytes=10)))


def fails(error, where, name):
    def broken(*_args):
        raise OSError(error, os.strerror(error))

    return lambda _client, _store, patch: patch.setattr(where, name, broken)


def no_rows(_client, _store, patch):
    """The database has no room: SQLite says so itself."""
    full = create_engine("sqlite://")
    with full.connect() as db:
        db.execute(text("PRAGMA max_page_count=1"))
        with pytest.raises(OperationalError) as told:
            db.execute(text("CREATE TABLE many (a)"))
    assert told.value.orig.sqlite_errorcode == sqlite3.SQLITE_FULL

    def broken(*_args):
        raise told.value

    patch.setattr(deeds, "upload", broken)


@dataclass(frozen=True)
class Bad:
    """An upload that is refused."""

    status: int
    title: str
    what: str
    """A part of the sentence that says what to do."""
    ko: str
    content: bytes = LINE
    name: str = "ampdaemon.log"
    asked: dict = field(default_factory=dict)
    before: object = None
    """What is done to the server first."""
    api_only: bool = False
    headers: dict = field(default_factory=lambda: TYPES)


BAD = {
    "zeros": Bad(415, "Not a bundle", "choose the bundle that the support tool", "번들이 아닙니다", bytes(5000)),
    "picture": Bad(415, "Not a bundle", "neither an archive that is known", "번들이 아닙니다", GIF, "bundle.zip"),
    "few bytes": Bad(415, "Not a bundle", "neither an archive that is known", "번들이 아닙니다", b"\0\1\2"),
    "foreign": Bad(415, "Not opened", "RAR archive, and that kind", "열 수 없는 형식", b"Rar!\x1a\x07\1\0", "a.rar"),
    "empty": Bad(400, "Empty", "choose the bundle again", "비어 있습니다", b""),
    "too large": Bad(413, "Too large", "A bundle may have 100 B", "너무 큽니다", LINE * 100, before=small),
    "quota": Bad(413, "Quota full", "delete bundles that nobody needs", "할당량이 가득", before=little),
    "disk": Bad(507, "No space left", "nothing was kept", "공간이 없습니다", before=fails(28, blobs.Incoming, "write")),
    "disk of a user": Bad(507, "No space left", "nothing", "공간이", before=fails(errno.EDQUOT, blobs.os, "fsync")),
    "disk at the end": Bad(507, "No space left", "nothing", "공간이", before=fails(28, blobs.os, "fsync")),
    "disk at once": Bad(507, "No space left", "nothing", "공간이", before=fails(28, uploads, "receiving")),
    "disk of the rows": Bad(507, "No space left", "nothing was kept", "공간이 없습니다", before=no_rows),
    "no name": Bad(422, "No name", "give it one", "이름이 없습니다", name="  "),
    "only a path": Bad(422, "No name", "give it one", "이름이 없습니다", name="../.."),
    "nothing to see": Bad(422, "No name", "give it one", "이름이 없습니다", name="\u200b\u2060"),
    "no zone": Bad(422, "No time zone", "Nowhere is no time zone", "Nowhere", asked={"tz": "Nowhere"}),
    "no date": Bad(422, "No date", "yesterday is no date", "yesterday", asked={"taken": "yesterday"}),
    "long name": Bad(422, "Not understood", "at most 255", "255자까지", name="n" * 256, api_only=True),
    "unknown": Bad(422, "Not understood", "zone: there is no such", "zone: 그런", asked={"zone": "UTC"}, api_only=True),
    "a form": Bad(
        415,
        "Not as it is",
        "curl -T",
        "curl -T",
        headers={"content-type": "multipart/form-data; boundary=x"},
        api_only=True,
    ),
    "encoded": Bad(415, "Not as it is", "curl -T", "curl -T", headers={"content-encoding": "gzip"}, api_only=True),
    "encoded on its way": Bad(
        415, "Not as it is", "curl -T", "curl -T", headers={"transfer-encoding": "gzip, chunked"}, api_only=True
    ),
}


def at_the_api(client, bad, language):
    asked = {"name": bad.name, **bad.asked}
    headers = bad.headers | {"accept-language": language}
    answer = client.put("/api/v1/bundles", params=asked, content=bad.content, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["type"].startswith("urn:faultlog:")
    return answer.status_code, f"{told['title']} {told['detail']}"


def at_the_form(client, bad, language):
    files = [("file", (bad.name, bad.content))]
    answer = client.post("/bundles", data=bad.asked, files=files, headers={"accept-language": language})
    return answer.status_code, read(answer.text)


def among_others(client, bad, language):
    """The same file beside a good one, in one form."""
    files = [("file", (bad.name, bad.content)), ("file", (bad.name, bad.content))]
    answer = client.post("/bundles", data=bad.asked, files=files, headers={"accept-language": language})
    return answer.status_code, read(answer.text)


def rows(store):
    with store.engine.connect() as db:
        return {one.name: len(db.execute(one.select()).all()) for one in METADATA.sorted_tables}


DOORS = [
    pytest.param(bad, door, id=f"{name}-{door.__name__}")
    for name, bad in BAD.items()
    for door in ((at_the_api,) if bad.api_only else (at_the_api, at_the_form, among_others))
]


@pytest.fixture
def site(kept_site, monkeypatch):
    """A server with a team, as it was before."""
    store, client, _ = kept_site
    client.get("/")
    client.app.state.settings = Settings(store)
    store.write(lambda db: db.execute(update(TEAMS).values(quota_bytes=None)))
    with monkeypatch.context() as patch:
        yield store, client, patch


@pytest.mark.parametrize(("bad", "door"), DOORS)
def test_what_is_refused_says_what_and_what_to_do_and_nothing_stays(site, bad, door):
    store, client, patch = site
    if bad.before is not None:
        bad.before(client, store, patch)
    before = rows(store)
    status, said = door(client, bad, "en")
    assert status == bad.status, said
    assert bad.title in said
    assert bad.what in said
    status, said = door(client, bad, "ko")
    assert status == bad.status
    assert bad.ko in said
    assert bad.title not in said
    assert rows(store) == before
    assert left(store) == []


def test_one_bad_file_of_a_form_spares_the_others(site):
    """Whichever is refused, and why: what stands before it and after it is kept."""
    store, client, _ = site
    small(client, store, None)
    good = [(f"ampdaemon.log.{number}", b"line %d\n" % number) for number in range(3)]
    bad = [("large.log", LINE * 100), ("junk.log", bytes(50)), ("", b""), ("..", LINE), ("empty.log", b"")]
    files = [good[0], *bad[:2], good[1], *bad[2:], good[2]]
    answer = client.post("/bundles", files=[("file", one) for one in files], headers={"accept-language": "en"})
    said = read(answer.text)
    assert answer.status_code == 413
    assert [one for one in ("Too large", "Not a bundle", "No name", "Empty") if one not in said] == []
    assert sorted(one["name"] for one in client.get("/api/v1/bundles").json()["rows"]) == [name for name, _ in good]
    assert len(left(store)) == 3


def test_a_path_is_no_name_and_its_last_part_is(site):
    _, client, _ = site
    for name in ("../../etc/ampdaemon.log", r"C:\logs\ampdaemon.log", "/ampdaemon.log", " ampdaemon.log "):
        answer = client.put("/api/v1/bundles", params={"name": name}, content=b"a path\n")
        assert (answer.json()["name"], answer.status_code in {200, 201}) == ("ampdaemon.log", True)
    client.delete(answer.headers["location"])
    long = "n" * 300 + ".log"
    page = client.post("/bundles", files={"file": (long, b"a long name\n")})
    assert page.status_code == 200
    (row,) = [one for one in client.get("/api/v1/bundles").json()["rows"] if one["name"].startswith("nnn")]
    assert row["name"] == long[-255:]


def test_of_what_the_quota_can_never_hold_no_more_is_written_and_what_is_there_already_is_the_same(site):
    store, client, patch = site
    written, write = [], blobs.Incoming.write
    patch.setattr(blobs.Incoming, "write", lambda self, part: (written.append(len(part)), write(self, part)))

    def sent(content, **more):
        written.clear()
        return client.put("/api/v1/bundles?name=quota.log", content=content, **more).status_code

    kept = b"a line that is kept\n" * 20
    assert sent(kept) == 201
    used = store.read(bundles.used, 1)
    store.write(people.bound, 1, {"quota_bytes": used})
    assert sent(LINE * 1000) == 413
    assert sum(written) == 0
    for door in (sent, lambda parts: client.post("/bundles", files={"file": ("a.log", b"".join(parts))}).status_code):
        written.clear()
        assert door(LINE * 64 for _ in range(used // 64)) == 413
        assert sum(written) <= used
    store.write(people.bound, 1, {"quota_bytes": 10})
    assert sent(kept) == 200
    assert sent(b"another line\n") == 413


def test_what_a_team_sends_at_once_has_no_more_room_than_its_quota(site):
    store, client, _patch = site
    store.write(lambda db: db.execute(update(TEAMS).values(quota_bytes=10_000_000)))

    def at_the_api(name):
        return client.put(f"/api/v1/bundles?name={name}.log", content=LINE + name.encode())

    def at_the_form(name):
        return client.post("/bundles", files=[("file", (f"{name}.log", LINE + name.encode()))])

    doors, before = client.app.state.doors, set(left(store))
    with doors.taking(1) as inflow, inflow.receiving() as count, doors.taking(2) as theirs, theirs.receiving() as more:
        count(9_999_990)
        more(10_000_000)
        for door in (at_the_api, at_the_form):
            refused = door("one")
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
            assert "nothing was kept" in refused.text
            assert set(left(store)) == before
        assert inflow.bytes == 9_999_990  # what was refused counts no more
    for door, name, status in ((at_the_api, "two", 201), (at_the_form, "three", 200)):
        assert door(name).status_code == status
    assert (inflow.bytes, inflow.uploads) == (0, 0)
