"""What takes long is made elsewhere: it holds up nobody, and whatever becomes of it is told."""

import ast
import asyncio
import errno
import os
import subprocess
import sys
import time
from concurrent.futures import Future
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from faultlog.fleet.narrowing import Choice
from faultlog.web import app, fleetview, presses
from faultlog.web.app import create
from faultlog.web.downloads import DOWNLOADS
from faultlog.web.fleetview import Fleets
from faultlog.web.presses import Made, Presses
from faultlog.web.problems import ProblemError
from faultlog.web.settings import Settings
from faultlog.working import press
from faultlog.working.exporting import EXPORTS
from faultlog.working.orders import Order, Place, order_line
from tests.web.test_api_bundles import put

SAMPLE = Path(__file__).parents[2] / "sample_logs" / "fault6-breached-0001.zip"
ORDER = Order("numbers", 1)


def started(code):
    """Presses that do what some code does."""
    return Presses([sys.executable, "-c", code])


@pytest.fixture
def ask(store):
    """Have some presses make something, and wait for it."""
    used = []

    def asked(one, within_s=30):
        used.append(one)
        return one.ask(store, ORDER, lambda made: b"".join(made.parts())).result(within_s)

    yield asked
    for one in used:
        one.end()


def test_a_press_makes_one_thing_after_another(ask):
    one = started("import os\nfor _ in open(0, 'rb'):\n    os.write(1, b'{\"size\": 9}\\n%09d' % os.getpid())")
    assert ask(one) == ask(one)


def test_a_press_that_ended_because_nobody_asked_it_is_replaced(ask):
    one = started("import os\nopen(0, 'rb').readline()\nos.write(1, b'{\"size\": 9}\\n%09d' % os.getpid())")
    assert ask(one) != ask(one)


TOO_MUCH = """import os
for _ in open(0, 'rb'):
    os.write(1, b'{"died": "memory", "detail": "needed more than 2048 MiB", "size": 0}\\n')"""


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "ended with exit code 0"),
        ("import os; open(0).readline(); os.write(1, b'{\"size\": 9}\\nless')", "ended with exit code 0"),
        (TOO_MUCH, "needed more than 2048 MiB"),
    ],
    ids=["nothing", "less", "too much"],
)
def test_what_cannot_be_made_is_told(ask, code, why):
    with pytest.raises(ProblemError) as refused:
        ask(started(code))
    assert (refused.value.about.status, refused.value.about.key) == (500, "unmade")
    assert dict(refused.value.about.params) == {"why": why}


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import os, time; open(0).readline(); os.write(1, b'{\"size\": 9}\\nmade here'); time.sleep(60)", OSError),
        ("import os, time; open(0).readline(); os.write(1, b'no JSON\\n'); time.sleep(60)", ValueError),
    ],
    ids=["no space", "mad"],
)
def test_a_press_whose_answer_cannot_be_taken_is_ended(ask, monkeypatch, code, error):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(presses.SpooledTemporaryFile, "write", full)
    one = started(code)
    with pytest.raises(error):
        ask(one)
    assert one._all == set()


def test_who_comes_when_too_many_wait_is_told_to_come_again(store, monkeypatch):
    monkeypatch.setattr(presses, "MOST", 3)
    one = started("import time; time.sleep(60)")
    asked = [one.ask(store, ORDER, lambda made: made) for _ in range(3)]
    with pytest.raises(ProblemError) as refused:
        one.ask(store, ORDER, lambda made: made)
    assert (refused.value.about.status, refused.value.about.wait_s) == (503, presses.AGAIN_S)
    begun = time.monotonic()
    one.end()
    assert time.monotonic() - begun < 10
    assert all(one.done() for one in asked)


def test_nothing_waits_for_what_is_being_made(store, monkeypatch):
    monkeypatch.setattr(app, "Presses", lambda: started("import time; time.sleep(60)"))
    with TestClient(create(Settings(store)), base_url="http://127.0.0.1:8321") as client:
        bundle = put(client, SAMPLE.read_bytes(), SAMPLE.name).json()["id"]
        waits = client.get("/fleet?lang=en&fault=6")
        assert "The fleet is being counted." in waits.text
        assert "data-look-again" in waits.text
        assert '<meta http-equiv="refresh"' in waits.text
        assert 'action="/fleet"' in waits.text
        by_script = client.get("/fleet?lang=en&fault=6", headers={"hx-request": "true"})
        assert by_script.headers["hx-redirect"] == "/fleet?lang=en&fault=6"
        begun = time.monotonic()
        assert client.get(f"/cases/{bundle}").status_code == client.get("/bundles").status_code == 200
        assert time.monotonic() - begun < 30


def test_a_fleet_that_cannot_be_counted_is_tried_when_somebody_asks_again(store, monkeypatch):
    monkeypatch.setattr(fleetview, "WAIT_S", 60.0)
    monkeypatch.setattr(app, "Presses", lambda: started(""))
    with TestClient(create(Settings(store)), base_url="http://127.0.0.1:8321") as client:
        for _ in range(2):
            answer = client.get("/fleet?lang=en")
            assert answer.status_code == 500
            assert "ended with exit code 0" in answer.text
            assert "data-look-again" not in answer.text
        assert client.get("/api/v1/fleet").json()["title"] == "It could not be made"


SLOWER = """import os, time
for number, _ in enumerate(open(0, 'rb')):
    time.sleep(60 * number)
    os.write(1, b'{"size": 4, "of": "before", "title": "Old"}\\nmade')"""


def test_a_page_counted_before_the_newest_case_says_so_and_is_counted_again(store, monkeypatch):
    monkeypatch.setattr(app, "Presses", lambda: started(SLOWER))
    with TestClient(create(Settings(store)), base_url="http://127.0.0.1:8321") as client:
        with monkeypatch.context() as patient:
            patient.setattr(fleetview, "WAIT_S", 60.0)
            first = client.get("/fleet?lang=en").text
        assert "made" in first
        again = client.get("/fleet?lang=en").text
        assert "Bundles were analysed after this was counted." in again
        assert "made" in again
        assert "data-look-again" not in again


class AtOnce:
    """Presses that answer while they are asked."""

    def __init__(self, head):
        self._head = head

    def ask(self, _store, _order, read):
        done = Future()
        try:
            done.set_result(read(Made(self._head, BytesIO(b"made"))))
        except KeyError as error:
            done.set_exception(error)
        return done


@pytest.mark.parametrize("head", [{"of": "before"}, {}], ids=["counted", "failed"])
def test_however_many_choices_are_asked_for_few_answers_are_held(store, head):
    fleets = Fleets(AtOnce(head))

    async def asked():
        for number in range(60):
            with suppress(KeyError):
                await fleets.soon(store, Order("page", 1, choice=Choice(number)))

    asyncio.run(asyncio.wait_for(asked(), 60))
    assert len(fleets._making) + len(fleets._kept) == fleetview._MOST


def test_a_child_that_fails_is_told_and_the_press_lives(tmp_path):
    head, content = press.pressed(Place(str(tmp_path), None), Order("export", 1, case="none", format="csv"))
    assert head == {"died": "exit", "detail": "ended with exit code 118"}
    assert content == b""


_LOADED = """
import sys
from pathlib import Path
from faultlog.working import press
from faultlog.working.orders import order_of
for line in sys.argv[1:]:
    place, order = order_of(line.encode())
    head, _ = press.pressed(place, order)
    assert head.keys() & {"bundle", "title"}, head
    before = set(sys.modules)
    press._made(press.reached(Path(place.folder), place.database), order, Path(place.folder))
    print(set(sys.modules) - before)
"""


def test_no_child_loads_what_the_next_one_would_load_again(client, work, store):
    case = put(client).json()["id"]
    work()
    place, orders = Place(str(store.folder), store.database), (Order("page", 1), Order("export", 1, "en", case, "html"))
    words = [sys.executable, "-c", _LOADED, *(order_line(place, one).decode() for one in orders)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        loaded = [ast.literal_eval(line) for line in one.stdout]
    heavy = {"pandas", "scipy", "pydantic", "pydantic.type_adapter", "sqlalchemy.dialects.sqlite", "psycopg"}
    assert [heavy & of_order for of_order in loaded] == [set(), set()]


def test_every_download_can_be_made():
    assert DOWNLOADS.keys() == EXPORTS.keys()


@pytest.mark.parametrize(("idle_s", "stdin"), [(0.1, subprocess.PIPE), (600, subprocess.DEVNULL)])
def test_a_press_ends_when_nobody_asks(idle_s, stdin):
    code = f"from faultlog.working import press; press.IDLE_S = {idle_s}; press.main()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=stdin, env=os.environ)
    try:
        assert process.wait(60) == 0
    finally:
        if process.stdin is not None:
            process.stdin.close()
