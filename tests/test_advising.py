"""Which advice holds for which versions, and with which condition where nobody knows."""

from typing import Any

import pytest

from faultlog.advising import condition_of, holds, otherwise, release_of
from faultlog.case import Host
from faultlog.model import TimeZone
from faultlog.rulebook import FaultRule
from tests.logs import case_of, keys, knowledge, log


def host(os: Any = None, os_version: str | None = None, connector: str | None = None) -> Host:
    return Host(None, None, os, os_version, connector, TimeZone("UTC", "assumed"))


def shown(number: int, **told: str) -> list[tuple[str, dict[str, str] | None]]:
    """Ids of the advice for a raised fault, each with its condition."""
    case = case_of(log(f"12:00:00 Fault Raised: {number}"), **told)
    return [
        (
            str(one.text.params["id"]),
            None if one.condition is None else {k: str(v) for k, v in one.condition.params.items()},
        )
        for one in case.advice[number]
    ]


def rule(number: int, system: str = "macos") -> FaultRule:
    return knowledge().rules.candidates(number, system)[0]


@pytest.mark.parametrize(
    ("number", "connector", "macos", "expected"),
    [
        (2, "1.13.9", "10.15.7", ["reinstall"]),
        (2, "1.14.0", "10.15.7", ["reboot", "reinstall"]),
        (2, "1.14.0.612", "10.15.7", ["reboot", "reinstall"]),
        (3, "1.13.2", "10.14.3", ["grant-daemon"]),
        (3, "1.13.2", "11.2", ["grant-daemon"]),
        (3, "1.14.0", "10.14.3", []),
        (3, "1.14.0", "10.14.4", ["grant-service"]),
        (3, "1.14.0", "10.15.4", ["grant-service"]),
        (3, "1.14.0", "10.15.5", ["grant-service", "grant-extension-1-14-0"]),
        (3, "1.14.0.700", "11.0", ["grant-service", "grant-extension-1-14-0"]),
        (3, "1.14.1", "10.15.7", ["grant-service"]),
        (3, "1.14.1", "11.0", ["grant-service", "grant-extension"]),
        (3, "1.14.1", "10.16", ["grant-service", "grant-extension"]),
        (3, "1.20.0.1", "13.4", ["grant-service", "grant-extension"]),
        (10, "1.11.1", "10.14.6", ["reboot", "reinstall-1-11-1"]),
        (10, "1.11.1.800", "10.14.6", ["reboot", "reinstall-1-11-1"]),
        (10, "1.12.0", "10.15", ["reboot"]),
        (10, "1.14.0.650", "10.15", ["reboot", "reinstall-1-14-0"]),
        (10, "1.14.1", "11.1", ["reboot", "check-filters"]),
        (13, "1.14.0", "11.1", ["keep-filters-for-now", "reboot"]),
        (13, "1.14.1", "11.1", ["reboot"]),
        (14, "1.14.1", "11.1", ["remove-extensions", "restart-connector"]),
        (15, "1.14.1", "11.0.0", ["grant-full-disk-access", "grant-by-mdm", "reboot-after-granting", "update-macos"]),
        (15, "1.14.1", "11.0", ["grant-full-disk-access", "grant-by-mdm", "reboot-after-granting", "update-macos"]),
        (15, "1.14.1", "11.0.1", ["grant-full-disk-access", "grant-by-mdm"]),
        (15, "1.14.1", "10.15.7", ["grant-full-disk-access", "grant-by-mdm"]),
    ],
)
def test_versions_choose_the_advice(number: int, connector: str, macos: str, expected: list[str]) -> None:
    assert shown(number, os="macos", os_version=macos, connector=connector) == [(one, None) for one in expected]


def test_where_the_connector_is_unknown_every_variant_stands_with_its_condition() -> None:
    assert shown(10, os="macos", os_version="11.1") == [
        ("reboot", None),
        ("reinstall-1-11-1", {"connector": "==1.11.1.*"}),
        ("reinstall-1-14-0", {"connector": "==1.14.0.*"}),
        ("check-filters", {"connector": ">=1.14.1"}),
    ]


def test_a_condition_that_one_known_version_rules_out_is_not_shown() -> None:
    assert [name for name, _ in shown(3, os="macos", connector="1.13.0")] == ["grant-daemon"]
    assert [name for name, _ in shown(3, os="macos", os_version="10.13")] == ["grant-daemon"]


def test_where_the_system_is_unknown_both_rule_sets_are_candidates() -> None:
    case = case_of(log("12:00:00 Fault Raised: 6"))
    rules = {str(one.text.params["rule"]).split("/")[1] for one in case.advice[6]}
    assert rules == {"macos", "linux"}
    assert all(one.condition is not None for one in case.advice[6])
    assert "assumption.os_unknown" in keys(case.assumptions)
    assert all(condition is None for _, condition in shown(6, os="linux"))


@pytest.mark.parametrize("system", ["macos", "linux"])
def test_naming_the_system_settles_it(system: str) -> None:
    case = case_of(log("12:00:00 Fault Raised: 6"), os=system)
    assert {str(one.text.params["rule"]).split("/")[1] for one in case.advice[6]} == {system}
    assert "assumption.os_unknown" not in keys(case.assumptions)


def test_an_unknown_fault_has_no_advice() -> None:
    assert shown(99, os="macos") == []


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("1.14.0", "1.14.0"),
        ("1.14.0.612", "1.14.0.612"),
        ("10.16", "11"),
        ("10.16.1", "11.1"),
        ("10.15.7", "10.15.7"),
        ("11", "11"),
        ("1.14.1rc1", "1.14.1"),
        ("Big Sur", None),
        ("1." + "9" * 5000, None),
        ("", None),
        (None, None),
    ],
)
def test_only_release_numbers_are_compared(text: str | None, release: str | None) -> None:
    found = release_of(text)
    assert (None if found is None else str(found)) == release


def test_a_condition_holds_or_not_or_nobody_knows() -> None:
    extension = next(one for one in rule(3).file.advice if one.id == "grant-extension").when
    assert holds(extension, host("macos", "11.0", "1.14.1")) is True
    assert holds(extension, host("macos", "11.0", None)) is None
    assert holds(extension, host("macos", None, "1.14.1")) is None
    assert holds(extension, host(None, None, "1.14.1")) is None
    assert holds(extension, host("macos", "10.15", None)) is False
    assert holds(extension, host("linux", "11.0", "1.14.1")) is False
    assert holds(extension, host("macos", "11.0", "unreadable")) is None


def test_a_condition_names_what_nobody_could_check() -> None:
    when = next(one for one in rule(3).file.advice if one.id == "grant-extension").when
    assert condition_of(when, rule(3), host("macos", "11.0", "1.14.1")) is None
    unknown = condition_of(when, rule(3), host("macos", "11.0"))
    assert unknown is not None
    assert dict(unknown.params) == {"connector": ">=1.14.1", "macos": ">=11"}
    somewhere = condition_of(rule(6).file.advice[0].when, rule(6), host())
    assert somewhere is not None
    assert dict(somewhere.params) == {"macos": ""}


def test_otherwise_names_advice_that_may_hold_for_the_host() -> None:
    book = knowledge().rules
    assert [one.text.params["id"] for one in otherwise(book, rule(10), "13/remove-filters", host("macos"))] == [
        "remove-filters"
    ]
    assert otherwise(book, rule(10), "no-such-advice", host("macos")) == ()
    assert otherwise(book, rule(10), "reinstall-1-14-0", host("macos", None, "1.14.1")) == ()


def test_advice_that_only_a_remedy_names_is_not_shown_by_itself() -> None:
    assert "remove-filters" not in [name for name, _ in shown(13, os="macos")]
