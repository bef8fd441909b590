"""T9: what a bundle that can be shared, and every report of it, still holds of 2,000 made-up names and secrets."""

import base64
import gzip
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from ahocorasick_rs import BytesAhoCorasick

from faultlog.simulating import simulate
from faultlog.web.listing import Asked, every
from faultlog.web.tables import LISTINGS
from tests.databases import kept
from tests.hostile.canaries import KINDS, Canary, benign, canaries, hidden, put_into
from tests.hostile.listed import TOLD, filled, with_tokens
from tests.web.live import working
from tests.web.test_api_bundles import put

COUNT = int(os.environ.get("FAULTLOG_CANARIES", "2000"))
BENIGN = COUNT * 10
PER_BUNDLE = 250
MUST = {kind.name for kind in KINDS if kind.must}


def faultlog(*words: str | Path, temp: Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "faultlog", *map(str, words)]
    return subprocess.run(command, capture_output=True, env={**os.environ, "TMPDIR": str(temp)}, check=False)


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Everything in a file, by the standard library; names count as content."""
    yield name, name.encode() + b"\n" + content
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
        yield from unpacked(f"{name}!gz", content)
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for one in archive.namelist():
                yield from unpacked(f"{name}!/{one}", archive.read(one))
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for info in archive:
                file = archive.extractfile(info)
                yield from unpacked(f"{name}!/{info.name}", file.read() if file else b"")


def readings(content: bytes) -> Iterator[bytes]:
    """A text as somebody curious might read it."""
    yield content.lower()
    if b"%" in content:
        yield unquote_to_bytes(content).lower()
    if b"\\u" in content or b"\\/" in content:
        yield (
            re.sub(rb"\\u00([0-9a-fA-F]{2})", lambda found: bytes.fromhex(found[1].decode()), content)
            .replace(b"\\", b"")
            .lower()
        )
    if b"\0" in content:
        yield content.replace(b"\0", b"").lower()
    runs = set(re.findall(rb"[A-Za-z0-9+/]{12,}", content))
    yield b"\n".join(base64.b64decode(one[: len(one) // 4 * 4]) for one in runs).lower()


class Spotter:
    """Finds canaries in whatever holds them."""

    def __init__(self, found: list[Canary]) -> None:
        self.canaries = found
        texts = [one.secret.lower().encode() for one in found]
        self.search = BytesAhoCorasick(texts)

    def seen(self, name: str, content: bytes) -> dict[int, str]:
        """Numbers of the canaries that stand in a file, and where."""
        found = {}
        for place, inner in unpacked(name, content):
            for text in readings(inner):
                for index, start, end in self.search.find_matches_as_indexes(text, overlapping=True):
                    around = text[max(0, start - 1) : start] + text[end : end + 1]
                    if not (around.isalnum() and self.canaries[index].secret.isalpha() and around[:1].isalpha()):
                        found[index] = place
        return found


@pytest.fixture(scope="module")
def redacted(tmp_path_factory: pytest.TempPathFactory) -> tuple:
    """All canaries in bundles, redacted one after the other with one map; what was written, by bundle."""
    top = tmp_path_factory.mktemp("canaries")
    found = canaries(20260303, COUNT)
    lines = list(benign(7, BENIGN))
    begun = time.monotonic()
    made = []
    for turn, first in enumerate(range(0, COUNT, PER_BUNDLE)):
        part, own = found[first : first + PER_BUNDLE], lines[first * 10 : (first + PER_BUNDLE) * 10]
        plain = next(iter(simulate(top / f"s{turn}", "fault6-breached", turn + 1)))
        files = hidden(part, "sim-macos-0001")
        for line in own:
            files.line("var/benign.out", line)
        bundle, target, temp = top / f"b{turn}.zip", top / f"out{turn}.zip", top / f"temp{turn}"
        temp.mkdir()
        put_into(plain, bundle, files)
        said = faultlog("redact", bundle, "-o", target, "--map", top / "map.json", temp=temp)
        made.append((bundle, target, said, temp, own))
    return found, made, top, time.monotonic() - begun


def test_no_canary_is_left_in_a_bundle(redacted, figure):
    found, made, _, seconds = redacted
    spotter = Spotter(found)
    left: dict[int, str] = {}
    for _, target, said, _, _ in made:
        assert said.returncode in {0, 4}, said.stderr
        left |= spotter.seen("bundle", target.read_bytes())
    tried, lost = Counter(one.kind.must for one in found), Counter(found[one].kind.must for one in left)
    figure(
        "T9", "names and secrets of must kinds, in bundles", tried=tried[True], held=tried[True] - lost[True], s=seconds
    )
    figure("T9", "names and secrets of other kinds, in bundles", tried=tried[False], held=tried[False] - lost[False])
    shown = [(found[one].kind.name, found[one].placement, found[one].value, place) for one, place in left.items()]
    assert not [one for one in shown if one[0] in MUST], shown[:20]
    assert lost[False] <= tried[False] // 100, shown[:20]


def test_no_canary_is_left_in_what_is_said_of_a_bundle(redacted, figure, tmp_path):
    found, made, _, _ = redacted
    spotter = Spotter(found)
    left: dict[int, str] = {}
    looked = 0
    for turn, (_, target, said, temp, _) in enumerate(made):
        outputs = {"stdout": said.stdout, "stderr": said.stderr}
        if turn == 0:
            case, page, table = tmp_path / "case.json", tmp_path / "case.html", tmp_path / "case.csv"
            shown = faultlog("triage", target, "--json", case, "--html", page, temp=temp)
            listed = faultlog("timeline", target, "-o", table, temp=temp)
            outputs |= {"triage": shown.stdout + shown.stderr, "timeline": listed.stdout + listed.stderr}
            outputs |= {one.name: one.read_bytes() for one in (case, page, table)}
        outputs |= {str(one): one.read_bytes() for one in temp.rglob("*") if one.is_file()}
        looked += len(outputs)
        for name, content in outputs.items():
            left |= spotter.seen(name, content)
    figure("T9", "outputs about redacted bundles", tried=looked, held=looked - len(set(left.values())))
    assert not left


def test_no_canary_is_left_in_any_redacted_report_of_a_bundle(redacted, figure, tmp_path):
    found, made, _, _ = redacted
    bundle, temp = made[0][0], tmp_path / "temp"
    temp.mkdir()
    begun, spotter = time.monotonic(), Spotter(found)
    files = {
        name: tmp_path / name for name in ("case.json", "case.html", "case.svg", "case.pdf", "case.csv", "case.md")
    }
    asked = [
        ["triage", bundle, "--json", files["case.json"], "--html", files["case.html"], "--chart", files["case.svg"]],
        ["timeline", bundle, "-o", files["case.csv"]],
        ["timeline", bundle, "-o", files["case.md"], "--lang", "ko"],
        ["chart", bundle, "-o", files["case.pdf"]],
        ["explain", bundle, "f6-1"],
    ]
    outputs = {}
    for words in asked:
        said = faultlog(*words, "--redact", temp=temp)
        assert said.returncode == 0, said.stderr
        outputs[" ".join(map(str, words))] = said.stdout + said.stderr
    outputs |= {name: one.read_bytes() for name, one in files.items()}
    outputs |= {name: page.encode() for name, page in shared_pages(bundle, tmp_path / "data").items()}
    left = {name: seen for name, content in outputs.items() if (seen := spotter.seen(name, content))}
    figure(
        "T9", "redacted reports, exports and shared pages", tried=len(outputs), held=len(outputs) - len(left),
        s=time.monotonic() - begun,
    )  # fmt: skip
    assert not [(name, [(found[one].kind.name, found[one].value) for one in seen]) for name, seen in left.items()]


def shared_pages(bundle: Path, data: Path) -> dict[str, str]:
    """What a link to the case of a bundle shows, in each language."""
    with kept(data) as store, working(store) as (client, work):
        name = put(client, bundle.read_bytes(), bundle.name).json()["id"]
        work()
        made = client.post(f"/cases/{name}/shares", params={"lang": "en"}).text
        link = re.search(r"/shared/[\w-]+", made)[0]
        pages = {lang: client.get(link, params={"lang": lang}) for lang in ("en", "ko")}
        assert all(one.status_code == 200 for one in pages.values())
        return {f"shared {lang}": one.text for lang, one in pages.items()}


def test_no_canary_is_left_in_a_list_with_tokens(tmp_path, figure):
    """As the name of a bundle, of its host, of whoever uploaded it, and in the sentence of another case."""
    found = canaries(20261127, COUNT)
    begun, spotter = time.monotonic(), Spotter(found)
    rows = [
        (name.value, host.value, user.value, said.plain)
        for name, host, user, said in zip(*(found[at::4] for at in range(4)), strict=True)
    ]
    with kept(tmp_path / "data") as store:
        team, plain, left = store.write(filled, rows), set[int](), dict[int, str]()
        for name in TOLD:
            for row in every(store.read, LISTINGS[name], team, Asked(LISTINGS[name].usual, 1, {})):
                plain |= set(spotter.seen(name, json.dumps(dict(row)).encode()))
        for name, _, content in with_tokens(store, team, tmp_path):
            left |= dict.fromkeys(spotter.seen(name, content), name)
    assert len(plain) > len(found) * 0.9  # the rest is spelled otherwise in rows: no list shows it as it is
    figure(
        "T9", "names and secrets in lists with tokens", tried=len(plain), held=len(plain) - len(left),
        s=time.monotonic() - begun,
    )  # fmt: skip
    shown = [(found[one].kind.name, found[one].value, place) for one, place in left.items()]
    assert not shown, shown[:20]


def test_nothing_lies_beside_a_redacted_bundle_but_its_map(redacted):
    _, made, top, _ = redacted
    assert not [one for one in top.iterdir() if one.name.startswith(".faultlog")]
    assert (top / "map.json").stat().st_mode & 0o777 == 0o600
    assert all(not list(temp.iterdir()) for _, _, _, temp, _ in made)


def test_what_only_looks_private_is_left_alone(redacted, figure):
    _, made, _, _ = redacted
    changed, tried = [], 0
    for _, target, _, _, own in made:
        with zipfile.ZipFile(target) as archive:
            name = next(one for one in archive.namelist() if one.endswith("benign.out"))
            now = archive.read(name).decode().splitlines()
        assert len(now) == len(own)
        tried += len(own)
        changed += [(old, new) for old, new in zip(own, now, strict=True) if old != new]
    figure("T9", "lines that only look private", tried=tried, held=tried - len(changed))
    assert len(changed) <= tried // 200, changed[:20]


def test_the_same_value_has_the_same_token(redacted, figure):
    _, made, _, _ = redacted
    tried = held = 0
    tokens: dict[str, str] = {}
    for _, target, _, _, _ in made:
        with zipfile.ZipFile(target) as archive:
            twice = [archive.read(one).decode() for one in sorted(archive.namelist()) if "/var/twice-" in one]
        first, second = (dict(re.findall(r"ref (c\d{4}): (.*)", text)) for text in twice)
        for number, text in first.items():
            tried += 1
            held += text == second[number] and text not in tokens
            tokens[text] = number
    figure("T9", "values that stand in two places: one token", tried=tried, held=held)
    assert held == tried


def test_the_analysis_says_the_same(redacted, figure):
    _, made, _, _ = redacted
    same = sum(said.returncode == 0 for _, _, said, _, _ in made)
    figure("T9", "analyses of bundles before and after", tried=len(made), held=same)
    assert same == len(made), [said.stdout.decode() for _, _, said, _, _ in made if said.returncode]


def test_redacting_again_changes_nothing(redacted, tmp_path):
    _, made, _, _ = redacted
    _, target, _, temp, _ = made[0]
    again = faultlog("redact", target, "-o", tmp_path / "again.zip", "--map", tmp_path / "fresh.json", temp=temp)
    assert again.returncode == 0, again.stderr
    assert json.loads((tmp_path / "fresh.json").read_text())["values"] == []
    with zipfile.ZipFile(target) as one, zipfile.ZipFile(tmp_path / "again.zip") as other:
        assert [(name, one.read(name)) for name in one.namelist()] == [
            (name, other.read(name)) for name in other.namelist()
        ]
