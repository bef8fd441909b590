"""The report over what a team has, and over a choice of it."""

from pathlib import Path

from tests.web.test_api_bundles import put

SAMPLES = Path(__file__).parents[2] / "sample_logs"


def test_the_fleet_is_counted_and_chosen_from(client, work, counted):
    assert "Nothing was analysed yet" in counted(client, "/fleet?lang=en").text
    names = ("fault6-breached-0001.zip", "fault10-survives-reboot-0001.zip")
    _, second = (put(client, (SAMPLES / one).read_bytes(), one).json()["id"] for one in names)
    work()
    whole = counted(client, "/fleet?lang=en").text
    assert '<svg class="picture"' in whole
    assert f'href="/cases/{second}"' in whole
    assert '<p class="eyebrow">Fleet</p>' in whole
    six = counted(client, "/fleet?fault=6&lang=en").text
    assert 'value="6" selected' in six
    assert '<html lang="ko">' in counted(client, "/fleet?lang=ko").text
    assert "No host is left" in counted(client, "/fleet?version=9.9.9&lang=en").text
    late = counted(client, "/fleet?since=2050-01-01&lang=en").text
    assert '<svg class="picture"' not in late
    for odd in ("fault=x", "since=yesterday", "fault=99999999999", "until=2026-02-30"):
        assert counted(client, f"/fleet?{odd}&lang=en").text.count('<svg class="picture"') == whole.count(
            '<svg class="picture"'
        )


def test_a_fleet_in_which_nothing_is_judged_is_a_page_too(client, work, counted):
    put(client, b"2026-03-03T12:00:00Z calm ampdaemon[71]: connector started\n", "ampdaemon.log")
    work()
    page = counted(client, "/fleet?lang=en")
    assert page.status_code == 200
    assert 'id="help"' in page.text


def test_the_fleet_is_there_with_tokens_for_hosts_as_page_as_json_and_as_csv(client, work, counted):
    name = "gildemor-mbp"
    lines = "".join(
        f"2026-03-03T{at}Z {name} ampdaemon[71]: {said}\n"
        for at, said in (("12:00:00", "Fault Raised: 6"), ("12:30:00", "Fault Raised: 7"), ("13:00:00", "x"))
    )
    put(client, lines.encode(), "ampdaemon.log")
    work()
    whole = counted(client, "/fleet?lang=en").text
    assert name in whole
    assert 'href="/fleet?redact=true"' in whole
    private = counted(client, "/fleet?lang=en&redact=true&fault=6").text
    assert name not in private
    assert "host-zbbb" in private
    assert '<input type="hidden" name="redact" value="true">' in private
    assert 'href="/fleet.json?fault=6&amp;redact=true"' in private
    assert 'href="/fleet?fault=6"' in private
    assert "토큰으로" in counted(client, "/fleet?lang=ko").text
    for address in ("/fleet.json", "/fleet.csv", "/api/v1/fleet"):
        told = client.get(address, params={"redact": "true"})
        assert told.status_code == 200
        assert name not in told.text, address
    for word in ("1", "True", "yes", "false&redact=true"):
        assert name not in client.get(f"/fleet.json?redact={word}").text, word
    for address in ("/fleet.json", "/fleet.json?redact=false", "/fleet.json?redact=0"):
        assert name in client.get(address).text, address
    assert "host-zbbb" in client.get("/api/v1/fleet", params={"redact": "true"}).text
