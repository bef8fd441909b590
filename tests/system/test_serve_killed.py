"""Servers and workers killed at random moments while bundles are uploaded: what was acknowledged is there, once.

Four clients upload, each a bundle of a host of its own and then four of one host, in turn, and have the first two of
such a host compared. So bundles, hosts and comparisons are all worked on while servers and workers are killed.
"""

import io
import os
import random
import signal
import sqlite3
import tempfile
import threading
import time
import zipfile
from collections import Counter, defaultdict
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import select

from faultlog.fleet.units import case_of
from faultlog.store.blobs import ASIDE, INCOMING
from faultlog.store.blobs import BUNDLES as FILES
from faultlog.store.founding import founded
from faultlog.store.opening import FILE
from faultlog.store.schema import AUDIT, BUNDLES, CASE_TABLES, CASES, COMPARISONS, JOBS
from tests.logs import log
from tests.serving import Process, Server, put, quick, sent
from tests.stores import free_port
from tests.system.postgres import serving

UPLOADS = int(os.environ.get("FAULTLOG_UPLOADS", "80"))
KILLS = int(os.environ.get("FAULTLOG_KILLS", "24"))
SEED = int(os.environ.get("FAULTLOG_SEED", "7"))
CLIENTS, OF_A_HOST = 4, 4
LEASE_S = 4.0
"""Seconds that a worker may be silent here."""

pytestmark = pytest.mark.timeout(1800)


def host_of(at):
    """Of its bundles each client uploads four of one host, and four of as many hosts, in turn."""
    client, turn = at % CLIENTS, at // CLIENTS
    several = turn // OF_A_HOST % 2 == 0
    return f"host-{client}-{turn // OF_A_HOST}" if several else f"alone-{at}"


def bundle(at):
    """A bundle of its host, which goes on where the one before it was, and says which one it is."""
    hour = 8 + 3 * (at // CLIENTS % OF_A_HOST)
    said = (f"{hour:02}:00:00 connector started", f"{hour + 1:02}:00:00 Fault Raised: 6")
    text = log(*said, f"{hour + 1:02}:20:00 Fault Cleared: 6", f"{hour + 2:02}:30:00 quiet")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("ampdaemon.log", text.replace(" mac ", f" {host_of(at)} "))
        archive.writestr("number.bin", random.Random(at).randbytes(100 + at % 7 * 50_000))  # noqa: S311 (no secret)
    return content.getvalue()


class Client(threading.Thread):
    """Somebody who uploads and has hosts compared, and tries again until that is acknowledged."""

    def __init__(self, port, mine, due, over):
        """Args: where, which bundles, whether the time of one has come, and whether all is over."""
        super().__init__(daemon=True)
        self._port, self._mine, self._due, self._over = port, mine, due, over
        self.acknowledged, self.refused, self.compared, self.again = {}, [], set(), 0
        self.fresh = Counter()

    def run(self):
        first = {}
        for at in self._mine:
            while not self._due(at) and not self._over.is_set():
                time.sleep(0.05)
            content = bundle(at)
            about = self._until(lambda at=at, content=content: put(self._port, f"bundle-{at}.zip", content, 30))
            if about is None:
                return
            self.acknowledged[at] = about["id"]
            older = first.setdefault(host_of(at), about["id"])
            if older != about["id"] and at // CLIENTS % OF_A_HOST == 1:
                asked = f"/api/v1/comparisons?old={older}&new={about['id']}"
                self._until(lambda asked=asked: sent(self._port, "PUT", asked, b"", 30))
                self.compared.add((older, about["id"]))

    def _until(self, ask):
        """What is answered once it goes well."""
        while not self._over.is_set():
            answer = ask()
            if answer is not None and answer[0] in {200, 201}:
                self.fresh[answer[0]] += 1
                return answer[1]
            if answer is not None and answer[0] < 500:
                self.refused.append(answer)
            self.again += 1
            time.sleep(0.1)
        return None


class Site:
    """A server and two workers, each started again when it was killed."""

    def __init__(self, data, database, port):
        self._told = ["--data", data, *(["--database", database] if database else [])]
        self._port, self._over = port, threading.Event()
        self.processes = {"server": None, "first": None, "second": None}
        self.wrong, self.kills, self.swept = [], Counter(), Counter()
        self._threads = [threading.Thread(target=self._keep, args=(name,), daemon=True) for name in self.processes]
        for one in self._threads:
            one.start()

    def _start(self, name):
        told = [*self._told, "--port", self._port, "--workers", 0] if name == "server" else self._told
        return Process("serve" if name == "server" else "worker", *told, program=quick(LEASE_S))

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
        for line in one.told("swept"):
            self.swept.update({what: line[what] for what in ("incoming", "ownerless")})

    def wait_for(self, name):
        """Until it is at work."""
        event = "swept" if name == "server" else "worker started"
        while (one := self.processes[name]) is None or one.is_over() or not one.told(event):
            time.sleep(0.02)

    def kill(self, name):
        one = self.processes[name]
        if one is not None and not one.is_over():
            one.signal(signal.SIGKILL)
            self.kills[name] += 1

    def end(self):
        for name in self.processes:
            self.wait_for(name)  # who is told to end before he listens to that ends otherwise
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
    """Kill so many, at random moments: most of them at work, some while they start."""
    while site.kills.total() < kills:
        time.sleep(chance.uniform(0, 0.5))
        name = chance.choice(["server", "first", "second"])
        if chance.random() > 0.15:
            site.wait_for(name)
            time.sleep(chance.uniform(0, 1))
        site.kill(name)


def rows(store, *columns):
    with store.engine.connect() as db:
        return db.execute(select(*columns)).all()


def until_all_ended(store, port, number, within_s):
    """Wait for all jobs; what cost four workers their lives is tried once more, as anybody may. How many did.

    Also for those that are not the newest of their host: a killed worker's lease lasts on while a later one is done.
    """
    limit, unlucky = time.monotonic() + within_s, 0
    while time.monotonic() < limit:
        jobs = rows(
            store, JOBS.c.bundle_id, JOBS.c.host, JOBS.c.comparison_id, JOBS.c.state, JOBS.c.reason, JOBS.c.queued_at
        )
        newest = {one[:3]: one for one in sorted(jobs, key=lambda one: one.queued_at)}.values()
        if len(newest) >= number and all(one.state not in {"queued", "leased"} for one in jobs):
            lost = [one for one in newest if one.reason == "worker"]
            if not lost:
                return unlucky
            unlucky += len(lost)
            for one in lost:
                retry(store, port, one)
        time.sleep(0.3)
    raise AssertionError(f"not ended: {[one for one in jobs if one.state in {'queued', 'leased'}]}")


def retry(store, port, job):
    if job.comparison_id is not None:
        (two,) = (one for one in rows(store, COMPARISONS) if one.id == job.comparison_id)
        sent(port, "PUT", f"/api/v1/comparisons?old={two.old_id}&new={two.new_id}")  # this comes again
        return
    of_host = [one.bundle_id for one in rows(store, CASES.c.bundle_id, CASES.c.host) if one.host == job.host]
    sent(port, "POST", f"/cases/{job.bundle_id or next(filter(None, of_host))}/again")


def hold(data, database, uploads, kills):
    port, over, begun = free_port(), threading.Event(), time.monotonic()
    store = founded(data, database)
    site = Site(data, database, port)

    def due(at):
        """Uploads are spread over the kills."""
        return site.kills.total() * uploads >= at * kills

    clients = [Client(port, range(at, uploads, CLIENTS), due, over) for at in range(CLIENTS)]
    try:
        for one in clients:
            one.start()
        kill_some(site, kills, random.Random(SEED))  # noqa: S311 (moments, no secrets)
        killed = time.monotonic() - begun
        for one in clients:
            one.join(300)
        unlucky = until_all_ended(store, port, uploads + sum(len(one.compared) for one in clients), 300)
    finally:
        over.set()
        site.end()
    assert site.wrong == []
    assert [one.refused for one in clients] == [[]] * CLIENTS
    acknowledged = {at: id_ for one in clients for at, id_ in one.acknowledged.items()}
    there_once(store, acknowledged, uploads)
    joined = hosts_are_joined(store, acknowledged)
    compared_all(store, set().union(*(one.compared for one in clients)))
    nothing_is_left(store, database, acknowledged)
    print(
        f"\n{uploads} uploads, {dict(site.kills)} killed in {killed:.0f} s, all done after "
        f"{time.monotonic() - begun:.0f} s; asked {sum(one.again for one in clients)} times again, "
        f"{sum((one.fresh for one in clients), Counter())} answered; {joined} hosts joined; swept {dict(site.swept)}; "
        f"{unlucky} jobs lost four workers, seed {SEED}"
    )
    store.close()


def there_once(store, acknowledged, uploads):
    """Everything that was acknowledged has one row, one note, one job that was done, and one case."""
    assert sorted(acknowledged) == list(range(uploads))
    names = {id_: f"bundle-{at}.zip" for at, id_ in acknowledged.items()}
    assert {one.id: one.name for one in rows(store, BUNDLES.c.id, BUNDLES.c.name)} == names
    jobs = rows(store, JOBS.c.bundle_id, JOBS.c.state, JOBS.c.reason)
    assert {one[1:] for one in jobs} <= {("done", None), ("quarantined", "worker")}
    done = Counter(one.bundle_id for one in jobs if one.bundle_id is not None and one.state == "done")
    lost = {one.bundle_id for one in jobs if one.reason == "worker"}
    assert set(done) == set(names)
    assert {id_ for id_, number in done.items() if number != 1} <= lost
    cases = [one.bundle_id for one in rows(store, CASES.c.bundle_id) if one.bundle_id is not None]
    assert sorted(cases) == sorted(names)
    noted = [one.object for one in rows(store, AUDIT.c.object, AUDIT.c.action) if one.action == "bundle.upload"]
    assert sorted(noted) == sorted(names)


def hosts_are_joined(store, acknowledged):
    """Every host with several bundles has one case of exactly these, with one stay each; how many hosts."""
    hashes = {one.id: one.sha256 for one in rows(store, BUNDLES.c.id, BUNDLES.c.sha256)}
    cases = rows(store, CASES.c.id, CASES.c.bundle_id, CASES.c.joined_id, CASES.c.sha256)
    joined = {one.bundle_id: one.joined_id for one in cases if one.bundle_id is not None}
    whole = {one.id: one.sha256 for one in cases if one.bundle_id is None}
    stays = Counter(one.case_id for one in rows(store, CASE_TABLES["intervals"].c.case_id))
    by_host = defaultdict(list)
    for at, id_ in acknowledged.items():
        by_host[host_of(at)].append(id_)
    several = [ids for ids in by_host.values() if len(ids) > 1]
    for ids in by_host.values():
        stands = {joined[one] for one in ids}
        assert len(stands) == 1
        (case,) = stands
        assert (case is None) == (len(ids) == 1)
        if case is not None:
            assert whole.pop(case) == case_of([hashes[one] for one in ids])
            assert stays[case] == len(ids)
    assert whole == {}
    return len(several)


def compared_all(store, asked):
    made = rows(store, COMPARISONS.c.old_id, COMPARISONS.c.new_id, COMPARISONS.c.document)
    assert {one[:2] for one in made} == asked
    assert all(one.document for one in made)


def nothing_is_left(store, database, acknowledged):
    """A server that starts leaves the files of bundles, a worker that starts none of those that were killed."""
    told = ["--database", database] if database else []
    last = Server(store.folder, "--workers", 1, *told)
    (swept,) = last.until("swept")
    last.until("worker started")
    last.signal(signal.SIGTERM)
    assert last.wait() == 0
    assert swept["vanished"] == []
    there = [one.name for kind in (INCOMING, FILES) for one in (store.folder / kind).rglob("*") if one.is_file()]
    assert sorted(there) == sorted(acknowledged.values())
    assert list(store.folder.glob(f"{ASIDE}*")) == []
    assert list(Path(tempfile.gettempdir()).glob("faultlog-worker-*")) == []


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_nothing_that_was_acknowledged_is_lost_or_there_twice(tmp_path, monkeypatch, database):
    unpacked = tmp_path / "tmp"
    unpacked.mkdir()
    with serving() if database == "PostgreSQL" else nullcontext() as server:
        monkeypatch.setenv("TMPDIR", str(unpacked))
        monkeypatch.setattr(tempfile, "tempdir", str(unpacked))
        hold(tmp_path / "data", server and server.address, UPLOADS, KILLS)
    if database == "SQLite":
        with sqlite3.connect(tmp_path / "data" / FILE) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        db.close()
