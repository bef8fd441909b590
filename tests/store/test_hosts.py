"""Several bundles of one host are counted once, as in a lake, whatever comes, goes or happens at the same time."""

import json
from dataclasses import replace
from threading import Event, Thread

import pytest
from sqlalchemy import select

from faultlog.fleet.reading import frames as frames_of_lake
from faultlog.fleet.sources import units
from faultlog.fleet.statistics.fleet import fleet_statistics
from faultlog.fleet.statistics.written import to_json
from faultlog.pipeline import Options
from faultlog.store import bundles, cases, fleets, hosts, jobs
from faultlog.store.schema import CASE_TABLES, CASES, JOBS
from faultlog.working.worker import Worker
from tests.lakes import MONDAY, TUESDAY, bundle, filled, lake_at
from tests.store.uploading import uploaded

GUID = "8f0c3bd8-0000-4000-8000-000000000001"
HOST = f"guid:{GUID}"
FRIDAY = (*TUESDAY[3:], "14:00:00 Fault Cleared: 7", "15:00:00 quiet", "16:00:00 quiet")


@pytest.fixture(scope="module")
def worker_of():
    """A worker of a store; what it knows is loaded once."""
    made = Worker(None, Options())

    def of(store):
        made._store = store
        return made

    return of


@pytest.fixture
def worker(store, worker_of):
    return worker_of(store)


@pytest.fixture
def host(tmp_path):
    """Three bundles of one host, each of which goes on where the one before was."""
    days = {"monday": MONDAY, "tuesday": TUESDAY, "friday": FRIDAY}
    return [bundle(tmp_path / f"{name}.zip", *day, guid=GUID, note=name) for name, day in days.items()]


def worked(worker):
    """How many jobs there were to do."""
    number = 0
    while worker.work_once():
        number += 1
    return number


def counted(store, team):
    """The faults of the stays that are counted, and of how many cases."""
    frame = store.read(fleets.frames, team)
    return sorted(frame.intervals["fault_id"]), len(frame.hosts)


def joined(store):
    """The cases of hosts, by id: the documents that are kept."""
    return store.read(lambda db: set(db.execute(select(CASES.c.id).where(CASES.c.bundle_id.is_(None))).scalars()))


def quotations(store):
    """Every line of a log that is quoted in a row."""
    return store.read(lambda db: list(db.execute(select(CASE_TABLES["events"].c.text)).scalars()))


def test_a_fleet_says_what_a_lake_of_the_same_bundles_says(store, team, worker, host, tmp_path):
    others = [
        bundle(tmp_path / "other.zip", *FRIDAY, host="other"),
        bundle(tmp_path / "again.zip", *TUESDAY, host="other", note="x"),
        bundle(tmp_path / "stranger.zip", "09:30:00 Fault Raised: 1", "14:30:00 quiet", host="other"),
        bundle(tmp_path / "alone.zip", *MONDAY, host="alone"),
        bundle(tmp_path / "quiet.zip", "09:00:00 connector started", host="quiet"),
    ]
    for file in (*host, *others):
        uploaded(store, team, file)
        worked(worker)
    lake = lake_at(tmp_path / "lake")
    filled(lake, units(map(str, (*host, *others))))
    ours = to_json(fleet_statistics(store.read(fleets.frames, team)))
    assert json.loads(ours) == json.loads(
        to_json(fleet_statistics(frames_of_lake(lake.root, lake.rules, lake.strangers())))
    )
    assert json.loads(ours)["scope"]["bundles"] == 8


def test_lines_that_stand_in_two_bundles_count_once_whenever_they_come(store, team, worker, host):
    for file in host[:2]:
        uploaded(store, team, file)
    assert worked(worker) == 3
    assert counted(store, team) == ([6, 7], 1)
    uploaded(store, team, host[2])
    assert worked(worker) == 2
    assert counted(store, team) == ([6, 7], 1)
    assert len(joined(store)) == 1
    (case,) = joined(store)
    doc = store.read(cases.document, team, case)
    assert [one.state for one in doc.intervals] == ["cleared", "cleared"]
    assert worked(worker) == 0


def test_the_same_order_of_uploads_or_another_says_the_same(store, team, worker, host, tmp_path):
    for file in reversed(host):
        uploaded(store, team, file)
        worked(worker)
    backwards = to_json(fleet_statistics(store.read(fleets.frames, team)))
    for one in store.read(bundles.known):
        store.write(bundles.forget, team, one)
    assert counted(store, team) == ([], 0)
    for file in host:
        uploaded(store, team, file)
    worked(worker)
    assert to_json(fleet_statistics(store.read(fleets.frames, team))) == backwards


def test_what_is_deleted_is_quoted_nowhere_and_the_others_are_joined_again(store, team, worker, host):
    _, _, friday = [uploaded(store, team, file) for file in host]
    worked(worker)
    assert any("14:00:00" in one for one in quotations(store))
    store.write(bundles.forget, team, friday)
    assert joined(store) == set()
    assert not any("14:00:00" in one for one in quotations(store))
    assert counted(store, team)[1] == 2
    worked(worker)
    assert counted(store, team) == ([6, 7], 1)


def test_of_two_bundles_of_which_one_is_deleted_the_other_counts(store, team, worker, host):
    first, _ = [uploaded(store, team, file) for file in host[:2]]
    worked(worker)
    store.write(bundles.forget, team, first)
    assert worked(worker) == 0
    assert counted(store, team) == ([6, 7], 1)
    assert joined(store) == set()


@pytest.mark.parametrize("what", ["deleted", "analysed again"])
def test_a_bundle_that_changes_while_its_host_is_worked_on_is_not_believed(store, team, worker, host, what):
    ids = [uploaded(store, team, file) for file in host[:2]]
    for _ in ids:
        worker.work_once()
    held = store.write(jobs.lease, "somebody")
    assert (held.host, held.bundle) == (HOST, None)
    found = store.read(hosts.parts, team, HOST)
    doc = store.read(cases.document, team, ids[0])
    if what == "deleted":
        store.write(bundles.forget, team, ids[1])
    else:
        store.write(jobs.again, team, ids[1])
        worker.work_once()
    assert store.write(hosts.finish_host, held, found, "rules", doc) == "again"
    assert joined(store) == set()
    worked(worker)
    assert len(joined(store)) == (0 if what == "deleted" else 1)
    assert counted(store, team)[1] == 1


def test_who_was_taken_for_dead_joins_nothing(store, team, worker, host, monkeypatch):
    ids = [uploaded(store, team, file) for file in host[:2]]
    for _ in ids:
        worker.work_once()
    late = store.write(jobs.lease, "late")
    found = store.read(hosts.parts, team, HOST)
    doc = store.read(cases.document, team, ids[0])
    ours = jobs.clock
    monkeypatch.setattr(jobs, "clock", lambda db: ours(db) + jobs.LEASE_US + 1)
    worked(worker)
    before = joined(store)
    assert store.write(hosts.finish_host, late, found, "rules", doc) == "lost"
    assert joined(store) == before != set()


def test_many_bundles_of_a_host_need_one_job_of_it(store, team, worker, host):
    for file in host:
        uploaded(store, team, file)
    assert worked(worker) == len(host) + 1


def test_bundles_that_end_at_the_same_time_are_joined(store, team, worker, host):
    ids = [uploaded(store, team, file) for file in host]
    leases = [store.write(jobs.lease, f"worker {one}") for one in ids]
    worker_doc = _documents(store, team, worker, leases)
    threads = [
        Thread(target=store.write, args=(hosts.finish, held, sha256, "rules", doc)) for held, sha256, doc in worker_doc
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    queued = store.read(lambda db: list(db.execute(select(JOBS.c.host).where(JOBS.c.state == "queued")).scalars()))
    assert queued == [HOST]


def _documents(store, team, worker, leases):
    """What each lease's bundle says, by an analysis beside the queue."""
    found = []
    for held in leases:
        about = store.read(bundles.bundle, team, held.bundle)
        doc = worker._of_bundle(replace(held, token=-1), lambda: False)
        assert doc == "lost"
        found.append((held, about.sha256, _analysed(store, about)))
    return found


def _analysed(store, about):
    from faultlog.pipeline import analyze_with
    from faultlog.report.document import document
    from faultlog.store.blobs import place_of
    from tests.logs import knowledge

    return document(analyze_with(knowledge(), [place_of(store.folder, about.id)], Options(), lambda _p, _s: None))


def test_bundles_with_unlike_options_stay_apart_and_that_is_said(store, team, worker, host):
    uploaded(store, team, host[0], {"tz": "Asia/Seoul"})
    uploaded(store, team, host[1], {"tz": "UTC"})
    worked(worker)
    assert counted(store, team)[1] == 2
    job = store.read(lambda db: db.execute(select(JOBS).where(JOBS.c.host == HOST)).one())
    assert (job.state, job.reason) == ("quarantined", "asked")
    assert "monday.zip: tz Asia/Seoul" in job.detail


def test_hosts_of_two_teams_are_two(store, team, worker, host):
    from sqlalchemy import insert

    from faultlog.store.schema import TEAMS
    from faultlog.store.texts import now

    other = store.write(
        lambda db: db.execute(insert(TEAMS).values(name="theirs", created_at=now()).returning(TEAMS.c.id)).scalar_one()
    )
    uploaded(store, team, host[0])
    uploaded(store, other, host[1])
    assert worked(worker) == 2
    assert [counted(store, one)[1] for one in (team, other)] == [1, 1]


def test_a_bundle_that_ends_while_its_hosts_job_is_taken_is_not_left_out(store, team, worker, host):
    for file in host:
        uploaded(store, team, file)
    held = [store.write(jobs.lease, f"worker {at}") for at in range(3)]
    ends = _documents(store, team, worker, held)
    for one in ends[:2]:
        assert store.write(hosts.finish, one[0], one[1], "rules", one[2])
    written, on = Event(), Event()

    def slow(db):
        assert hosts.finish(db, ends[2][0], ends[2][1], "rules", ends[2][2])
        written.set()
        on.wait(10)

    threads = [Thread(target=store.write, args=(slow,)), Thread(target=worker.work_once)]
    threads[0].start()
    written.wait(10)
    threads[1].start()
    threads[1].join(1)
    on.set()
    for one in threads:
        one.join()
    worked(worker)
    assert counted(store, team)[1] == 1
    assert len(joined(store)) == 1
