"""Which files are one log, and which of them is older."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.rotation import Name, numbers_of, role_of, series_of, take_apart


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
            ("ampdaemon.log.old", Name("ampdaemon.log", None, None)),
            ("ampdaemon.log (1)", Name("ampdaemon.log", None, None)),
            ("ampdaemon (2).log", Name("ampdaemon.log", None, None)),
            ("ampdaemon - Copy.log", Name("ampdaemon.log", None, None)),
            ("ampdaemon-copy.log", Name("ampdaemon.log", None, None)),
            ("ampdaemon copy.log.3", Name("ampdaemon copy.log", 3, None)),
            ("ampdaemon.log의 사본", Name("ampdaemon.log", None, None)),
            ("ampdaemon.log.1~", Name("ampdaemon.log", 1, None)),
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
            ("ampdaemon (1).txt", None),
            ("ampdaemon-copy.log", "connector"),
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


class TestNumbers:
    def test_a_higher_number_is_older_and_10_is_older_than_9(self):
        assert numbers_of(["a.log.9", "a.log", "a.log.10", "a.log.1"]) == [9, 0, 10, 1]

    def test_copies_that_count_from_0_are_older_than_the_live_file(self):
        assert numbers_of(["system.log", "system.log.0", "system.log.1"]) == [0, 1, 2]

    def test_an_earlier_date_is_older(self):
        assert numbers_of(["messages", "messages-20260104", "messages-20251228"]) == [0, 1, 2]

    def test_both_ways_to_write_a_date_are_one_order(self):
        assert numbers_of(["a.log-20260101", "a.log", "a.log.2025-12-31"]) == [1, 0, 2]

    def test_a_missing_number_leaves_its_gap(self):
        assert numbers_of(["a.log.1", "a.log.3"]) == [1, 3]

    def test_a_name_that_a_copy_was_given_is_that_of_the_file(self):
        assert numbers_of(["a.log", "a.log (1)", "a.log.2 (1)"]) == [0, 0, 2]

    def test_no_files_have_no_numbers(self):
        assert numbers_of([]) == []


def test_hourly_copies_of_one_day_are_in_the_order_of_their_hours():
    assert numbers_of(["a.log", "a.log-20260308-10", "a.log-20260308-09"]) == [0, 1, 2]
