"""A store whose folder was named from where its server was started, as the default is."""

from pathlib import Path

from faultlog.pipeline import Options
from faultlog.store import comparisons, hosts, jobs
from faultlog.working.worker import Worker
from tests.databases import kept
from tests.lakes import bundle
from tests.store.test_hosts import GUID, HOST, MONDAY, TUESDAY
from tests.store.uploading import uploaded
from tests.web.people import person


def test_its_bundles_are_analysed_joined_and_compared(tmp_path, monkeypatch):
    files = [bundle(tmp_path / f"{at}.zip", *day, guid=GUID) for at, day in enumerate((MONDAY, TUESDAY))]
    monkeypatch.chdir(tmp_path)
    with kept(Path("data")) as store:
        team = person(store, "ann", "analyst").team
        old, new = (uploaded(store, team, file) for file in files)
        worker = Worker(store, Options())
        while worker.work_once():
            pass
        comparison, _ = store.write(comparisons.ask, team, old, new, "ann")
        assert worker.work_once()
        told = [store.read(jobs.latest, team, one) for one in (old, new)]
        told += [store.read(hosts.joining, team, HOST), store.read(jobs.latest_of, team, comparison)]
    assert [(one.state, one.reason) for one in told] == [("done", None)] * 4
    assert (tmp_path / "data" / "bundles").is_dir()
