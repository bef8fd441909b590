"""A disk that is full while somebody uploads, while a bundle is analysed, under either database."""

import io
import json
import random
import re
import signal
import time
import urllib.error
import urllib.request
import zipfile
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import select

from faultlog.store.blobs import BUNDLES as FILES
from faultlog.store.blobs import INCOMING
from faultlog.store.opening import open_store
from faultlog.store.schema import BUNDLES, JOBS
from tests.logs import log
from tests.serving import Process, Server, put, sent
from tests.system.postgres import serving
from tests.system.small import disk

MIB = 1 << 20
LOG = log("09:00:00 connector started", "10:00:00 Fault Raised: 6").encode()
LARGE = LOG + b"2026-03-03T11:00:00Z mac ampdaemon[71]: quiet\n" * 200_000

pytestmark = pytest.mark.timeout(300)


@contextmanager
def ended(*processes):
    """In the end they are told to end, and nothing went wrong that nobody foresaw."""
    try:
        yield
        for one in processes:
            assert not one.is_over()
            one.signal(signal.SIGTERM)
            assert one.wait() == 0
            assert "Traceback" not in "".join(one.lines)
    finally:
        for one in processes:
            if not one.is_over():
                one.kill()


def files(folder):
    return sorted(one.name for kind in (INCOMING, FILES) for one in (folder / kind).rglob("*") if one.is_file())


def refused(server, content):
    """An upload ends with 507 and a sentence, and all pages are served."""
    status, said = put(server.port, "ampdaemon.log", content)
    assert (status, said["title"]) == (507, "No space left")
    assert "nothing was kept" in said["detail"]
    for page in ("/", "/hosts", "/bundles"):
        with urllib.request.urlopen(server.address + page, timeout=60) as answer:  # noqa: S310 (our own)
            assert answer.status == 200
    with pytest.raises(urllib.error.HTTPError) as unwell:
        server.get("/healthz")
    return json.loads(unwell.value.read())


def test_an_upload_that_has_no_room_leaves_nothing_and_the_next_that_has_is_kept(tmp_path):
    with disk(tmp_path / "data", 24) as small:
        server = Server(small.place, "--workers", 0)
        with ended(server):
            kept = [put(server.port, "first.log", LOG + b"# 1\n")[1]["id"]]
            small.fill(2 * MIB)
            assert refused(server, LARGE)["disk"] == "full"
            assert files(small.place) == kept
            small.fill()
            assert refused(server, LOG)["disk"] == "full"
            assert files(small.place) == kept
            worker = Process("worker", "--data", small.place)
            with ended(worker):
                worker.until("worker started")
                assert "no room" in worker.until("error")[0]["said"]
                refused(server, LOG)
                small.empty()
                status, about = put(server.port, "ampdaemon.log", LOG)
                assert status == 201
                kept.append(about["id"])
                assert worker.until("job")[0]["state"] == "done"
                while len(worker.told("job")) < 2:
                    time.sleep(0.05)
            store = open_store(small.place)
            with store.engine.connect() as db:
                jobs = db.execute(select(JOBS.c.bundle_id, JOBS.c.state, JOBS.c.tries, JOBS.c.host)).all()
                assert sorted(db.execute(select(BUNDLES.c.id)).scalars()) == files(small.place) == sorted(kept)
            store.close()
            assert {one[1:3] for one in jobs if one.host is None} == {("done", 1)}


def test_a_form_says_so_on_a_page(tmp_path):
    with disk(tmp_path / "data", 16) as small:
        server = Server(small.place, "--workers", 0)
        with ended(server):
            server.get("/api/v1/bundles")
            small.fill(MIB)
            body = (
                b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.log"\r\n\r\n'
                + LARGE
                + b"\r\n--x--\r\n"
            )
            told = {"content-type": "multipart/form-data; boundary=x", "accept-language": "ko"}
            asked = urllib.request.Request(server.address + "/bundles", body, told)  # noqa: S310 (our own)
            with pytest.raises(urllib.error.HTTPError) as page:
                urllib.request.urlopen(asked, timeout=60)  # noqa: S310
            assert page.value.code == 507
            assert re.search("[가-힣]+", page.value.read().decode())
            assert files(small.place) == []


def nested():
    """A zip in a zip that is larger than what is kept in memory."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("ampdaemon.log", LOG)
        archive.writestr("noise.bin", random.Random(7).randbytes(40 * MIB))  # noqa: S311 (no secret)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    return outer.getvalue()


def test_a_bundle_that_finds_no_room_while_it_is_analysed_is_analysed_later(tmp_path, monkeypatch):
    with disk(tmp_path / "unpacked", 2) as small:
        server = Server(tmp_path / "data", "--workers", 0)
        monkeypatch.setenv("TMPDIR", str(small.place))
        worker = Process("worker", "--data", tmp_path / "data")
        with ended(server, worker):
            _, about = put(server.port, "nested.zip", nested())
            assert worker.until("job")[0]["state"] == "failed"
            assert server.get(about["links"]["job"])["reason"] == "disk_full"
            with urllib.request.urlopen(f"{server.address}/cases/{about['id']}", timeout=60) as page:  # noqa: S310
                assert "The server's disk is full" in page.read().decode().replace("&#39;", "'")
            small.grow(100)
            sent(server.port, "POST", f"/cases/{about['id']}/again")
            while len(worker.told("job")) < 2:
                assert not worker.is_over()
                time.sleep(0.05)
            assert worker.told("job")[1]["state"] == "done"
        assert list(small.place.iterdir()) == []


def test_a_database_of_postgresql_that_has_no_room(tmp_path):
    with serving() as server:
        place = server.place / "small"
        with disk(place, 24) as small:
            server.own(place / "space")
            with psycopg.connect(server.address, autocommit=True) as db:
                db.execute(f"CREATE TABLESPACE small LOCATION '{place / 'space'}'")
                db.execute("CREATE DATABASE small TABLESPACE small")
            address = server.address.rpartition("/")[0] + "/small"
            site = Server(tmp_path / "data", "--workers", 0, "--database", address)
            with ended(site):
                site.get("/api/v1/bundles")
                small.fill()
                status, said = put(site.port, "ampdaemon.log", LOG)
                assert (status, said["title"]) == (507, "No space left")
                assert files(tmp_path / "data") == []
                with urllib.request.urlopen(site.address + "/bundles", timeout=60) as answer:  # noqa: S310 (our own)
                    assert answer.status == 200
                small.empty()
                status, about = put(site.port, "ampdaemon.log", LOG)
                assert status == 201
                assert files(tmp_path / "data") == [about["id"]]
            with psycopg.connect(server.address, autocommit=True) as db:
                db.execute("DROP DATABASE small WITH (FORCE)")
                db.execute("DROP TABLESPACE small")
