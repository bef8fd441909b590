"""Which files are one log, and which of them is older."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.model import LogFile
from faultlog.rotation import Name, in_order, role_of, series_of, take_apart


def log(path):
    return LogFile(path, "connector", series_of(path, path.rpartition("/")[2]))


def ordered(*bases):
    return [(file.path, file.rotation) for file in in_order((log(base), base) for base in bases)]


class TestNames:
    @pytest.mark.parametrize(
        ("base", "name"),
        [
            ("ampdaemon.log", Name("ampdaemon.log", None, None)),
            ("ampdaemon.log.0", Name("ampdaemon.log", 0, None)),
            ("ampdaemon.log.10", Name("ampdaemon.log", 10, None)),
            ("messages-20260308", Name("messages", None, "20260308")),
            ("messages.2026-03-08", Name("messages", None, "20260308")),
            ("ampdaemon.log-20260308T120000", Name("ampdaemon.log", None, "20260308", "120000")),
            ("ampdaemon.log-20260308-12", Name("ampdaemon.log", None, "20260308", "12")),
            ("ampdaemon.log.old", Name("ampdaemon.log.old", None, None)),
            ("ampdaemon.log.20269999", Name("ampdaemon.log.20269999", None, None)),
            ("ampdaemon.1.log", Name("ampdaemon.log", 1, None)),
            ("ampdaemon-20260308.log", Name("ampdaemon.log", None, "20260308")),
            ("ampdaemon.log-1772983800", Name("ampdaemon.log", None, "20260308", "153000")),
            ("ampdaemon.log.2026-03-08_15:30:00", Name("ampdaemon.log", None, "20260308", "153000")),
            ("ampdaemon.log.12345", Name("ampdaemon.log.12345", None, None)),
            (".1", Name(".1", None, None)),
            ("", Name("", None, None)),
        ],
    )
    def test_a_name_is_its_stem_and_its_rotation(self, base, name):
        assert name == take_apart(base)

    @given(st.text(max_size=40))
    def test_any_name_can_be_taken_apart(self, base):
        assert base.startswith(take_apart(base).stem)


class TestRoles:
    @pytest.mark.parametrize(
        ("base", "role"),
        [
            ("ampdaemon.log", "connector"),
            ("ampdaemon.log.3", "connector"),
            ("ampdaemon.log-20260308", "connector"),
            ("ampscansvc.log", "scan_service"),
            ("ampscansvc", "scan_service"),
            ("ampscansvc_2.log.1", "scan_service"),
            ("system.log.0", "system"),
            ("messages-20260308", "system"),
            ("syslog.1", "system"),
            ("kern.log", "system"),
            ("ampdaemon.txt", None),
            ("my-ampdaemon.log", None),
            ("install.log", None),
            ("ampdaemonXlog", None),
            ("messages.txt", None),
        ],
    )
    def test_a_file_is_what_its_stem_says(self, base, role):
        assert role == role_of(base)


class TestSeries:
    def test_rotated_copies_are_the_series_of_the_live_file(self):
        assert {"var/log/ampdaemon.log"} == {
            series_of(f"var/log/{base}", base)
            for base in ("ampdaemon.log", "ampdaemon.log.1", "ampdaemon.log.10", "ampdaemon.log-20260308")
        }

    def test_the_compressed_suffix_is_no_part_of_it(self):
        assert series_of("var/log/ampdaemon.log.2.gz", "ampdaemon.log.2") == "var/log/ampdaemon.log"

    def test_the_same_name_in_another_folder_is_another_series(self):
        assert series_of("a/ampdaemon.log", "ampdaemon.log") != series_of("b/ampdaemon.log", "ampdaemon.log")

    def test_a_file_without_folder_has_its_stem_as_series(self):
        assert series_of("ampdaemon.log.1", "ampdaemon.log.1") == "ampdaemon.log"


class TestOrder:
    def test_a_higher_number_is_older_and_10_is_older_than_9(self):
        assert ordered("a.log.9", "a.log", "a.log.10", "a.log.1") == [
            ("a.log.10", 10),
            ("a.log.9", 9),
            ("a.log.1", 1),
            ("a.log", 0),
        ]

    def test_copies_that_count_from_0_are_older_than_the_live_file(self):
        assert ordered("system.log", "system.log.0", "system.log.1") == [
            ("system.log.1", 2),
            ("system.log.0", 1),
            ("system.log", 0),
        ]

    def test_an_earlier_date_is_older(self):
        assert ordered("messages", "messages-20260104", "messages-20251228") == [
            ("messages-20251228", 2),
            ("messages-20260104", 1),
            ("messages", 0),
        ]

    def test_both_ways_to_write_a_date_are_one_order(self):
        assert [path for path, _ in ordered("a.log-20260101", "a.log", "a.log.2025-12-31")] == [
            "a.log.2025-12-31",
            "a.log-20260101",
            "a.log",
        ]

    def test_a_missing_number_leaves_its_gap(self):
        assert ordered("a.log.1", "a.log.3") == [("a.log.3", 3), ("a.log.1", 1)]

    def test_files_that_nothing_distinguishes_keep_their_order(self):
        files = [LogFile(f"{folder}/a.log", "connector", "a.log") for folder in "xyz"]

        assert files == in_order((file, "a.log") for file in files)

    def test_what_else_is_known_of_a_file_is_kept(self):
        file = LogFile("a.log.1", "system", "a.log", modified=None)

        assert [LogFile("a.log.1", "system", "a.log", 1)] == in_order([(file, "a.log.1")])

    def test_no_files_are_no_files(self):
        assert in_order([]) == []

    @given(st.sets(st.integers(0, 9999), min_size=1, max_size=12), st.randoms(use_true_random=False))
    def test_the_order_in_which_files_are_found_decides_nothing(self, numbers, chance):
        bases = ["a.log", *(f"a.log.{number}" for number in numbers)]
        shuffled = chance.sample(bases, len(bases))

        assert ordered(*sorted(bases)) == ordered(*shuffled)
        assert [f"a.log.{number}" for number in sorted(numbers, reverse=True)] + ["a.log"] == [
            path for path, _ in ordered(*shuffled)
        ]

    def test_chance_is_no_part_of_the_order(self):
        bases = [f"a.log.{number}" for number in range(50)]
        random.Random(7).shuffle(bases)  # noqa: S311 (no secret)

        assert list(range(50, 0, -1)) == [rotation for _, rotation in ordered(*bases)]


def test_hourly_copies_of_one_day_are_in_the_order_of_their_hours():
    assert [path for path, _ in ordered("a.log", "a.log-20260308-10", "a.log-20260308-09")] == [
        "a.log-20260308-09",
        "a.log-20260308-10",
        "a.log",
    ]
