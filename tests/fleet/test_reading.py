"""The lake's tables as frames: each case once, each stay once."""

import pytest

from faultlog.fleet import reading
from faultlog.fleet.reading import frames, superseded
from tests.fleet.lakes import host, lake_of, seen, stay


def read(root, **rows):
    return frames(lake_of(root, **rows), "rules")


def test_a_case_without_its_row_of_hosts_is_not_in_the_lake_yet(tmp_path):
    found = read(tmp_path, hosts=[host("a")], intervals=[stay("a", 1, 2), stay("b", 1, 2)], coverage=[seen("b")])
    assert list(found.intervals["host"]) == ["a"]
    assert found.coverage.empty


def test_a_case_of_some_of_the_bundles_of_another_is_superseded(tmp_path):
    rows = [host("a", case="1"), host("a", case="2"), host("a", case="12", bundles=["1", "2"]), host("b", case="3")]
    stays = [stay("a", 1, 2, case=one) for one in ("1", "2", "12")] + [stay("b", 1, 2, case="3")]
    found = read(tmp_path, hosts=rows, intervals=stays)
    assert sorted(found.hosts["case"]) == ["12", "3"]
    assert sorted(found.intervals["case"]) == ["12", "3"]
    assert found.superseded == 2


def test_only_a_part_is_superseded():
    assert superseded({"12": ["1", "2"], "23": ["2", "3"]}) == set()
    assert superseded({"12": ["1", "2"], "23": ["2", "3"], "123": ["1", "2", "3"], "2": ["2"]}) == {"12", "23", "2"}


def test_a_stay_that_two_cases_tell_of_stands_once_as_the_one_that_saw_its_end_tells(tmp_path):
    stays = [stay("a", 1, case="1", until=3.0), stay("a", 1, 5, case="2"), stay("a", 7, case="1"), stay("a", 1, 2, 7)]
    found = read(tmp_path, hosts=[host("a", case="1"), host("a", case="2"), host("a")], intervals=stays)
    assert sorted(zip(found.intervals["case"], found.intervals["fault_id"], strict=True)) == [
        ("1", 6),
        ("2", 6),
        ("case-a", 7),
    ]


def test_strangers_of_one_name_are_hosts_of_their_own(tmp_path):
    rows = [host("name:a", case="1"), host("name:a", case="2"), host("name:a", case="3"), host("b")]
    stays = [stay("name:a", 1, 2, case="1"), stay("name:a", 1, 2, case="2"), stay("b", 3)]
    root = lake_of(tmp_path, hosts=rows, intervals=stays, coverage=[seen("name:a", case="1"), seen("b")])
    found = frames(root, "rules", [{"1", "2"}])
    assert sorted(found.hosts["host"]) == ["b", "case:1", "case:2", "name:a"]
    assert sorted(found.intervals["host"]) == ["b", "case:1", "case:2"]
    assert sorted(found.coverage["host"]) == ["b", "case:1"]
    assert found.strangers == 2
    assert frames(root, "rules").hosts["host"].nunique() == 2


def test_who_was_a_stranger_until_a_third_tied_them_is_none_any_more(tmp_path):
    rows = [host("name:a", case="123", bundles=["1", "2", "3"]), host("name:a", case="4")]
    found = frames(lake_of(tmp_path, hosts=rows), "rules", [{"1", "2"}, {"5", "4"}])
    assert found.strangers == 0
    assert set(found.hosts["host"]) == {"name:a"}


def test_an_empty_lake_gives_empty_frames(tmp_path):
    found = read(tmp_path)
    assert len(found.hosts) == len(found.intervals) == 0
    assert "duration_min_s" in found.intervals


def meanwhile(monkeypatch, *steps):
    """Let something happen each time that a table has been read."""
    steps, real = list(steps), reading._table

    def read_then_go_on(*asked):
        found = real(*asked)
        if steps:
            steps.pop(0)()
        return found

    monkeypatch.setattr(reading, "_table", read_then_go_on)


def test_a_case_that_is_joined_with_another_while_tables_are_read_is_read_again(tmp_path, monkeypatch):
    lake_of(tmp_path, hosts=[host("a", case="1")], intervals=[stay("a", 1, case="1")])

    def joined():
        rows = {"hosts": [host("a", case="12", bundles=["1", "2"])], "intervals": [stay("a", 1, 2, case="12")]}
        lake_of(tmp_path / "new", **rows)
        for name in rows:
            (tmp_path / "new" / name / "rules=rules" / "12.parquet").rename(tmp_path / name / "rules=rules/12.parquet")
            (tmp_path / name / "rules=rules" / "1.parquet").unlink()

    meanwhile(monkeypatch, joined)
    found = frames(tmp_path, "rules")
    assert list(found.hosts["case"]) == list(found.intervals["case"]) == ["12"]


def half_out(root, case):
    """What a lake is like while the rows of a case are taken out: `hosts` goes last."""
    (root / "leaving" / "rules=rules").mkdir(parents=True)
    (root / "leaving" / "rules=rules" / case).touch()
    (root / "intervals" / "rules=rules" / f"{case}.parquet").unlink()


def test_a_case_whose_rows_are_half_out_while_tables_are_read_is_read_as_what_stands_for_it(tmp_path, monkeypatch):
    lake_of(tmp_path, hosts=[host("a", case="1")], intervals=[stay("a", 1, case="1")])

    def being_joined():
        rows = {"hosts": [host("a", case="12", bundles=["1", "2"])], "intervals": [stay("a", 1, 2, case="12")]}
        lake_of(tmp_path / "new", **rows)
        for name in rows:
            (tmp_path / "new" / name / "rules=rules" / "12.parquet").rename(tmp_path / name / "rules=rules/12.parquet")
        half_out(tmp_path, "1")

    meanwhile(monkeypatch, being_joined)
    found = frames(tmp_path, "rules")
    assert list(found.hosts["case"]) == list(found.intervals["case"]) == ["12"]
    assert found.superseded == 0


def test_a_case_that_goes_and_that_nothing_stands_for_is_left_out_rather_than_counted_in_part(tmp_path, monkeypatch):
    rows = [host("a"), host("b")]
    lake_of(tmp_path, hosts=rows, intervals=[stay("a", 1), stay("b", 1)])
    meanwhile(monkeypatch, lambda: half_out(tmp_path, "case-a"))
    found = frames(tmp_path, "rules")
    assert list(found.hosts["case"]) == list(found.intervals["case"]) == ["case-b"]


def test_files_that_are_merged_while_a_table_is_read_are_read_merged(tmp_path, monkeypatch):
    lake_of(tmp_path, hosts=[host("a"), host("b")])
    asked = []

    def vanished():
        asked.append(1)
        if len(asked) < 3:
            raise FileNotFoundError("case-a.parquet")

    meanwhile(monkeypatch, vanished, vanished, vanished)
    assert sorted(frames(tmp_path, "rules").hosts["host"]) == ["a", "b"]
    meanwhile(monkeypatch, *[lambda: (_ for _ in ()).throw(FileNotFoundError("gone"))] * 5)
    with pytest.raises(FileNotFoundError, match="gone"):
        frames(tmp_path, "rules")
