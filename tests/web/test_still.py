"""Who was let in, and may not any more when it is written what he does."""

import pytest

from faultlog.store import people, sessions, tokens
from faultlog.web import uploads
from faultlog.web.pages import admin
from faultlog.web.problems import ProblemError
from faultlog.web.who import Who
from tests.web.people import bearer, person, site
from tests.web.test_api_bundles import left, put


def disabled(db, one):
    people.disable(db, one.team, one.id)


def demoted(db, one):
    people.set_role(db, one.team, one.id, "viewer")


def revoked(db, one):
    tokens.revoke(db, one.id, tokens.of_user(db, one.id)[0].id)


def logged_out(db, one):
    sessions.end_all(db, one.id)


@pytest.mark.parametrize(
    ("deed", "by", "status"),
    [
        (disabled, "token", 401),
        (disabled, "session", 401),
        (demoted, "token", 403),
        (demoted, "session", 403),
        (revoked, "token", 401),
        (logged_out, "session", 401),
        (revoked, "session", 201),
        (logged_out, "token", 201),
    ],
)
def test_an_upload_is_kept_if_it_may_be_at_its_end(store, monkeypatch, deed, by, status):
    ann = person(store, "ann", "analyst")
    token, received = bearer(store, ann), uploads._received

    async def meanwhile(*args):
        head = await received(*args)
        store.write(deed, ann)
        return head

    monkeypatch.setattr(uploads, "_received", meanwhile)
    with site(store) as client:
        client.headers |= token if by == "token" else ann.shown
        assert put(client).status_code == status
    assert len(left(store)) == (status == 201)


@pytest.mark.parametrize("deed", [admin._disabled, lambda db, user: admin._role(db, user, "viewer")])
def test_two_administrators_do_not_put_out_each_other(store, deed):
    chiefs = [person(store, name, "admin") for name in ("ann", "bob")]
    whos = []
    for one in chiefs:
        ((session,),) = [store.read(sessions.of_user, one.id)]
        whos.append(Who(one.team, one.name, "admin", None, one.id, session.hash, "x"))
    ann, bob = whos
    store.write(admin._on, ann, bob.id, "user.disable", deed)
    with pytest.raises(ProblemError):
        store.write(admin._on, bob, ann.id, "user.disable", deed)
    with pytest.raises(ProblemError):
        store.write(admin._added, bob, "eve", "admin", "kept")
    there = store.read(people.users, ann.team)
    assert [one.name for one in there if one.role == "admin" and one.disabled_at is None] == ["ann"]
    assert len(there) == 2
