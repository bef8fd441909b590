"""Who there is, who is logged in, what programs show, who has to wait, what was done."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from faultlog.store import attempts, audit, passwords, people, sessions, shares, texts, tokens
from faultlog.store.schema import METADATA, SESSIONS, SHARES, TOKENS
from faultlog.store.shares import Thing
from tests.store.test_jobs import uploaded

HOUR, DAY = 3_600_000_000, 86_400_000_000


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set forward by hand."""
    shift = [0]

    def now():
        return texts.now() + shift[0]

    for module in (attempts, audit, people, sessions, shares, tokens):
        monkeypatch.setattr(module, "now", now)

    def forward(microseconds):
        shift[0] += microseconds

    return forward


@pytest.fixture
def user(store, team):
    return store.write(people.add, team, "kim", "analyst", "kept")


def test_a_user_is_found_by_name_and_in_no_other_team(store, team, user):
    other = store.write(people.need_team, "theirs")
    found = store.read(people.user_named, "kim")
    assert (found.id, found.team, found.team_name, found.role) == (user, team, "ours", "analyst")
    assert store.read(people.user, team, user) == found
    assert store.read(people.user, other, user) is None
    assert store.read(people.users, other) == []
    for change in (people.disable, people.enable):
        assert not store.write(change, other, user)
    assert not store.write(people.set_role, other, user, "admin")
    assert not store.write(people.set_password, other, user, "theirs")
    assert store.read(people.user, team, user) == found
    assert store.read(people.password_of, user) == "kept"


def test_a_name_is_taken_once_and_a_team_is_made_once(store, team, user):
    other = store.write(people.need_team, "theirs")
    with pytest.raises(people.TakenError):
        store.write(people.add, other, "kim", "viewer", "kept")
    assert store.write(people.need_team, "theirs") == other
    store.write(people.bound, other, {"quota_bytes": 1000, "keep_days": 30})
    assert store.read(people.team, other) == people.Team(other, "theirs", 1000, 30)
    assert [one.name for one in store.read(people.teams)] == ["ours", "theirs"]


def test_a_session_counts_until_it_is_idle_old_or_ended(store, user, clock):
    key = store.write(sessions.begin, user, "192.0.2.1", "a browser")
    session, whose = store.read(sessions.holder, key)
    assert (whose.name, session.agent) == ("kim", "a browser")
    assert store.read(sessions.holder, key + "x") is None
    clock(11 * HOUR)
    store.write(sessions.seen, session.hash)
    clock(11 * HOUR)
    assert store.read(sessions.holder, key) is not None
    clock(2 * HOUR)
    assert store.read(sessions.holder, key) is None
    store.write(sessions.seen, session.hash)
    assert store.read(sessions.holder, key) is None, "an ended session does not come back"


def test_no_session_outlives_seven_days(store, user, clock):
    key = store.write(sessions.begin, user, None, None)
    for _ in range(15):
        clock(11 * HOUR)
        store.write(sessions.seen, store.read(sessions.holder, key)[0].hash)
    clock(4 * HOUR)
    assert store.read(sessions.holder, key) is None
    store.write(sessions.begin, user, None, None)
    with store.engine.connect() as db:
        assert len(db.execute(select(SESSIONS)).all()) == 1, "what has ended is swept away"


def test_sessions_are_listed_and_ended_by_their_owner_alone(store, team, user):
    lee = store.write(people.add, team, "lee", "viewer", "kept")
    keys = [store.write(sessions.begin, user, None, None) for _ in range(3)]
    mine = store.read(sessions.holder, keys[0])[0].hash
    assert not store.write(sessions.end, lee, mine)
    assert store.write(sessions.end_all, user, mine) == 2
    assert [one.hash for one in store.read(sessions.of_user, user)] == [mine]
    assert store.write(sessions.end, user, mine)
    assert store.read(sessions.holder, keys[0]) is None


def test_a_token_counts_until_it_is_revoked(store, user):
    key = store.write(tokens.make, user, "nightly")
    assert key.startswith("flt_")
    token, whose = store.read(tokens.holder, key)
    assert (token.name, token.used_at, token.is_due, whose.name) == ("nightly", None, True, "kim")
    store.write(tokens.used, token.id)
    assert not store.read(tokens.holder, key)[0].is_due
    assert not store.write(tokens.revoke, user + 1, token.id)
    assert store.write(tokens.revoke, user, token.id)
    assert store.read(tokens.holder, key) is None
    assert store.read(tokens.of_user, user) == []


def test_whoever_is_disabled_has_neither_session_nor_token_nor_password(store, team, user):
    session, token = store.write(sessions.begin, user, None, None), store.write(tokens.make, user, "nightly")
    store.write(people.disable, team, user)
    assert store.read(sessions.holder, session) is None
    assert store.read(tokens.holder, token) is None
    assert store.read(people.password_of, user) is None
    assert store.read(people.are_any)


def test_no_secret_is_kept(store, team, user):
    bundle = uploaded(store, team)
    secrets = [
        store.write(sessions.begin, user, None, None),
        store.write(tokens.make, user, "nightly"),
        store.write(shares.make, team, Thing("bundle", bundle), "kim", 7, redacted=True),
    ]
    with store.engine.connect() as db:
        kept = repr([db.execute(select(table)).all() for table in METADATA.sorted_tables])
    assert [one for one in secrets if one in kept] == []
    for table in (SESSIONS, TOKENS, SHARES):
        assert "hash" in table.c


def test_who_guesses_has_to_wait_and_locks_nobody_else_out(store, clock):
    guesses = [store.write(attempts.admit, "kim", "192.0.2.1") for _ in range(6)]
    assert guesses[:5] == [0] * 5
    assert 0 < guesses[5] <= 15 * 60
    assert store.write(attempts.admit, "kim", "192.0.2.2") == 0, "the owner is elsewhere"
    assert store.write(attempts.admit, "lee", "192.0.2.1") == 0
    clock(guesses[5] * 1_000_000)
    assert store.write(attempts.admit, "kim", "192.0.2.1") == 0


def test_attempts_of_a_time_to_come_lock_nobody_out(store, clock):
    clock(86_400_000_000)
    assert [store.write(attempts.admit, "kim", "192.0.2.1") for _ in range(6)][-1] > 0
    clock(-86_400_000_000)
    assert store.write(attempts.admit, "kim", "192.0.2.1") == 0


def test_one_address_may_not_try_many_accounts_nor_many_addresses_one_account(store):
    many = [store.write(attempts.admit, f"user{at}", "2001:db8::1") for at in range(20)]
    assert many == [0] * 20
    assert store.write(attempts.admit, "another", "2001:db8::ffff") > 0, "the same network"
    spread = [store.write(attempts.admit, "kim", f"198.51.100.{at}") for at in range(51)]
    assert spread[:50] == [0] * 50
    assert spread[50] > 0


def test_an_owner_who_logged_in_starts_anew(store):
    for _ in range(3):
        for _ in range(4):
            assert store.write(attempts.admit, "kim", "192.0.2.1") == 0
        store.write(attempts.forgive, "kim", "192.0.2.1")


def test_a_link_shows_a_case_until_it_expires_or_is_revoked(store, team, clock):
    bundle, other = uploaded(store, team), store.write(people.need_team, "theirs")
    assert store.write(shares.make, other, Thing("bundle", bundle), "lee", 7, redacted=True) is None
    first, second = (
        store.write(shares.make, team, Thing("bundle", bundle), "kim", days, redacted=True) for days in (1, 7)
    )
    shown = store.read(shares.shown, first)
    assert (shown.team, shown.thing) == (team, Thing("bundle", bundle))
    assert store.read(shares.shown, first[:-1]) is None
    assert store.read(shares.of, other, Thing("bundle", bundle)) == []
    listed = store.read(shares.of, team, Thing("bundle", bundle))
    assert len(listed) == 2
    clock(DAY)
    assert store.read(shares.shown, first) is None
    assert not store.write(shares.revoke, other, Thing("bundle", bundle), listed[0].id)
    assert store.write(shares.revoke, team, Thing("bundle", bundle), listed[0].id)
    assert store.read(shares.shown, second) is None


def test_nothing_changes_what_was_noted():
    root = Path(audit.__file__).parents[1]
    changing = [
        one for one in root.rglob("*.py") for what in ("update(AUDIT", "delete(AUDIT") if what in one.read_text()
    ]
    assert changing == []


@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("kim", "elevenchars", "short"),
        ("kim", "twelve chars", None),
        ("kim@example.com", "KIM@example.com", "name"),
        ("kim", "x" * 1001, "long"),
    ],
)
def test_a_password_that_is_refused(name, password, why):
    assert passwords.flaw(name, password) == why


def test_a_password_is_right_however_it_is_composed():
    kept = passwords.hashed("한글 비밀번호입니다 열두 자")
    assert kept.startswith("$argon2id$")
    import unicodedata

    assert passwords.is_right(kept, unicodedata.normalize("NFD", "한글 비밀번호입니다 열두 자"))
    assert not passwords.is_right(kept, "한글 비밀번호입니다 열두 칸")
    assert not passwords.is_right(None, "")
    assert not passwords.is_right("damaged", "한글")
    assert not passwords.is_old(kept)
    assert passwords.is_old(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("old"))
