"""What is prebuilt is what the files give, and is used only while it is."""

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import regex

from faultlog import packs, prebuilding, prebuilt, strictyaml
from faultlog.errors import PackError
from faultlog.formats import FormatFile, load_formats
from faultlog.rulebook import flags, load_rules
from faultlog.rulefiles import FaultFile, SignalFile

ROOT = Path(__file__).parent.parent
MESSAGES = [
    "",
    "Fault 6 raised: Scan service restarting frequently (Major)",
    "Mar  3 13:31:32 host ampdaemon[77]: info: Fault cleared: Disk Access Not Granted, severity: critical",
    "2026-03-03T13:31:32.5+09:00 host ampdaemon[77]: [x] page fault 12 handled",
]
FILES = {"parsers", "rules", "wording", "patterns", "compiled"}
FOLDERS = {"parsers": ROOT / "parsers", "rules": ROOT / "rules", "wording": ROOT / "faultlog/_data/wording"}


made_now = cache(prebuilding.made)


def test_it_is_in_five_files():
    assert {path.stem for path in made_now()} == FILES


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_is_prebuilt_is_what_the_files_give(name, golden):
    ((path, made),) = [one for one in made_now().items() if one[0].stem == name]
    if path.stem == "compiled" and path.exists() and ordered(path.read_text()) == ordered(made):
        made = path.read_text()
    golden(path, made)


def ordered(text: str) -> dict:
    """Compiled patterns, the bytes of each in order: how those of a set are ordered differs from run to run."""
    read = json.loads(text)
    return {name: {**one, "code": sorted(bytes.fromhex(one["code"])), "sum": ""} for name, one in read.items()}


@pytest.mark.parametrize("pack", FOLDERS)
def test_a_pack_is_read_from_what_was_prebuilt_of_it(pack, monkeypatch):
    monkeypatch.setattr(strictyaml, "read_source", None)
    sources, flaws = packs.read_pack(FOLDERS[pack])
    assert {source.path for source in sources} == set(packs.files_of(FOLDERS[pack]))
    assert flaws == []


@pytest.mark.parametrize("pack", FOLDERS)
def test_it_gives_what_reading_the_files_gives(pack):
    for source in packs.read_pack(FOLDERS[pack])[0]:
        read, _ = strictyaml.read_source(source.path, source.name)
        assert (source.path, source.name, source.data) == (read.path, read.name, read.data)
        assert source.flaw((next(iter(read.data)),), "x") == read.flaw((next(iter(read.data)),), "x")


@pytest.mark.parametrize("pack", ["parsers", "rules"])
def test_what_was_proven_is_taken_as_validation_would_give_it(pack):
    """Nothing of it is checked again: it must be what pydantic makes of it, types included."""
    for source in packs.read_pack(FOLDERS[pack])[0]:
        kind = FormatFile if pack == "parsers" else SignalFile if "/signals/" in source.name else FaultFile
        (proven, _), (validated, flaws) = packs.understand(source, kind), packs._validated(source, kind)
        assert flaws == []
        assert repr(proven) == repr(validated)


def compiled():
    """Every pattern that was compiled beforehand: its text, its flags."""
    book = load_rules()
    wordings = {one.text for one in (*book.wordings, *book.scans) if one.text is not None}
    lines = {one.pattern.pattern for one in load_formats() if one.pattern is not None}
    return [*((text, flags()) for text in sorted(wordings)), *((text, 0) for text in sorted(lines))]


@pytest.mark.parametrize(("text", "flags"), compiled(), ids=lambda value: str(value)[:30])
def test_a_pattern_that_was_compiled_beforehand_is_the_one_that_is_compiled_now(text, flags):
    ready, now = prebuilt.pattern(text, flags), regex.compile(text, flags)
    assert ready is not None
    assert (ready.pattern, ready.flags, ready.groups, ready.groupindex) == (text, now.flags, now.groups, now.groupindex)
    for message in MESSAGES:
        found, wanted = ready.search(message), now.search(message)
        assert (found and (found.span(), found.groupdict())) == (wanted and (wanted.span(), wanted.groupdict()))


def test_a_pattern_is_compiled_where_another_version_compiled_it(monkeypatch):
    text = next(text for text, flags in compiled() if not flags)
    monkeypatch.setattr(regex, "__version__", "0")
    assert prebuilt.pattern(text) is None
    assert all(one.pattern is not None or one.decoder is not None for one in load_formats())


def test_what_was_not_proven_is_validated(tmp_path):
    (source,) = [one for one in packs.read_pack(FOLDERS["parsers"])[0] if one.name == "syslog.yaml"]
    assert source.proven
    read, _ = strictyaml.read_source(source.path, source.name)
    assert not read.proven
    wrong = replace(read, data={**read.data, "title": 5})
    assert packs.understand(wrong, FormatFile)[0] is None


def test_a_file_that_was_edited_is_read_itself(tmp_path):
    folder = shutil.copytree(FOLDERS["rules"], tmp_path / "rules")
    first = packs.files_of(folder)[0]
    first.write_text(first.read_text() + "surprise: here\n")
    sources, _ = packs.read_pack(folder)
    assert sources[0].data["surprise"] == "here"


def test_a_file_that_was_added_or_renamed_is_read_itself(tmp_path):
    folder = shutil.copytree(FOLDERS["parsers"], tmp_path / "parsers")
    (folder / "syslog.yaml").rename(folder / "other.yaml")
    assert "other.yaml" in {source.name for source in packs.read_pack(folder)[0]}


def test_a_pattern_that_was_not_prebuilt_is_tried_at_once(tmp_path):
    signal = tmp_path / "mine" / "signals" / "suppressed.yaml"
    signal.parent.mkdir(parents=True)
    builtin = FOLDERS["rules"] / "cisco-secure-endpoint" / "signals" / "suppressed.yaml"
    signal.write_text(builtin.read_text().replace("pattern: '", "pattern: '(", 1))
    with pytest.raises(PackError, match="is no usable pattern: missing"):
        load_rules([tmp_path])


def test_a_flaw_of_a_built_in_file_has_its_place(tmp_path):
    """A user's file that takes a fault's place may leave another built-in file without the advice it names."""
    (naming,) = [rule for rule in load_rules().faults if any(one.otherwise for one in rule.file.remedies)][:1]
    index, remedy = next((index, one) for index, one in enumerate(naming.file.remedies) if one.otherwise)
    found = naming.source.flaw(("remedies", index, "otherwise"), "x")
    line = naming.source.path.read_text().splitlines()[found.line - 1]
    assert f"otherwise: {remedy.otherwise}" in line.replace("'", "").replace('"', "")


def test_nothing_is_prebuilt_in_an_install_that_lost_it(monkeypatch, tmp_path):
    monkeypatch.setattr(prebuilt, "FOLDER", tmp_path)
    monkeypatch.setattr(prebuilt, "_read", prebuilt._read.__wrapped__)
    assert len(load_rules().faults) == 18


@pytest.mark.parametrize("cut", [0, 1, 5_000])
def test_a_file_that_was_cut_short_is_as_good_as_lost(cut, monkeypatch, tmp_path):
    for path in prebuilt.FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[:cut])
    monkeypatch.setattr(prebuilt, "FOLDER", tmp_path)
    monkeypatch.setattr(prebuilt, "_read", prebuilt._read.__wrapped__)
    assert prebuilt.pattern(compiled()[0][0], compiled()[0][1]) is None
    assert len(load_rules().faults) == 18


@pytest.mark.parametrize("damage", [{"code": "00"}, {"groups": {}}, {"rest": []}, {"flags": 0}, {"sum": None}])
def test_a_damaged_pattern_is_compiled_anew(damage, monkeypatch):
    text, flags = compiled()[0]
    name = prebuilt.compiled_name(text, flags)
    good = prebuilt._read("compiled")[name]
    monkeypatch.setattr(prebuilt, "_read", lambda _: {name: {**good, **damage}})
    assert prebuilt.pattern(text, flags) is None
