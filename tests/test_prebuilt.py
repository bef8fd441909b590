"""What is prebuilt is what the files give, and is used only while it is."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from faultlog import packs, prebuilding, prebuilt, strictyaml
from faultlog.errors import PackError
from faultlog.formats import FormatFile
from faultlog.rulebook import load_rules
from faultlog.rulefiles import FaultFile, SignalFile

ROOT = Path(__file__).parent.parent
FOLDERS = {"parsers": ROOT / "parsers", "rules": ROOT / "rules", "wording": ROOT / "faultlog/_data/wording"}


@pytest.mark.parametrize("path", prebuilding.made(), ids=lambda path: path.stem)
def test_what_is_prebuilt_is_what_the_files_give(path, golden):
    golden(path, prebuilding.made()[path])


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
