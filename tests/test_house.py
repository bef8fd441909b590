"""The house rules: sizes, documentation, what is exported and shipped."""

import ast
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(one for one in (ROOT / "faultlog").rglob("*.py") if "versions" not in one.parts)
"""Without the steps of the database's tables, which are lists that alembic writes."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions_of(path: Path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef):
            yield node


def length_of(function: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        documentation = function.body[0]
        lines -= documentation.end_lineno - documentation.lineno + 1
    return lines


def test_no_function_is_over_sixty_lines_and_nine_in_ten_are_at_most_twentyfive():
    lengths = sorted(length_of(function) for path in MODULES for function in functions_of(path))
    assert lengths[-1] <= 60
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_no_module_is_over_450_lines_and_the_median_is_at_most_150():
    lengths = sorted(len(path.read_text().splitlines()) for path in MODULES)
    assert [path.name for path in MODULES if len(path.read_text().splitlines()) > 450] == []
    assert lengths[len(lengths) // 2] <= 150


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name == "__init__.py"], ids=lambda path: path.parent.name
)
def test_no_code_stands_in_an_init(path):
    allowed = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign)
    body = tree_of(path).body
    assert [node for node in body if not isinstance(node, allowed) and not imports_for_types(node)] == []


def imports_for_types(node: ast.stmt) -> bool:
    """Whether a statement only imports, and only for who checks types."""
    if not (isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
        return False
    return not node.orelse and all(isinstance(one, ast.ImportFrom) for one in node.body)


def test_every_public_name_is_documented():
    undocumented = []
    for path in MODULES:
        tree = tree_of(path)
        public = [
            node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name[0] != "_"
        ]
        methods = [
            method
            for node in public
            if isinstance(node, ast.ClassDef)
            for method in node.body
            if isinstance(method, ast.FunctionDef) and method.name[0] != "_"
        ]
        undocumented += [f"{path.name}: {node.name}" for node in [*public, *methods] if ast.get_docstring(node) is None]
        assert ast.get_docstring(tree), path
    assert undocumented == []


def test_what_is_exported_is_what_is_promised():
    import faultlog

    promised = {"analyze", "to_json", "intervals_frame", "load_rules", "load_formats", "simulate"}
    assert promised <= set(faultlog.__all__)
    assert all(hasattr(faultlog, name) for name in faultlog.__all__)


def test_nothing_names_the_place_it_was_made():
    """No registry host, no path of a machine, nothing of how the work was handed out, in anything committed."""
    out = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=False, cwd=ROOT)
    if out.returncode:
        pytest.skip("not a git checkout: there is no list of committed files")
    words = [
        "/wo" + "rk/main",
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "../sha" + "red",
        "/ro" + "ot/",
    ]
    for name in out.stdout.split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.suffix not in {".zip", ".gz", ".png", ".woff2", ".otf"}:
            text = path.read_text(errors="replace")
            assert [word for word in words if word in text] == [], name


def test_the_wheel_carries_every_rule_and_format(tmp_path):
    """The wheel answers as the checkout does: same number of files, and it runs away from the checkout."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
        content.extractall(tmp_path / "site")
    for pack in ("parsers", "rules"):
        inside = {
            name.removeprefix(f"faultlog/_data/{pack}/") for name in names if name.startswith(f"faultlog/_data/{pack}/")
        }
        outside = {path.relative_to(ROOT / pack).as_posix() for path in (ROOT / pack).rglob("*") if path.is_file()}
        assert inside == outside
    assert {name for name in names if "/fonts/" in name} == {
        f"faultlog/_data/fonts/{name}" for name in ("FaultlogSans-Regular.otf", "LICENSE.txt", "README.md")
    }
    code = "from faultlog import load_rules, packs; print(packs.builtin('rules'), len(load_rules().faults))"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path / "site"
    ).stdout.split()
    assert out == [str(tmp_path / "site" / "faultlog" / "_data" / "rules"), "18"]
