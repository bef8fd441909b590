"""Rule and format files from strangers: each is refused with its place and a sentence, in no time, and runs nothing."""

import time

from faultlog.errors import PackError
from faultlog.formats import load_formats
from faultlog.rulebook import load_rules
from tests.hostile.badyaml import GOOD, files

PLACES = {"rule": "mine/macos/77-x.yaml", "signal": "mine/signals/connector_started.yaml", "format": "mine.yaml"}
WHOLE = ("is larger than",)
"""What is said of a file as a whole, which has no place in it."""


def put(folder, kind, raw):
    path = folder / PLACES[kind]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


def load(folder, kind):
    return (load_formats if kind == "format" else load_rules)([folder])


def test_the_good_ones_are_taken(tmp_path):
    for kind, text in GOOD.items():
        put(tmp_path / kind, kind, text.encode())
        load(tmp_path / kind, kind)


def test_every_bad_file_is_refused_with_its_place(tmp_path, figure, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tried, lost, slow = 0, {}, 0.0
    for number, (name, kind, raw) in enumerate(files()):
        path = put(tmp_path / str(number), kind, raw)
        begun = time.process_time()
        try:
            load(tmp_path / str(number), kind)
            wrong = ["it was taken"]
        except PackError as error:
            wrong = [str(flaw)[-200:] for flaw in error.flaws if not is_told(flaw, path)]
            wrong += [] if len(str(error).splitlines()) == len(error.flaws) else ["more lines than mistakes"]
        except Exception as error:  # noqa: BLE001 (that is what must not happen)
            wrong = [f"{type(error).__name__}: {error}"[:200]]
        took = time.process_time() - begun
        slow, tried = max(slow, took), tried + 1
        wrong += [f"took {took:.1f} s"] if took > 1 else []
        if wrong:
            lost[name] = wrong[:3]
        path.unlink()
    figure("T11", "bad rule and format files, refused with a place", tried=tried, held=tried - len(lost), s=slow)
    assert lost == {}
    assert not (tmp_path / "pwned").exists()


def is_told(flaw, path):
    """Whether a mistake is told with its file, its line and column, and in words."""
    placed = (flaw.line > 0 and flaw.column > 0) or flaw.what.startswith(WHOLE)
    said = str(flaw)
    return placed and flaw.path == str(path) and " " in flaw.what and said.isprintable() and len(said) < 1_500


def test_a_bad_file_is_told_beside_every_other(tmp_path, figure):
    """All mistakes come at once: one file that is no YAML hides none of another's."""
    names = [("a", b"a: ["), ("b", GOOD["format"].replace("stamp: iso", "stamp: x").encode()), ("c", b"\xff")]
    for name, raw in names:
        (tmp_path / f"{name}.yaml").write_bytes(raw)
    try:
        load_formats([tmp_path])
        told = set()
    except PackError as error:
        told = {flaw.path for flaw in error.flaws}
    held = sum(str(tmp_path / f"{name}.yaml") in told for name, _ in names)
    figure("T11", "bad files beside each other, each told", tried=len(names), held=held)
    assert held == len(names)
