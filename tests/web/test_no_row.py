"""What no database can hold is not there, whichever database it is; and a form may be written in any letters."""

import threading
import time

import pytest
from sqlalchemy.exc import DataError

from faultlog.store import passwords
from faultlog.web.logins import AT_ONCE
from tests.web.people import CHEAP, PASSWORD, person, site
from tests.web.test_api_bundles import put

LARGE = ("2147483648", "9" * 30, "-" + "9" * 30, "0")
NUL = "%00"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", CHEAP)


@pytest.fixture(scope="module")
def known(kept_site):
    """A server that an administrator asks, and the id of a bundle."""
    store, _, _ = kept_site
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", CHEAP)
        kim = person(store, "kim", "admin")
    with site(store) as client:
        client.headers.update(kim.shown)
        bundle = put(client, b"2026-03-03T12:00:00Z a line\n").json()["id"]
        yield client, bundle


@pytest.mark.parametrize("number", LARGE)
@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/account/tokens/{}/revoke", {}),
        ("/admin/users/{}/role", {"role": "viewer"}),
        ("/admin/users/{}/disable", {}),
        ("/admin/users/{}/enable", {}),
        ("/admin/users/{}/sessions/end", {}),
        ("/admin/users/{}/password", {"password": PASSWORD}),
        ("/cases/BUNDLE/shares/{}/revoke", {}),
    ],
)
def test_a_number_that_no_row_has_is_not_there(known, address, form, number):
    client, bundle = known
    assert client.post(address.format(number).replace("BUNDLE", bundle), data=form).status_code == 404


@pytest.mark.parametrize(
    ("method", "address", "form"),
    [
        ("GET", f"/cases/{NUL}/shares", None),
        ("POST", f"/cases/{NUL}/shares", {"days": "7"}),
        ("POST", f"/cases/{NUL}/shares/1/revoke", {}),
        ("POST", f"/account/sessions/{NUL}/end", {}),
        ("PUT", f"/api/v1/comparisons?old={NUL}&new=x", None),
        ("PUT", f"/api/v1/comparisons?old=x&new={NUL}", None),
        ("POST", "/comparisons", {"old": "\0", "new": "x"}),
        ("GET", f"/uploaded?bundle={NUL}", None),
        ("GET", f"/uploaded?same={NUL}", None),
        ("GET", f"/comparisons/{NUL}/shares", None),
        ("GET", f"/shared/{NUL}", None),
        ("GET", f"/hosts/{NUL}", None),
    ],
)
def test_a_name_that_no_row_has_is_not_there(known, method, address, form):
    client, _ = known
    assert client.request(method, address, data=form).status_code == 404


@pytest.mark.parametrize("name", ["a\0b", "\0" * 99])
def test_a_user_of_a_name_that_none_can_have_does_not_get_in(store, name):
    with site(store) as client:
        assert client.post("/login", data={"name": name, "password": PASSWORD}).status_code == 401


def test_a_form_in_letters_that_nobody_can_read_is_refused(known):
    client, bundle = known
    kind = {"content-type": "multipart/form-data; boundary=x; charset=undefined"}
    content = b'--x\r\nContent-Disposition: form-data; name="tz"\r\n\r\nUTC\r\n--x--\r\n'
    assert client.post(f"/cases/{bundle}/again", content=content, headers=kind).status_code == 400


def test_what_a_database_cannot_hold_is_no_reason_to_ask_it_again(known, monkeypatch):
    """It does answer: whoever waits and asks again is told the same."""
    client, bundle = known

    def asked(*_args):
        raise DataError("SELECT", {}, Exception("out of range"))

    monkeypatch.setattr(client.app.state.settings.store, "read", asked)
    answer = client.get(f"/api/v1/bundles/{bundle}")
    assert answer.status_code == 500
    assert "retry-after" not in answer.headers


def test_no_more_passwords_are_hashed_at_a_time_whoever_sets_them(known, monkeypatch):
    client, _ = known
    lock, now, most, kept = threading.Lock(), [], [], passwords.hashed

    def hashed(password):
        with lock:
            now.append(1)
            most.append(len(now))
        time.sleep(0.05)
        with lock:
            now.pop()
        return kept(password)

    monkeypatch.setattr(passwords, "hashed", hashed)
    forms = [{"name": f"u{number}", "role": "viewer", "password": PASSWORD} for number in range(6)]
    several = [threading.Thread(target=client.post, args=("/admin/users",), kwargs={"data": one}) for one in forms]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert len(most) == len(forms)
    assert max(most) <= AT_ONCE
