"""The lake's tables as frames: each case once, each stay once."""

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


def test_an_empty_lake_gives_empty_frames(tmp_path):
    found = read(tmp_path)
    assert len(found.hosts) == len(found.intervals) == 0
    assert "duration_min_s" in found.intervals
