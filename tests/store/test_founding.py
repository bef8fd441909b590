"""Only who means to make a store makes one."""

import pytest

from faultlog.errors import UsageError
from faultlog.store.founding import NOTE, founded, known
from faultlog.store.opening import FILE
from tests.databases import SERVER, database
from tests.doors import faultlog

WORDS = [
    ("backup", "-o", "F.tar"),
    ("worker",),
    ("user", "list"),
    ("user", "team", "support"),
    ("user", "disable", "kim"),
    ("user", "token", "kim", "--name", "nightly"),
]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_what_needs_a_store_makes_none(words, tmp_path):
    done = faultlog(*words, "--data", tmp_path / "nothing", folder=tmp_path)
    assert done.returncode == 2
    assert f"there is no store in {tmp_path}/nothing; --data names another" in " ".join(done.stderr.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [*WORDS, ("serve",), ("restore", "F.tar")], ids=" ".join)
def test_a_folder_whose_rows_are_in_postgresql_gets_no_file_of_sqlite(words, tmp_path):
    (tmp_path / NOTE).touch()
    done = faultlog(*words, "--data", tmp_path, folder=tmp_path)
    assert done.returncode == 2
    assert "are in PostgreSQL; say --database too" in " ".join(done.stderr.split())
    assert [one.name for one in tmp_path.iterdir()] == [NOTE]


def test_a_store_that_was_made_is_known(tmp_path):
    with database() as address:
        founded(tmp_path, address).close()
        known(tmp_path, address).close()
        assert (tmp_path / NOTE).exists() is (address is not None)
        assert (tmp_path / FILE).exists() is (address is None)


@pytest.mark.skipif(SERVER is None, reason="of PostgreSQL")
def test_a_database_without_a_store_is_refused(tmp_path):
    with database() as address, database() as other:
        founded(tmp_path, address).close()
        with pytest.raises(UsageError, match="no store in the database"):
            known(tmp_path, other)
        with pytest.raises(UsageError, match="no store in"):
            known(tmp_path / "other", address)


@pytest.mark.parametrize(
    ("target", "told"),
    [("none/F.tar", "none/F.tar: cannot be written, there is no folder none"), ("-", "give a file to -o")],
)
def test_where_a_copy_cannot_go_is_told_by_the_name_that_was_given(target, told, tmp_path):
    founded(tmp_path / "data", None).close()
    done = faultlog("backup", "-o", target, "--data", "data", folder=tmp_path)
    assert (done.returncode, told in " ".join(done.stderr.split())) == (2, True)
    assert [one.name for one in tmp_path.iterdir()] == ["data"]
