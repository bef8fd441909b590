"""Two bundles of a host compared by a job: watched, cancelled, listed, read, deleted, noted."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from faultlog.store import bundles, comparisons, jobs, litter, people
from faultlog.store.schema import COMPARISONS, JOBS, METADATA
from faultlog.web import progress
from tests.databases import filled
from tests.lakes import bundle
from tests.noted import deeds
from tests.store.test_hosts import GUID, MONDAY
from tests.web.live import working
from tests.web.test_api_bundles import put


def _two(store):
    """Two bundles of a host that were analysed: the older, and the newer one, in which its fault is cleared."""
    days = {"old.zip": MONDAY[:2], "new.zip": MONDAY}
    with TemporaryDirectory() as place, working(store) as (client, work):
        files = [bundle(Path(place, name), *day, guid=GUID) for name, day in days.items()]
        ids = [put(client, one.read_bytes(), one.name).json()["id"] for one in files]
        work()
    return ids


@pytest.fixture
def _analysed(tmp_path):
    with filled(tmp_path / "data", _two) as both:
        yield both


@pytest.fixture
def store(_analysed):
    return _analysed[0]


@pytest.fixture
def pair(_analysed):
    return _analysed[1]


def asked(client, old, new):
    """The address of the page of a comparison that a form asks for."""
    answer = client.post("/comparisons", data={"old": old, "new": new}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def shown(client, address, **more):
    return client.get(address, params={"lang": "en", **more}).text


def noted(store):
    team = store.read(people.team_named, "local").id
    return [one.action for one in store.read(deeds, team)]


def rows(store, table):
    with store.engine.connect() as db:
        return db.execute(table.select()).all()


def test_two_bundles_are_compared_and_the_page_follows_it_as_that_of_a_bundle_does(
    client, work, pair, store, monkeypatch
):
    monkeypatch.setattr(progress, "LIFE_S", 0)
    address = asked(client, *pair)
    waiting = shown(client, address)
    (job,) = client.get("/api/v1/jobs", params={"comparison": address.split("/")[-1]}).json()["rows"]
    assert f'data-job="{job["id"]}"' in waiting
    assert "It waits for its turn." in waiting
    held = store.write(jobs.lease, "somebody")
    assert store.write(jobs.beat, held, 12_345, "ampdaemon.log")
    assert "12.3 kB read, now ampdaemon.log" in shown(client, address)
    with client.stream("GET", f"/api/v1/jobs/{job['id']}/events") as stream:
        told = json.loads(next(line for line in stream.iter_lines() if line.startswith("data:"))[5:])
    assert (told["state"], told["comparison"], told["done_bytes"]) == ("leased", address.split("/")[-1], 12_345)
    store.write(jobs.abandon, "somebody")
    work()
    done = shown(client, address)
    assert '<svg class="timeline"' in done
    assert "resolved" in done
    assert 'id="comparison"' not in done  # the document, which the page does not carry
    assert "해제" in shown(client, address, lang="ko")
    assert asked(client, *pair) == address
    assert client.get(f"/api/v1/jobs/{job['id']}").json()["bundle"] is None


def test_it_is_cancelled_and_made_later(client, work, pair, store):
    address = asked(client, *pair)
    client.post(f"{address}/cancel")
    work()
    assert "Somebody cancelled it" in shown(client, address)
    client.post(f"{address}/again")
    work()
    assert '<svg class="timeline"' in shown(client, address)
    assert noted(store)[:3] == ["comparison.again", "job.cancel", "comparison.ask"]


def test_what_cannot_be_compared_says_why_and_what_to_do(client, work, pair):
    old, new = pair
    address = asked(client, new, old)
    work()
    told = shown(client, address)
    assert "could not be compared" in told
    assert "the newer one was chosen as the older one" in told
    assert f'name="old" value="{old}"' in told
    for data in ({"old": "x", "new": new}, {"old": "x", "new": "x"}, {}):
        assert client.post("/comparisons", data=data).status_code == 404


def test_one_bundle_twice_is_said_on_the_page_of_the_host(client, pair):
    twice = {"old": pair[0], "new": pair[0]}
    answer = client.post("/comparisons", data=twice, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "Choose two different bundles." in answer.text
    assert 'name="old"' in answer.text
    refused = client.put("/api/v1/comparisons", params=twice, headers={"accept-language": "en"})
    assert (refused.status_code, refused.json()["detail"]) == (422, "Choose two different bundles.")


def test_all_are_listed_in_three_forms(client, work, pair):
    assert "No two bundles were compared yet" in shown(client, "/comparisons")
    address = asked(client, *pair)
    work()
    assert f'href="{address}"' in shown(client, "/comparisons")
    (row,) = client.get("/comparisons.json").json()["rows"]
    document = client.get(f"/api/v1{address}/document").json()
    changes = {one["fault_id"]: one["change"] for one in document["faults"]}
    assert row["faults"] == sorted(fault for fault, change in changes.items() if change == row["change"])
    (told,) = csv.DictReader(io.StringIO(client.get("/comparisons.csv").text))
    assert (told["new_name"], told["old_name"], told["change"]) == ("new.zip", "old.zip", row["change"])
    assert client.get("/comparisons.json", params={"change": row["change"]}).json()["total"] == 1
    assert client.get("/comparisons.json", params={"state": "failed"}).json()["total"] == 0


def test_the_api_asks_reads_and_deletes(client, work, pair, store):
    old, new = pair
    made = client.put("/api/v1/comparisons", params={"old": old, "new": new})
    assert (made.status_code, made.json()["state"], made.json()["is_made"]) == (201, "queued", False)
    links = made.json()["links"]
    assert client.get(links["document"]).status_code == 404
    work()
    assert client.put("/api/v1/comparisons", params={"old": old, "new": new}).status_code == 200
    assert client.get(links["document"]).json()["schema"] == "faultlog.comparison/1"
    assert client.get(links["self"]).json()["is_made"]
    assert client.delete(links["self"]).status_code == 204
    assert client.get(links["self"]).status_code == client.get(links["page"]).status_code == 404
    assert client.delete(links["self"]).status_code == 404
    assert rows(store, COMPARISONS) == []
    assert client.get("/api/v1/bundles").json()["total"] == 2
    assert noted(store)[:2] == ["comparison.delete", "comparison.ask"]


@pytest.mark.parametrize("place", [0, 1])
def test_who_deletes_a_bundle_deletes_what_quotes_it(client, work, pair, store, place):
    address = asked(client, *pair)
    work()
    client.delete(f"/api/v1/bundles/{pair[place]}")
    assert client.get(address).status_code == 404
    assert rows(store, COMPARISONS) == []
    assert [one for one in rows(store, JOBS) if one.comparison_id] == []
    assert sorted(noted(store)[:2]) == ["bundle.delete", "comparison.delete"]


def test_a_comparison_is_kept_no_longer_than_its_bundles(client, work, pair, store, monkeypatch):
    asked(client, *pair)
    work()
    with store.engine.begin() as db:
        db.execute(METADATA.tables["teams"].update().values(keep_days=3))
    assert litter.swept(store).expired == 0
    ours = bundles.now
    monkeypatch.setattr(bundles, "now", lambda: ours() + 4 * 86_400_000_000)
    assert litter.swept(store).expired == 2
    assert rows(store, COMPARISONS) == []
    assert noted(store)[:3].count("comparison.delete") == 1


def test_a_bundle_that_is_deleted_while_it_is_compared_ends_the_job(client, pair, store):
    address = asked(client, *pair)
    held = store.write(jobs.lease, "somebody")
    assert held.comparison == address.split("/")[-1]
    client.delete(f"/api/v1/bundles/{pair[0]}")
    assert not store.write(jobs.beat, held, 1, None)
    assert not store.write(comparisons.finish, held, comparisons.Made(None, (), b""))
