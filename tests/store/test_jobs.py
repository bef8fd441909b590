from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select

from faultlog.pipeline import Options
from faultlog.store import bundles, cases, hosts, jobs, texts, workers
from faultlog.store.schema import JOBS
from faultlog.web.tables import BUNDLES_LIST
from faultlog.working.worker import Worker
from tests.store import uploading

SAMPLES = Path(__file__).parents[2] / "sample_logs"
BREACHED = SAMPLES / "fault6-breached-0001.zip"


def uploaded(store, team, file=BREACHED):
    return uploading.uploaded(store, team, file)


def test_what_was_uploaded_is_analysed_and_kept(store, team):
    bundle = uploaded(store, team)
    assert store.read(jobs.latest, team, bundle).state == "queued"
    assert Worker(store, Options()).work_once()
    job = store.read(jobs.latest, team, bundle)
    assert (job.state, job.name, job.tries) == ("done", BREACHED.name, 1)
    doc = store.read(cases.document, team, bundle)
    assert doc.bundle.name == BREACHED.name
    assert [one.verdict for one in doc.findings if one.verdict == "breached"]
    findings = store.read(cases.frame, team, "findings")
    assert list(findings["verdict"]) == [one.verdict for one in doc.findings]


def test_the_same_bytes_are_one_bundle_with_one_job(store, team):
    first, second = uploaded(store, team), uploaded(store, team)
    assert first == second
    worker = Worker(store, Options())
    assert worker.work_once()
    assert not worker.work_once()


def test_a_worker_that_was_taken_for_dead_ends_nothing(store, team, monkeypatch):
    bundle = uploaded(store, team)
    old = store.write(jobs.lease, "old")
    assert store.write(jobs.lease, "new") is None
    ours = jobs.clock
    monkeypatch.setattr(jobs, "clock", lambda db: ours(db) + jobs.LEASE_US + 1)
    new = store.write(jobs.lease, "new")
    assert new.token == old.token + 1
    assert not store.write(jobs.beat, old, 1, None)
    assert not store.write(jobs.end, old, "failed", "late")
    assert store.write(jobs.end, new, "done")
    assert store.read(jobs.latest, team, bundle).state == "done"


def test_machines_whose_clocks_differ_do_not_take_each_others_jobs(store, team, monkeypatch):
    if store.is_sqlite:
        return  # all who use it are on one machine
    uploaded(store, team)
    ours = texts.now
    monkeypatch.setattr(texts, "now", lambda: ours() - 10 * jobs.LEASE_US)
    held = store.write(jobs.lease, "behind")
    store.write(workers.hear, "behind")
    monkeypatch.setattr(texts, "now", lambda: ours() + 10 * jobs.LEASE_US)
    assert store.write(jobs.lease, "ahead") is None
    assert store.write(jobs.beat, held, 1, None)
    assert store.read(workers.alive) == 1


def test_two_workers_never_have_one_job(store, team):
    for at in range(8):
        file = store.folder / f"ampdaemon.log.{at}"
        file.write_text(f"nothing {at}\n")
        uploaded(store, team, file)
    held = []

    def take():
        while (one := store.write(jobs.lease, "somebody")) is not None:
            held.append(one.job)

    threads = [Thread(target=take) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(held) == len(set(held)) == 8


@pytest.mark.parametrize("foreign", [-1, 99])
def test_another_team_sees_nothing(store, team, foreign):
    bundle = uploaded(store, team)
    assert store.read(bundles.bundle, foreign, bundle) is None
    assert store.read(jobs.latest, foreign, bundle) is None
    assert not store.write(bundles.forget, foreign, bundle)
    assert store.read(bundles.bundle, team, bundle) is not None


HOUR_US = 3_600_000_000


@pytest.mark.parametrize("back_us", [0, 1, HOUR_US])
def test_the_newest_job_is_the_newest_though_the_clock_went_back(store, team, monkeypatch, back_us):
    at = texts.now()
    for module in (bundles, jobs):
        monkeypatch.setattr(module, "now", lambda: at)
    bundle = uploaded(store, team)
    first = store.read(jobs.latest, team, bundle)
    assert store.write(jobs.cancel, team, first.id)
    store.write(jobs.enqueue_host, team, "guid:x")
    gone = store.write(jobs.lease, "here")
    assert store.write(jobs.end, gone, "quarantined", "several_hosts")
    monkeypatch.setattr(jobs, "now", lambda: at - back_us)
    again = store.write(jobs.again, team, bundle)
    store.write(jobs.enqueue_host, team, "guid:x")
    assert store.read(jobs.latest, team, bundle).id == again
    assert store.read(hosts.joining, team, "guid:x").state == "queued"
    listed = select(JOBS.c.state).select_from(BUNDLES_LIST.source)
    assert store.read(lambda db: list(db.execute(listed).scalars())) == ["queued"]
