"""Bundles in an object store: listed a page at a time, fetched with bounds, each refusal named with its object."""

import time

import pytest

from faultlog.fleet import sources
from faultlog.fleet.fetching import fetched
from faultlog.fleet.sources import units
from faultlog.fleet.task import failed
from faultlog.fleet.units import Outcome, Unit
from tests.stores import store, surroundings

OBJECTS = {
    "a.zip": b"PK\3\4 a",
    "deep/b.tar.gz": b"\x1f\x8b b",
    "deep/deeper/c.ZIP": b"PK\3\4 c",
    "deep/notes.txt": b"no bundle",
    "deeper.zip": b"PK\3\4 beside a folder of that name",
    "folder/": b"",
    "odd [1] 한.zip": b"PK\3\4 odd",
}


@pytest.fixture(scope="module")
def s3():
    with store() as one:
        client = one.client()
        client.create_bucket(Bucket="fleet")
        client.create_bucket(Bucket="empty")
        client.create_bucket(Bucket="logs")
        for name, content in OBJECTS.items():
            client.put_object(Bucket="fleet", Key=name, Body=content)
        yield one


@pytest.fixture(autouse=True)
def known_here(s3, monkeypatch):
    _be(s3.environment, monkeypatch)


def test_archives_below_a_prefix_come_in_pages(s3, monkeypatch):
    expected = ["a.zip", "deep/b.tar.gz", "deep/deeper/c.ZIP", "deeper.zip", "odd [1] 한.zip"]
    for page in (1, 2, 1000):
        monkeypatch.setattr(sources, "PAGE", page)
        assert _names("s3://fleet") == [f"s3://fleet/{name}" for name in expected]
    assert _names("s3://fleet/deep/") == _names("s3://fleet/deep") == [f"s3://fleet/{name}" for name in expected[1:3]]


def test_logs_below_a_prefix_are_no_bundles_unless_a_pattern_names_them(s3):
    client = s3.client()
    for name in ("plain/a.log", "plain/deep/b.log.1", "plain/notes.txt", "plain/none/notes.txt"):
        client.put_object(Bucket="logs", Key=name, Body=b"a line")
    told = list[sources.Beside]()
    assert list(units(["s3://logs/plain/", "s3://logs/plain/none"], told.append)) == []
    assert [(one.folder, one.logs) for one in told] == [
        ("s3://logs/plain/", 2), ("s3://logs/plain/", 0), ("s3://logs/plain/none", 0)
    ]  # fmt: skip
    assert _names(told[0].pattern) == ["s3://logs/plain/a.log", "s3://logs/plain/deep/b.log.1"]


def test_a_pattern_names_what_it_matches_whatever_it_is(s3):
    assert _names("s3://fleet/deep/*") == ["s3://fleet/deep/b.tar.gz", "s3://fleet/deep/notes.txt"]
    assert _names("s3://fleet/**/*.ZIP") == ["s3://fleet/deep/deeper/c.ZIP"]
    assert _names("s3://fleet/?.zip") == ["s3://fleet/a.zip"]


def test_an_object_whose_name_looks_like_a_pattern_is_found_by_its_name(s3):
    assert _names("s3://fleet/odd [1] 한.zip") == ["s3://fleet/odd [1] 한.zip"]


def test_one_object_is_a_bundle_with_size_and_tag(s3):
    (unit,) = units(["s3://fleet/deep/notes.txt"])
    assert isinstance(unit, Unit)
    assert (unit.name, unit.size) == ("s3://fleet/deep/notes.txt", len(OBJECTS["deep/notes.txt"]))
    (listed,) = units(["s3://fleet/deep/*.txt"])
    assert listed == unit, "however it is named, it is the same work"


def test_what_is_fetched_is_what_is_there_and_nothing_of_it_stays(s3, tmp_path):
    found = list(units(["s3://fleet"]))
    assert len(found) == 5
    for unit in found:
        with fetched(unit, tmp_path / "aside") as bundle:
            assert bundle.path.read_bytes() == OBJECTS[unit.name.removeprefix("s3://fleet/")]
        assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("source", ["s3://fleet/none", "s3://fleet/none*.zip", "s3://nowhere/a", "s3://empty"])
def test_a_source_that_is_not_there_is_named(s3, source):
    (outcome,) = units([source])
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.reason) == ("failed", "vanished")
    assert outcome.detail is not None
    assert outcome.detail.startswith(f"{source}: ")


def test_an_object_that_vanishes_after_it_was_listed_is_named(s3, tmp_path):
    client = s3.client()
    client.put_object(Bucket="fleet", Key="gone/gone.zip", Body=b"PK")
    (unit,) = units(["s3://fleet/gone"])
    client.delete_object(Bucket="fleet", Key="gone/gone.zip")
    assert _refused(unit, tmp_path).startswith("vanished s3://fleet/gone/gone.zip: it is not there any more")


def test_a_denied_object_is_named_and_its_neighbours_are_read(s3, tmp_path, monkeypatch):
    _be(s3.reader("fleet/a.zip"), monkeypatch)
    try:
        assert _refused(Unit("s3://fleet/a.zip"), tmp_path).startswith("denied s3://fleet/a.zip: it may not be read")
        with fetched(Unit("s3://fleet/deeper.zip"), tmp_path / "aside") as bundle:
            assert bundle.path.read_bytes() == OBJECTS["deeper.zip"]
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
        _forget_stores()
        (outcome,) = units(["s3://fleet"])
        assert outcome.reason == "denied"
    finally:
        s3.ask_who_it_is("inf")


def test_who_has_no_credentials_is_told_so(s3, monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("HOME", str(tmp_path))
    _forget_stores()
    (outcome,) = units(["s3://fleet"])
    assert outcome.reason == "denied"
    assert "credentials" in outcome.detail


def test_a_store_that_nobody_reaches_is_given_up_soon(tmp_path, monkeypatch):
    _be(surroundings(1, "root", "of all"), monkeypatch)
    begun = time.monotonic()
    (outcome,) = units(["s3://fleet"])
    assert (outcome.state, outcome.reason) == ("failed", "unreachable")
    assert outcome.detail.startswith("s3://fleet: ")
    assert _refused(Unit("s3://fleet/a.zip"), tmp_path).startswith("unreachable s3://fleet/a.zip: ")
    assert time.monotonic() - begun < 60


def test_a_scheme_that_nobody_knows_is_named():
    (outcome,) = units(["nosuch://fleet/a.zip"])
    assert outcome.reason == "unreachable"
    assert "nosuch" in outcome.detail


def test_another_store_is_walked(tmp_path):
    import fsspec

    memory = fsspec.filesystem("memory")
    for name in ("/bundles/a.zip", "/bundles/deep/b.zip", "/bundles/deep/c.txt"):
        memory.pipe(name, b"PK")
    assert _names("memory://bundles") == ["memory://bundles/a.zip", "memory://bundles/deep/b.zip"]
    assert _names("memory://bundles/deep/c.txt") == ["memory://bundles/deep/c.txt"]


@pytest.mark.parametrize("name", ["한" * 300 + ".zip", "..", "new\nline\x1b[31m.zip"])
def test_an_object_may_have_a_name_that_no_file_has(name, tmp_path):
    import fsspec

    fsspec.filesystem("memory").store.update({f"/odd/{name}": fsspec.implementations.memory.MemoryFile(data=b"PK\3\4")})
    with fetched(Unit(f"memory://odd/{name}"), tmp_path / "aside") as bundle:
        assert bundle.path.read_bytes() == b"PK\3\4"
        assert bundle.path.parent == tmp_path / "aside"
    assert not any(tmp_path.iterdir())


def _names(source):
    return [one.name if isinstance(one, Unit) else one for one in units([source])]


def _refused(unit, tmp_path):
    with pytest.raises(OSError, match=r"\w") as refusal, fetched(unit, tmp_path / "aside"):
        pass
    assert not any(tmp_path.iterdir())
    outcome = failed(unit, refusal.value)
    return f"{outcome.reason} {outcome.detail}"


def _be(environment, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _forget_stores()


def _forget_stores():
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
