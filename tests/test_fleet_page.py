"""The page about fleets: its examples are run, and it names every column of every table."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from faultlog.fleet.driving import Driven
from faultlog.fleet.sources import units
from faultlog.fleet.tables import TABLES
from faultlog.fleet.telling import tally_lines
from faultlog.wording import Wording

from .lakes import filled, lake_at, rows
from .logs import knowledge

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "fleet.md"
ASKED = re.compile(r"(?ms)^```(?P<kind>sql|python)\n(?P<asked>.*?)^```\n\n```text\n.*?^```$")
RUN = re.compile(r"(?ms)^```console\n(?P<words>\$ faultlog fleet run sample_logs --lake lake)\n.*?^```$")
COLUMN = re.compile(r"(?m)^\| `(\w+)` \| (\w+) \|")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("page")


@pytest.fixture(scope="module")
def driven(place):
    """The lake of the samples, and what the run came to."""
    lake = lake_at(place / "lake")
    tally, _ = filled(lake, units([str(ROOT / "sample_logs")]))
    return Driven(lake, tally)


def answered(block: "re.Match[str]") -> str:
    """A block as the page shows it, with what it prints."""
    out, asked = StringIO(), block["asked"]
    with redirect_stdout(out):
        if block["kind"] == "sql":
            print(duckdb.sql(asked).to_df().to_string(index=False))
        else:
            exec(asked, {})  # noqa: S102 (what the page says)
    printed = "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())
    return f"```{block['kind']}\n{asked}```\n\n```text\n{printed}```"


def test_the_page_shows_what_its_examples_print(driven, place, monkeypatch, golden):
    monkeypatch.chdir(place)
    lines = "".join(line + "\n" for line in tally_lines(driven, Wording("en", knowledge().rules)))
    text = ASKED.sub(answered, PAGE.read_text(encoding="utf-8"))
    golden(PAGE, RUN.sub(lambda block: f"```console\n{block['words']}\n{lines}```", text))
    assert len(ASKED.findall(text)) == 4


def test_the_page_names_every_column_of_every_table_with_its_type():
    told = PAGE.read_text(encoding="utf-8").partition("### Tables")[2]
    named = {part.partition("\n")[0]: COLUMN.findall(part) for part in told.split("\n#### ")[1:]}
    assert named == {table.name: list(table.columns.items()) for table in TABLES}
    assert list(named) == [table.name for table in TABLES]


def test_the_page_names_every_place_in_a_lake(driven):
    shown = PAGE.read_text(encoding="utf-8").partition("## The lake")[2].split("```")[1]
    named = {line.split()[0].split("/")[0] for line in shown.strip().splitlines()}
    tables = {table.name for table in TABLES}
    assert named - {"<table>"} == {one.name for one in driven.lake.root.iterdir()} - tables
    assert "<table>" in named


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_duckdb_and_pandas_read_the_same_rows_of_every_table(driven, table):
    wanted = rows(driven.lake, table)
    by_duckdb = duckdb.sql(f"select * from '{driven.lake.root}/{table}/*/*.parquet'")  # noqa: S608 (a test's own words)
    by_pandas = pd.read_parquet(driven.lake.root / table)
    assert len(wanted) == len(by_duckdb) == len(by_pandas) > 0
    assert set(by_duckdb.columns) == set(by_pandas.columns) == {*wanted[0], "rules"}
    cases = sorted(row["case"] for row in wanted)
    assert cases == sorted(by_pandas["case"]) == sorted(case for (case,) in by_duckdb.select('"case"').fetchall())
