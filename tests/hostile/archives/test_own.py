"""Archives of our own making, of every wrong kind in every carrier: each has its outcome in `own.json`.

`--accept` writes the outcomes anew; each is to be looked at.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.archives import streams, tars, zips
from tests.hostile.archives.names import NAMES
from tests.hostile.archives.trying import harmless, outcome, reading
from tests.hostile.archives.zips import LOG, M, zipped

GOLDEN = Path(__file__).parent / "own.json"
FLIPS = 25
"""Archives of each kind with some bytes changed anywhere."""


def in_tar(data: bytes) -> bytes:
    return tars.member(b"in.dat", data) + tars.member(b"last.log") + tars.END


def in_zip(data: bytes) -> bytes:
    return zipped([M(b"in.dat", data, 0), M(b"last.log")])


def of_zips() -> Iterator[tuple[str, bytes]]:
    for number, (name, make) in enumerate(zips.KINDS.items()):
        data = make()
        yield f"{name}.zip", data
        yield (f"{name}.zip.zip", in_zip(data)) if number % 2 else (f"{name}.zip.tgz", streams.gz(in_tar(data)))


def of_tars() -> Iterator[tuple[str, bytes]]:
    for number, (name, make) in enumerate(tars.KINDS.items()):
        data = make()
        suffix, pack = list(streams.PACKS.items())[number % 3]
        yield f"{name}.tar", data
        yield f"{name}.tar.{suffix}", pack(data)
        yield f"{name}.tar.zip", in_zip(data)


def of_streams() -> Iterator[tuple[str, bytes]]:
    for suffix, pack in streams.PACKS.items():
        for name, data in (*streams.of_every_packer(pack), *streams.OWN[suffix]()):
            yield f"{name}.{suffix}", data
            yield f"{name}.{suffix}.tar", in_tar(data)


def of_names() -> Iterator[tuple[str, bytes]]:
    for number, (name, raw) in enumerate(NAMES.items()):
        yield f"{name}.zip", zipped([M(raw), M(b"last.log")])
        pax = tars.extended(tars.record(b"path", raw))
        gnu = tars.header(b"././@LongLink", len(raw) + 1, b"L") + tars.padded(raw + b"\0")
        yield f"{name}.tgz", streams.gz((pax if number % 2 else gnu) + tars.A + tars.B + tars.END)


def of_other_kinds() -> Iterator[tuple[str, bytes]]:
    tar, zip_ = tars.KINDS["honest"](), zips.KINDS["honest"]()
    yield "elf.zip", b"\x7fELF\2\1\1" + bytes(900)
    yield "html.zip", b"<!doctype html><script>alert(1)</script>" * 9
    yield "tar.zip", tar
    yield "zip.log", zip_
    yield "gz.zip", streams.gz(LOG)
    yield "zip.tar.gz", zip_
    yield "zip_behind_a_program.exe", b"MZ" + bytes(600) + zip_
    yield "tar_that_is_a_zip.tar", zipped([M(b"x" * 230, tars.A, 0, listed={"comment": tars.A})])
    for name, magic in (
        ("7z", b"7z\xbc\xaf'\x1c"),
        ("rar", b"Rar!\x1a\x07\0"),
        ("zst", b"\x28\xb5\x2f\xfd"),
        ("cab", b"MSCF\0\0\0\0"),
    ):
        yield f"foreign.{name}", magic + bytes(900)
        yield f"foreign.{name}.tar", in_tar(magic + bytes(900))
    yield "empty.zip", b""


def of_chance() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(20261126)  # noqa: S311 - the same each time
    whole = {
        "zip": zipped([M(), zips.B, M(b"c.log", LOG * 9, 0)]),
        "tar": tars.A + tars.B + tars.extended(tars.record(b"path", b"p.log")) + tars.A + tars.END,
        "tgz": streams.gz(tars.A + tars.B + tars.END),
        "xz": streams.PACKS["xz"](streams.TEXT),
    }
    for suffix, data in whole.items():
        for number in range(FLIPS):
            changed = bytearray(data)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(changed))
                changed[at : at + chance.randint(1, 4)] = chance.randbytes(chance.randint(0, 6))
            yield f"chance_{number:02}.{suffix}", bytes(changed)


MAKERS = {make.__name__[3:]: make for make in (of_zips, of_tars, of_streams, of_names, of_other_kinds, of_chance)}


@pytest.mark.parametrize("family", MAKERS)
def test_every_archive_is_read_or_refused_as_it_should_be(family, tmp_path, request, figure):
    known = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    found, harmed, worst = {}, [], {"s": 0.0, "MiB": 0.0}
    with reading(tmp_path) as read:
        for name, data in MAKERS[family]():
            told = read.tried(name, data, "both")
            found[name] = outcome(told)
            if not harmless(told):
                harmed.append((name, told))
            worst = {unit: max(most, told.get(unit, 0.0)) for unit, most in worst.items()}
    if request.config.getoption("--accept"):
        known = {**known, family: found}
        GOLDEN.write_text(json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n")
    right = [name for name, said in found.items() if known.get(family, {}).get(name) == said]
    held = len(set(right) - {name for name, *_ in harmed})
    figure("T1", "archives of our own, as they should be, without harm", tried=len(found), held=held, **worst)
    assert harmed == []
    assert found == known[family]
