"""Random lives: what faultlog says of their bundles never contradicts the truth, and is exact where it can be.

Half as many as `FAULTLOG_LIVES` says; a life that fails is named by its seed: `simulate --scenario random --seed N`.
"""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from jsonschema import Draft202012Validator

from faultlog.model import Instant
from faultlog.report.document import to_json
from faultlog.simulation.chances import CHANCES
from tests.conftest import LIVES
from tests.lives import Truth, case_of, complaints, lived
from tests.test_time_travel import SERVING

ROOT = Path(__file__).parent.parent
PARTS = 10
"""Tests that the lives are spread over, so that several processes can share them."""


def told(seeds: range) -> Iterator[str]:
    """What is wrong with the answers to these lives."""
    schema = Draft202012Validator(json.loads((ROOT / "faultlog" / "_data" / "case.schema.json").read_text()))
    for seed in seeds:
        with TemporaryDirectory() as place:
            bundle, truth = lived(seed, Path(place))
            case = case_of(bundle, truth)
        yield from (f"seed {seed}: {what}" for what in complaints(case, truth))
        if seed % 10 == 0:
            yield from (f"seed {seed}: {error.message}" for error in schema.iter_errors(json.loads(to_json(case))))


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_said_of_a_life_is_true_and_exact_where_the_evidence_decides_it(part):
    assert list(told(range(part + 1, LIVES // 2 + 1, PARTS))) == []


def test_a_good_part_of_all_stays_is_decidable_and_a_good_part_is_not(tmp_path):
    stays = [stay for seed in range(1, 40) for stay in lived(seed, tmp_path)[1].stays]

    assert 0.3 < sum(stay.decidable for stay in stays) / len(stays) < 0.8


def test_the_truth_finds_what_is_wrong(tmp_path):
    """A check that never complains checks nothing: a truth whose faults were raised a second later disagrees."""
    bundle, truth = lived(1, tmp_path)
    case = case_of(bundle, truth)
    assert list(complaints(case, truth)) == []
    document = json.loads(json.dumps(truth.document))
    for line in document["signals"]:
        if line["kind"] == "fault_raised":
            line["read_at"] = str(Instant.of(line["read_at"]).moved(1))

    assert any("raised observed" in what for what in complaints(case, Truth(document)))


FROZEN = """
import datetime, hashlib, json, sys, time
class Frozen(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return cls({today}, tzinfo=tz)
    @classmethod
    def today(cls): return cls({today})
    utcnow = today
datetime.datetime = Frozen
time.time = lambda: Frozen({today}, tzinfo=datetime.timezone.utc).timestamp()
from pathlib import Path
from faultlog.report.document import to_json
from tests.lives import case_of, lived
for seed in range(1, 6):
    bundle, truth = lived(seed, Path(sys.argv[1]))
    print(hashlib.sha256(to_json(case_of(bundle, truth)).encode()).hexdigest())
    print(hashlib.sha256((Path(sys.argv[1]) / f"random-{{seed:04d}}.truth.json").read_bytes()).hexdigest())
    print(hashlib.sha256(bundle.read_bytes()).hexdigest() if bundle.is_file() else "")
"""


def test_neither_the_zone_of_the_machine_nor_the_day_changes_a_bundle_or_an_answer(tmp_path):
    """At New Year and on a leap day, east and west of Greenwich."""
    answers = []
    for zone, today in (
        ("UTC", "2024, 2, 29, 12"),
        ("Pacific/Kiritimati", "2025, 12, 31, 23"),
        ("US/Samoa", "2028, 1, 1"),
    ):
        place = tmp_path / zone.replace("/", "-")
        code = FROZEN.format(today=today)
        environment = {**os.environ, "TZ": zone}
        run = subprocess.run(
            [sys.executable, "-c", code, str(place)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        answers.append(run.stdout)

    assert len(answers[0].splitlines()) == 15
    assert answers[0] == answers[1] == answers[2]


ASKS = {"now", "today", "utcnow", "localtime", "mktime", "ctime", "tzlocal", "time_ns"}


def test_no_module_asks_what_time_it_is():
    """An answer depends on the bundle and the options alone; only who watches a log, or serves, needs a clock."""
    asking = re.compile(rf"\.\s*({'|'.join(ASKS)}|time)\b")  # what it does not match needs no parser
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.attr}"
        for path in (ROOT / "faultlog").rglob("*.py")
        if not SERVING & set(path.parts) and asking.search(path.read_text())
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and (node.attr in ASKS or _is_time_time(node)) and path.name != "watch.py"
    ]

    assert found == []


def _is_time_time(node: ast.Attribute) -> bool:
    return node.attr == "time" and isinstance(node.value, ast.Name) and node.value.id == "time"


def test_chances_are_chances():
    assert [name for name, chance in CHANCES.items() if not 0 <= chance <= 1] == []


def test_every_chance_is_taken_somewhere():
    asked = {
        node.args[0].value
        for path in (ROOT / "faultlog" / "simulation").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "happens"
        and isinstance(node.args[0], ast.Constant)
    }

    assert asked == set(CHANCES)
