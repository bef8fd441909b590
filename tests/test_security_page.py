"""docs/security.md says what is: its bounds are the code's, its tests are there."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
BOUNDS = re.findall(r"^\| [^|]+ \| ([\d,]+) ?(\w*) \| `([\w.]+)` \|$", PAGE, re.MULTILINE)


def value_of(place: str) -> object:
    module, _, name = place.rpartition(".")
    if module.rpartition(".")[2].isupper():
        module, _, one = module.rpartition(".")
        return getattr(getattr(importlib.import_module(f"faultlog.{module}"), one), name)
    if module.rpartition(".")[2][0].isupper():
        module, _, kind = module.rpartition(".")
        return getattr(importlib.import_module(f"faultlog.{module}"), kind).__dataclass_fields__[name].default
    return getattr(importlib.import_module(f"faultlog.{module}"), name)


@pytest.mark.parametrize(("number", "unit", "place"), BOUNDS)
def test_every_bound_is_the_code_s(number, unit, place):
    assert int(number.replace(",", "")) * UNITS[unit] == value_of(place)


def test_there_are_bounds():
    assert len(BOUNDS) == PAGE.partition("## Bounds")[2].partition("## File")[0].count("\n| ") - 1 > 15


@pytest.mark.parametrize(("path", "name"), re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE))
def test_every_test_that_is_named_is_there(path, name):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
