"""The report of a fleet: pictures in which nothing overlaps, and a page that asks nobody for anything."""

import itertools
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import html5lib
import pytest

from faultlog.fleet.report.headlines import headlines
from faultlog.fleet.report.heat import SHADES, Cell, cells_of, columns_of, heat_map
from faultlog.fleet.report.page import render_fleet
from faultlog.fleet.report.picture import Easel, Picture
from faultlog.fleet.report.pictures import FILES, pictures, write_pictures
from faultlog.fleet.report.recurring import recurrences
from faultlog.fleet.report.scales import Even, Magnitude, rounds, times_between
from faultlog.fleet.report.telling import Telling
from faultlog.fleet.report.weeks import bars_of, weeks_of
from faultlog.fleet.statistics.breaches import Promise, Week
from faultlog.fleet.statistics.fleet import FleetStatistics
from faultlog.fleet.statistics.heat import Day, Heat, Row
from faultlog.fleet.statistics.observed import Watched
from faultlog.fleet.statistics.recurrence import Recurrence, Rise
from faultlog.fleet.statistics.shares import Share
from faultlog.report.charts.font import ShippedFont
from faultlog.report.charts.marks import Label
from faultlog.wording import Language, Wording
from tests.fleet.made import MONDAY, fleet, gathered
from tests.logs import knowledge

HOSTILE = "</script><img src=x onerror=alert(1)>\"' \u202egnp.exe\x1b[31m"
MOST_BYTES = 2_000_000
FLEETS = {"one-host": (1, 7, 1), "small": (60, 21, 6), "years": (200, 1500, 14), "large": (10_000, 62, 14)}


def told(found: FleetStatistics, language: Language = "en") -> Telling:
    return Telling(Wording(language, knowledge().rules, "UTC"), found)


@cache
def made(name: str) -> FleetStatistics:
    return fleet(*FLEETS[name])


@cache
def drawn(name: str, language: Language = "en") -> list[Picture]:
    return pictures(Easel(told(made(name), language), ShippedFont()))


def links(found: FleetStatistics, most: int) -> dict[str, str]:
    return {one.case: f"fleet-cases/{one.case}.html" for one in found.to_help[:most]}


@cache
def page_of(name: str, language: Language = "en", linked: int = 50) -> str:
    telling = told(made(name), language)
    return render_fleet(telling, gathered(made(name)), drawn(name, language), links(made(name), linked))


@cache
def parsed(page: str) -> Any:
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def overlapping(labels: list[Label]) -> list[tuple[str, str]]:
    return [
        (one.text, other.text)
        for one, other in itertools.combinations(labels, 2)
        if one.left < other.left + other.width - 0.5
        and other.left < one.left + one.width - 0.5
        and one.top < other.top + other.height - 0.5
        and other.top < one.top + one.height - 0.5
    ]


class TestPictures:
    @pytest.mark.parametrize("name", FLEETS)
    @pytest.mark.parametrize("language", ["en", "ko"])
    def test_no_two_texts_overlap_and_none_leaves_the_picture(self, name, language):
        assert drawn(name, language)
        for one in drawn(name, language):
            labels = [mark for mark in one.sheet.marks if isinstance(mark, Label)]
            assert labels, one.key
            assert overlapping(labels) == [], one.key
            assert all(
                mark.left >= 0
                and mark.left + mark.width <= one.sheet.width
                and mark.top + mark.height <= one.sheet.height
                for mark in labels
            ), one.key

    def test_one_is_told_as_one(self):
        said = [mark.text for one in drawn("one-host") for mark in one.sheet.marks if isinstance(mark, Label)]
        said += [one.alternative for one in drawn("one-host")]
        assert any("1 host at the start" in one for one in said)
        many = re.compile(r"(?<!of )\b1 (raises|stays|hosts|faults|curves|columns|versions|comparisons)\b")
        assert [one for one in said if many.search(one)] == []

    def test_a_fleet_has_them_all_and_an_empty_one_none(self):
        assert [one.key for one in drawn("small")] == list(FILES)
        empty = replace(
            found := made("small"), faults=(), promises=(), heat=Heat((), ()),
            versions=replace(found.versions, comparisons=(), made=0),
            actors=tuple(replace(one, worst=()) for one in found.actors),
        )  # fmt: skip
        assert pictures(Easel(told(empty), ShippedFont())) == []

    def test_they_are_files_with_the_same_bytes_each_time(self, tmp_path):
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            write_pictures(drawn("small")[2:3], tmp_path / name)
        files = sorted(one.name for one in (tmp_path / "one").iterdir())
        assert files == ["versions.png", "versions.svg"]
        assert all((tmp_path / "one" / one).read_bytes() == (tmp_path / "two" / one).read_bytes() for one in files)

    def test_every_picture_has_its_numbers_as_a_table(self):
        for one in drawn("small"):
            assert one.table.rows, one.key
            assert {len(row) for row in one.table.rows} == {len(one.table.columns)}, one.key
            assert len(one.alternative) > 20


def day(place: int, hosts: int) -> Day:
    return Day((MONDAY + timedelta(place)).isoformat(), Watched(hosts, 86_400.0 * hosts))


class TestHeat:
    def test_a_column_is_a_day_while_there_is_room_and_several_where_there_is_none(self):
        days = [MONDAY + timedelta(place) for place in range(100)]
        assert columns_of(days[:10]).days == 1
        weeks = columns_of(days)
        assert (weeks.days, weeks.first, weeks.count) == (7, MONDAY, 15)
        assert columns_of([]) is None

    def test_host_days_of_a_column_add_up(self):
        heat = Heat(tuple(day(place, 10) for place in range(100)), (Row(6, tuple(place % 3 for place in range(100))),))
        cells = cells_of(heat, heat.rows[0], columns_of(MONDAY + timedelta(place) for place in range(100)))
        assert sum(one.raised for one in cells) == sum(heat.rows[0].hosts)
        assert sum(one.observed for one in cells) == 1000

    def test_none_raised_and_nobody_observed_look_different(self):
        assert Cell(0, 0).fill is None
        assert Cell(0, 10).fill not in {None, Cell(1, 10).fill}

    def test_more_is_darker_in_grey_as_well(self):
        def light(colour: str) -> float:
            red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
            return 0.2126 * red + 0.7152 * green + 0.0722 * blue

        steps = [light(colour) for _, colour in SHADES]
        assert min(before - after for before, after in itertools.pairwise(steps)) > 15

    def test_its_table_names_denominators(self):
        heat = Heat((day(0, 20), day(1, 18)), (Row(6, (3, 0)),))
        found = heat_map(Easel(told(replace(made("small"), heat=heat)), ShippedFont()))
        assert [row[1:4] for row in found.table.rows] == [("2026-01-05", "3", "20")]


def week(place: int, broken: int, kept: int, pending: int) -> Week:
    monday = (MONDAY + timedelta(7 * place)).isoformat()
    return Week("", monday, Share(broken, broken + kept), pending, 0, Watched(1, 1.0))


class TestWeeks:
    def test_a_week_without_a_verdict_has_its_place(self):
        one = Promise(6, "clears_within", "raised", 600.0, (week(0, 1, 2, 3), week(3, 4, 5, 6)), Share(5, 12), 0)
        weeks = weeks_of([one])
        assert weeks.wide == 1
        assert [(bar.breached, bar.met, bar.undecided) for bar in bars_of(one, weeks)] == [
            (1, 2, 3), (0, 0, 0), (0, 0, 0), (4, 5, 6),
        ]  # fmt: skip

    def test_many_weeks_share_bars_and_lose_nothing(self):
        many = tuple(week(place, 1, 1, 1) for place in range(200))
        one = Promise(6, "clears_within", "raised", 600.0, many, Share(200, 400), 0)
        weeks = weeks_of([one])
        bars = bars_of(one, weeks)
        assert (weeks.wide, len(bars), sum(bar.total for bar in bars)) == (4, 50, 600)


class TestScales:
    def test_values_lie_where_they_belong(self):
        assert Even(0, 10, 100, 200).at(5) == 150
        assert Even(0, 10, 100, 200).at(50) == 200
        assert Magnitude(1, 100, 0, 10).at(10) == pytest.approx(5)
        assert Magnitude(1, 100, 0, 10).at(0) == 0

    @pytest.mark.parametrize("high", [0.0003, 0.5, 1, 7, 99, 12_345])
    def test_an_axis_reaches_what_it_shows_in_few_round_steps(self, high):
        marks = rounds(high)
        assert marks[0] == 0
        assert high <= marks[-1] <= 2 * high
        assert 2 <= len(marks) <= 6

    def test_an_axis_of_time_begins_below_and_ends_above(self):
        marks = times_between(45, 4000)
        assert marks[0] <= 45
        assert marks[-1] >= 4000


class TestPage:
    @pytest.mark.parametrize(("name", "language"), [("small", "en"), ("one-host", "ko")])
    def test_it_is_html_in_its_language(self, name, language):
        page = page_of(name, language)
        assert parsed(page).get("lang") == language
        assert "fleet.report." not in re.sub(r"<style>.*?</style>", "", page)

    @pytest.mark.parametrize("name", ["large", "years"])
    def test_it_is_never_large(self, name):
        assert len(page_of(name).encode()) <= MOST_BYTES // 2

    def test_it_asks_nobody_for_anything(self):
        tree = parsed(page_of("small"))
        links = [one.get("href") for one in tree.iter() if one.get("href")]
        assert all(one.startswith(("#", "fleet-cases/")) for one in links)
        assert [one for one in tree.iter() if one.get("src") or one.get("style") or one.get("srcset")] == []
        (policy,) = [one.get("content") for one in tree.iter("meta") if one.get("http-equiv")]
        assert "default-src 'none'" in policy

    def test_its_pictures_say_what_they_show_and_have_a_table(self):
        tree = parsed(page_of("small"))
        svg = [one for one in tree.iter() if str(one.tag).endswith("svg") and one.get("class") == "picture"]
        assert len(svg) == 6
        assert all(one.get("role") == "img" and len(one.get("aria-label")) > 20 for one in svg)
        assert len(list(tree.iter("details"))) >= 6

    def test_every_id_is_there_once_and_every_jump_leads_somewhere(self):
        tree = parsed(page_of("small"))
        ids = Counter(one.get("id") for one in tree.iter() if one.get("id"))
        assert max(ids.values()) == 1
        jumps = [one.get("href")[1:] for one in tree.iter("a") if one.get("href").startswith("#")]
        assert set(jumps) <= set(ids)
        named = [one.get("aria-labelledby") for one in tree.iter() if one.get("aria-labelledby")]
        assert set(named) <= set(ids)

    def test_a_host_with_a_page_links_to_it_and_without_pages_none_does(self):
        assert page_of("large").count('href="fleet-cases/') == 50
        assert 'href="fleet-cases/' not in page_of("small", linked=0)

    def test_a_name_that_is_markup_is_text(self):
        found = made("small")
        actors = tuple(replace(one, worst=(replace(one.worst[0], name=HOSTILE),)) for one in found.actors)
        bad = replace(found, to_help=(replace(found.to_help[0], name=HOSTILE),), actors=actors)
        telling = told(bad)
        page = render_fleet(telling, gathered(bad), pictures(Easel(telling, ShippedFont())), {})
        assert "<img" not in page
        assert "\u202e" not in page
        assert parsed(page) is not None

    def test_numbers_have_their_denominators(self):
        text = " ".join("".join(parsed(page_of("small")).itertext()).replace("\N{NO-BREAK SPACE}", " ").split())
        assert "15 of 62 hosts need help today" in text
        assert "24 of 60 (40 %)" in text
        assert "in 1,008 host-days" in text
        assert "3 bundles are quarantined: too much memory." in text
        assert "The lake also holds what another set of rules made of its bundles: 0123456789abcdef" in text


class TestRecurrences:
    def test_a_curve_ends_where_few_hosts_are_left(self):
        """One host that is observed for a year, and many for a day: the picture is of the day."""
        found = made("small")
        rises = (Rise(3_600.0, 0.1, 0.02, 60), Rise(86_400.0, 0.2, 0.03, 5), Rise(365 * 86_400.0, 5.7, 1.0, 1))
        one = replace(found.faults[0], returning=Recurrence(60, 12, rises))
        picture = recurrences(Easel(told(replace(found, faults=(one,))), ShippedFont()))
        assert picture is not None
        texts = [mark.text for mark in picture.sheet.marks if isinstance(mark, Label)]
        assert any("hosts observed then: 5" in text for text in texts)
        assert any(text.endswith(" h") for text in texts)
        assert not any(text.endswith(" d") for text in texts)

    def test_where_there_never_were_many_hosts_it_is_drawn_to_its_end(self):
        found = made("small")
        rises = (Rise(3_600.0, 0.5, 0.2, 2), Rise(86_400.0, 1.5, 0.3, 1))
        one = replace(found.faults[0], returning=Recurrence(2, 3, rises))
        picture = recurrences(Easel(told(replace(found, faults=(one,))), ShippedFont()))
        assert picture is not None
        assert picture.table.rows[0][-1] == "1"


class TestHeadlines:
    def test_a_version_is_called_slower_only_where_test_and_medians_agree(self):
        found = made("small")
        one = found.versions.comparisons[0]
        ratio = replace(one.test.hazard_ratio, value=1.7)
        against = replace(one, test=replace(one.test, hazard_ratio=ratio))
        for compared, told_ in (
            (one, "takes longer to clear under connector 1.16.2"),
            (against, "neither is called slower"),
        ):
            fleet_ = replace(found, versions=replace(found.versions, comparisons=(compared,)))
            assert told_ in " ".join(said for _, said in headlines(told(fleet_), gathered(fleet_)))

    def test_that_no_version_is_shown_to_be_worse_is_said_too(self):
        found = made("small")
        one = replace(found.versions.comparisons[0], p_corrected=0.25)
        for compared, told_ in (
            ((one, replace(one, p_corrected=0.5)), "none of 2 comparisons of two versions tells them apart"),
            ((one,), "the only comparison of two versions does not tell them apart"),
            ((), "Which connector version is worse is not known"),
        ):
            fleet_ = replace(found, versions=replace(found.versions, comparisons=compared))
            said = [words for _, words in headlines(told(fleet_), gathered(fleet_)) if "version" in words]
            assert len(said) == 1
            assert told_ in said[0]
            assert ("p 0.25" in said[0]) == bool(compared)

    def test_that_one_host_makes_most_of_the_observed_time_is_said(self):
        found = made("small")
        assert not any("One host" in words for _, words in headlines(told(found), gathered(found)))
        scope = replace(found.scope, observed_s=393 * 86_400.0, longest="mac-7", longest_s=365 * 86_400.0)
        said = headlines(told(replace(found, scope=scope)), gathered(found))
        assert [
            (mark, words.split(":")[0].replace("\N{NO-BREAK SPACE}", " ")) for mark, words in said if "One" in words
        ] == [("warning", "One host, mac-7, makes 93 % of all observed time (365 of 393 host-days)")]

    def test_a_number_without_a_rule_is_said_to_be_one(self):
        assert told(made("small")).name(250) == "250 (not described by any rule)"
        assert told(made("small"), "ko").name(250) == "250 (설명하는 규칙 없음)"

    def test_a_fleet_without_a_fault_needs_no_help(self):
        found = replace(
            made("small"), faults=(), promises=(), to_help=(), versions=replace(made("small").versions, comparisons=())
        )
        marks = [mark for mark, _ in headlines(told(found), gathered(found))]
        assert marks == ["met", "none_raised", "unread"]
