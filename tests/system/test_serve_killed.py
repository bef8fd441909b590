"""Servers and workers killed at random moments while bundles are uploaded: what was acknowledged is there, once."""

import io
import os
import random
import signal
import sqlite3
import threading
import time
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from faultlog.store import litter
from faultlog.store.blobs import BUNDLES as FILES
from faultlog.store.blobs import INCOMING
from faultlog.store.opening import FILE, open_store
from faultlog.store.schema import BUNDLES, CASES, JOBS
from tests.serving import Process, put
from tests.stores import free_port
from tests.system.postgres import serving

UPLOADS = int(os.environ.get("FAULTLOG_UPLOADS", "200"))
KILLS = int(os.environ.get("FAULTLOG_KILLS", "60"))
CLIENTS = 4
SAMPLE = Path(__file__).parents[2] / "sample_logs" / "fault6-breached-0001.zip"

pytestmark = pytest.mark.timeout(1800)


def bundle(at):
    """A bundle of its own host, which says which one it is."""
    content = io.BytesIO()
    with zipfile.ZipFile(SAMPLE) as sample, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        log = sample.read("fault6-breached-0001/Library/Logs/Cisco/ampdaemon.log")
        archive.writestr("ampdaemon.log", log.replace(b"sim-macos-0001", f"host-{at:04}".encode()))
        archive.writestr("number.bin", random.Random(at).randbytes(at % 7 * 50_000))  # noqa: S311 (no secret)
    return content.getvalue()


class Client(threading.Thread):
    """Somebody who uploads, and tries again until it is acknowledged."""

    def __init__(self, port, mine, due, over):
        """Args: where, which bundles, whether the time of one has come, and whether all is over."""
        super().__init__(daemon=True)
        self._port, self._mine, self._due, self._over = port, mine, due, over
        self.acknowledged, self.refused, self.again = {}, [], 0

    def run(self):
        for at in self._mine:
            content = bundle(at)
            while not self._due(at) and not self._over.is_set():
                time.sleep(0.05)
            while not self._over.is_set():
                answer = put(self._port, f"bundle-{at}.zip", content, 30)
                if answer is not None and answer[0] in {200, 201}:
                    self.acknowledged[at] = answer[1]["id"]
                    break
                if answer is not None and answer[0] < 500:
                    self.refused.append(answer)
                self.again += 1
                time.sleep(0.1)


class Site:
    """A server and two workers, each started again when it was killed."""

    def __init__(self, data, database, port):
        self._told = ["--data", data, *(["--database", database] if database else [])]
        self._port, self._over = port, threading.Event()
        self.processes = {"server": None, "first": None, "second": None}
        self.wrong, self.kills = [], 0
        self._threads = [threading.Thread(target=self._keep, args=(name,), daemon=True) for name in self.processes]
        for one in self._threads:
            one.start()

    def _start(self, name):
        told = [*self._told, "--port", self._port, "--workers", 0] if name == "server" else self._told
        return Process("serve" if name == "server" else "worker", *told)

    def _keep(self, name):
        while not self._over.is_set():
            one = self.processes[name] = self._start(name)
            while not one.is_over() and not self._over.is_set():
                time.sleep(0.02)
            if one.is_over():
                self._look(name, one, one.wait())

    def _look(self, name, one, code):
        said = "".join(one.lines)
        if code != -signal.SIGKILL or "Traceback" in said:
            self.wrong.append((name, code, said[-2000:]))

    def kill(self, name):
        one = self.processes[name]
        if one is not None and not one.is_over():
            one.signal(signal.SIGKILL)
            self.kills += 1

    def end(self):
        self._over.set()
        for one in self._threads:
            one.join(30)
        for name, one in self.processes.items():
            if not one.is_over():
                one.signal(signal.SIGTERM)
                code = one.wait(60)
                if code or "Traceback" in "".join(one.lines):
                    self.wrong.append((name, code, "".join(one.lines)[-2000:]))


def kill_some(site, kills, chance):
    """Kill so many, at random moments."""
    while site.kills < kills:
        time.sleep(chance.uniform(0.1, 2.2))
        site.kill(chance.choice(["server", "first", "second"]))


def counted(store):
    with store.engine.connect() as db:
        kept = db.execute(select(BUNDLES.c.id, BUNDLES.c.name)).all()
        jobs = db.execute(select(JOBS.c.bundle_id, JOBS.c.state, JOBS.c.reason)).all()
        cases = db.execute(select(CASES.c.bundle_id)).scalars().all()
    return kept, jobs, cases


def until_all_ended(store, number, within_s):
    limit = time.monotonic() + within_s
    while time.monotonic() < limit:
        jobs = counted(store)[1]
        if len(jobs) >= number and all(state not in {"queued", "leased"} for _, state, _ in jobs):
            return
        time.sleep(0.5)
    raise AssertionError(f"not ended: {[one for one in counted(store)[1] if one[1] in {'queued', 'leased'}]}")


def hold(tmp_path, database, uploads, kills):
    data, port, over = tmp_path / "data", free_port(), threading.Event()
    store = open_store(data, database)
    site = Site(data, database, port)

    def due(at):
        """Uploads are spread over the kills."""
        return site.kills * uploads >= at * kills

    clients = [Client(port, range(at, uploads, CLIENTS), due, over) for at in range(CLIENTS)]
    seed = int(os.environ.get("FAULTLOG_SEED", "7"))
    try:
        for one in clients:
            one.start()
        kill_some(site, kills, random.Random(seed))  # noqa: S311 (moments, no secrets)
        for one in clients:
            one.join(300)
        until_all_ended(store, uploads, 300)
    finally:
        over.set()
        site.end()
    assert site.wrong == []
    assert [one.refused for one in clients] == [[]] * CLIENTS
    _true(store, {at: id_ for one in clients for at, id_ in one.acknowledged.items()}, uploads)
    print(f"{uploads} uploads, {kills} kills, tried again {sum(one.again for one in clients)} times")
    store.close()
    return data


def _true(store, acknowledged, uploads):
    kept, jobs, cases = counted(store)
    assert sorted(acknowledged) == list(range(uploads))
    assert sorted(name for _, name in kept) == sorted(f"bundle-{at}.zip" for at in range(uploads))
    assert {one.id: one.name for one in kept} == {id_: f"bundle-{at}.zip" for at, id_ in acknowledged.items()}
    assert [one for one in jobs if one[1:] != ("done", None)] == []
    assert sorted(one[0] for one in jobs) == sorted(cases) == sorted(acknowledged.values())
    litter.swept(store, lambda: time.time() + litter.DAY_S + 60)
    there = [one.name for kind in (INCOMING, FILES) for one in (store.folder / kind).rglob("*") if one.is_file()]
    assert sorted(there) == sorted(acknowledged.values())


def test_nothing_that_was_acknowledged_is_lost_or_there_twice(tmp_path):
    data = hold(tmp_path, None, UPLOADS, KILLS)
    with sqlite3.connect(data / FILE) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


def test_nor_with_postgresql(tmp_path):
    with serving() as server:
        hold(tmp_path, server.address, max(10, UPLOADS // 5), max(3, KILLS // 5))
