import re
from pathlib import Path

import html5lib
import pytest
from sqlalchemy import update

from faultlog.report.html.case import render_html
from faultlog.store import blobs, cases, jobs
from faultlog.store.schema import TEAMS
from faultlog.web.downloads import DOWNLOADS
from faultlog.web.settings import Settings
from faultlog.web.site import ENTRIES
from faultlog.wording import Wording
from tests.logs import knowledge

SAMPLES = Path(__file__).parents[2] / "sample_logs"
BREACHED = SAMPLES / "fault6-breached-0001.zip"
HEADLINE = "Fault 6 not cleared within 10 minutes of connector start: breached by 14 min 22 s"
KO = {"accept-language": "ko,en;q=0.5"}


def read(page):
    """The text of a page; what is no HTML, or would run or look like something inside of it, is an error."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    for one in tree.iter():
        assert "style" not in one.attrib, one.attrib
        assert one.tag != "style"
        assert not [name for name in one.attrib if isinstance(name, str) and name.startswith("on")]
        if one.tag == "script":
            assert one.get("src", "").startswith("/static/") or one.get("type") == "application/json"
    return " ".join("".join(tree.find("body").itertext()).split())


def form(client, *files, **fields):
    return client.post("/bundles", data=fields, files=[("file", one) for one in files], follow_redirects=False)


def uploaded(client, content=None, name=BREACHED.name):
    answer = form(client, (name, content if content is not None else BREACHED.read_bytes()))
    assert answer.status_code == 303
    return answer.headers["location"]


def left(store):
    return [one for one in store.folder.rglob("*") if one.is_file() and not one.name.startswith("faultlog.")]


@pytest.mark.parametrize(("headers", "words"), [({}, "What went wrong on this host?"), (KO, "무슨 문제가 있었나요?")])
def test_the_first_page_asks_for_a_bundle_and_says_that_there_is_none_yet(client, headers, words):
    answer = client.get("/", headers=headers)
    assert words in read(answer.text)
    assert re.search("Nothing was uploaded yet|아직 올린 번들이 없습니다", answer.text)
    assert [address for _, address in ENTRIES] == re.findall(r'<li><a href="(/\w*)"', answer.text)


def test_a_language_that_is_chosen_is_remembered_and_the_address_keeps_the_rest(client):
    answer = client.get("/cases/none", params={"lang": "ko", "page": "2"})
    assert '<html lang="ko">' in answer.text
    assert 'href="?page=2&amp;lang=en"' in answer.text
    assert '<html lang="ko">' in client.get("/").text


def test_without_script_a_form_leads_to_the_case_which_looks_again_while_it_is_busy(client, work):
    case = uploaded(client)
    busy = client.get(case)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in busy.text
    assert "It waits for its turn." in read(busy.text)
    work()
    done = client.get(case)
    assert HEADLINE in read(done.text)
    assert "http-equiv" not in done.text
    front = read(client.get("/").text)
    assert f"{BREACHED.name} sim-macos-0001" in front
    assert HEADLINE in front


def test_the_case_page_is_the_report_with_every_interval_and_its_evidence(client, work, store):
    case = uploaded(client)
    work()
    page = client.get(case).text
    doc = store.read(cases.document, 1, case.split("/")[-1])
    report = render_html(doc, Wording("en", knowledge().rules, doc.host.time_zone.name, "form"))
    body = re.search(r"<main>.*(?=<section aria-labelledby=\"document\")", report, re.DOTALL)[0]
    plain, led = re.subn(r'<h3><a href="/rules/\d+">(.*?)</a></h3>', r"<h3>\1</h3>", page)
    assert led == body.count("<article class=") > 0
    assert body in plain.replace('<a href="#anew">Analyse again with…</a>', "Analyse again with…")
    assert re.search(r"<header>.*?</header>", report, re.DOTALL)[0] in re.sub(r'<a href="#anew">(.*?)</a>', r"\1", page)
    assert '<link rel="stylesheet" href="/static/page.css' in page
    assert "커넥터 시작 후 10분 안에 해제되지 않았습니다" in read(client.get(case, headers=KO).text)


def test_several_files_of_a_form_are_each_kept_or_refused_with_a_sentence(client, store):
    answer = form(client, (BREACHED.name, BREACHED.read_bytes()), ("junk.bin", bytes(5000)), ("empty.zip", b""))
    assert answer.status_code == 415
    said = read(answer.text)
    assert re.search(f"{BREACHED.name} [^!]+ · Uploaded ○ Waiting", said)
    assert "junk.bin ! Not a bundle It is neither an archive" in said
    assert "empty.zip ! Empty The upload has no bytes" in said
    assert len(left(store)) == 1


def test_several_good_files_lead_to_where_each_of_them_stands(client, work):
    answer = form(client, (BREACHED.name, BREACHED.read_bytes()), ("b.log", b"another line\n"))
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert place.startswith("/uploaded?bundle=")
    page = client.get(place).text
    assert read(page).count("Waiting") == 2
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert 'hx-trigger="every 2s"' in page
    work()
    page = client.get(place).text
    assert HEADLINE in read(page)
    assert "b.log" in read(page)
    assert "Quarantined No line in it is of a connector's log" in read(page)
    assert "http-equiv" not in page
    assert "hx-trigger" not in page
    assert "격리됨" in read(client.get(place, headers=KO).text)
    assert client.get("/uploaded").status_code == client.get("/uploaded?bundle=none").status_code == 404


def test_the_same_bytes_lead_to_the_same_case_and_that_is_said(client):
    case = uploaded(client)
    answer = form(client, ("another name.zip", BREACHED.read_bytes()))
    page = client.get(answer.headers["location"])
    assert f'href="{case}"' in page.text
    assert "These bytes were here already; this is their case." in read(page.text)
    assert BREACHED.name in read(page.text)
    answer = form(client, ("again.zip", BREACHED.read_bytes()), ("junk.bin", bytes(5000)))
    assert answer.status_code == 415
    assert "These bytes were here already" in read(answer.text)
    assert f'href="/uploaded?same={case.split("/")[-1]}">Look again' in answer.text


def test_the_latest_bundles_are_looked_at_again_while_something_is_to_come_of_them(client, work):
    assert "hx-trigger" not in client.get("/").text
    uploaded(client)
    page = client.get("/").text
    assert 'hx-get="/" hx-select="#latest" hx-target="this" hx-swap="outerHTML" hx-trigger="every 2s"' in page
    assert "Look again" in page
    work()
    assert "hx-trigger" not in client.get("/").text


def test_options_of_a_form_are_those_of_the_analysis(client, work):
    line = b"Mar  3 12:00:00 mac ampdaemon[1]: Raised fault 5\n"
    answer = form(client, ("ampdaemon.log", line), tz="Asia/Seoul", taken="2026-03-09")
    work()
    case = client.get(answer.headers["location"])
    assert "Asia/Seoul" in read(case.text)


@pytest.mark.parametrize(
    ("content", "fields", "status", "words"),
    [
        (b"", {}, 400, "The upload has no bytes"),
        (bytes(5000), {}, 415, "It is neither an archive that is known"),
        (b"a line\n", {"tz": "Nowhere"}, 422, "Nowhere is no time zone"),
        (b"a line\n", {"taken": "yesterday"}, 422, "yesterday is no date"),
    ],
)
def test_what_is_refused_is_said_and_nothing_stays(client, store, content, fields, status, words):
    answer = form(client, ("one.log", content), **fields)
    assert answer.status_code == status
    assert words in read(answer.text)
    assert left(store) == []


def test_too_large_quota_and_a_full_disk_are_sentences(client, store, monkeypatch):
    client.app.state.settings = Settings(store, most_bytes=100)
    answer = form(client, ("large.log", b"a line\n" * 100))
    assert answer.status_code == 413
    assert "A bundle may have 100 B" in read(answer.text)
    client.app.state.settings = Settings(store)
    store.write(lambda db: db.execute(update(TEAMS).values(quota_bytes=10)))
    answer = form(client, ("more.log", b"a line that is longer\n"))
    assert answer.status_code == 413
    assert "Your team may keep 10 B and has 0 B" in read(answer.text)

    def full(self, part):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs.Incoming, "write", full)
    answer = form(client, ("more.log", b"a line\n"))
    assert answer.status_code == 507
    assert "disk is full and nothing was kept" in read(answer.text)
    assert left(store) == []


def test_a_form_without_a_file_and_one_that_is_none_are_refused(client):
    assert form(client, ("", b"")).status_code == 400
    assert "Nothing chosen" in client.post("/bundles", data={}, files={"file": ("", b"")}).text
    assert client.post("/bundles", content=b"x", headers={"content-type": "text/plain"}).status_code == 415
    broken = {"content-type": "multipart/form-data; boundary=xx"}
    assert client.post("/bundles", content=b"no boundary at all", headers=broken).status_code == 400


def test_a_form_that_ends_before_its_end_is_aborted_and_nothing_stays(client, store):
    head = b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.log"\r\n\r\na line\n'
    answer = client.post("/bundles", content=head, headers={"content-type": "multipart/form-data; boundary=xx"})
    assert answer.status_code == 400
    assert "ended before its end" in answer.text
    assert left(store) == []


@pytest.mark.parametrize("headers", [{}, KO])
def test_what_cannot_be_analysed_says_why_and_can_be_tried_again_or_deleted(client, work, store, headers):
    case = uploaded(client, b"nothing that a connector writes\n", "notes.txt")
    work()
    said = read(client.get(case, headers=headers).text)
    assert re.search("No line in it is of a connector's log|알고 있는 커넥터 로그 형식의 줄이", said)
    assert client.post(f"{case}/again", follow_redirects=False).headers["location"] == case
    assert re.search("It waits for its turn|차례를 기다리고", read(client.get(case, headers=headers).text))
    asked = read(client.get(f"{case}/delete", headers=headers).text)
    assert re.search("gone for good|영구히 삭제", asked)
    assert client.post(f"{case}/delete", follow_redirects=False).headers["location"] == "/"
    assert client.get(case).status_code == 404
    assert left(store) == []


def test_failed_and_cancelled_have_their_own_words(client, store):
    case = uploaded(client)
    held = store.write(jobs.lease, "somebody")
    store.write(jobs.beat, held, 1_500_000, "ampdaemon.log")
    assert "1.5 MB read, now ampdaemon.log" in read(client.get(case).text)
    store.write(jobs.end, held, "failed", "disk", "no space left on device")
    said = read(client.get(case).text)
    assert "This is not the fault of the bundle. The server had no space" in said
    assert "no space left on device" in said
    client.post(f"{case}/again")
    client.post(f"{case}/cancel")
    assert "The analysis was cancelled." in read(client.get(case).text)


def test_while_a_case_is_made_anew_it_is_busy_and_then_there_again(client, work):
    case = uploaded(client)
    work()
    client.post(f"{case}/again")
    assert "It waits for its turn." in read(client.get(case).text)
    client.post(f"{case}/cancel")
    assert HEADLINE in read(client.get(case).text)


def test_bundles_of_one_host_lead_to_each_other_and_to_their_common_case(client, work):
    old, new = (uploaded(client, (SAMPLES / "pair" / name).read_bytes(), name) for name in ("old.tar.gz", "new.tar.gz"))
    work()
    page = client.get(old).text
    assert "1 other bundle of this host" in read(page)
    (others,) = re.findall(r'href="(/hosts/[^"]+)"', page)
    host = read(client.get(others).text)
    assert "old.tar.gz" in host
    assert "new.tar.gz" in host
    (together,) = re.findall(r'href="(/cases/[^"]+)">All bundles of this host together', page)
    assert together not in {old, new}
    joined = client.get(together)
    assert "The 2 bundles it is made of" in read(joined.text)
    assert f'href="{together}/delete"' not in joined.text
    assert client.get(f"{together}/download/json").json()["schema"] == "faultlog.case/1"


def test_every_download_is_a_file_that_is_saved(client, work):
    case = uploaded(client, name="번들 1.zip")
    work()
    page = client.get(case).text
    assert client.get(f"{case}/download/exe").status_code == 404
    for name in DOWNLOADS:
        assert f'href="{case}/download/{name}"' in page
        answer = client.get(f"{case}/download/{name}")
        assert answer.status_code == 200
        said = answer.headers["content-disposition"]
        assert said.startswith('attachment; filename="__')
        assert "filename*=UTF-8''%EB%B2%88%EB%93%A4%201." in said
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.content) > 100


def test_the_line_of_a_bundle_is_what_a_page_that_waits_asks_for(client, work):
    case = uploaded(client)
    work()
    assert HEADLINE in client.get(f"{case}/standing").text
    assert "Open the case" in client.get(f"{case}/standing").text


def test_files_of_the_site_are_kept_by_browsers_until_they_change(client):
    page = client.get("/").text
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(linked) == 5
    for one in linked:
        assert "immutable" in client.get(one).headers["cache-control"]
        assert client.get(one.partition("?")[0]).headers["cache-control"] == "no-cache"
    for name in ("page.html", "..%2fapp.py", "none.js"):
        assert client.get(f"/static/{name}").status_code == 404


def test_names_of_bundles_are_harmless(client, work):
    hostile = "</title><script>alert(1)</script>\u202e'\".log"
    case = uploaded(client, b"nothing\n", hostile)
    work()
    for address in ("/", case, f"{case}/delete", f"{case}/standing"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "\u202e" not in page
