"""Archives that others test their readers with: names and contents are those of bsdtar, or it stands here why not.

`theirs.json` lists each disagreement with its reason; `--accept` writes it anew, and keeps the reasons of what stays.
"""

import binascii
import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from faultlog.archives.kinds import container
from faultlog.archives.names import shown
from faultlog.archives.streams import Limits
from tests.hostile.archives.trying import harmless, reading
from tests.system.conftest import needed

HERE = Path(__file__).parent
CACHE = HERE.parent / "cache"
SIGNED = HERE / "theirs.json"
PACKAGES = {
    package: (CACHE / file, digest)
    for package, file, digest in (
        line.split() for line in (HERE / "packages.txt").read_text().splitlines() if line[0] != "#"
    )
}
_OURS = re.compile(r"\.(zip|zipx|jar|xps|tar|tgz|tbz|txz|gz|bz2|xz)$")
_THEIRS = ["bsdtar", "-cf", "-", "--format", "pax", "-P"]

_MOST = 64 << 20

Files = Counter[tuple[str, str]]


def archives(source: Path) -> Iterator[tuple[str, bytes]]:
    """Every archive of a kind that faultlog reads, by its content or by its name, in the sources of a package."""
    with tarfile.open(source) as packed:
        for one in packed:
            if not one.isreg():
                continue
            name, data = one.name.partition("/")[2], packed.extractfile(one).read()
            if name.endswith(".uu"):
                name, data = name[:-3], decoded(data)
            if container(data[:512]) or _OURS.search(name):
                yield name, data


def decoded(text: bytes) -> bytes:
    """What was written by uuencode; some encoders leave more on a line than it states."""
    lines = text[text.index(b"begin ") :].splitlines()[1:]
    lines = lines[: lines.index(b"end")] if b"end" in lines else lines
    return b"".join(binascii.a2b_uu(line[: ((line[0] - 32 & 63) * 4 + 5) // 3]) for line in lines if line)


def theirs(path: Path, kind: str) -> tuple[Files, str]:
    """Names and hashes of the files that bsdtar finds, and what it complains of."""
    bare = kind in ("gz", "bz2", "xz", "file")
    out, complaint = said_by(["bsdcat", str(path)] if bare else [*_THEIRS, f"@{path}"])
    if bare:
        return Counter([(path.name, hashlib.sha256(out).hexdigest())]), complaint
    files: Files = Counter()
    try:
        with tarfile.open(fileobj=io.BytesIO(out), mode="r:") as packed:
            for one in packed:
                if one.isreg():
                    name = shown(one.name, Limits()).text
                    files[name, hashlib.sha256(packed.extractfile(one).read()).hexdigest()] += 1
    except (tarfile.TarError, ValueError):
        complaint = complaint or "what it writes is no tar"
    return files, complaint


def said_by(command: list[str]) -> tuple[bytes, str]:
    """What a program writes, up to a bound, and the last line of what it complains of, if it fails."""
    with tempfile.TemporaryFile() as complaints:
        bounded = ["timeout", "-s", "KILL", "60", *command]
        environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
        with subprocess.Popen(
            bounded,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment,
        ) as process:
            assert process.stdout
            out = process.stdout.read(_MOST + 1)
            if len(out) > _MOST:
                process.terminate()
                return b"", "it finds more than 64 MiB"
        complaints.seek(0)
        said = complaints.read().decode(errors="replace").strip().splitlines()[-1:]
        if "passphrase" in "".join(said):
            return out, "it asks for a passphrase"
        if process.returncode == -9:
            return b"", "it does not end within 5 s"
    return out, "".join(said) if process.returncode else ""


def ours(told: dict) -> Files:
    """Names and hashes of the files that faultlog finds; what has the name of another one has that name here."""
    twice = {file for code, file in told.get("warned", ()) if code == "name_duplicate"}
    return Counter(
        (re.sub(r"#\d+$", "", path) if path in twice else path, digest)
        for path, (_, digest, _) in told["members"].items()
    )


def disagreement(told: dict, found: Files, complaint: str) -> str | None:
    """How the two differ, as one line; `None` where they do not."""
    mine = ours(told)
    if mine == found:
        return None
    said = f"refused: {told['refused']}" if "refused" in told else "read"
    codes = sorted({code for code, _ in told["warned"]})
    names = {name for name, _ in mine}, {name for name, _ in found}
    parts = {
        "with": codes,
        "contents differ": sorted(names[0] & names[1] & {name for name, _ in (mine - found) + (found - mine)}),
        "only here": sorted(names[0] - names[1]),
        "only bsdtar": sorted(names[1] - names[0]),
        "bsdtar": [re.sub(r"^\S+: |\S*/work/", "", complaint)[:80]] if complaint else [],
    }
    listed = [f"{what}: {', '.join(some[:3])}{' …' if len(some) > 3 else ''}" for what, some in parts.items() if some]
    return "; ".join([said, *listed])


@pytest.mark.parametrize("package", PACKAGES)
def test_what_others_test_with_is_read_as_bsdtar_reads_it(package, tmp_path, request, figure):
    needed(shutil.which("bsdtar"), "bsdtar")
    source, digest = PACKAGES[package]
    there = source.exists() and hashlib.sha256(source.read_bytes()).hexdigest() == digest
    if not there:
        pytest.skip(f"not fetched: the sources of {package} (sh tests/hostile/fetch)")
    signed = json.loads(SIGNED.read_text()) if SIGNED.exists() else {}
    differ, harmed, tried, worst = {}, [], 0, {"s": 0.0, "MiB": 0.0}
    with reading(tmp_path) as read:
        for number, (name, data) in enumerate(archives(source)):
            path = read.work / f"{number}-{Path(name).name}"
            path.write_bytes(data)
            flat, whole = read(path, "flat"), read(path, "both")
            tried += 1
            if not (harmless(flat) and harmless(whole)):
                harmed.append((name, flat, whole))
            else:
                how = disagreement(flat, *theirs(path, flat["kind"]))
                differ |= {name: how.replace(path.name, Path(name).name)} if how else {}
            worst = {unit: max(one.get(unit, 0.0) for one in (worst, flat, whole)) for unit in worst}
            path.unlink()
    known = signed.get(package, {})
    if request.config.getoption("--accept"):
        known = {
            name: {
                "how": how,
                "why": known.get(name, {}).get("why", "") if known.get(name, {}).get("how") == how else "",
            }
            for name, how in differ.items()
        }
        signed[package] = known
        SIGNED.write_text(json.dumps(dict(sorted(signed.items())), indent=1, ensure_ascii=False) + "\n")
    unsigned = {name: how for name, how in differ.items() if known.get(name, {}).get("how") != how}
    held = tried - len(harmed) - len(unsigned)
    figure(
        "T1b",
        f"archives of the tests of {package}: as bsdtar reads them, or signed off",
        tried=tried,
        held=held,
        **worst,
    )
    assert harmed == []
    assert unsigned == {}
    assert [name for name in known if name not in differ] == []
    assert [name for name, one in known.items() if not one["why"]] == []
