"""All bundles of a host on one time axis."""

from pathlib import Path

from tests.web.test_api_bundles import put

PAIR = Path(__file__).parents[2] / "sample_logs/pair"


def test_a_host_has_its_bundles_on_one_axis(client, work):
    old, new = (
        put(client, (PAIR / f"{one}.tar.gz").read_bytes(), f"{one}.tar.gz").json()["id"] for one in ("old", "new")
    )
    work()
    host = client.get(f"/api/v1/cases/{new}").json()["host"]
    name = f"guid:{host['guid'].lower()}" if host["guid"] else f"name:{host['name']}"
    shown = client.get(f"/hosts/{name}", params={"lang": "en"}).text
    assert shown.count('<svg class="timeline"') == 1
    assert "2 bundles" in shown
    for bundle in (old, new):
        assert f'href="/cases/{bundle}" class="bar' in shown
        for interval in client.get(f"/api/v1/cases/{bundle}").json()["intervals"]:
            if interval["raised"]["kind"] == "observed" and interval["state"] == "cleared":
                assert f"/cases/{old}#{interval['id']}" in shown or f"/cases/{new}#{interval['id']}" in shown
    assert 'name="old"' in shown
    assert client.get(f"/hosts/{name}", params={"lang": "ko"}).status_code == 200
    listed = client.get("/hosts").text
    assert f"/hosts/{name}" in listed or f"/hosts/{name.replace(':', '%3A')}" in listed
    assert client.get("/hosts/name:nobody").status_code == 404
