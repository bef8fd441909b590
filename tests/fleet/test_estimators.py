"""Each estimator beside numbers that others published, or that another program computes.

Where R is named, the numbers are those of R 4.2.2 with survival 3.5-3, printed by the call that stands beside them.
"""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import logrank as scipy_logrank

from faultlog.fleet.spans import common, holds, length, united
from faultlog.fleet.statistics.logrank import Lasted, holm, log_rank
from faultlog.fleet.statistics.rates import MONTH_S, Rate
from faultlog.fleet.statistics.recurrence import Unit, mean_cumulative
from faultlog.fleet.statistics.shares import Share
from faultlog.fleet.statistics.survival import Estimate, kaplan_meier
from tests.conftest import EXAMPLES

TREATED = Lasted((6, 6, 6, 7, 10, 13, 16, 22, 23), (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35))
PLACEBO = Lasted((1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23), ())
"""Weeks of remission of leukaemia: E. J. Freireich et al. (1963), Blood 21, 699-716."""

SYSTEMS = (((5, 10, 15), 17), ((6, 13, 17), 19), ((12, 20, 25), 26), ((13, 15), 24), ((16, 22, 25), 28))
"""Failures and retirement of five systems: the example of ReliaWiki, Recurrent Event Data Analysis."""

VALVES = (
    *(((), end) for end in (761, 759, 665, 651, 631, 596, 593, 601, 611, 608, 587, 587, 578, 578, 586, 585, 582)),
    *(((98,), 667), ((326, 653, 653), 667), ((84,), 667), ((87,), 663), ((646,), 653), ((92,), 653)),
    *(((258, 328, 377, 621), 650), ((61, 539), 648), ((254, 276, 298, 640), 644), ((76, 538), 642), ((635,), 641)),
    *(((349, 404, 561), 649), ((120, 479), 614), ((323, 449), 582), ((139, 139), 589), ((573,), 589)),
    *(((165, 408, 604), 606), ((249,), 594), ((344, 497), 613), ((265, 586), 595), ((166, 206, 348), 389)),
    *(((410, 581), 601), ((367,), 603), ((202, 563, 570), 585)),
)
"""Days at which valve seats of 41 diesel engines were replaced, and the engine's age: Nelson (1995)."""


def units(histories):
    return [Unit([(0.0, float(end))], tuple(map(float, events))) for events, end in histories]


@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_that_of_newcombes_table(n, of, low, high):
    """R. G. Newcombe (1998), Stat. Med. 17, table I, method 3."""
    assert [round(end, 4) for end in Share(n, of).interval] == [low, high]


def test_a_share_of_nothing_has_no_value_and_no_interval():
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, None)
    with pytest.raises(ValueError, match="3 of 2 is no share"):
        Share(3, 2)


@pytest.mark.parametrize(
    ("events", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)]
)
def test_the_interval_of_a_count_is_garwoods(events, low, high):
    """F. Garwood (1936); `poisson.test` of R gives the same."""
    assert Rate(events, 2 * MONTH_S).interval == pytest.approx((low / 2, high / 2), abs=6e-4)
    assert Rate(events, 2 * MONTH_S).value == events / 2


def test_a_rate_over_no_observed_time_is_none():
    assert (Rate(0, 0.0).value, Rate(0, 0.0).interval) == (None, None)


def test_the_curve_of_kaplan_and_meier_is_that_of_the_leukaemia_trial():
    """`summary(survfit(Surv(t, e) ~ 1, conf.type = "log-log"))` of R; the survival stands in every textbook."""
    curve = kaplan_meier(TREATED.ended, TREATED.censored)
    assert [(one.at_s, one.at_risk, round(one.survival, 3)) for one in curve.steps] == [
        *((6, 21, 0.857), (7, 17, 0.807), (10, 15, 0.753), (13, 12, 0.69), (16, 11, 0.627)),
        *((22, 7, 0.538), (23, 6, 0.448)),
    ]
    assert [tuple(round(end, 3) for end in one.band) for one in curve.steps] == [
        *((0.62, 0.952), (0.563, 0.923), (0.503, 0.889), (0.432, 0.849), (0.368, 0.805)),
        *((0.268, 0.747), (0.188, 0.68)),
    ]
    assert (curve.n, curve.events, curve.censored) == (21, 9, 12)


def test_the_median_and_its_interval_are_those_of_r():
    """`print(survfit(Surv(t, e) ~ 1, conf.type = "log-log"))`: 23 (13, NA) and 8 (4, 11)."""
    assert kaplan_meier(TREATED.ended, TREATED.censored).median_s == Estimate(23.0, 13.0, None)
    assert kaplan_meier(PLACEBO.ended, ()).median_s == Estimate(8.0, 4.0, 11.0)


def test_what_has_ended_by_a_time_is_said_only_as_far_as_somebody_was_watched():
    curve = kaplan_meier(TREATED.ended, TREATED.censored)
    assert curve.ended_by(5) == Estimate(0.0, None, None)
    ended = curve.ended_by(22.5)
    assert (ended.value, ended.low, ended.high) == pytest.approx((1 - 0.538, 1 - 0.747, 1 - 0.268), abs=1e-3)
    assert curve.ended_by(35.5) == Estimate(None, None, None)
    assert kaplan_meier(PLACEBO.ended, ()).ended_by(40).value == 1.0
    assert kaplan_meier((), (5.0,)).ended_by(3) == Estimate(0.0, None, None)
    assert kaplan_meier((), ()).ended_by(3) == Estimate(None, None, None)


def test_one_duration_has_a_median_and_no_interval():
    assert kaplan_meier((5.0,), ()).median_s == Estimate(5.0, None, None)


def test_the_log_rank_test_is_that_of_the_leukaemia_trial():
    """`survdiff` of R: observed 9 and 21, expected 19.2505 and 10.7495, variance 6.256961, chi-squared 16.7929."""
    test = log_rank(TREATED, PLACEBO)
    assert test.observed == (9, 21)
    assert test.expected == pytest.approx((19.2505, 10.7495), abs=1e-4)
    assert test.chi2 == pytest.approx(16.7929, abs=1e-4)
    assert test.p == pytest.approx(4.169e-05, rel=1e-3)
    assert test.hazard_ratio.value == pytest.approx(math.exp((21 - 10.7495) / 6.256961), rel=1e-4)
    assert test.hazard_ratio.low > 1


def test_the_log_rank_test_is_that_of_scipy():
    from scipy.stats import CensoredData

    rng = np.random.default_rng(5)
    for _ in range(5):
        lives = [rng.exponential(size, 30).round(1) for size in (1, 2)]
        groups = [Lasted(tuple(one[one < 2]), (2.0,) * int((one >= 2).sum())) for one in lives]
        theirs = scipy_logrank(*(CensoredData(uncensored=one.ended, right=one.censored) for one in groups))
        test = log_rank(*groups)
        assert (test.chi2, test.p) == pytest.approx((theirs.statistic**2, theirs.pvalue), rel=1e-9)


def test_groups_that_were_never_at_risk_together_are_not_compared():
    assert log_rank(Lasted((1.0,), ()), Lasted((), (0.5,))) is None
    assert log_rank(Lasted((), ()), Lasted((), ())) is None


def test_holms_correction():
    """`p.adjust(c(.01, .04, .03, .005), "holm")` of R."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_mean_cumulative_function_is_that_of_reliawiki():
    found = mean_cumulative(units(SYSTEMS))
    assert [(one.at_s, round(one.mean, 4)) for one in found.steps] == [
        *((5, 0.2), (6, 0.4), (10, 0.6), (12, 0.8), (13, 1.2), (15, 1.6), (16, 1.8), (17, 2.0)),
        *((20, 2.3333), (22, 2.6667), (25, 3.6667)),
    ]
    assert [one.at_risk for one in found.steps] == [5] * 8 + [3, 3, 2]
    assert (found.hosts, found.events) == (5, 14)


def test_the_error_of_the_mean_cumulative_function_is_that_of_r():
    """`survfit(Surv(start, stop, status) ~ 1, id = id, robust = TRUE)$std.chaz` of R."""
    found = mean_cumulative(units(SYSTEMS))
    assert [one.error for one in found.steps] == pytest.approx(
        [
            *(0.178885438, 0.219089023, 0.357770876, 0.334664011, 0.334664011, 0.456070170, 0.334664011, 0.4),
            *(0.435464843, 0.381031738, 0.381031738),
        ]
    )


def test_the_valve_seats_of_nelson():
    """As above; engine 402 had two replacements on one day, which are one step here."""
    steps = {one.at_s: one for one in mean_cumulative(units(VALVES)).steps}
    told = [(at, round(steps[at].mean, 5), round(steps[at].error, 5)) for at in (61, 98, 139, 410, 573, 604, 646)]
    assert told == [
        *((61, 0.02439, 0.02409), (98, 0.14634, 0.0552), (139, 0.21951, 0.07327), (410, 0.73354, 0.13914)),
        *((573, 0.95854, 0.16896), (604, 1.05972, 0.18506), (646, 1.32047, 0.22851)),
    ]


def test_a_host_leaves_with_its_observation_and_enters_again():
    """As above, of hosts that are observed in two parts."""
    hosts = [
        Unit([(0.0, 6.0), (10.0, 14.0)], (3.0, 14.0)),
        Unit([(0.0, 12.0)], (4.0, 12.0)),
        Unit([(2.0, 8.0), (9.0, 13.0)], (5.0, 13.0)),
    ]
    found = mean_cumulative(hosts)
    assert [(one.at_s, one.at_risk) for one in found.steps] == [(3, 3), (4, 3), (5, 3), (12, 3), (13, 2), (14, 1)]
    assert [one.mean for one in found.steps] == pytest.approx([1 / 3, 2 / 3, 1.0, 4 / 3, 11 / 6, 17 / 6])
    assert [one.error for one in found.steps] == pytest.approx(
        [0.272165527, 0.272165527, 0.0, 0.272165527, 0.446177178, 0.446177178]
    )
    assert found.steps[2].band is None


def test_an_event_on_the_first_line_of_a_log_counts_and_its_host_is_at_risk():
    found = mean_cumulative([Unit([(0.0, 5.0)], (0.0,)), Unit([(0.0, 5.0)], ())])
    assert [(one.at_s, one.mean, one.at_risk) for one in found.steps] == [(0.0, 0.5, 2)]


def test_an_event_outside_the_time_observed_is_refused():
    with pytest.raises(ValueError, match="outside the time observed"):
        Unit([(0.0, 1.0)], (2.0,))


def test_a_curve_of_many_steps_is_drawn_with_few_and_keeps_its_end():
    rng = np.random.default_rng(3)
    many = mean_cumulative([Unit([(0.0, 100.0)], tuple(sorted(rng.uniform(0, 100, 300)))) for _ in range(20)])
    assert (len(many.steps), len(many.drawn().steps) <= 502) == (6000, True)
    assert many.drawn().steps[-1] == many.steps[-1]
    curve = kaplan_meier(tuple(rng.exponential(1, 5000)), ())
    assert len(curve.drawn().steps) <= 1002
    assert curve.drawn().steps[-1] == curve.steps[-1]


durations = st.lists(st.integers(0, 40).map(float), min_size=1, max_size=25)
FEW = settings(max_examples=EXAMPLES // 5)


@FEW
@given(durations, st.data())
def test_more_censoring_never_gives_more_events_and_never_a_lower_curve(lives, data):
    cut = data.draw(st.integers(0, 40))
    ended, censored = [one for one in lives if one <= cut], [float(cut) for one in lives if one > cut]
    whole, part = kaplan_meier(lives, ()), kaplan_meier(ended, censored)
    assert part.events <= whole.events
    assert part.n == whole.n
    known = {one.at_s: one.survival for one in whole.steps}
    assert all(one.survival == pytest.approx(known[one.at_s], abs=1e-9) for one in part.steps)


@FEW
@given(durations, durations, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(ended, censored, random):
    mixed = random.sample(ended, len(ended)), random.sample(censored, len(censored))
    assert kaplan_meier(*mixed) == kaplan_meier(ended, censored)
    assert log_rank(Lasted(*map(tuple, mixed)), PLACEBO) == log_rank(Lasted(tuple(ended), tuple(censored)), PLACEBO)
    histories = units((sorted(ended), 41.0) for _ in range(1)) + units(((), one) for one in censored)
    shuffled = random.sample(histories, len(histories))
    means = [[one.mean for one in mean_cumulative(some).steps] for some in (histories, shuffled)]
    assert means[0] == means[1]


@FEW
@given(st.lists(st.tuples(st.lists(st.integers(0, 30), max_size=4), st.integers(1, 30)), min_size=2, max_size=8))
def test_the_error_is_what_the_formula_says(drawn):
    """Lawless and Nadeau's sum, written out host by host."""
    hosts = units(([one for one in events if one <= end], end) for events, end in drawn)
    for step in mean_cumulative(hosts).steps:
        assert step.error**2 == pytest.approx(written_out(hosts, step.at_s), abs=1e-9)


def written_out(hosts, until):
    times = sorted({at for one in hosts for at in one.events if at <= until})
    off = [0.0] * len(hosts)
    for at in times:
        there = [holds(one.at_risk, at) for one in hosts]
        number = [one.events.count(at) for one in hosts]
        mean = sum(number) / sum(there)
        off = [was + seen / sum(there) * (own - mean) for was, seen, own in zip(off, there, number, strict=True)]
    return sum(one**2 for one in off)


def test_the_median_of_exponential_lives_lies_in_its_interval_nineteen_times_of_twenty():
    rng = np.random.default_rng(20260302)
    inside = 0
    for _ in range(200):
        lives, ends = rng.exponential(1, 60), rng.uniform(0, 4, 60)
        curve = kaplan_meier(lives[lives <= ends], ends[lives > ends])
        low, high = curve.median_s.low, curve.median_s.high
        inside += (low or 0) <= math.log(2) <= (math.inf if high is None else high)
    assert 180 <= inside <= 199


def test_the_mean_of_hosts_that_come_and_go_lies_in_its_band_nineteen_times_of_twenty():
    """Raises of hosts of which some have more than others, observed until any time, with a hole in between."""
    rng = np.random.default_rng(20260309)
    inside = 0
    for _ in range(120):
        hosts = []
        for _ in range(40):
            ends = np.sort(rng.uniform(0, 10, 3)).tolist()
            raised = np.sort(rng.uniform(0, 10, rng.poisson(0.5 * 10 * rng.gamma(1)))).tolist()
            spans = [(0.0, ends[0]), (ends[1], ends[2])]
            hosts.append(Unit(spans, tuple(one for one in raised if holds(spans, one))))
        low, high = [one for one in mean_cumulative(hosts).steps if one.at_s <= 6][-1].band
        inside += low <= 0.5 * 6 <= high
    assert 106 <= inside <= 119


def test_a_band_needs_five_hosts():
    steps = mean_cumulative([Unit([(0.0, float(end))], (0.5, end - 0.5)) for end in range(2, 10)]).steps
    assert [one.band is not None for one in steps if one.at_s > 1] == [
        one.at_risk >= 5 for one in steps if one.at_s > 1
    ]
    assert {one.at_risk for one in steps} == set(range(1, 9))


def test_spans_are_joined_measured_and_cut():
    spans = united([(5, 6), (0, 1), (1, 2), (0.5, 1.5)])
    assert (spans, length(spans)) == ([(0, 2), (5, 6)], 3)
    assert [holds(spans, at) for at in (-1, 0, 2, 3, 5, 6.5)] == [False, True, True, False, True, False]
    assert [common(spans, *ends) for ends in ((1, 5.5), (2, 3), (3, 4), (-2, 9))] == [
        [(1, 2), (5, 5.5)],
        [(2, 2)],
        [],
        [(0, 2), (5, 6)],
    ]
