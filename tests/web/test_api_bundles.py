from pathlib import Path

from faultlog.report.document import from_json

BREACHED = Path(__file__).parents[2] / "sample_logs" / "fault6-breached-0001.zip"


def put(client, content=None, name=BREACHED.name, **more):
    return client.put("/api/v1/bundles", params={"name": name, **more}, content=content or BREACHED.read_bytes())


def left(store):
    return [one for one in store.folder.rglob("*") if one.is_file() and not one.name.startswith("faultlog.")]


def test_a_bundle_is_uploaded_analysed_and_read(client, work):
    put_ = put(client)
    assert put_.status_code == 201
    about = put_.json()
    assert (about["name"], about["state"]) == (BREACHED.name, "queued")
    work()
    assert client.get(about["links"]["job"]).json()["state"] == "done"
    assert client.get(put_.headers["location"]).json()["state"] == "done"
    case = client.get(about["links"]["case"])
    assert from_json(case.text, "answer").bundle.name == BREACHED.name


def test_the_same_bytes_again_are_the_same_bundle(client, store):
    first, second = put(client), put(client, name="another name.zip")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert len(left(store)) == 1


def test_what_is_no_bundle_is_refused_with_a_sentence_and_nothing_stays(client, store):
    for content, status in ((bytes(5000), 415), (b"\0", 415)):
        refused = put(client, content)
        assert refused.status_code == status
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["title"] == "Not a bundle"
    assert client.put("/api/v1/bundles", params={"name": "x"}, content=b"").json()["title"] == "Empty"
    assert left(store) == []


def test_a_deleted_bundle_is_gone(client, store, work):
    bundle = put(client).json()["id"]
    work()
    assert client.delete(f"/api/v1/bundles/{bundle}").status_code == 204
    for address in (f"/api/v1/bundles/{bundle}", f"/api/v1/cases/{bundle}", f"/cases/{bundle}"):
        assert client.get(address).status_code == 404
    assert left(store) == []


def test_what_is_not_there_is_said_to_people_and_to_programs(client):
    assert client.get("/api/v1/bundles/none").json()["title"] == "Not here"
    page = client.get("/cases/none", headers={"accept-language": "ko"})
    assert page.status_code == 404
    assert "찾을 수 없습니다" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
