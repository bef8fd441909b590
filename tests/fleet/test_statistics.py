"""What is counted of a fleet, each by hosts that a reader can count."""

import json
from datetime import timedelta

import jsonschema
import pytest

from faultlog.fleet.statistics.fleet import fleet_statistics
from faultlog.fleet.statistics.shares import Share
from faultlog.fleet.statistics.survival import Estimate
from faultlog.fleet.statistics.written import fleet_schema, to_json
from tests.fleet.lakes import at, found, frames_of, host, seen, stay

HOUR = 3600.0
UNSEEN = {"raised_kind": "not_after", "raised_at": None, "duration_max_s": None}


def counted(hosts="abcd", **rows):
    named = [host(one) if isinstance(one, str) else one for one in hosts]
    return fleet_statistics(frames_of(named, **rows))


def only(fault_id=6, **rows):
    return next(one for one in counted(**rows).faults if one.fault_id == fault_id)


def unseen(name, until, cleared, **more):
    return stay(name, until, cleared, raised_until=at(until), **UNSEEN | more)


# Hosts with a fault, and how often it is raised


def test_a_host_counts_once_however_often_the_fault_was_raised():
    fault = only(intervals=[stay("a", 1, 2), stay("a", 3, 4), stay("b", 1), stay("c", 1, 2, fault=7)])
    assert fault.prevalence.hosts == Share(2, 4)
    assert (fault.stays, fault.prevalence.unobserved) == (3, 0)


def test_hosts_of_which_nothing_was_observed_are_in_neither_number():
    coverage = [seen("a"), seen("b", observed=False), seen("c", of_faults=False), seen("d", 5, 5)]
    fault = only(coverage=coverage, intervals=[stay(name, 1, 2) for name in "abc"])
    assert fault.prevalence.hosts == Share(1, 1)
    assert fault.prevalence.unobserved == 2
    assert (fault.incidence.rate.events, fault.incidence.outside, fault.incidence.hosts) == (1, 2, 1)


def test_a_host_whose_sources_contradict_each_other_of_a_fault_is_not_counted_of_that_fault():
    hosts = ["a", host("b") | {"contradicted": [6, 13]}, "c"]
    rows = {"hosts": hosts, "intervals": [stay("a", 1, 2), stay("b", 1, 2), stay("b", 1, 2, fault=7)]}
    fault, other = only(**rows), only(7, **rows)
    assert (fault.prevalence.hosts, fault.prevalence.unobserved, fault.contradicted) == (Share(1, 2), 0, 1)
    assert fault.incidence.outside == 0
    assert (fault.incidence.rate.events, fault.incidence.rate.observed_s) == (1, 48 * HOUR)
    assert (other.prevalence.hosts, other.contradicted) == (Share(1, 3), 0)


def test_incidence_is_counted_against_observed_time_each_hour_once():
    coverage = [seen("a", 0, 10), seen("a", 5, 12), seen("a", 12, 20, observed=False), seen("b", 0, 6)]
    fault = only(hosts="ab", coverage=coverage, intervals=[stay("a", 1, 2), stay("a", 15, 16), stay("b", 6)])
    assert fault.incidence.rate.events == 2
    assert fault.incidence.rate.observed_s == 18 * HOUR
    assert fault.incidence.outside == 1
    assert fault.incidence.rate.value == pytest.approx(2 / (18 / 24 / 30.4375))


def test_a_stay_whose_begin_was_not_seen_is_no_new_raise_and_not_in_the_curve():
    fault = only(intervals=[stay("a", 1, 2), unseen("b", 3, 5), unseen("c", 0, None)])
    assert (fault.incidence.rate.events, fault.incidence.unseen) == (1, 2)
    assert (fault.clearing.curve.n, fault.clearing.unseen) == (1, 2)
    assert fault.prevalence.hosts == Share(3, 4)


def test_a_raise_seen_at_an_instant_that_is_a_range_is_new_and_its_stay_not_in_the_curve():
    vague = stay("a", 1, 3, raised_kind="between", raised_until=at(2))
    fault = only(intervals=[vague])
    assert (fault.incidence.rate.events, fault.clearing.vague, fault.clearing.curve.n) == (1, 1, 0)
    assert fault.clearing.curve.median_s == Estimate(None, None, None)


# How long until it clears


def test_what_was_not_seen_to_clear_is_censored_where_it_was_last_seen():
    fault = only(intervals=[stay("a", 0, 0.1), stay("b", 0, 0.2), stay("c", 0, until=0.15), stay("d", 0, until=9.0)])
    curve = fault.clearing.curve
    assert [(one.at_s, one.at_risk, one.survival) for one in curve.steps] == [(360, 4, 0.75), (720, 2, 0.375)]
    assert (curve.n, curve.events, curve.censored, fault.clearing.hosts) == (4, 2, 2, 4)
    assert curve.median_s.value == 720
    assert fault.clearing.within.value == 0.25


def test_a_duration_that_is_a_range_ends_at_the_latest_possible_and_is_counted():
    ranged = stay("a", 0, 1, duration_min_s=300.0, may_be_several=True)
    stepped = stay("b", 0, 1, duration_max_s=None)
    fault = only(intervals=[ranged, stepped, stay("c", 0, 0.5), stay("d", 0, 2.0001, duration_min_s=2 * HOUR)])
    assert [one.at_s for one in fault.clearing.curve.steps] == [0.5 * HOUR, HOUR, pytest.approx(2 * HOUR, abs=0.5)]
    assert (fault.clearing.ranged, fault.clearing.curve.censored) == (1, 1)
    assert fault.clearing.curve.median_s.value == HOUR
    assert fault.clearing.earliest_median_s.value == 0.5 * HOUR


# Versions


def version_stays(version, hours, number=10, fault=6):
    names = [f"{version}-{fault}-{index}" for index in range(number)]
    return [stay(one, 0, hours + index / 100, fault=fault, version=version) for index, one in enumerate(names)]


def test_versions_are_compared_where_there_are_enough_stays_and_corrected_for_all_comparisons():
    stays = [*version_stays("1.9.1", 5), *version_stays("1.14.0", 1), *version_stays("1.20.0", 1.001)]
    stays += [*version_stays("1.9.1", 5, 4, fault=7), *version_stays("1.14.0", 1, fault=7)]
    stays += [stay("z", 0, 1, version=None)]
    versions = counted(hosts={one["host"] for one in stays}, intervals=stays).versions
    assert versions.made == len(versions.comparisons) == 3
    assert [(one.first.version, one.second.version) for one in versions.comparisons] == [
        *(("1.9.1", "1.14.0"), ("1.9.1", "1.20.0"), ("1.14.0", "1.20.0")),
    ]
    first, _, last = versions.comparisons
    assert first.p_corrected == pytest.approx(3 * first.test.p)
    assert last.p_corrected == last.test.p > 0.5
    assert first.median_difference_s == pytest.approx(-4 * HOUR)
    assert first.test.hazard_ratio.low > 1
    assert (first.first.stays, first.first.cleared, first.first.hosts) == (10, 10, 10)
    assert [(one.fault_id, one.version, one.stays) for one in versions.too_few] == [(7, "1.9.1", 4)]
    assert (versions.unknown, versions.caution) == (1, "not_randomised")


def test_versions_stand_from_old_to_new_however_long_their_numbers_are():
    long = ["1." + "9" * 5000, "1.1" + "0" * 5000]
    names = ["1.2", "1.009", "1.10", "2", "x", *long]
    stays = [one for name in names for one in version_stays(name, 1, 1)]
    found = counted(hosts={one["host"] for one in stays}, intervals=stays).versions
    assert [one.version for one in found.too_few] == ["x", "1.2", "1.009", "1.10", *long, "2"]


def test_enough_stays_of_which_too_few_cleared_are_not_compared():
    stays = [*version_stays("1", 1), *version_stays("2", 1, 4), *[stay(f"o{one}", 0, version="2") for one in range(9)]]
    versions = counted(hosts={one["host"] for one in stays}, intervals=stays).versions
    assert (versions.made, [(one.stays, one.cleared) for one in versions.too_few]) == (0, [(13, 4)])


# Coming back


def test_returning_runs_from_each_hosts_first_observed_instant():
    hosts = [host("a", first=2), host("b", first=10)]
    coverage = [seen("a", 2, 6), seen("a", 8, 24), seen("b", 10, 20)]
    stays = [stay("a", 3, 3.5), stay("a", 7, 7.5), stay("b", 11, 12), stay("b", 19, 20)]
    returning = only(hosts=hosts, coverage=coverage, intervals=stays).returning
    assert [(one.at_s, one.mean, one.at_risk) for one in returning.steps] == [(HOUR, 1.0, 2), (9 * HOUR, 1.5, 2)]
    assert (returning.hosts, returning.events) == (2, 3)


# Patterns and bad actors


def test_a_pattern_is_out_of_the_hosts_where_it_is_known():
    outcomes = [("a", "present"), ("b", "absent"), ("c", "unknown"), ("d", "absent"), ("d", "present")]
    rows = [
        {"case": f"case-{name}", "host": name, "id": "x", "fault_id": 6, "pattern": "chattering", "outcome": one}
        for name, one in outcomes
    ]
    (habit,) = counted(patterns=rows).habits
    assert (habit.fault_id, habit.pattern, habit.present, habit.unknown) == (6, "chattering", Share(2, 3), 1)


def test_the_worst_hosts_by_raises_and_by_time():
    stays = [*[stay("a", one, one + 0.1) for one in range(8)], stay("b", 0, 20), stay("c", 0, 1, fault=7)]
    by_raises, by_time = counted(intervals=[*stays, unseen("d", 0, 2)]).actors
    assert [(one.host, one.name, one.amount) for one in by_raises.worst] == [
        ("a", "A", 8),
        ("b", "B", 1),
        ("c", "C", 1),
    ]
    assert (by_raises.total, by_raises.most) == (10, Share(1, 4))
    assert [one.host for one in by_time.worst] == ["b", "d", "c", "a"]
    assert [round(one.cumulative, 2) for one in by_time.worst] == [0.84, 0.92, 0.97, 1.0]
    assert by_time.worst[0].observed_s == 24 * HOUR
    assert by_raises.worst[2].faults == (7,)


# Promises


def test_breaches_are_counted_by_the_week_in_which_the_time_began():
    stays = [stay("a", 1, 2), stay("b", 24 * 7 + 1), stay("c", 1, 1.1), unseen("d", 3, 5)]
    ids = [one["id"] for one in stays]
    judged = [
        found("a", ids[0], "breached", 1 + 1 / 6, "warning"),
        found("b", ids[1], "breached", 24 * 7 + 1 + 1 / 6),
        found("c", ids[2], "met", 1 + 1 / 6, "none"),
        found("d", ids[3], "breached", None, "warning"),
        found("d", ids[3], "pending", 4, "info", after="connector_started"),
        found("a", "gone", "breached", 4),
    ]
    hosts = [host("a"), host("b", last=24 * 8), host("c"), host("d")]
    started, raised = counted(hosts=hosts, intervals=stays, findings=judged).promises
    assert (raised.fault_id, raised.after, raised.within_s) == (6, "raised", 600)
    assert [(one.week, one.monday, one.breached, one.observed.hosts) for one in raised.weeks] == [
        ("2026-W10", "2026-03-02", Share(2, 3), 4),
        ("2026-W11", "2026-03-09", Share(1, 1), 1),
    ]
    assert raised.weeks[0].observed.observed_s == (3 * 24 + 7 * 24) * HOUR
    assert raised.weeks[1].observed.observed_s == 24 * HOUR
    assert raised.breached == Share(3, 4)
    assert (started.after, started.weeks[0].pending, started.weeks[0].breached) == ("connector_started", 1, Share(0, 0))


# Who has to be helped


def test_hosts_to_help_stand_in_the_order_of_need():
    stays = [
        stay("a", 5, severity="Minor"),
        stay("b", 4, severity="Critical"),
        stay("c", 3, severity="Critical"),
        stay("d", 2, severity="Critical", fault=7),
        stay("e", 1, 2, severity="Critical"),
        stay("f", 1, severity="Critical", state="unknown", fault=13),
        stay("g", 9, severity="Minor", state="unknown"),
    ]
    ids = {one["host"]: one["id"] for one in stays}
    judged = [found(name, ids[name], "breached", 6) for name in "abceg"]
    helped = counted(hosts="abcdefg", intervals=stays, findings=judged).to_help
    assert [one.host for one in helped] == ["c", "b", "a", "g", "d"]
    assert [one.standing[0].level for one in helped] == ["critical"] * 4 + ["info"]
    assert [one.standing[0].open for one in helped] == [True, True, True, False, True]
    worst = helped[0]
    assert (worst.name, worst.case, worst.last_at) == ("C", "case-c", "2026-03-03T00:00:00Z")
    assert (worst.standing[0].since, worst.standing[0].since_seen) == ("2026-03-02T03:00:00Z", True)


def test_only_the_last_bundle_of_a_host_says_whether_it_needs_help():
    hosts = [host("a", case="old", last=10), host("a", case="new", first=12, last=24), host("b")]
    stays = [stay("a", 5, case="old", until=10.0), stay("a", 13, 14, case="new"), unseen("b", 0, None)]
    (helped,) = counted(hosts=hosts, intervals=stays).to_help
    assert (helped.host, helped.standing[0].since_seen, helped.standing[0].level) == ("b", False, "info")


# Fault by day


def test_heat_counts_hosts_that_were_observed_on_a_day():
    hosts = [host("a", last=72), host("b", last=30), host("c", first=48, last=50)]
    stays = [stay("a", 23, 25), stay("a", 60, 61, fault=7), stay("b", 20, until=30.0), unseen("c", 49, 50)]
    coverage = [seen("a", 0, 30), seen("a", 48, 71), seen("b", 0, 30), seen("c", 48, 50)]
    found_heat = counted(hosts=hosts, coverage=coverage, intervals=stays).heat
    assert [(one.day, one.observed.hosts) for one in found_heat.days] == [
        *(("2026-03-02", 2), ("2026-03-03", 2), ("2026-03-04", 2)),
    ]
    assert [(one.fault_id, one.hosts) for one in found_heat.rows] == [(6, (2, 2, 1)), (7, (0, 0, 1))]
    assert found_heat.days[1].observed.observed_s == 12 * HOUR


# The whole


def test_the_scope_says_what_is_counted():
    hosts = [host("a", case="1", bundles=["x", "y"]), host("a", case="2", first=20, last=48), host("b")]
    scope = counted(hosts=hosts, intervals=[stay("a", 1, 2, case="1")]).scope
    assert (scope.bundles, scope.cases, scope.hosts, scope.hosts_observed, scope.stays) == (4, 3, 2, 2, 1)
    assert scope.observed_s == (48 + 24) * HOUR
    assert (scope.longest, scope.longest_s) == ("A", 48 * HOUR)
    assert (scope.first_at, scope.last_at) == ("2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z")


def test_an_empty_fleet_is_counted_too():
    told = json.loads(to_json(counted(hosts=[])))
    assert told["scope"]["hosts"] == 0
    assert told["faults"] == told["to_help"] == told["heat"]["days"] == []


def test_the_document_is_the_same_for_rows_in_any_order_and_names_its_intervals():
    stays = [*version_stays("1.9.1", 5), *version_stays("1.14.0", 1), stay("z", 0, version=None)]
    hosts = [host(one["host"]) for one in stays]
    judged = [found(one["host"], one["id"], "breached", 1) for one in stays]
    told = to_json(counted(hosts=hosts, intervals=stays, findings=judged))
    turned = to_json(counted(hosts=hosts[::-1], intervals=stays[::-1], findings=judged[::-1]))
    assert told == turned
    document = json.loads(told)
    assert (document["schema"], document["level"]) == ("faultlog.fleet/1", 0.95)
    fault = document["faults"][0]
    assert fault["prevalence"]["hosts"]["share"] == 1.0
    assert set(fault["incidence"]["rate"]) == {"events", "observed_s", "host_months", "rate", "interval"}
    assert fault["clearing"]["curve"]["median_s"]["value"] is not None


def test_the_published_schema_is_the_one_the_values_give(root, golden):
    golden(root / "faultlog/_data/fleet.schema.json", json.dumps(fleet_schema(), indent=2, ensure_ascii=False) + "\n")


def test_a_document_obeys_the_schema_and_a_key_more_or_less_does_not():
    stays = [*version_stays("1.9.1", 5), *version_stays("1.14.0", 1), stay("z", 0), unseen("y", 0, None)]
    hosts = {one["host"] for one in stays}
    patterns = [{"case": "case-z", "host": "z", "id": "x", "fault_id": 6, "pattern": "standing", "outcome": "absent"}]
    judged = [found("z", "f6-0", "breached", 1)]
    told = json.loads(to_json(counted(hosts=hosts, intervals=stays, findings=judged, patterns=patterns)))
    schema = fleet_schema()
    jsonschema.validate(told, schema)
    jsonschema.validate(json.loads(to_json(counted(hosts=[]))), schema)
    for wrong in (told | {"more": 1}, {key: one for key, one in told.items() if key != "heat"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_rows_that_nobody_can_know_do_not_disturb():
    """Nothing but nulls where tables allow them."""
    bare = host("a") | {"name": None, "connector_version": None, "first_at": None, "last_at": None}
    rows = stay("a", 0, version=None, severity=None) | {"cleared_at": at(0) + timedelta(seconds=1)}
    told = json.loads(to_json(fleet_statistics(frames_of([bare], [seen("a")], [rows]))))
    assert told["to_help"][0]["name"] is None
    assert told["scope"]["first_at"] is None
