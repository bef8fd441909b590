"""`faultlog fleet report` as a person asks it: what it writes, and what it says where there is nothing to report on."""

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from faultlog import cli
from faultlog.errors import UsageError
from faultlog.fleet.lake import open_lake
from faultlog.fleet.units import Outcome, Unit
from faultlog.report.document import CaseDocument
from tests.report.test_text import late_case


def said(*words):
    return CliRunner().invoke(cli.app, ["fleet", "report", *map(str, words)])


def filled(root: Path, rules: str = "a" * 16, *, doc: CaseDocument | None = None) -> Path:
    """A lake with one case, a copy of its bundle, and a quarantined bundle."""
    lake = open_lake(root, rules, {"version": "1"})
    case = "c" * 64
    lake.add(case, [case], late_case() if doc is None else doc)
    lake.decide(Outcome(Unit("one.zip"), "done", case))
    lake.decide(Outcome(Unit("copy.zip"), "same", case))
    lake.decide(Outcome(Unit("bomb.zip"), "quarantined", "d" * 64, "bomb_header", "bomb.zip: …"))
    return root


class TestAnswers:
    def test_a_screen_says_whom_to_help_and_what_was_left_out(self, tmp_path):
        done = said("--lake", filled(tmp_path / "lake"))
        assert done.exit_code == 0, done.output
        assert "Fleet of 1 host" in done.stdout
        assert "6 Scan service restarting frequently" in done.stdout
        assert "1 bundle is quarantined: a header like a bomb." in done.stdout
        assert "1 bundle has the bytes of another one" in done.stdout

    def test_a_screen_in_korean(self, tmp_path):
        done = said("--lake", filled(tmp_path / "lake"), "--lang", "ko")
        assert "호스트 1개의 현황" in done.stdout
        assert "fleet.report" not in done.stdout

    def test_a_page_links_to_the_pages_of_its_cases(self, tmp_path):
        lake = filled(tmp_path / "lake")
        done = said("--lake", lake, "-o", tmp_path / "fleet.html", "--json", tmp_path / "fleet.json")
        assert (done.exit_code, done.stdout) == (0, "")
        page = (tmp_path / "fleet.html").read_text()
        told = json.loads((tmp_path / "fleet.json").read_text())
        assert told["schema"] == "faultlog.fleet/1"
        links = [f"fleet-cases/{one['case']}.html" for one in told["to_help"]]
        assert links == [f"fleet-cases/{'c' * 64}.html"]
        assert all(f'href="{one}"' in page and (tmp_path / one).is_file() for one in links)
        assert "f6-1" in (tmp_path / links[0]).read_text()

    def test_the_same_lake_gives_the_same_bytes(self, tmp_path):
        lake = filled(tmp_path / "lake")
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
            said("--lake", lake, "-o", tmp_path / name / "fleet.html")
        assert (tmp_path / "one" / "fleet.html").read_bytes() == (tmp_path / "other" / "fleet.html").read_bytes()

    def test_numbers_on_standard_output_stand_alone(self, tmp_path):
        done = said("--lake", filled(tmp_path / "lake"), "--json", "-")
        assert json.loads(done.stdout)["scope"]["hosts"] == 1

    def test_pictures_are_files(self, tmp_path):
        said("--lake", filled(tmp_path / "lake"), "--charts", tmp_path / "charts")
        names = {one.name for one in (tmp_path / "charts").iterdir()}
        assert {"heat-map.png", "heat-map.svg", "breaches-by-week.png"} <= names
        assert {name.rpartition(".")[2] for name in names} == {"png", "svg"}


class TestRules:
    def test_the_newest_set_is_taken_and_the_others_are_named(self, tmp_path):
        lake = filled(tmp_path / "lake", "a" * 16)
        filled(lake, "b" * 16)
        os.utime(lake / "rules" / f"{'a' * 16}.json", (1, 1))
        done = said("--lake", lake)
        assert f"the fingerprint {'b' * 16}." in done.stdout
        assert f"--rules {'a' * 16}" in " ".join(done.stdout.split())

    def test_one_is_chosen_by_the_begin_of_its_hash(self, tmp_path):
        lake = filled(filled(tmp_path / "lake", "a" * 16), "b" * 16)
        assert f"the fingerprint {'a' * 16}." in said("--lake", lake, "--rules", "aa").stdout

    @pytest.mark.parametrize(("rules", "told"), [("zz", "no set of rules begins with zz"), ("", "several sets")])
    def test_none_or_several_is_said(self, tmp_path, rules, told):
        lake = filled(filled(tmp_path / "lake", "a" * 16), "b" * 16)
        done = said("--lake", lake, "--rules", rules)
        assert isinstance(done.exception, UsageError)
        assert told in str(done.exception)


class TestNothingToReportOn:
    @staticmethod
    def told(*words) -> str:
        done = said(*words)
        assert isinstance(done.exception, UsageError), done.output
        assert "\n" not in str(done.exception)
        return str(done.exception)

    def test_no_lake(self, tmp_path):
        assert "is no lake; fill one with faultlog fleet run" in self.told("--lake", tmp_path / "none")

    def test_an_empty_lake(self, tmp_path):
        open_lake(tmp_path / "lake", "a" * 16, {})
        assert "is an empty lake; fill it" in self.told("--lake", tmp_path / "lake")

    def test_a_lake_of_another_version(self, tmp_path):
        lake = filled(tmp_path / "lake")
        (lake / "lake.json").write_text('{"schema": "faultlog.lake/9"}')
        assert "a lake of another version (faultlog.lake/9)" in self.told("--lake", lake)

    def test_a_damaged_table(self, tmp_path):
        lake = filled(tmp_path / "lake")
        next((lake / "intervals").rglob("*.parquet")).write_bytes(b"no table")
        assert "is damaged" in self.told("--lake", lake)

    @pytest.mark.parametrize("option", ["-o", "--json", "--charts"])
    def test_a_place_that_cannot_be_written_is_told_before_anything_is_read(self, tmp_path, option):
        assert str(tmp_path / "no") in self.told("--lake", tmp_path / "none", option, tmp_path / "no" / "x")


class TestLakesOfOthers:
    def test_a_bundle_that_was_touched_counts_once(self, tmp_path):
        root = filled(tmp_path / "lake")
        open_lake(root, "a" * 16, {}).decide(Outcome(Unit("one.zip", changed="later"), "done", "c" * 64))
        assert "bundles 3 " in said("--lake", root).stdout

    def test_a_case_whose_name_leads_elsewhere_gets_no_page(self, tmp_path):
        root, case = filled(tmp_path / "lake"), "../../elsewhere"
        for file in root.rglob("*.parquet"):
            rows = pq.read_table(file)
            pq.write_table(rows.set_column(0, "case", pa.array([case] * len(rows))), file)
        next(root.rglob("*.json.gz")).rename(root / "elsewhere.json.gz")
        (tmp_path / "out").mkdir()
        done = said("--lake", root, "-o", tmp_path / "out" / "fleet.html", "--json", tmp_path / "out" / "fleet.json")
        assert done.exit_code == 0, done.output
        told = json.loads((tmp_path / "out" / "fleet.json").read_text())
        assert {one["case"] for one in told["to_help"]} == {case}, "or this would prove nothing"
        assert sorted(one.name for one in tmp_path.rglob("*.html")) == ["fleet.html"]
