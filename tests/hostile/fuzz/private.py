"""Bundles that can be shared, and cases that are shown with tokens, made of any bytes: nothing private is left."""

import io
import re
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from faultlog.errors import FaultlogError
from faultlog.identity import Told
from faultlog.model import Instant
from faultlog.pipeline import Knowledge, Options, analyze_with, load_knowledge
from faultlog.redaction import bundles
from faultlog.redaction.bundles import LeakError, Wanted
from faultlog.redaction.mapfile import Keeper
from faultlog.redaction.reports import Reports
from faultlog.redaction.rewriting import Rewriter
from faultlog.redaction.tokens import Ledger
from faultlog.report.document import document, from_json, to_json

FOLDER = Path(mkdtemp())
OPTIONS = Options(told=Told(taken=Instant.of("2026-03-09T00:00:00Z"), tz="UTC"), hashed=False)
BETWEEN = b"\f"
"""Ends a file, before the next one begins; the first byte of all says how they are packed."""
NAMES = ("ampdaemon.log", "ampdaemon.log.1", "hostname.txt", "Users/karo/notes.txt")
TOLD = {"host.name"}
"""What may differ, which a run then tells: of two hosts that as many lines name, the last in the alphabet is taken."""
KINDS = ("log", "folder", "zip", "tar", "raw")


def redaction(data: bytes) -> None:
    """A bundle of any bytes: it is written anew, proved, and nothing of it is replaced when that is done again."""
    wanted = _given(data)
    torn = _is_torn(data[1:])
    ledger = Ledger()
    try:
        done = bundles.redact(wanted, ledger, _knowledge(), Keeper(str(FOLDER / "map.json"), wanted.paths))
    except LeakError:
        assert torn  # what is a name of the one half may be a letter of the other: then nothing is kept
        return
    except FaultlogError as error:
        assert str(error)
        return
    if not done.left_out and not torn:  # a log may be among it; half of a wide text reads otherwise, which is told
        assert set(done.differences) <= TOLD
    left = [value.text for value in _values(ledger) if any(_holds(each, value.text) for each in _contents(done.target))]
    assert not left, left
    again, ended = Ledger(), FOLDER / "again"
    found = bundles.gather(Wanted((str(done.target),), ended, options=OPTIONS), again)
    Rewriter(found, OPTIONS.limits, FOLDER).bundle(done.target, ended)
    if not torn:
        written = [*_contents(done.target)]
        assert [*again.values] == []
        assert [*_contents(ended)] == written


def shown(data: bytes) -> None:
    """The case of a log of any bytes as who has a link sees it: sound, and the same redacted again, unless torn."""
    path = _fresh() / "ampdaemon.log"
    path.write_bytes(data)
    try:
        case = document(analyze_with(_knowledge(), [path], OPTIONS, lambda _path, _size: None))
    except FaultlogError as error:
        assert str(error)
        return
    reports = Reports()
    told = reports.case(case)
    text = to_json(told)
    assert to_json(from_json(text)) == text
    left = {value.text for value in _values(reports.ledger) if _holds(text.encode(), value.text)}
    assert left <= _own_words(), left
    if not _is_torn(data):  # a token beside noughts may read as a longer one
        assert to_json(Reports().case(told)) == text


@cache
def _own_words() -> frozenset[str]:
    """Words that a case says of itself: keys, kinds, sentences. A user of such a name hides among them."""
    root = Path(__file__).parents[3]
    files = (*root.glob("faultlog/_data/case.schema.json"), *root.glob("faultlog/_data/wording/en.yaml"))
    texts = (one.read_text() for one in (*files, *root.glob("rules/**/*.yaml")))
    return frozenset(word for text in texts for word in re.findall(r"\w{4,}", text))


def _is_torn(data: bytes) -> bool:
    """Whether it is no sound text: what a name holds may then be no letter of it."""
    try:
        return "\0" in data.decode()
    except UnicodeDecodeError:
        return True


def _values(ledger: Ledger) -> Iterator:
    """What is replaced wherever it stands, and is written in letters of which each is one byte."""
    return (one for one, _, _ in ledger.pairs() if one.anywhere and one.text.isascii() and len(one.text) > 3)


def _holds(content: bytes, value: str) -> bool:
    """Whether a value stands somewhere, and is no part of a word or a longer number."""
    pattern = rb"(?i)(?<![a-z0-9.:%>\\-])" + re.escape(value.encode()) + rb"(?![a-z0-9.:<-])"
    return re.search(pattern, content) is not None


def _fresh() -> Path:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    return FOLDER


def _given(data: bytes) -> Wanted:
    """The bundle that some bytes are, and what is asked of it."""
    kind, rest = KINDS[data[0] % len(KINDS)] if data else "raw", data[1:]
    name = {"log": "ampdaemon.log", "folder": "b", "zip": "b.zip", "tar": "b.tar.gz", "raw": "b.bin"}[kind]
    path = _fresh() / name
    files = [*zip(NAMES, rest.split(BETWEEN), strict=False)]
    if kind in {"log", "raw"}:
        path.write_bytes(rest)
    elif kind == "folder":
        for inner, content in files:
            (path / inner).parent.mkdir(parents=True, exist_ok=True)
            (path / inner).write_bytes(content)
    elif kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for inner, content in files:
                archive.writestr(inner, content)
    else:
        with tarfile.open(path, "w:gz") as packed:
            for inner, content in files:
                told = tarfile.TarInfo(inner)
                told.size = len(content)
                packed.addfile(told, io.BytesIO(content))
    return Wanted((str(path),), FOLDER / f"out-{name}", options=OPTIONS)


def _contents(path: Path) -> Iterator[bytes]:
    """Names and bytes of what was written, by the standard library; of what it cannot open the bytes as they are."""
    if path.is_dir():
        for one in sorted(path.rglob("*")):
            yield one.relative_to(path).as_posix().encode()
            yield one.read_bytes() if one.is_file() else b""
        return
    content = path.read_bytes()
    try:
        yield from _unpacked(content)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, tarfile.TarError):
        yield content


def _unpacked(content: bytes) -> Iterator[bytes]:
    file = io.BytesIO(content)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                yield from (info.filename.encode(), archive.read(info))
    elif content[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=file) as packed:
            for told in packed:
                held = packed.extractfile(told)
                yield from (told.name.encode(), b"" if held is None else held.read())
    else:
        yield content


@cache
def _knowledge() -> Knowledge:
    return load_knowledge(OPTIONS)
