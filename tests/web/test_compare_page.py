"""Two bundles of a host compared by a job."""

from tests.web.test_api_bundles import put
from tests.web.test_host_page import PAIR


def test_two_bundles_are_compared(client, work):
    old, new = (
        put(client, (PAIR / f"{one}.tar.gz").read_bytes(), f"{one}.tar.gz").json()["id"] for one in ("old", "new")
    )
    work()
    address = f"/compare?old={old}&new={new}&lang=en"
    assert "Compare these two" in client.get(address).text
    asked = client.post("/compare", data={"old": old, "new": new})
    assert "They are being compared" in client.get(address).text
    assert asked.status_code == 200
    work()
    shown = client.get(address).text
    assert '<svg class="timeline"' in shown
    assert "resolved" in shown
    assert 'id="comparison"' not in shown
    assert "해제" in client.get(address.replace("lang=en", "lang=ko")).text
    client.post("/compare", data={"old": new, "new": old})
    work()
    assert "could not be compared" in client.get(f"/compare?old={new}&new={old}&lang=en").text
    client.delete(f"/api/v1/bundles/{old}")
    assert client.get(address).status_code == 404
    for data in ({"old": new, "new": new}, {"old": "x", "new": new}, {}):
        assert client.post("/compare", data=data).status_code == 404
