"""Bundles that can be shared: their structure, what is left out, the proof, the map, the command."""

import bz2
import errno
import gzip
import io
import json
import lzma
import os
import re
import stat
import tarfile
import zipfile
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from faultlog import holding
from faultlog.bundle import Bundle
from faultlog.cli import app
from faultlog.errors import BundleError, NothingAnswerable, UsageError
from faultlog.pipeline import analyze_with
from faultlog.redaction import bundles, proof
from faultlog.redaction.bundles import LeakError, Wanted
from faultlog.redaction.mapfile import Keeper
from faultlog.redaction.replacing import Replacer
from faultlog.redaction.reports import Reports
from faultlog.redaction.rewriting import Rewriter
from faultlog.redaction.tokens import Ledger
from faultlog.report.document import document, to_json
from faultlog.simulating import RANDOM, simulate

from .conftest import LIVES
from .logs import knowledge
from .redacted import OPTIONS, bundle_of, replacer_of

SAMPLES = Path(__file__).parent.parent / "sample_logs"
HEAD = "Mar  3 12:40:00 karo-mbp ampdaemon[668]: "
LOG = f"{HEAD}exec path=/Users/kamiro/Library/x by kamiro@sholen.com from 10.43.136.14\n"
TOLD = (
    LOG.replace("karo-mbp", "host-zbbb").replace("/kamiro/", "/user-zbbb/")
    .replace("kamiro@sholen.com", "mail-zbbb@example.invalid").replace("10.43.136.14", "198.18.0.1")
)  # fmt: skip
WHEN = 1_772_500_002


def tar_of(files: dict[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(content), WHEN, 0o640
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zip_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2026, 3, 3, 1, 6, 42))
            info.external_attr = (stat.S_IFREG | 0o600) << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def placed(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (WHEN, WHEN))
    return path


def read(path: Path) -> dict[str, tuple[str, int | None]]:
    """Every file of a bundle by its place: text and time."""
    return {
        one.path: (b"".join(one.chunks()).decode(), None if one.modified is None else one.modified.ns // 10**9)
        for one in Bundle([path]).members()
    }


@pytest.mark.parametrize(
    "path",
    [*sorted(SAMPLES.glob("*.zip")), *sorted(SAMPLES.glob("*.tar.gz")), *sorted((SAMPLES / "public").glob("*.log"))],
    ids=lambda path: path.name,
)
def test_every_sample_is_proved(path: Path, tmp_path: Path) -> None:
    done = bundle_of(path, to=tmp_path / path.name)
    assert (done.differences, done.left_out) == ((), ())


@pytest.mark.parametrize("seed", range(400, 400 + max(8, LIVES // 20)))
def test_random_lives_are_proved(seed: int, tmp_path: Path) -> None:
    life = next(iter(simulate(tmp_path, RANDOM, seed)))
    done = bundle_of(life, to=tmp_path / f"redacted-{life.name}")
    assert (done.differences, done.left_out) == ((), ())


def test_a_log_that_is_larger_than_its_sample_is_proved(tmp_path: Path) -> None:
    bundle = next(iter(simulate(tmp_path, "fault6-breached", 3, 400_000)))
    assert bundle_of(bundle, to=tmp_path / "out.zip").differences == ()


CONTAINERS = {
    "plain.log": LOG.encode(),
    "a.log.gz": gzip.compress(LOG.encode(), mtime=WHEN),
    "a.log.bz2": bz2.compress(LOG.encode()),
    "a.log.xz": lzma.compress(LOG.encode()),
    "a.tar": tar_of({"kamiro/a.log": LOG.encode(), "b.log.gz": gzip.compress(LOG.encode(), mtime=WHEN)}),
    "a.tar.gz": tar_of({"a.log": LOG.encode()}, "w:gz"),
    "a.zip": zip_of({"Users/kamiro/plan-of.docx": b"user=kamiro\n", "in.zip": zip_of({"x.log": LOG.encode()})}),
    "deep.zip": zip_of({"in.tar.gz": tar_of({"x.log.gz": gzip.compress(LOG.encode())}, "w:gz")}),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_structure_stays(name: str, tmp_path: Path) -> None:
    source = placed(tmp_path / "in" / name, CONTAINERS[name])
    done = bundle_of(source, to=tmp_path / name)
    assert done.left_out == ()
    before, after = read(source), read(tmp_path / name)
    assert [when for _, when in after.values()] == [when for _, when in before.values()]
    assert [text.count("\n") for text, _ in after.values()] == [text.count("\n") for text, _ in before.values()]
    assert Bundle([source]).kind == Bundle([tmp_path / name]).kind
    content = "".join((*after, *(text for text, _ in after.values())))
    assert "kamiro" not in content
    assert "karo-mbp" not in content


def test_names_are_rewritten_and_orders_kept(tmp_path: Path) -> None:
    files = {
        "z/Users/kamiro/plan-of.docx": b"user=kamiro\n",
        "a/karo-mbp.local.txt": LOG.encode(),
        "b.log": LOG.encode(),
    }
    bundle_of(placed(tmp_path / "a.zip", zip_of(files)), to=tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.namelist() == ["z/Users/user-zbbb/document-zbbb.docx", "a/host-zbbb.local.txt", "b.log"]
        assert [info.external_attr >> 16 & 0o777 for info in archive.infolist()] == [0o600] * 3
        assert archive.read("b.log").decode() == TOLD


def test_two_files_never_get_one_name(tmp_path: Path) -> None:
    files = {"Users/KAMIRO/Library/a.txt": b"user=kamiro 1\n", "Users/kamiro/Library/a.txt": b"user=kamiro 2\n"}
    bundle_of(placed(tmp_path / "a.tar", tar_of(files)), to=tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as archive:
        assert archive.getnames() == ["Users/user-zbbb/Library/a.txt", "Users/user-zbbb/Library/a~2.txt"]


def test_many_names_that_become_one_are_told_apart() -> None:
    letters = "abcdefghijklmn"
    cases = ("".join(pair) for pair in product(*zip(letters, letters.upper(), strict=True)))
    rewriter = Rewriter(replacer_of(f"/Users/{letters}/x"), OPTIONS.limits, Path())
    names = rewriter.names(f"Users/{user}.log" for user in cases)
    assert len(set(names)) == 1 << len(letters)
    assert names[:3] == ["Users/user-zbbb.log", "Users/user-zbbb~2.log", "Users/user-zbbb~3.log"]


def test_a_folder_becomes_a_folder_with_times_and_modes(tmp_path: Path) -> None:
    path = placed(tmp_path / "in" / "Users" / "kamiro" / "Library" / "ampdaemon.log", LOG.encode())
    path.chmod(0o640)
    bundle_of(tmp_path / "in", to=tmp_path / "out")
    made = tmp_path / "out" / "Users" / "user-zbbb" / "Library" / "ampdaemon.log"
    assert made.read_text() == TOLD
    assert (int(made.stat().st_mtime), made.stat().st_mode & 0o777) == (WHEN, 0o640)


def test_several_paths_become_a_folder_with_one_map(tmp_path: Path) -> None:
    one, other = (
        placed(tmp_path / "1" / "a.log", LOG.encode()),
        placed(tmp_path / "2" / "karo-mbp.zip", zip_of({"a.log": LOG.encode()})),
    )
    done = bundle_of(one, other, to=tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.log", "host-zbbb.zip"]
    assert done.differences == ()


def test_a_value_that_is_split_over_rotated_files_goes(tmp_path: Path) -> None:
    line = f"{HEAD}sent ghp_abcdefghij0123456789ABCDEFGHIJ012345 along\n"
    at = line.index("0123456789")
    folder = tmp_path / "in"
    placed(folder / "ampdaemon.log.1", f"{LOG}{line[:at]}".encode())
    placed(folder / "ampdaemon.log", f"{line[at:]}{LOG}".encode())
    bundle_of(folder, to=tmp_path / "out")
    assert (tmp_path / "out" / "ampdaemon.log.1").read_text() == f"{TOLD}{HEAD}sent secret-zbbb".replace(
        "karo-mbp", "host-zbbb"
    )
    assert (tmp_path / "out" / "ampdaemon.log").read_text() == f"secret-zbbb along\n{TOLD}"


def encrypted() -> bytes:
    data = bytearray(zip_of({"a.txt": b"user=kamiro"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.sqlite", b"SQLite format 3\0" + b"user=kamiro" * 9, "binary"),
        ("a.bin", bytes(range(256)) * 9, "binary"),
        ("a.7z", b"7z\xbc\xaf'\x1c" + b"kamiro", "unsupported"),
        ("a.zip", zip_of({"kamiro.txt": b"user=kamiro"})[:-40], "truncated"),
        ("b.zip", encrypted(), "encrypted"),
        ("c.zip", zip_of({"d.zip": zip_of({"e.zip": zip_of({"f.txt": b"user=kamiro"})})}), "bomb_depth"),
    ],
)  # fmt: skip
def test_what_cannot_be_looked_into_is_left_out(name: str, content: bytes, why: str, tmp_path: Path) -> None:
    source = placed(tmp_path / "a.zip", zip_of({name: content, "ampdaemon.log": LOG.encode()}))
    done = bundle_of(source, to=tmp_path / "b.zip")
    assert [one.code for one in done.left_out] == [why]
    assert done.differences == ()
    assert b"kamiro" not in b"".join(text.encode() for text, _ in read(tmp_path / "b.zip").values())


@pytest.mark.parametrize("name", ["a.log.gz", "a.log.bz2", "a.log.xz", "a.tar", "a.tar.gz"])
@pytest.mark.parametrize("how", ["truncated", "corrupt"])
def test_a_damaged_bundle_stays_as_damaged(name: str, how: str, tmp_path: Path) -> None:
    lines = "".join(
        f"Mar  3 12:{minute:02}:{second:02} karo-mbp ampdaemon[668]: heartbeat {minute * second % 7}\n"
        for minute in range(60)
        for second in range(60)
    )
    content = {
        "gz": lambda: gzip.compress(lines.encode(), mtime=WHEN), "bz2": lambda: bz2.compress(lines.encode(), 1),
        "xz": lambda: lzma.compress(lines.encode()), "tar": lambda: tar_of({"ampdaemon.log": lines.encode()}),
    }[name.replace(".tar.gz", ".tar").rpartition(".")[2]]()  # fmt: skip
    content = gzip.compress(content, mtime=WHEN) if name == "a.tar.gz" else content
    half = len(content) // 2
    broken = content[:half] if how == "truncated" else content[:half] + bytes(64) + content[half + 64 :]
    if how == "corrupt" and name == "a.tar":
        broken = content[: -10 * 1024] + b"\x01" * 1024
    source = placed(tmp_path / "in" / name, broken)
    done = bundle_of(source, to=tmp_path / name)
    assert done.differences == ()
    codes = [
        {warn.code for warn in bundle.warnings if list(bundle.members()) or True}
        for bundle in (Bundle([source]), Bundle([tmp_path / name]))
    ]
    assert codes[0] == codes[1]


def test_links_are_not_followed(tmp_path: Path) -> None:
    placed(tmp_path / "in" / "ampdaemon.log", LOG.encode())
    placed(tmp_path / "secret.txt", b"user=kamiro\n")
    (tmp_path / "in" / "kamiro.txt").symlink_to(tmp_path / "secret.txt")
    done = bundle_of(tmp_path / "in", to=tmp_path / "out")
    assert [(one.path, one.code) for one in done.left_out] == [("user-zbbb.txt", "link")]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["ampdaemon.log"]


def test_nothing_is_kept_of_a_bundle_in_which_a_value_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Replacer, "replaced", lambda _self, chunks, *_told: iter(chunks))
    with pytest.raises(LeakError, match="nothing is kept"):
        bundle_of(placed(tmp_path / "a.log", LOG.encode()), to=tmp_path / "b.log")
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


def test_a_case_that_differs_is_told(tmp_path: Path) -> None:
    ledger = Ledger()
    bundle_of(SAMPLES / "fault6-breached-0001.zip", to=tmp_path / "b.zip", ledger=ledger)
    before, after = (
        json.loads(to_json(analyze_with(knowledge(), [path], OPTIONS, lambda _path, _size: None)))
        for path in (SAMPLES / "fault6-breached-0001.zip", tmp_path / "b.zip")
    )
    assert proof.same(before, after, ledger, []) == []
    after["host"]["os_version"] = "1"
    after["findings"][0]["why"].pop()
    assert proof.same(before, after, ledger, []) == ["host.os_version", "findings.why"]


def test_a_case_document_is_redacted_like_its_bundle_and_alone(tmp_path: Path) -> None:
    path = SAMPLES / "fault6-breached-0001.zip"
    case = document(analyze_with(knowledge(), [path], OPTIONS, lambda _path, _size: None))
    told = to_json(Reports().case(case))
    for name in ("sim-macos-0001", "aiko", "jonas", "mina", "19fc6bcf"):
        assert name not in told
    assert json.loads(told)["host"]["name"] == "host-zbbb"
    assert to_json(Reports().case(Reports().case(case))) == told


def test_what_cannot_be_opened_or_holds_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        bundle_of(placed(tmp_path / "a.zip", b"PK\x03\x04 and nothing else"), to=tmp_path / "b.zip")
    with pytest.raises(NothingAnswerable, match=r"a.zip: nothing in it can be copied \(it is no text\)"):
        bundle_of(placed(tmp_path / "a.zip", zip_of({"a": bytes(range(256)) * 9})), to=tmp_path / "b.zip")
    with pytest.raises(UsageError, match="already"):
        bundle_of(placed(tmp_path / "a.log", LOG.encode()), to=placed(tmp_path / "b.log", b""))
    with pytest.raises(UsageError, match="no folder"):
        bundle_of(tmp_path / "a.log", to=tmp_path / "none" / "b.log")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["redact", *map(str, words)])
    return result.exit_code, result.output or str(result.exception)


def test_the_command_says_what_it_did_and_keeps_the_map_apart(tmp_path: Path) -> None:
    source = placed(tmp_path / "karo-mbp.zip", zip_of({"ampdaemon.log": LOG.encode(), "a.bin": bytes(range(256)) * 9}))
    (tmp_path / "out").mkdir()
    code, said = run(source, "-o", tmp_path / "out", "--taken", "2026-04-01")
    assert code == 0, said
    assert "Replaced by tokens: 1 domain, 1 host, 1 IPv4 address, 1 mail address, 1 user." in said
    assert "Proved: none of these values is left" in said
    assert "Proved: its analysis says the same" in said
    assert "stays: give it with --word TEXT" in said
    assert "a.bin (it is no text)" in said
    kept = tmp_path / "out" / "host-zbbb.zip.redaction-map.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "kamiro" in kept.read_text()
    assert "kamiro" not in said


def test_a_map_is_used_again_and_never_put_into_what_is_given_away(tmp_path: Path) -> None:
    source, kept = placed(tmp_path / "in" / "a.log", LOG.encode()).parent, tmp_path / "map.json"
    assert run(source, "-o", tmp_path / "one", "--map", kept)[0] == 0
    other = placed(tmp_path / "in2" / "a.log", b"user=sholem\n" + LOG.encode()).parent
    assert run(other, "-o", tmp_path / "two", "--map", kept)[0] == 0
    assert TOLD in (tmp_path / "two" / "a.log").read_text()
    code, said = run(source, "-o", tmp_path / "three", "--map", tmp_path / "three" / "map.json")
    assert code != 0
    assert "inside what is given away" in said
    assert not (tmp_path / "three").exists()


def test_korean_is_spoken(tmp_path: Path) -> None:
    code, said = run(
        placed(tmp_path / "a.log", LOG.encode()), "-o", tmp_path / "b.log", "--lang", "ko", "--taken", "2026-04-01"
    )
    assert (code, "확인됨" in said, "사용자 1명" in said) == (0, True, True)


def test_words_come_from_options_and_from_a_file(tmp_path: Path) -> None:
    source = placed(tmp_path / "a.log", f"{LOG}{HEAD}Project Zebra and Okapi\n".encode())
    words = placed(tmp_path / "words.txt", b"\nokapi\n")
    assert run(source, "-o", tmp_path / "b.log", "--word", "zebra", "--words", words)[0] == 0
    assert "Project word-zbbb and word-zbbc" in (tmp_path / "b.log").read_text()


def test_neither_the_result_nor_the_map_goes_into_the_bundle_and_no_map_is_given_away(tmp_path: Path) -> None:
    source = placed(tmp_path / "in" / "ampdaemon.log", b"Mar  3 13:36:21 vm ampdaemon[1]: hello\n").parent
    for words in (["-o", source / "out"], ["-o", tmp_path / "out", "--map", source / "map.json"]):
        code, said = run(source, *words)
        assert (code != 0, "lies inside the bundle" in said) == (True, True)
    assert [path.name for path in source.iterdir()] == ["ampdaemon.log"]
    assert run(source, "-o", tmp_path / "one", "--taken", "2026-03-04")[0] == 0
    kept = (tmp_path / "one.redaction-map.json").read_bytes()
    for name in ("other.json", "old.redaction-map.json", "packed.json.gz"):
        placed(source / name, gzip.compress(kept) if name.endswith(".gz") else kept)
    done = bundle_of(source, to=tmp_path / "two")
    assert [one.code for one in done.left_out] == ["private_map"] * 3
    assert [path.name for path in (tmp_path / "two").iterdir()] == ["ampdaemon.log"]


@pytest.mark.parametrize("host", ["vm", "mac", "scan", "iMac"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("registered {}.local now", "registered host-zbbb.local now"),
        ("mounted \\\\{}\\share now", "mounted \\\\host-zbbb\\share now"),
        ("asked http://{}/x and https://deploy@{}:80/", "asked http://host-zbbb/x and https://user-zbbb@host-zbbb:80/"),
        ("host {} up, hostname {}", "host host-zbbb up, hostname host-zbbb"),
        ("<server>{}</server>", "<server>host-zbbb</server>"),
    ],
)
def test_a_host_that_is_an_ordinary_word_goes_where_the_text_says_what_it_is(
    host: str, text: str, told: str, tmp_path: Path
) -> None:
    log = f"Mar  3 13:36:21 {host} ampdaemon[1]: {text.replace('{}', host)}\n"
    done = bundle_of(placed(tmp_path / "ampdaemon.log", log.encode()), to=tmp_path / "b.log")
    assert told in (tmp_path / "b.log").read_text()
    assert done.places == 0


@pytest.mark.parametrize("host", ["vm", "mac", "scan"])
def test_the_file_hostname_says_what_it_holds(host: str, tmp_path: Path) -> None:
    bundle_of(placed(tmp_path / "hostname", f"{host}\n".encode()), to=tmp_path / "b")
    assert (tmp_path / "b").read_text() == "host-zbbb\n"
    packed = {"etc/hostname": host.encode(), "ampdaemon.log": LOG.encode()}
    bundle_of(placed(tmp_path / "a.zip", zip_of(packed)), to=tmp_path / "b.zip")
    assert read(tmp_path / "b.zip")["etc/hostname"][0] in {"host-zbbb", "host-zbbc"}


@pytest.mark.parametrize(
    ("language", "told"), [("en", "but for 1 host: an ordinary word"), ("ko", "1곳에 그대로 남아")]
)
def test_where_an_ordinary_word_stays_it_is_told_with_a_count(language: str, told: str, tmp_path: Path) -> None:
    log = placed(tmp_path / "a.log", b"Mar  3 13:36:21 vm ampdaemon[1]: the vm is up\n")
    code, said = run(log, "-o", tmp_path / "b.log", "--lang", language, "--taken", "2026-04-01")
    assert (code, told in said) == (0, True)
    assert "Proved: none of these values is left in it, in any spelling that was looked for.\n" not in said
    code, said = run(log, "-o", tmp_path / "c.log", "--word", "vm", "--taken", "2026-04-01", "--lang", language)
    assert (code, told in said) == (0, False)
    assert "vm" not in (tmp_path / "c.log").read_text()


def test_an_ordinary_word_that_is_left_where_it_is_meant_is_replaced_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faultlog.redaction.replacing.CONTEXT", {"host": re.compile(rb"(?!)")})
    log = placed(tmp_path / "a.log", b"Mar  3 13:36:21 vm ampdaemon[1]: registered vm.local, the vm\n")
    done = bundle_of(log, to=tmp_path / "b.log")
    assert "vm" not in (tmp_path / "b.log").read_text()
    assert done.places == 0


def test_the_name_of_what_is_given_away_holds_no_value(tmp_path: Path) -> None:
    code, said = run(placed(tmp_path / "a.log", LOG.encode()), "-o", tmp_path / "out_kamiro.log")
    assert (code != 0, "its name holds one of the values" in said) == (True, True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


def test_what_is_no_map_and_no_list_of_words_is_told_with_what_to_do(tmp_path: Path) -> None:
    log = placed(tmp_path / "a.log", LOG.encode())
    for words, why in (
        (["--map", "/dev/null"], "/dev/null: is no file; give a map that `faultlog redact` wrote"),
        (["--map", tmp_path], "is no file"),
        (["--map", "-"], "-: the private map goes into a file that is only yours"),
        (["--words", tmp_path / "none"], "is not there; give a text file, one word or name a line"),
        (["--map", placed(tmp_path / "m", b"\xff\xfe")], "is no text in UTF-8"),
    ):
        code, said = run(log, "-o", tmp_path / "b.log", *words)
        assert (code != 0, why in said) == (True, True), said


def differing(path: Path, monkeypatch: pytest.MonkeyPatch, keys: list[str], *words: str) -> tuple[int, str]:
    """What is said of a bundle whose analysis differs in some keys."""
    monkeypatch.setattr(proof, "same", lambda *_given: keys)
    return run(placed(path / "a.log", LOG.encode()), "-o", path / "b.log", "--taken", "2026-04-01", *words)


@pytest.mark.parametrize(("language", "told"), [("en", "Verdicts are the same."), ("ko", "판정은 같습니다.")])
def test_statistics_of_lines_that_became_one_are_told_and_are_no_failure(
    language: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ["preceding.template", "preceding.p"]
    code, said = differing(tmp_path, monkeypatch, keys, "--lang", language)
    assert (code, told in said, keys[1] in said) == (0, True, True)


@pytest.mark.parametrize(("language", "told"), [("en", "keep it in the name"), ("ko", "결과 이름에도 그 날짜를")])
def test_a_lost_date_is_told_with_what_to_do(
    language: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = differing(tmp_path, monkeypatch, ["bundle.taken_at", "preceding.p"], "--lang", language)
    assert (code, told in said) == (4, True)


@pytest.mark.parametrize(
    ("language", "told"), [("en", "cannot be analysed, so nothing"), ("ko", "원본을 분석할 수 없어")]
)
def test_where_the_original_cannot_be_analysed_nothing_is_compared(language: str, told: str, tmp_path: Path) -> None:
    source = placed(tmp_path / "hostname", b"karo-mbp\n")
    code, said = run(source, "-o", tmp_path / "y.txt", "--lang", language)
    assert (code, told in said) == (0, True), said


@pytest.mark.parametrize(("language", "told"), [("en", "3 names in it"), ("ko", "이름 3개가")])
def test_names_that_lead_out_are_told_and_act_upon_no_terminal(language: str, told: str, tmp_path: Path) -> None:
    names = ["../../../etc/cron.d/ampdaemon.log", "/etc/ampdaemon.log.1", "C:\\Windows\\x.log", "a/\x1b[31mb/x.log"]
    new = [*names[:3], "a/\\x1b[31mb/x.log"]
    for target, content in ((tmp_path / "b.zip", zip_of), (tmp_path / "b.tar", tar_of)):
        source = placed(tmp_path / f"in{target.suffix}", content({name: LOG.encode() for name in names}))
        code, said = run(source, "-o", target, "--lang", language, "--taken", "2026-04-01")
        assert (code, told in said) == (0, True), said
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert [info.orig_filename for info in archive.infolist()] == new
    with tarfile.open(tmp_path / "b.tar") as archive:
        assert archive.getnames() == new


def test_a_result_that_is_there_is_told_before_its_map_is(tmp_path: Path) -> None:
    log = placed(tmp_path / "a.log", LOG.encode())
    run(log, "-o", tmp_path / "b.log")
    assert "b.log: is there already; give another path" in run(log, "-o", tmp_path / "b.log")[1].replace("\n", "")
    cut = placed(tmp_path / "cut.json", (tmp_path / "b.log.redaction-map.json").read_bytes()[:-40])
    assert "or one that is cut off; give one that" in run(log, "-o", tmp_path / "c.log", "--map", cut)[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "-"), "a bundle is proved before it is put anywhere"),
        (("-o", "none/b.log"), "none/b.log: cannot be written, there is no folder none"),
        (("-o", "b.log", "--word", ""), "--word is empty"),
        (("-o", "b.log", "--word", " "), "--word is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_leaves_nothing(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed(tmp_path / "a.log", LOG.encode())
    monkeypatch.chdir(tmp_path)
    code, said = run("a.log", *arguments)
    assert (code == 0, told in said) == (False, True), said
    assert [one.name for one in tmp_path.iterdir()] == ["a.log"]


def test_an_empty_path_is_not_the_folder_that_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    placed(tmp_path / "ampdaemon.log", LOG.encode())
    monkeypatch.chdir(tmp_path)
    assert "an empty path names nothing" in run("", "-o", tmp_path.parent / "out")[1]
    assert not (tmp_path.parent / "out").exists()


def test_a_case_document_is_refused_and_the_command_that_is_named_redacts_it(tmp_path: Path) -> None:
    case = tmp_path / "case.json"
    CliRunner().invoke(app, ["triage", str(SAMPLES / "fault6-breached-0001.zip"), "--json", str(case)])
    code, said = run(case, "-o", tmp_path / "b.json")
    assert (code == 0, f"faultlog triage {case} --redact --json FILE" in said) == (False, True), said
    CliRunner().invoke(app, ["triage", str(case), "--redact", "--json", str(tmp_path / "b.json")])
    assert "sim-macos-0001" in case.read_text()
    assert "sim-macos-0001" not in (tmp_path / "b.json").read_text()


@pytest.mark.parametrize(("language", "told"), [("en", "Most of its lines are"), ("ko", "대부분의 줄이 어떤")])
def test_where_most_lines_are_not_understood_it_says_that_their_heads_are_not_known(
    language: str, told: str, tmp_path: Path
) -> None:
    strange = placed(
        tmp_path / "x.csv", b"karo-mbp;1772500002;something of /Users/kamiro/Library/x\n" * 9 + LOG.encode()
    )
    code, said = run(strange, "-o", tmp_path / "y.csv", "--lang", language)
    assert (code, told in said) == (0, True), said
    known = placed(tmp_path / "ampdaemon.log", LOG.encode())
    assert told not in run(known, "-o", tmp_path / "z.log", "--lang", language)[1]


def test_of_what_holds_no_name_nothing_is_said_to_be_proved_of_names(tmp_path: Path) -> None:
    source = placed(tmp_path / "ampdaemon.log", b"Mar  3 12:40:00 localhost ampdaemon[668]: Fault Raised: 6\n")
    said = run(source, "-o", tmp_path / "b.log", "--taken", "2026-04-01")[1]
    assert "b.log: 1 file, 0 places replaced" in said
    assert "No name, address or secret was found" in said
    assert "none of these values" not in said


@pytest.mark.parametrize(
    ("language", "told"), [("en", "a.zip!/a.txt (it is encrypted;"), ("ko", "a.zip!/a.txt (암호가")]
)
def test_why_something_was_left_out_is_said_in_words(language: str, told: str, tmp_path: Path) -> None:
    source = placed(tmp_path / "b.zip", zip_of({"a.zip": encrypted(), "ampdaemon.log": LOG.encode()}))
    assert told in run(source, "-o", tmp_path / "c.zip", "--taken", "2026-04-01", "--lang", language)[1]


def test_a_folder_that_cannot_be_listed_is_left_out_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    placed(tmp_path / "in" / "ampdaemon.log", LOG.encode())
    closed = placed(tmp_path / "in" / "kamiro" / "b.log", LOG.encode()).parent
    scandir = os.scandir

    def refusing(path: Path | int) -> object:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    done = bundle_of(tmp_path / "in", to=tmp_path / "out")
    assert [(one.path, one.code) for one in done.left_out] == [("user-zbbb", "unreadable")]
    assert done.differences == ()


@pytest.mark.parametrize("name", ["utf-32", "utf-32-le", "utf-32-be"])
def test_a_text_of_four_bytes_a_letter_is_left_out(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "ampdaemon.log").write_text("Mar  3 12:40:00 karo-mbp ampdaemon[668]: Fault Raised: 6 (Major): x\n")
    (folder / "a.txt").write_bytes("opened /Users/kamiro/Library/x\n".encode(name))
    done = bundle_of(folder, to=tmp_path / "out")
    assert [(one.path, one.code) for one in done.left_out] == [("a.txt", "binary")]


def test_what_a_killed_run_left_is_removed_and_what_another_holds_is_not(tmp_path: Path) -> None:
    log = placed(tmp_path / "ampdaemon.log", LOG.encode())
    left, empty, mine = (tmp_path / f"{bundles._PREFIX}{name}" for name in ("left", "empty", "mine"))
    placed(left / "lock", b"")
    placed(left / "made" / "x", b"x")
    empty.mkdir()
    placed(mine / "x", b"x")
    for one in (empty, mine):
        os.utime(one, (0, 0))
    with holding.held_folder(bundles._PREFIX, tmp_path) as used:
        bundle_of(log, to=tmp_path / "out.log")
        assert [one.exists() for one in (left, empty, mine, used)] == [False, False, True, True]


@pytest.mark.parametrize("name", ["lock", "made"])
def test_a_bundle_may_be_called_like_what_is_used_on_its_way(name: str, tmp_path: Path) -> None:
    bundle_of(placed(tmp_path / "ampdaemon.log", LOG.encode()), to=tmp_path / name)
    assert (tmp_path / name).read_text() == TOLD
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(["ampdaemon.log", name, f"{name}.map"])


def test_a_bundle_is_written_where_the_system_keeps_no_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(holding.fcntl, "flock", refused)
    left = placed(tmp_path / f"{bundles._PREFIX}of-another" / "lock", b"")
    bundle_of(placed(tmp_path / "ampdaemon.log", LOG.encode()), to=tmp_path / "out.log")
    assert (tmp_path / "out.log").read_text() == TOLD
    assert left.exists()


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("there.log", "is there already; give another path"),
        ("nowhere/out.log", "there is no folder"),
        ("in/out.log", "lies inside the bundle"),
        ("map.log", "map.log.redaction-map.json: is there already"),
    ],
)
def test_where_it_cannot_be_written_is_told_before_anything_is_read(
    output: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = placed(tmp_path / "in" / "ampdaemon.log", LOG.encode())
    for name in ("there.log", "map.log.redaction-map.json"):
        placed(tmp_path / name, b"x")
    monkeypatch.delattr(bundles, "gather")
    wanted = Wanted((str(log.parent),), tmp_path / output, options=OPTIONS)
    with pytest.raises(UsageError, match=told):
        bundles.redact(wanted, Ledger(), knowledge(), Keeper(None, wanted.paths))
