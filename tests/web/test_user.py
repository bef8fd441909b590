"""`faultlog user`, as whoever runs a server types it."""

import io
import sys

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from faultlog.cli import app
from faultlog.errors import FaultlogError
from faultlog.store import passwords, people, sessions, tokens
from faultlog.web.app import create
from faultlog.web.settings import Settings
from tests.databases import SERVER, kept
from tests.noted import deeds
from tests.web.people import CHEAP, PASSWORD
from tests.web.test_api_bundles import put

pytestmark = pytest.mark.skipif(SERVER is not None, reason="the command opens the database of a folder")


@pytest.fixture
def user(tmp_path, monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", CHEAP)

    def run(*words, said=""):
        done = CliRunner().invoke(app, ["user", *words, "--data", str(tmp_path)], input=said)
        if isinstance(done.exception, FaultlogError):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return run


@pytest.fixture
def added(user):
    return user("add", "Kim", "--team", "Ops", "--role", "admin", "--password", "-", said=f"{PASSWORD}\n")


def test_a_user_is_added_and_listed(user, added, tmp_path):
    assert added == "kim is admin of the team ops\n"
    assert [line.split() for line in user("list").splitlines()[1:]] == [["ops", "kim", "admin"]]
    with kept(tmp_path) as store:
        kim = store.read(people.user_named, "kim")
        assert passwords.is_right(store.read(people.password_of, kim.id), PASSWORD)
        noted = store.read(deeds, kim.team)
    assert [(one.action, one.user, one.object) for one in noted] == [("user.add", None, "kim")]


def test_whose_the_bundles_are_that_were_there_before_the_first_account_is_said_until_somebody_may_see_them(
    user, tmp_path
):
    with kept(tmp_path) as store, TestClient(create(Settings(store)), base_url="http://127.0.0.1:8321") as client:
        put(client)
    add = ("--role", "viewer", "--password", "-")
    said = user("add", "kim", "--team", "ops", *add, said=f"{PASSWORD}\n").splitlines()
    told = "1 bundle that is here already belongs to the team local, of which nobody has an account: faultlog user add "
    assert said[1:] == [f"{told}NAME --team local --role viewer lets NAME see what it has"]
    for name in ("lee", "park"):
        said = user("add", name, "--team", "local", *add, said=f"{PASSWORD}\n").splitlines()
        assert said == [f"{name} is viewer of the team local"]


def test_a_token_is_printed_and_counts(user, added, tmp_path):
    key = user("token", "KIM", "--name", "nightly").strip()
    with kept(tmp_path) as store:
        assert store.read(tokens.holder, key)[1].name == "kim"
    user("disable", "kim")
    with pytest.raises(FaultlogError, match="no such user, or he is disabled"):
        user("token", "kim", "--name", "nightly")
    assert "disabled" in user("list")
    user("enable", "kim")
    with kept(tmp_path) as store:
        assert store.read(tokens.holder, key) is not None


def test_another_password_ends_all_sessions(user, added, tmp_path):
    with kept(tmp_path) as store:
        kim = store.read(people.user_named, "kim")
        session = store.write(sessions.begin, kim.id, None, None)
    user("password", "kim", "--password", "-", said="another battery\n")
    with kept(tmp_path) as store:
        assert store.read(sessions.holder, session) is None
        assert passwords.is_right(store.read(people.password_of, kim.id), "another battery")


def test_a_team_is_bounded(user, added, tmp_path):
    assert user("team", "ops") == "ops may keep as much as there is room for, for ever\n"
    assert user("team", "Ops", "--quota", "20G") == "ops may keep 20 GB, for ever\n"
    assert user("team", "ops", "--keep-days", "1") == "ops may keep 20 GB, for 1 day\n"
    assert user("team", "ops") == "ops may keep 20 GB, for 1 day\n"
    assert user("team", "ops", "--quota", "none", "--keep-days", "30") == (
        "ops may keep as much as there is room for, for 30 days\n"
    )
    assert user("team", "ops", "--quota", "50K", "--keep-days", "none") == "ops may keep 50 kB, for ever\n"
    with kept(tmp_path) as store:
        assert store.read(people.team_named, "ops") == people.Team(1, "ops", 50_000, None)
        noted = [one.detail for one in store.read(deeds, 1) if one.action == "team.bound"]
    assert noted == [
        "quota 50 kB, keep-days none",
        "quota none, keep-days 30",
        "quota 20 GB, keep-days 1",
        "quota 20 GB, keep-days none",
    ]


@pytest.mark.parametrize(
    ("words", "said", "why"),
    [
        (("add", "kim", "--team", "ops", "--role", "viewer", "--password", "-"), f"{PASSWORD}\n", "of that name"),
        (("add", "lee", "--team", "ops", "--role", "viewer", "--password", "-"), "short\n", "fewer than 12"),
        (("add", "lee", "--team", "ops", "--role", "viewer", "--password", "-"), "", "fewer than 12"),
        (("add", "le e", "--team", "ops", "--role", "viewer", "--password", "-"), f"{PASSWORD}\n", "a name has"),
        (
            ("add", "lee.lee.lee.lee", "--team", "ops", "--role", "viewer", "--password", "-"),
            "lee.lee.lee.lee\n",
            "is the name",
        ),
        (("add", "lee", "--team", "ops", "--role", "viewer"), "", "no terminal"),
        (("password", "lee", "--password", "-"), f"{PASSWORD}\n", "no such user"),
        (("disable", "lee"), "", "no such user"),
        *(
            (("team", "ops", "--quota", size), "", "is no size; it is a whole")
            for size in ("much", "0", "9" * 14 + "T")
        ),
        *((("team", "ops", "--keep-days", days), "", "is no number of days") for days in ("0", "-1", "1e9", "100000")),
        (("team", "opps"), "", "no such team; there are: ops"),
        (("team", "opps", "--quota", "1G"), "", "no such team; there are: ops"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(user, added, words, said, why):
    with pytest.raises(FaultlogError, match=why):
        user(*words, said=said)


def test_a_password_is_asked_for_twice_at_a_terminal(monkeypatch, tmp_path):
    asked = []
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr("typer.prompt", lambda text, **how: asked.append((text, how)) or PASSWORD)
    from faultlog.commands.user import _password

    assert _password("kim", None) == PASSWORD
    assert asked == [("Password of kim", {"hide_input": True, "confirmation_prompt": "Again", "err": True})]
