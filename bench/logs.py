"""The logs that are measured: written once by the simulator, kept between runs, named by what they are."""

import gzip
import json
import random
import shutil
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bench.scenario import NAME, USUAL, Day
from faultlog.simulating import simulate

LOG = "ampdaemon.log"
MEGA = 1_000_000
_PIECE = 1 << 20
Kind = Literal["gz", "zip", "tar.gz"]


@dataclass(frozen=True, slots=True)
class Truth:
    """A raise or a clear as the simulator wrote it."""

    kind: Literal["fault_raised", "fault_cleared"]
    line: int
    """From 1."""
    text: str


@dataclass(frozen=True, slots=True)
class Log:
    """A log on disk and what is known of it."""

    path: Path
    truths: tuple[Truth, ...]
    about: str
    """What fills it, in words for the report."""

    @property
    def bytes(self) -> int:
        """Its size; of a folder, that of its logs."""
        paths = self.path.rglob("*.log") if self.path.is_dir() else [self.path]
        return sum(path.stat().st_size for path in paths)


def plain(folder: Path, size: int, name: str, day: Day) -> Log:
    """A log of about `size` bytes, written unless it is there already.

    Args:
        folder: where logs are kept.
        size: bytes of its noise.
        name: the day in one word; names the log together with its size.
        day: what it tells of.
    """
    place = folder / f"{name}-{size}"
    log, told = place / LOG, place / "truth.json"
    if not told.exists():
        _write(place, size, day)
    truths = tuple(Truth(**one) for one in json.loads(told.read_text(encoding="utf-8")))
    return Log(log, truths, day.about)


def _write(place: Path, size: int, day: Day) -> None:
    """Write log and truth; the truth comes last and says that both are whole."""
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=place) as spool:
        (bundle,) = simulate(Path(spool), NAME, size=size, filler=day.filler, scenarios={NAME: day.scenario})
        with zipfile.ZipFile(bundle) as packed:
            (member,) = [one for one in packed.namelist() if one.endswith(f"/{LOG}")]
            with packed.open(member) as source, (place / LOG).open("wb") as target:
                shutil.copyfileobj(source, target, _PIECE)
        told = json.loads(next(Path(spool).glob("*.truth.json")).read_text(encoding="utf-8"))["signals"]
    wanted = [one for one in told if one["kind"] in {"fault_raised", "fault_cleared"}]
    truths = [{key: one[key] for key in ("kind", "line", "text")} for one in wanted]
    _place_text(place / "truth.json", json.dumps(truths, indent=1))


def _place_text(path: Path, text: str) -> None:
    half = path.with_suffix(".half")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def usual(folder: Path, size: int) -> Log:
    """What most rows are measured on: 15 % of the lines begin like something of interest, none names a fault."""
    return plain(folder, size, "debug", USUAL)


def packed(log: Log, kind: Kind) -> Log:
    """The same log, packed as a support tool would; written unless it is there already."""
    target = log.path.parent / (f"{LOG}.gz" if kind == "gz" else f"bundle.{kind}")
    if not target.exists():
        half = target.with_name(f"half-{target.name}")
        {"gz": _gz, "zip": _zip, "tar.gz": _tar}[kind](log.path, half)
        half.replace(target)
    return replace(log, path=target, about=f"{log.about}, .{kind}")


def _gz(source: Path, target: Path) -> None:
    with source.open("rb") as raw, gzip.open(target, "wb", compresslevel=6) as place:
        shutil.copyfileobj(raw, place, _PIECE)


def _zip(source: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.write(source, f"bundle/{LOG}")


def _tar(source: Path, target: Path) -> None:
    with tarfile.open(target, "w:gz", compresslevel=6) as archive:
        archive.add(source, f"bundle/{LOG}")


def many(log: Log, files: int, size: int) -> Log:
    """A folder of many small logs, cut out of the beginning of a log at line ends, one after the other.

    Its truths are unknown: the plain loop over all files tells.
    """
    folder = log.path.parent / f"many-{files}-of-{size}"
    done = folder / "truth.json"
    if not done.exists():
        folder.mkdir(exist_ok=True)
        with log.path.open("rb") as raw:
            for number in range(files):
                place = folder / "logs" / f"host-{number:05d}" / LOG
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(raw.read(size) + raw.readline())
        _place_text(done, "[]")
    return Log(folder / "logs", (), f"{files} logs of {size // 1000} kB")


def one_line(folder: Path, size: int) -> Log:
    """A log that is one line, of `size` bytes without any line feed."""
    place = folder / f"one-line-{size}" / LOG
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        words = random.Random("one line").choices(("alpha", "beta", "default", "scan service idle"), k=4096)  # noqa: S311
        block = (" ".join(words) + " ").encode()
        half = place.with_suffix(".half")
        with half.open("wb") as target:
            target.write(b"Mar 10 00:00:00 sim-linux-0001 ampdaemon[300]: ")
            target.writelines(block for _ in range(size // len(block)))
        half.replace(place)
    return Log(place, (), f"one line of {size // MEGA} MB")


_SIGNAL = """signal: {signal}
summary: {{en: Our own log., ko: 우리 로그입니다.}}
wordings:
{wordings}accepts:
{accepts}refuses:
  - {{message: "nothing of ours"}}
"""
_FAULT = """fault: {fault}
name: {{en: Our fault {fault}, ko: 우리 결함 {fault}}}
texts: [our subsystem {fault} is out of order]
provenance: user
source: our own log
summary: {{en: Our own fault., ko: 우리 결함입니다.}}
logs: [/var/log/ours.log]
expectations:
  - id: ten-minutes
    clears_within: {{after: raised, within: 10m}}
    source: our own log
    level: {{cleared: warning, open: warning}}
advice:
  - id: look
    source: our own log
    text: {{en: Look at subsystem {fault}., ko: "{fault}번 하위 시스템을 확인하십시오."}}
tests:
  - name: it clears in time
    log: |
      2026-03-03T12:00:00Z host ampdaemon[71]: Fault Raised: {fault}
      2026-03-03T12:05:00Z host ampdaemon[71]: Fault Cleared: {fault}
    expect:
      intervals:
        - {{id: f{fault}-1, raised: "2026-03-03T12:00:00Z", cleared: "2026-03-03T12:05:00Z", state: cleared}}
      findings:
        - {{expectation: ten-minutes, interval: f{fault}-1, verdict: met}}
"""


def own_rules(folder: Path, files: int) -> Path:
    """A folder of somebody's own rules: all but two files a fault with a text, those two half as many wordings each."""
    place = folder / f"rules-{files}"
    done = place / "whole"
    if not done.exists():
        for sub in ("linux", "signals"):
            (place / "ours" / sub).mkdir(parents=True, exist_ok=True)
        for fault in range(200, 200 + files - 2):
            (place / "ours" / "linux" / f"{fault}-ours.yaml").write_text(_FAULT.format(fault=fault), encoding="utf-8")
        for signal, word in (("fault_raised", "comes"), ("fault_cleared", "goes")):
            text = _signal_file(signal, word, range(200, 200 + files // 2))
            (place / "ours" / "signals" / f"{signal}.yaml").write_text(text, encoding="utf-8")
        done.touch()
    return place


def _signal_file(signal: str, word: str, numbers: range) -> str:
    wordings = "".join(
        f"  - {{pattern: '^subsystem {one} alarm {{fault}} {word}$', provenance: user, source: our own log}}\n"
        for one in numbers
    )
    accepts = "".join(f'  - {{message: "subsystem {one} alarm {one} {word}", fault_id: {one}}}\n' for one in numbers)
    return _SIGNAL.format(signal=signal, wordings=wordings, accepts=accepts)


_SHIPPED = Path(__file__).parent.parent / "parsers" / "syslog-debug.yaml"
_OURS = (
    ("format: syslog-debug", "format: ours"),
    ("specializes: [syslog]\n", ""),
    ("  {stamp}", "  > {stamp}"),
    ('- line: "', '- line: "> '),
)
"""What makes a format of somebody's own of the shipped one: its lines stand behind a sign."""


def own_format(log: Log) -> tuple[Path, Log]:
    """A folder with somebody's own format, which reads what `syslog-debug` reads behind a sign; a log of such lines."""
    place = log.path.parent / "own-format"
    target = place / LOG
    if not target.exists():
        (place / "parsers").mkdir(parents=True, exist_ok=True)
        text = _SHIPPED.read_text(encoding="utf-8")
        for shipped, ours in _OURS:
            text = text.replace(shipped, ours)
        (place / "parsers" / "ours.yaml").write_text(text, encoding="utf-8")
        half = target.with_suffix(".half")
        with log.path.open("rb") as source, half.open("wb") as sink:
            sink.writelines(b"> " + line for line in source)
        half.replace(target)
    truths = tuple(replace(one, text=f"> {one.text}") for one in log.truths)
    return place / "parsers", Log(target, truths, "a format of a user's own")


def own_patterns(folder: Path, files: int) -> Path:
    """The wordings of `own_rules` as searches write them, one a line."""
    place = folder / f"patterns-{files}.txt"
    numbers = range(200, 200 + files // 2)
    lines = (f"subsystem {one} alarm [0-9]+ {word}$\n" for word in ("comes", "goes") for one in numbers)
    place.write_text("".join(lines), encoding="utf-8")
    return place
