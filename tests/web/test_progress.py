import json

from faultlog.store import jobs
from faultlog.web import progress
from tests.web.test_api_bundles import put


def events(answer):
    return [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]


def test_a_stream_says_each_change_until_the_job_has_ended(client, store, monkeypatch):
    monkeypatch.setattr(progress, "LOOK_S", 0.01)
    job = put(client).json()["links"]["job"]
    held = store.write(jobs.lease, "somebody")
    steps = iter(
        [
            lambda: store.write(jobs.beat, held, 500, "ampdaemon.log"),
            lambda: None,
            lambda: store.write(jobs.end, held, "failed", "disk"),
        ]
    )
    kept = jobs.job

    def looked(db, team, name):
        next(steps, lambda: None)()
        return kept(db, team, name)

    monkeypatch.setattr(progress.jobs, "job", looked)
    answer = client.get(f"{job}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [(one["state"], one["done_bytes"], one["reading"]) for one in events(answer)] == [
        ("leased", 500, "ampdaemon.log"),
        ("failed", 500, None),
    ]


def test_a_job_that_has_ended_says_so_and_the_stream_ends(client, work):
    job = put(client).json()["links"]["job"]
    work()
    assert [one["state"] for one in events(client.get(f"{job}/events"))] == ["done"]
    assert client.app.state.streams.count == 0


def test_silence_is_broken_now_and_then_and_a_stream_does_not_live_for_ever(client, monkeypatch):
    for name, seconds in (("LOOK_S", 0.01), ("BEAT_S", 0.02), ("LIFE_S", 0.3)):
        monkeypatch.setattr(progress, name, seconds)
    job = put(client).json()["links"]["job"]
    answer = client.get(f"{job}/events")
    assert ": still here" in answer.text
    assert [one["state"] for one in events(answer)] == ["queued"]


def test_there_are_not_more_streams_than_the_server_bears(client, monkeypatch):
    job = put(client).json()["links"]["job"]
    monkeypatch.setattr(progress, "MOST", 0)
    refused = client.get(f"{job}/events")
    assert (refused.status_code, refused.json()["title"]) == (503, "Too many at once")


def test_a_job_of_nobody_has_no_stream(client):
    assert client.get("/api/v1/jobs/none/events").status_code == 404
