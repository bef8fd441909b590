"""What is known of faults and logs, and who has a fault now."""

import csv
import io
import re

from faultlog.formats import load_formats
from faultlog.rulebook import load_rules
from tests.web.test_api_bundles import put


def test_every_fault_has_a_page_in_both_languages(client):
    for language in ("en", "ko"):
        shown = client.get("/rules", params={"lang": language}).text
        for fault in {one.file.fault for one in load_rules(()).faults}:
            assert f'href="/rules/{fault}"' in shown
            assert client.get(f"/rules/{fault}", params={"lang": language}).status_code == 200


def test_a_manual_page_says_what_the_terminal_says(client):
    shown = client.get("/rules/6", params={"lang": "en"}).text
    rule = next(one for one in load_rules(()).faults if one.file.fault == 6)
    assert rule.file.summary.en.split(".")[0] in shown
    assert rule.file.source in shown.replace("&#39;", "'")
    assert "10 min" in shown
    assert "No host had it open" in shown


def test_every_format_has_a_page(client):
    shown = client.get("/formats").text
    for one in load_formats(()):
        assert f'href="/formats/{one.name}"' in shown
        assert client.get(f"/formats/{one.name}").status_code == 200


def test_what_is_not_known_is_not_here(client):
    for address in ("/rules/4711", "/rules/x", "/rules/99999999999999999999", "/rules/²", "/formats/none"):
        assert client.get(address).status_code == 404


def test_a_rule_names_the_hosts_that_have_its_fault_now(client, work):
    bundle = put(client).json()["id"]
    work()
    document = client.get(f"/api/v1/cases/{bundle}").json()
    open_ = {one["fault_id"] for one in document["intervals"] if one["state"] == "open"}
    closed = {one["fault_id"] for one in document["intervals"]} - open_
    assert open_ or closed
    for fault in open_:
        shown = client.get(f"/rules/{fault}").text
        assert f'href="/cases/{bundle}"' in shown
        assert document["host"]["name"] in shown
    for fault in closed:
        assert f'<li><a href="/cases/{bundle}"' not in having(client, fault)


def having(client, fault):
    """What a rule's page says of hosts that have its fault now."""
    return client.get(f"/rules/{fault}").text.partition('id="having"')[2].partition("</section>")[0]


def test_rules_and_formats_are_tables_in_any_order_and_files(client):
    client.get("/")
    page = client.get("/rules?sort=-fault&lang=en").text
    numbers = [int(one) for one in re.findall(r'<tr><td class="number"[^>]*>(\d+)</td>', page)]
    assert numbers == sorted(numbers, reverse=True)
    assert 'aria-sort="descending" class="number"><a href="/rules?sort=fault"' in page
    told = client.get("/rules.json?sort=-fault").json()
    assert [one["fault"] for one in told["rows"]] == numbers
    assert told["total"] == len(numbers)
    lines = list(csv.DictReader(io.StringIO(client.get("/formats.csv?sort=-format").text)))
    assert [one["format"] for one in lines] == sorted((one["format"] for one in lines), reverse=True)
    assert client.get("/rules.csv?sort=promises").status_code == 200
    for address in ("/rules", "/rules.json", "/formats.csv"):
        refused = client.get(address, params={"sort": "nothing"})
        assert refused.status_code == 422


def test_a_finding_leads_to_its_rule_and_the_rule_to_where_it_fired(client, work):
    bundle = put(client).json()["id"]
    work()
    assert '<h3><a href="/rules/6">' in client.get(f"/cases/{bundle}").text
    for name in ("findings", "intervals", "events"):
        assert 'href="/rules/6"' in client.get(f"/{name}").text
    shown = client.get("/rules/6", params={"lang": "en"}).text
    fired = shown.partition('id="fired"')[2].partition("</section>")[0]
    assert f'href="/cases/{bundle}"' in fired
    document = client.get(f"/api/v1/cases/{bundle}").json()
    stays = sum(one["fault_id"] == 6 for one in document["intervals"])
    assert f"{stays} interval" in fired
    for verdict in ("breached", "met"):
        count = sum((one["fault_id"], one["verdict"]) == (6, verdict) for one in document["findings"])
        address = f"/findings?fault=6&amp;verdict={verdict}"
        assert (f'href="{address}"' in fired) == bool(count)
        assert client.get(address.replace("&amp;", "&").replace("?", ".json?")).json()["total"] == count
    assert "It stood in no case" in client.get("/rules/1", params={"lang": "en"}).text


def test_rules_have_the_fingerprint_that_a_case_says_it_was_judged_by(client, work):
    bundle = put(client, b"Mar  3 12:00:00 mac ampdaemon[1]: Raised fault 5\n", "ampdaemon.log").json()["id"]
    work()
    told = re.search(r"rules ([0-9a-f]{12}) ", client.get(f"/cases/{bundle}", params={"lang": "en"}).text)[1]
    assert f"Fingerprint of these rules: {told}." in client.get("/rules", params={"lang": "en"}).text


def test_the_list_of_verdicts_says_what_it_is_and_where_all_else_is(client):
    page = client.get("/findings", params={"lang": "en"}).text
    assert "<h1>Verdicts</h1>" in page
    for address in ("/intervals?state=open", "/cases?sort=mark"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


def test_a_source_in_english_says_that_it_is_and_how_it_is_known_is_in_the_readers_language(client):
    for address in ("/rules/6", "/formats/syslog"):
        page = client.get(address, params={"lang": "ko"}).text
        assert re.search(r'<span lang="en">[^<\[]+</span> \[[가-힣 ]+\]', page)
