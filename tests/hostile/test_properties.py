"""How many properties the tests state: each is tried on inputs that Hypothesis makes up."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]
LEAST = 60


def test_there_are_many_properties(figure):
    trees = (ast.parse(one.read_text(encoding="utf-8")) for one in sorted(TESTS.rglob("test_*.py")))
    number = sum(_is_property(node) for tree in trees for node in ast.walk(tree))
    assert number >= LEAST
    figure(
        "T4",
        f"properties that Hypothesis tries, of at least {LEAST}",
        tried=LEAST,
        held=min(number, LEAST),
        there=number,
    )


def _is_property(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "given"
        for one in node.decorator_list
    )
