"""One bundle has one answer: however it is unpacked, with how many threads, and whatever is looked for first."""

import dataclasses
import gzip
import io
import json
import tarfile
import zipfile
import zlib
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from faultlog import ahead, collecting, literals, pipeline, reading
from faultlog.archives import inflate, streams
from faultlog.case import Case
from faultlog.cli import app
from faultlog.engine import Interesting
from faultlog.errors import FaultlogError
from faultlog.identity import Told
from faultlog.model import Instant
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.report.document import document, to_json
from faultlog.rulebook import Wording
from tests.conftest import EXAMPLES
from tests.lives import silent
from tests.logs import knowledge
from tests.test_bulk import logs
from tests.test_inflate import ByZlib

SAMPLES = sorted((Path(__file__).parent.parent / "sample_logs").glob("*-0001.*"))
BUNDLES = [path for path in SAMPLES if path.suffix in {".zip", ".gz"}]
FEW = settings(max_examples=max(10, EXAMPLES // 10))
TOLD = Told(taken=Instant.of("2026-03-09T00:00:00Z"))

PIECES = [
    "heartbeat", "queue", "element", "a line", "inner", "uptime", "answered", "[policy]", "scanning", "Raised",
]  # fmt: skip
PARTS = [*(piece.replace("[", r"\[") for piece in PIECES), r"\d+", r" ", r"\b", ".*", r"[^\n]", "(?:one |two )?", r"^"]


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """A pattern of a user's: words, some of them by choice or optional, that lines of `logs` may have."""
    words = [
        "(?:" + "|".join(draw(st.lists(st.sampled_from(PARTS[:12]), min_size=1, max_size=3))) + ")"
        if draw(st.booleans())
        else draw(st.sampled_from(PARTS))
        for _ in range(draw(st.integers(1, 4)))
    ]
    return draw(st.sampled_from(["", " ", ".*", r"[^\n]{0,9}"])).join(words)


def knowing(texts: list[str]) -> Knowledge:
    """The built-in knowledge, with wordings of a user's: each starts a connector or raises fault 99."""
    known = knowledge()
    own = tuple(
        Wording("fault_raised", "mine/signals/fault_raised", "user", (), text, literals.demands(text), fault=99)
        if number % 2
        else Wording("connector_started", "mine/signals/connector_started", "user", (), text, literals.demands(text))
        for number, text in enumerate(texts)
    )
    return dataclasses.replace(known, rules=dataclasses.replace(known.rules, wordings=(*known.rules.wordings, *own)))


def told(known: Knowledge, path: Path, options: Options) -> str:
    """The case document, or why there is none."""
    try:
        return to_json(document(analyze_with(known, [path], options, silent)))
    except FaultlogError as error:
        return f"{type(error).__name__}: {error}"


def judged(case: Case) -> tuple[object, ...]:
    return case.signals, case.intervals, case.findings, case.remedies, case.patterns, case.unexplained, case.audit


@FEW
@given(logs(), st.lists(patterns(), max_size=3))
def test_no_signal_is_lost_by_looking_for_the_texts_of_any_rules_first(data: bytes, texts: list[str]) -> None:
    known = knowing(texts)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "SAMPLE_LINES", 3)
        patch.setattr(reading, "SAMPLE_GRID", 700)
        log = Path(folder) / "ampdaemon.log"
        log.write_bytes(b"Mar  3 11:59:59 mac ampdaemon[71]: first\n" + data)
        options = Options(told=TOLD, full=True)
        found = analyze_with(known, [log], options, silent)
        patch.setattr(Interesting, "in_text", lambda self, text: True)
        patch.setattr(Interesting, "in_line", lambda self, text: True)
        patch.setattr(Interesting, "demands", lambda self: None)
        patch.setattr(Wording, "may_match", lambda self, lower: True)
        assert judged(found) == judged(analyze_with(known, [log], options, silent))


@FEW
@given(logs(), st.lists(patterns(), max_size=2), st.sampled_from(["plain", "gz", "zip", "tgz"]), st.booleans())
def test_neither_threads_nor_what_unpacks_it_change_a_byte_of_the_answer(
    data: bytes, texts: list[str], packing: str, full: bool
) -> None:
    known, data = knowing(texts), b"Mar  3 11:59:59 mac ampdaemon[71]: first\n" + data
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "SAMPLE_LINES", 3)
        patch.setattr(reading, "SAMPLE_GRID", 700)
        patch.setattr(pipeline, "FULL_BYTES", 300)
        patch.setattr(ahead, "FROM_CHUNK", 0)
        patch.setattr("faultlog.bundle.CHUNK", 512)
        bundle = packed(Path(folder), data, packing)
        answers = [told(known, bundle, Options(told=TOLD, full=full, jobs=jobs)) for jobs in (1, 2, 4)]
        patch.setattr(inflate, "zlib_ng", ByZlib)
        patch.setattr(inflate, "_BROKEN", zlib.error)
        answers.append(told(known, bundle, Options(told=TOLD, full=full)))
    assert len(set(answers)) == 1


def packed(folder: Path, data: bytes, packing: str) -> Path:
    """A bundle of one log."""
    if packing == "plain":
        (folder / "ampdaemon.log").write_bytes(data)
        return folder / "ampdaemon.log"
    if packing == "gz":
        (folder / "ampdaemon.log.gz").write_bytes(gzip.compress(data, mtime=0))
        return folder / "ampdaemon.log.gz"
    if packing == "zip":
        with zipfile.ZipFile(folder / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("logs/ampdaemon.log", data)
        return folder / "b.zip"
    with tarfile.open(folder / "b.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("logs/ampdaemon.log")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return folder / "b.tar.gz"


@FEW
@given(st.sampled_from(BUNDLES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=3), st.floats(0, 1))
def test_broken_bundles_break_alike_on_every_path(bundle: Path, changes: list[tuple[float, int]], kept: float) -> None:
    raw = bytearray(bundle.read_bytes())
    for share, byte in changes:
        raw[int(share * (len(raw) - 1))] = byte
    cut = raw[: int(len(raw) * kept) + 1] if kept < 0.9 else raw
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead, "FROM_CHUNK", 0)
        patch.setattr("faultlog.bundle.CHUNK", 4096)
        broken = Path(folder) / bundle.name
        broken.write_bytes(cut)
        answers = [told(knowledge(), broken, Options(told=TOLD, jobs=jobs)) for jobs in (1, 4)]
        patch.setattr(inflate, "zlib_ng", ByZlib)
        patch.setattr(inflate, "_BROKEN", zlib.error)
        answers.append(told(knowledge(), broken, Options(told=TOLD)))
    assert len(set(answers)) == 1


def test_only_a_case_that_is_kept_says_of_which_bytes_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hashed: list[bytes] = []
    update = streams.Digest.update
    monkeypatch.setattr(streams.Digest, "update", lambda self, data: hashed.append(data) or update(self, data))
    log = packed(tmp_path, b"Mar  3 12:00:00 mac ampdaemon[71]: Fault Raised: 6\n", "plain")
    shown = CliRunner().invoke(app, ["triage", str(log), "--taken", "2026-03-09"])
    assert (shown.exit_code, hashed) == (0, [])
    kept = CliRunner().invoke(app, ["triage", str(log), "--taken", "2026-03-09", "--json", "-"])
    assert json.loads(kept.stdout)["bundle"]["sha256"] == sha256(log.read_bytes()).hexdigest()


def test_with_more_than_one_job_bytes_are_unpacked_in_another_thread(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    unpacked: list[int] = []
    monkeypatch.setattr(collecting, "ahead", lambda chunks: unpacked.append(1) or ahead.ahead(chunks))
    log = packed(tmp_path, b"Mar  3 12:00:00 mac ampdaemon[71]: Fault Raised: 6\n", "gz")
    told(knowledge(), log, Options(told=TOLD, jobs=1))
    assert unpacked == []
    told(knowledge(), log, Options(told=TOLD, jobs=2))
    assert unpacked == [1]
    with io.TextIOWrapper(log.open("rb")) as piped:
        monkeypatch.setattr("sys.stdin", piped)
        analyze_with(knowledge(), ["-"], Options(told=TOLD, jobs=2), silent)
    assert unpacked == [1]  # a thread that waits for whoever writes could not be stopped
