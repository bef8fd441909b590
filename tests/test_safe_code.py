"""What this program's own code may not do, since what it reads was written by strangers."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "faultlog").rglob("*.py"))
ALLOWED = {
    ("faultlog/values.py", "exec"),  # writes `__init__` of the names of our own fields
    ("faultlog/store/backups.py", "tarfile.open"),  # a copy of a store, whose members are read one by one, see there
}
ARCHIVES = {"zipfile.ZipFile", "tarfile.open", "tarfile.TarFile"}
"""They may be written; what reads them are `archives`, with budgets."""
CALLS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.execv", "os.execve", "os.execvp",
    "pickle.load", "pickle.loads", "pickle.Unpickler", "marshal.load", "marshal.loads", "shelve.open", "dill.loads",
    "yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load", "tempfile.mktemp", "zipfile.ZipFile",
    "tarfile.open", "tarfile.TarFile", "shutil.unpack_archive", "ctypes.string_at", "ElementTree.fromstring",
    "ElementTree.parse", "ElementTree.XML", "minidom.parseString", "pandas.read_pickle", "numpy.load",
}  # fmt: skip
METHODS = {"extractall", "extract", "unpack_archive"}


def dangers(source: str) -> list[tuple[int, str]]:
    """The line and the name of everything in a module that it may not do."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    told = ((one.lineno, look(one, ast.unparse(one.func))) for one in calls for look in (_called, _method, _asked))
    return [(line, name) for line, name in told if name]


def _called(call: ast.Call, name: str) -> str | None:
    if name in ARCHIVES and any("w" in one.value for one in _constants(call)):
        return None
    return name if any(name == one or ("." in one and name.endswith(f".{one}")) for one in CALLS) else None


def _method(call: ast.Call, name: str) -> str | None:
    is_one = isinstance(call.func, ast.Attribute) and call.func.attr in METHODS
    return call.func.attr if is_one and not name.startswith("func.") else None


def _asked(call: ast.Call, name: str) -> str | None:
    """What the named arguments ask for."""
    told = {one.arg: ast.unparse(one.value) for one in call.keywords}
    if told.get("shell", "False") != "False":
        return "shell="
    if name.endswith("Environment") and told.get("autoescape") != "True":
        return "autoescape off"
    return "verify=False" if told.get("verify") == "False" else None


def _constants(call: ast.Call) -> list[ast.expr]:
    """The texts that a call is given, of which one may be a mode."""
    given = [*call.args[1:], *(one.value for one in call.keywords if one.arg == "mode")]
    return [one for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("zipfile.ZipFile(x)", "zipfile.ZipFile"),
        ("tarfile.open(x, mode='r|*')", "tarfile.open"),
        ("eval(x)", "eval"),
        ("import pickle\npickle.loads(x)", "pickle.loads"),
        ("yaml.load(x, Loader=L)", "yaml.load"),
        ("archive.extractall(x)", "extractall"),
        ("tar.extract(member)", "extract"),
        ("run('x', shell=True)", "shell="),
        ("run('x', shell=flag)", "shell="),
        ("jinja2.Environment()", "autoescape off"),
        ("Environment(autoescape=False)", "autoescape off"),
        ("get(x, verify=False)", "verify=False"),
        ("os.system('x')", "os.system"),
        ("xml.etree.ElementTree.fromstring(x)", "xml.etree.ElementTree.fromstring"),
    ],
)
def test_each_danger_is_seen(source, name):
    assert [one for _, one in dangers(source)] == [name]


@pytest.mark.parametrize(
    "source",
    ["zipfile.ZipFile(x, 'w')", "re.compile(x)", "run('x', shell=False)", "Environment(autoescape=True)", "f.read()"],
)
def test_what_is_no_danger_is_none(source):
    assert dangers(source) == []


def test_nothing_that_strangers_wrote_is_evaluated_unpickled_extracted_or_handed_to_a_shell():
    found = {
        (path.relative_to(ROOT).as_posix(), name): line
        for path in CODE
        for line, name in dangers(path.read_text(encoding="utf-8"))
    }
    assert {key: line for key, line in found.items() if key not in ALLOWED} == {}
    assert ALLOWED - found.keys() == set(), "allowed, but nobody does it any more"
