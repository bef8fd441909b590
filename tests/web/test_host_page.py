"""All bundles of a host on one time axis: what is known together above, each bundle a lane below."""

import re

import pytest
from sqlalchemy import select

from faultlog.fleet.statistics.fleet import fleet_statistics
from faultlog.store import fleets, jobs, people, places
from faultlog.store.schema import CASES
from tests.lakes import bundle
from tests.noted import deeds
from tests.store.test_hosts import FRIDAY, GUID, HOST, MONDAY, TUESDAY
from tests.web.test_api_bundles import put


def sent(client, folder, days, **more):
    """The ids of bundles by what they hold."""
    files = [bundle(folder / f"{name}.zip", *day, note=name, **more) for name, day in days.items()]
    return [put(client, one.read_bytes(), one.name).json()["id"] for one in files]


def shown(client, host, **more):
    return client.get(f"/hosts/{host}", params={"lang": "en", **more}).text


def lanes(page, key):
    """What is drawn in the lane of a fault or of a bundle."""
    return re.search(rf'<g class="lane" data-fault="{key}">.*?</g>', page, re.DOTALL)[0]


def test_what_an_older_bundle_leaves_open_a_newer_one_closes(client, work, store, tmp_path):
    tuesday, friday = sent(client, tmp_path, {"tuesday": TUESDAY, "friday": FRIDAY}, guid=GUID)
    work()
    (joined,) = store.read(lambda db: list(db.execute(select(CASES.c.id).where(CASES.c.bundle_id.is_(None))).scalars()))
    assert client.get(f"/api/v1/cases/{tuesday}").json()["intervals"][1]["state"] == "open"
    page = shown(client, HOST)
    assert page.count('<svg class="timeline"') == 1
    seven = lanes(page, "7")
    assert "onwards" not in seven
    assert f'href="/cases/{joined}#f7-1"' in seven
    assert "No fault was open at the end of what is known" in page
    assert "Its 2 bundles were read as one" in page
    for one in (tuesday, friday):
        assert f'href="/cases/{one}"' in lanes(page, f"bundle-{one}")
        assert f'name="old" value="{one}"' in page
    for said in ("breached", f'href="/cases/{joined}#f6-1"'):
        assert said in page[page.index("Verdicts") :]
    assert 'id="f6-1"' in client.get(f"/cases/{joined}").text
    assert "하나로 읽었습니다" in shown(client, HOST, lang="ko")
    assert client.get("/hosts/name:nobody").status_code == 404


def test_until_they_are_read_together_each_speaks_for_itself(client, store, knowing, tmp_path):
    tuesday, friday = sent(client, tmp_path, {"tuesday": TUESDAY, "friday": FRIDAY}, guid=GUID)
    knowing._store = store
    knowing.work_once()
    assert "What its bundles tell together" not in shown(client, HOST)
    knowing.work_once()
    page = shown(client, HOST)
    assert "Its bundles wait to be read as one" in page
    sevens = re.findall(r'href="/cases/([^"#]+)#f7-1" class="bar', page)
    assert sorted(sevens) == sorted([tuesday, friday])
    assert "7 " in page
    assert "· tuesday.zip" in page


def test_strangers_of_one_name_are_said_to_be_some_and_count_apart(client, work, store, tmp_path):
    days = {"ours": ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "11:00:00 quiet"),
            "theirs": ("09:30:00 Fault Raised: 1", "14:30:00 quiet")}  # fmt: skip
    ours, theirs = sent(client, tmp_path, days, host="twin")
    work()
    page = shown(client, "name:twin")
    assert "They contradict one another" in page
    assert "no line in common" in page
    assert f'href="/cases/{ours}#f6-1"' in lanes(page, "6")
    assert "ours.zip" in lanes(page, "6")
    assert f'href="/cases/{theirs}#f1-1"' in lanes(page, "1")
    assert "What theirs.zip says by itself" in page
    assert client.get("/api/v1/hosts").json()["total"] == 2
    team = store.read(people.team_named, "local").id
    scope = fleet_statistics(store.read(fleets.frames, team)).scope
    assert (scope.hosts, scope.strangers) == (2, 2)
    for fault, case in ((6, ours), (1, theirs)):
        assert f'href="/cases/{case}"' in client.get(f"/rules/{fault}").text
    client.delete(f"/api/v1/bundles/{theirs}")
    work()
    assert "contradict" not in shown(client, "name:twin")
    assert client.get("/api/v1/hosts").json()["total"] == 1
    assert fleet_statistics(store.read(fleets.frames, team)).scope.strangers == 0


def test_bundles_with_unlike_options_say_so(client, work, tmp_path):
    for name, day, zone in (("monday", MONDAY, "Asia/Seoul"), ("tuesday", TUESDAY, "UTC")):
        file = bundle(tmp_path / f"{name}.zip", *day, guid=GUID)
        client.put("/api/v1/bundles", params={"name": file.name, "tz": zone}, content=file.read_bytes())
    work()
    page = shown(client, HOST)
    assert "uploaded with unlike options" in page
    assert page.count("by itself</span>") == 2


def test_a_host_leads_to_its_comparisons_and_the_list_to_it(client, work, tmp_path):
    old, new = sent(client, tmp_path, {"monday": MONDAY, "tuesday": TUESDAY}, guid=GUID)
    work()
    client.post("/comparisons", data={"old": old, "new": new})
    address = re.search(r'href="(/comparisons\?host=[^"]+)"', shown(client, HOST))[1]
    assert "tuesday.zip" in client.get(address).text
    assert f'href="/hosts/{places.id_of(HOST)}"' in client.get("/hosts").text


def test_a_host_of_a_long_name_is_led_to_as_any_other(client, work):
    name = "h" * 255
    for day in (3, 4):
        lines = [f"Mar  {day} 12:{minute:02d}:00 {name} ampdaemon[77]: Fault Raised: 6\n" for minute in range(20)]
        case = put(client, "".join(lines).encode(), "a.log").json()["id"]
    work()
    for page in ("/hosts", "/events", f"/cases/{case}"):
        (address,) = set(re.findall('href="(/hosts/[^"?]+)"', client.get(page).text))
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        ("failed", "disk_full", "that is no fault of the bundles"),
        ("cancelled", None, "Somebody stopped it"),
        ("quarantined", "memory", "took more than one analysis may"),
        ("quarantined", "several_hosts", ""),
    ],
)
def test_bundles_that_could_not_be_read_together_are_tried_once_more(
    client, work, store, knowing, tmp_path, state, reason, said
):
    sent(client, tmp_path, {"tuesday": TUESDAY, "friday": FRIDAY}, guid=GUID)
    knowing._store = store
    assert knowing.work_once() and knowing.work_once()  # noqa: PT018 (each bundle by itself)
    held = store.write(jobs.lease, "somebody")
    assert held.host == HOST
    assert store.write(jobs.end, held, state, reason, "what the worker said")
    page, button = shown(client, HOST), "Read them together again"
    assert (said in page, button in page) == (True, bool(said))
    if said:
        (address,) = re.findall(r'action="(/hosts/[0-9a-f]+)"', page)
        assert client.post(address, follow_redirects=False).headers["location"] == address
        assert button not in shown(client, HOST)
        work()
        assert "Its 2 bundles were read as one" in shown(client, HOST)
        assert store.read(deeds, store.read(people.team_named, "local").id)[0].action == "host.again"
