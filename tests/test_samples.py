"""Every sample gives its committed case; every synthetic one also agrees with the truth its simulator wrote."""

import json
import tarfile
import zipfile
from functools import cache
from pathlib import Path

import pytest

from faultlog import Options, analyze, to_json
from faultlog.identity import Told
from faultlog.simulating import SCENARIOS, simulate
from faultlog.stamps import read_date

SAMPLES = Path(__file__).parent.parent / "sample_logs"
SYNTHETIC = sorted([*SAMPLES.glob("*.zip"), *SAMPLES.glob("*.tar.gz")])
PUBLIC = sorted(path for path in (SAMPLES / "public").iterdir() if path.suffix in {".log", ".txt"})


def name_of(path: Path) -> str:
    return path.name.removesuffix(".zip").removesuffix(".tar.gz")


def truth_of(path: Path) -> dict:
    return json.loads((SAMPLES / f"{name_of(path)}.truth.json").read_text())


@cache
def document_of(path: Path, options: Options | None = None) -> dict:
    """The case document without what names the version of the program and its rules; nobody changes it."""
    document = json.loads(to_json(analyze([path], options or Options())))
    del document["tool"]
    return document


def pretty(document: dict) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", SYNTHETIC, ids=name_of)
def test_a_synthetic_bundle_gives_its_committed_case(path, golden):
    golden(SAMPLES / f"{name_of(path)}.case.json", pretty(document_of(path)))


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.stem)
def test_a_public_snippet_gives_its_committed_case(path, golden):
    options = Options(told=Told(taken=read_date("2023-07-01", "--taken")))
    golden(path.with_suffix(".case.json"), pretty(document_of(path, options)))


@pytest.mark.parametrize("path", SYNTHETIC, ids=name_of)
def test_intervals_agree_with_the_truth(path):
    truth = truth_of(path)
    found = [
        (
            one["fault_id"],
            one["raised"]["at"] if one["raised"]["kind"] == "observed" else None,
            one["cleared"]["at"] if one["cleared"]["kind"] == "observed" else None,
        )
        for one in document_of(path)["intervals"]
    ]
    assert sorted(found, key=str) == sorted(
        ((one["fault_id"], one["raised"], one["cleared"]) for one in truth["intervals"]), key=str
    )


@pytest.mark.parametrize("path", SYNTHETIC, ids=name_of)
def test_every_signal_stands_where_the_truth_says(path):
    document, truth = document_of(path), truth_of(path)
    wanted = {(one["kind"], one["file"], one["line"]) for one in truth["signals"]}
    found = {(one["kind"], one["evidence"]["file"], one["evidence"]["line"]) for one in document["signals"]}
    unworded = {one for one in found - wanted if one[0] == "scan_service_started" and "ampscansvc" in one[1]}
    assert found - unworded == wanted


@pytest.mark.parametrize("path", SYNTHETIC, ids=name_of)
def test_counts_of_every_file_add_up(path):
    for file in document_of(path)["files"]:
        assert file["lines"] == file["examined"] + file["passed_over"]
        kinds = ("events", "continuations", "unread", "duplicates")
        assert file["examined"] == sum(file[kind] for kind in kinds) + sum(file["skipped"].values())


@pytest.mark.parametrize("path", SYNTHETIC, ids=name_of)
def test_a_sample_can_be_made_again_from_its_seed(path, tmp_path):
    scenario = name_of(path).rsplit("-", 1)[0]
    (again,) = simulate(tmp_path, scenario, 1)
    assert members_of(again) == members_of(path)


def members_of(path: Path) -> dict[str, bytes]:
    """The members of a bundle; compressed bytes depend on the zlib in use, what they hold does not."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as bundle:
            return {name: unpacked(name, bundle.read(name)) for name in bundle.namelist()}
    with tarfile.open(path) as bundle:
        return {one.name: unpacked(one.name, bundle.extractfile(one).read()) for one in bundle if one.isfile()}


def unpacked(name: str, content: bytes) -> bytes:
    import gzip

    return gzip.decompress(content) if name.endswith(".gz") else content


def test_there_is_a_sample_of_every_scenario():
    assert {name_of(path).rsplit("-", 1)[0] for path in SYNTHETIC} == set(SCENARIOS)


def test_the_same_bundle_gives_the_same_bytes_twice():
    assert to_json(analyze([SYNTHETIC[0]])) == to_json(analyze([SYNTHETIC[0]]))
