"""What may clear a fault: helped, did not help, not tried, unknown."""

import pytest

from faultlog.case import Case
from tests.logs import BOOT, case_of, log, remedy, time

SYSTEM = log("11:00:00 x", "18:00:00 x")


def boots(*entries: str, number: int = 10, **told: str) -> Case:
    """A connector's log beside a system log that covers it; `boot`, `raise`, `clear` stand for their lines."""
    words = {
        "raise": f"Fault Raised: {number}",
        "clear": f"Fault Cleared: {number}",
        "boot": BOOT,
        "start": "connector started",
    }
    own: list[str] = []
    system = ["11:00:00 x"]
    for entry in entries:
        at, what = entry.split(" ", 1)
        (system if what == "boot" else own).append(f"{at} {words.get(what, what)}")
    return case_of({"ampdaemon.log": log(*own), "system.log": log(*system, "18:00:00 x")}, **({"os": "macos"} | told))


def outcome(case: Case, interval: str = "f10-1") -> tuple[str, str | None]:
    found = remedy(case, interval)
    return found.outcome, time(found.at)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (["12:00:00 raise", "12:05:00 boot", "12:14:59 clear"], ("helped", "12:05:00")),
        (["12:00:00 raise", "12:05:00 boot", "12:15:00 clear"], ("helped", "12:05:00")),
        (["12:00:00 raise", "12:05:00 boot", "12:15:01 clear"], ("did_not_help", "12:05:00")),
        (["12:00:00 raise", "12:05:00 boot", "12:15:00 x"], ("unknown", "12:05:00")),
        (["12:00:00 raise", "12:05:00 boot", "12:15:01 x"], ("did_not_help", "12:05:00")),
        (["12:00:00 raise", "12:05:00 clear"], ("not_tried", None)),
        (["12:00:00 raise", "12:05:00 clear", "12:06:00 boot"], ("not_tried", None)),
        (["12:00:00 raise", "12:05:00 clear", "12:05:00 boot"], ("not_tried", None)),
        (["11:59:00 boot", "12:00:00 raise", "12:05:00 clear"], ("not_tried", None)),
        (["12:00:00 raise", "12:00:00 boot", "12:05:00 clear"], ("helped", "12:00:00")),
        (["12:00:00 raise", "13:00:00 x"], ("not_tried", None)),
        (["12:00:00 raise", "12:05:00 boot", "12:30:00 boot", "12:35:00 clear"], ("helped", "12:30:00")),
        (["12:00:00 raise", "12:05:00 boot", "12:30:00 boot", "12:41:00 clear"], ("did_not_help", "12:30:00")),
        (["12:00:00 raise", "12:05:00 boot", "12:30:00 boot", "12:35:00 x"], ("unknown", "12:30:00")),
        (["11:00:00 x", "12:00:00 boot", "12:05:00 clear"], ("helped", "12:00:00")),
        (["11:00:00 x", "12:05:00 clear"], ("unknown", None)),
        (["12:00:00 raise", "12:05:00 start", "12:06:00 clear"], ("not_tried", None)),
    ],
)
def test_a_reboot_is_judged_by_what_follows_it(entries: list[str], expected: tuple[str, str | None]) -> None:
    assert outcome(boots(*entries)) == expected


def test_a_boot_is_one_though_several_lines_say_so() -> None:
    case = case_of(
        {
            "ampdaemon.log": log("12:00:00 Fault Raised: 10", "12:20:00 Fault Cleared: 10"),
            "system.log": log(
                "11:00:00 x", "12:10:00 bootlog| BOOT_TIME 1772539800 0", f"12:10:20 {BOOT}", "18:00:00 x"
            ),
        },
        os="macos",
    )
    assert outcome(case) == ("helped", "12:10:00")


@pytest.mark.parametrize(("clear", "expected"), [("12:15:00", "helped"), ("12:15:01", "did_not_help")])
def test_a_restart_of_the_connector_is_the_remedy_of_fault_14(clear: str, expected: str) -> None:
    case = boots("12:00:00 raise", "12:02:00 boot", "12:05:00 start", f"{clear} clear", number=14)
    assert outcome(case, "f14-1") == (expected, "12:05:00")
    assert remedy(case, "f14-1").event == "connector_started"
    assert outcome(boots("12:00:00 raise", "12:02:00 boot", "12:30:00 clear", number=14), "f14-1") == (
        "not_tried",
        None,
    )


class TestHoles:
    """What a blind hole may hide leaves the outcome unknown."""

    def case(self, before: tuple[str, ...], *after: str) -> Case:
        return case_of({"ampdaemon.log.2": log("11:50:00 x", *before), "ampdaemon.log": log(*after)}, os="macos")

    def test_no_boot_seen_on_either_side(self) -> None:
        case = self.case(("12:00:00 Fault Raised: 10", "12:10:00 x"), "12:20:00 x", "12:30:00 Fault Cleared: 10")
        assert outcome(case) == ("unknown", None)

    def test_a_boot_after_the_hole_may_be_of_another_stay(self) -> None:
        case = self.case(
            ("12:00:00 Fault Raised: 10", "12:10:00 x"), "12:20:00 x", f"12:25:00 {BOOT}", "12:30:00 Fault Cleared: 10"
        )
        assert remedy(case, "f10-1").outcome == "unknown"

    def test_a_boot_before_the_hole_that_was_seen_not_to_help(self) -> None:
        case = self.case(
            ("12:00:00 Fault Raised: 10", f"12:05:00 {BOOT}", "12:16:00 x"), "12:20:00 x", "12:30:00 Fault Cleared: 10"
        )
        assert outcome(case) == ("did_not_help", "12:05:00")

    def test_a_boot_right_before_the_hole(self) -> None:
        case = self.case(
            ("12:00:00 Fault Raised: 10", f"12:05:00 {BOOT}", "12:06:00 x"), "12:20:00 x", "12:30:00 Fault Cleared: 10"
        )
        assert remedy(case, "f10-1").outcome == "unknown"

    def test_a_boot_before_a_hole_that_ends_in_time_helped(self) -> None:
        case = self.case(
            ("12:00:00 Fault Raised: 10", f"12:05:00 {BOOT}", "12:06:00 x"), "12:07:00 x", "12:10:00 Fault Cleared: 10"
        )
        assert outcome(case) == ("helped", "12:05:00")

    def test_a_boot_after_the_hole_of_a_fault_that_was_never_seen_to_clear(self) -> None:
        case = self.case(("12:00:00 Fault Raised: 10", "12:36:00 x"), "12:55:00 x", f"13:00:00 {BOOT}", "13:30:00 x")
        assert remedy(case, "f10-1").outcome == "unknown"


class TestVersions:
    """Which remedies apply to whom."""

    @pytest.mark.parametrize(
        ("number", "told", "rows"),
        [
            (2, {"connector": "1.13.9"}, 0),
            (2, {"connector": "1.14.0"}, 1),
            (2, {"connector": "1.14.0.612"}, 1),
            (2, {"connector": "1.15"}, 1),
            (2, {}, 1),
            (10, {"connector": "1.11.1"}, 1),
            (13, {"connector": "1.14.1"}, 1),
            (14, {}, 1),
            (15, {"os_version": "11.0.0"}, 1),
            (15, {"os_version": "11.0"}, 1),
            (15, {"os_version": "11"}, 1),
            (15, {"os_version": "11.0.1"}, 0),
            (15, {"os_version": "10.15.7"}, 0),
            (15, {}, 1),
            (3, {}, 0),
            (6, {}, 0),
            (7, {}, 0),
        ],
    )
    def test_a_row_stands_where_the_remedy_may_apply(self, number: int, told: dict[str, str], rows: int) -> None:
        assert len(boots("12:00:00 raise", "12:05:00 clear", number=number, **told).remedies) == rows

    def test_linux_has_none_of_them(self) -> None:
        assert boots("12:00:00 raise", "12:05:00 clear", os="linux").remedies == ()


class TestOtherwise:
    """What to do when it did not help, and only then."""

    @pytest.mark.parametrize(
        ("number", "told", "advice"),
        [
            (2, {"connector": "1.14.0"}, ["2-version-mismatch", "reinstall"]),
            (10, {}, ["13-too-many-network-filters", "remove-filters"]),
            (13, {}, ["13-too-many-network-filters", "remove-filters"]),
            (15, {"os_version": "11.0.0"}, ["15-system-extension-disk-access", "grant-full-disk-access"]),
        ],
    )
    def test_the_advice_that_follows(self, number: int, told: dict[str, str], advice: list[str]) -> None:
        case = boots("12:00:00 raise", "12:05:00 boot", "13:00:00 x", number=number, **told)
        (found,) = remedy(case, f"f{number}-1").advice
        assert [str(found.text.params["rule"]).split("/")[-1], found.text.params["id"]] == advice
        helped = boots("12:00:00 raise", "12:05:00 boot", "12:06:00 clear", number=number, **told)
        assert remedy(helped, f"f{number}-1").advice == ()

    def test_fault_14(self) -> None:
        case = boots("12:00:00 raise", "12:05:00 start", "13:00:00 x", number=14)
        assert [one.text.params["id"] for one in remedy(case, "f14-1").advice] == ["remove-extensions"]

    def test_a_remedy_is_never_a_finding(self) -> None:
        assert boots("12:00:00 raise", "12:05:00 boot", "13:00:00 x").findings == ()

    def test_each_interval_has_its_own_row(self) -> None:
        case = boots("12:00:00 raise", "12:05:00 boot", "12:06:00 clear", "12:10:00 raise", "12:20:00 clear")
        assert [(one.id, one.outcome) for one in case.remedies] == [
            ("f10-1-reboot", "helped"),
            ("f10-2-reboot", "not_tried"),
        ]
