"""What is found, where it stands, and where it leads."""

import re
import unicodedata

import pytest
from sqlalchemy import insert

from faultlog.store import people, searching
from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES
from faultlog.store.texts import folded
from faultlog.web.pages.search import marked
from tests.lakes import bundle
from tests.web.test_api_bundles import put


def search(client, words, **more):
    return client.get("/search", params={"q": words, "lang": "en", **more}).text


def test_words_are_found_and_lead_to_where_they_stand(client, work):
    bundle = put(client).json()["id"]
    work()
    document = client.get(f"/api/v1/cases/{bundle}").json()
    interval = document["intervals"][0]
    evidence = interval["evidence"][0]
    shown = search(client, "SCAN service")
    assert "<mark>Scan service</mark>" in shown
    assert f'href="/cases/{bundle}#{interval["id"]}"' in shown
    assert f"{evidence['file']}:{evidence['line']}" in shown
    assert f'id="{interval["id"]}"' in client.get(f"/cases/{bundle}").text
    assert re.search(r'href="/hosts/\w{16}"', search(client, document["host"]["name"]))
    assert 'href="/rules/6"' in search(client, "6")
    assert f'href="/cases/{bundle}"' in search(client, "breached-0001")
    assert 'href="/rules/6"' in search(client, "scan service restarting")


@pytest.mark.parametrize(
    "words", ["fault 18", "Fault18", "ID 18", "결함 18", "monitoring is overloaded", "모니터링 과부하"]
)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_fault_is_found_as_people_write_it_in_either_language(client, words, lang):
    found = client.get("/search", params={"q": words, "lang": lang}).text
    assert 'href="/rules/18"' in found


def test_korean_is_found_however_its_letters_are_put_together(client, work, store, tmp_path):
    """macOS writes names of files in parts of syllables; who types them, whole ones."""
    whole, parts = (unicodedata.normalize(form, "바탕화면/견적서") for form in ("NFC", "NFD"))
    assert whole != parts
    lines = [f"10:00:0{n} Fault Raised: 6, scanning /Users/kim/{one}.pdf" for n, one in enumerate((whole, parts))]
    file = bundle(tmp_path / unicodedata.normalize("NFD", "견적서.zip"), "09:00:00 connector started", *lines)
    put(client, file.read_bytes(), file.name)
    work()
    for words in ("견적서", "견적", unicodedata.normalize("NFD", "견적서")):
        found = search(client, words, **{"in": "lines"})
        assert found.count("<mark>") == 2, words
        assert re.search(r"<mark>견적서?</mark>\.pdf|<mark>견적</mark>서\.pdf", unicodedata.normalize("NFC", found))
    assert "bundles" in search(client, "견적서.zip")
    assert client.get("/api/v1/events", params={"text": "견적서"}).json()["total"] == 2
    assert "scan service" not in search(client, "바탕화면")


def test_what_is_called_so_comes_before_what_only_holds_it(client, store):
    team = store.write(people.need_team, "local")
    filled(store, team, 30, 1)
    found = search(client, "host1", **{"in": "hosts"})
    names = re.findall(r'class="row-name"[^>]*><mark>(host1</mark>\d*)', found)
    assert [one.replace("</mark>", "") for one in names] == ["host1", "host10", "host11", "host12", "host13", "host14"]
    found = search(client, "bundle-1-2.zip")
    assert found.count("row-name") == 1
    assert "There are no more places" in search(client, "host1", **{"in": "hosts", "page": 9})
    assert "Nothing is looked for yet" in search(client, "")


def test_signs_stand_for_themselves(client, store):
    filled(store, store.write(people.need_team, "local"), 2, 2)
    assert "<mark>13:31</mark>" in search(client, "13:31")
    for words in ("%", "1_:31", "100%", "\\", "'; DROP TABLE bundles; --", "<script>alert(1)</script>"):
        shown = search(client, words)
        assert "Nothing holds" in shown
        assert "<script>alert" not in shown


def test_what_a_reader_would_obey_is_spelled_out_before_it_is_marked():
    assert marked("a\u202eb", "b") == [("aU+202E", False), ("b", True)]


def test_empty_and_odd_questions_are_answered(client):
    for words in ("", "   ", "\0", "x" * 5000):
        assert client.get("/search", params={"q": words}).status_code == 200
    assert client.get("/search", params={"q": "x", "page": "0"}).status_code == 422
    assert client.get("/search", params={"q": "x", "in": "passwords"}).status_code == 422


def filled(store, team, bundles, lines):
    """Many bundles with many lines, as rows."""
    with store.engine.begin() as db:
        ids = [f"bundle-{team}-{n}" for n in range(bundles)]
        common = {"size": 1, "asked": "{}", "uploaded_by": "x"}
        db.execute(
            insert(BUNDLES),
            [
                {"id": one, "team_id": team, "sha256": one, "name": f"{one}.zip", "uploaded_at": n, **common}
                for n, one in enumerate(ids)
            ],
        )
        hosts = {one: f"name:host{n // 2}" for n, one in enumerate(ids)}
        cases = [
            {
                "id": one,
                "bundle_id": one,
                "team_id": team,
                "sha256": one,
                "rules": "r",
                "mark": "met",
                "headline": "{}",
                "faults": "[]",
                "open_faults": "[]",
            }
            for one in ids
        ]
        more = {"document": b"", "analysed_at": 0}
        db.execute(insert(CASES), [one | more | {"host": hosts[one["id"]]} for one in cases])
        own = [{"case_id": one, "team_id": team, "host": hosts[one]} for one in ids]
        db.execute(insert(CASE_TABLES["hosts"]), [row | {"name": row["host"][5:], "last_at": 1} for row in own])
        text = "Mar  3 13:31:32 host ampdaemon[77]: info: Fault raised: Scan service restarting, id"
        events = [
            row
            | {"at": n, "kind": "fault_raised", "fault_id": 6, "file": "a.log", "line": n, "text": f"{text} {n}"}
            | {"folded": folded(f"{text} {n}")}
            for row in own
            for n in range(lines)
        ]
        db.execute(insert(CASE_TABLES["events"]), events)


def test_a_thousand_bundles_are_searched_page_by_page(client, store):
    """What it costs `python -m bench.search` tells."""
    team = store.write(people.need_team, "local")
    filled(store, team, 1000, 10)
    assert "page=2" in search(client, "scan service")
    assert "page=3" in search(client, "scan service", **{"in": "lines", "page": 2})


def test_nothing_of_another_team_is_found(client, store):
    filled(store, store.write(people.need_team, "theirs"), 2, 2)
    store.write(people.need_team, "local")
    for words in ("scan service", "host0", "bundle", "6"):
        shown = search(client, words)
        assert "bundle-" not in shown.replace(f'value="{words}"', "")
        assert "host0</a>" not in shown
    for find in (searching.hosts, searching.bundles):
        assert store.read(find, store.write(people.need_team, "local"), "", 5, 0) == []
