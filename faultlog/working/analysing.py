"""One bundle analysed in a child: what it says, how far it is meanwhile, and how it ended."""

import json
import mmap
import os
import re
import struct
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from faultlog import asking
from faultlog.child import Bounds, Death, in_child
from faultlog.errors import BundleError, FaultlogError, NothingAnswerable, UsageError
from faultlog.fleet.uniting import HINDRANCES, hindrance_of
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.report.document import CaseDocument, document, from_json, to_json
from faultlog.store.jobs import End
from faultlog.values import dataclass

_ROOM: Final = 1024
"""Bytes in which a child says how far it is."""
_UNFIT: Final = re.compile(r"[^\w.+@=-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a bundle has no case."""

    state: End
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a child is."""

    done_bytes: int
    """Of the bundle's files, unpacked, that were read."""
    reading: str | None
    """Which of them is read."""


class Board:
    """Where a child says how far it is, and its parent reads it: memory that both have."""

    def __init__(self) -> None:
        self._shared, self._done = mmap.mmap(-1, _ROOM), 0

    def tell(self, path: str, size: int) -> None:
        """Of the child: some more bytes of a file were read."""
        self._done += size
        name = path.encode("utf-8", "replace")[: _ROOM - 10]
        self._shared[:_ROOM] = (struct.pack("<QH", self._done, len(name)) + name).ljust(_ROOM, b"\0")

    @property
    def progress(self) -> Progress:
        """Of the parent: what was told last."""
        done, length = struct.unpack("<QH", self._shared[:10])
        name = self._shared[10 : 10 + length].decode("utf-8", "replace")
        return Progress(done, name or None)

    def clear(self) -> None:
        """Nothing was told yet."""
        self._shared[:_ROOM] = bytes(_ROOM)
        self._done = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """One bundle, and what is asked of it."""

    file: Path
    name: str
    """As it was uploaded; it is not to be trusted."""
    options: Options


def asked_options(options: Options, asked: Mapping[str, str]) -> Options:
    """Options of a worker with what was said when a bundle was uploaded.

    Raises:
        UsageError: a zone or a date is none.
    """
    told = asking.told(asked.get("tz"), asked.get("taken"), None, None, None)
    return replace(options, told=told)


def analysed(
    knowledge: Knowledge, asked: Asked, bounds: Bounds, board: Board, stop: Callable[[], bool]
) -> CaseDocument | Refusal | None:
    """What a bundle says, or why it says nothing; `None` where its child was stopped.

    A bundle whose child dies is tried once more.

    Args:
        knowledge: formats and rules.
        asked: which bundle, and how.
        bounds: what the child may use.
        board: where it says how far it is.
        stop: asked now and then; where it says so, the child is ended.
    """
    return answered(lambda place: _answer(knowledge, asked, place, board), asked.name, bounds, board, stop)


def answered(
    work: Callable[[Path], bytes], name: str, bounds: Bounds, board: Board, stop: Callable[[], bool]
) -> CaseDocument | Refusal | None:
    """What a child says that has a folder of its own; one that dies is tried once more.

    Args:
        work: done in the child; see `case_said` and `no`.
        name: of what it works on.
        bounds: what it may use.
        board: where it says how far it is.
        stop: asked now and then; where it says so, the child is ended.
    """
    told = heard(work, bounds, board, stop)
    return from_json(told.decode(), name) if isinstance(told, bytes) else told


def heard(
    work: Callable[[Path], bytes], bounds: Bounds, board: Board, stop: Callable[[], bool]
) -> bytes | Refusal | None:
    """The same, where what is said is no case: what stands behind the `+`."""
    answer = _tried(work, bounds, board, stop)
    if isinstance(answer, Death) and not stop():
        answer = _tried(work, bounds, board, stop)
    if isinstance(answer, Death):
        return None if stop() else Refusal("quarantined", answer.cause, answer.detail)
    kind, said = answer[:1], answer[1:]
    return said if kind == b"+" else _refusal(said)


def case_said(doc: CaseDocument, name: str) -> bytes:
    """What a child says that has a case, of a bundle of some name."""
    return b"+" + to_json(replace(doc, bundle=replace(doc.bundle, name=name))).encode()


def no(state: End, reason: str, detail: str) -> bytes:
    """What a child says that has none."""
    return b"-" + json.dumps([state, reason, detail]).encode()


def _tried(work: Callable[[Path], bytes], bounds: Bounds, board: Board, stop: Callable[[], bool]) -> bytes | Death:
    board.clear()
    with tempfile.TemporaryDirectory(prefix="job-", ignore_cleanup_errors=True) as place:
        return in_child(lambda: _within(work, Path(place)), bounds, stop)


def _within(work: Callable[[Path], bytes], place: Path) -> bytes:
    tempfile.tempdir = str(place)  # what is unpacked there goes with it, however the child ends
    return work(place)


def _answer(knowledge: Knowledge, asked: Asked, place: Path, board: Board) -> bytes:
    """What the child says of one bundle."""
    path = placed(place, asked.file, asked.name)
    try:
        doc = document(analyze_with(knowledge, [path], asked.options, board.tell))
    except (BundleError, NothingAnswerable, UsageError, OSError) as error:
        return _no(*why(error), error, path, asked.name)
    hindrance = hindrance_of(doc)
    if hindrance is not None:
        return no("failed", HINDRANCES[hindrance.reason], hindrance.why)
    if not any(file.events for file in doc.files):
        return _no("quarantined", "nothing_answerable", NothingAnswerable("no line was understood"), path, asked.name)
    return case_said(doc, asked.name)


def why(error: FaultlogError | OSError, otherwise: str = "several_hosts") -> tuple[End, str]:
    """How a job ends whose bundles give this error, and its reason; `otherwise` where they answer, but not this."""
    if isinstance(error, OSError):
        return "failed", "disk"
    if isinstance(error, BundleError):
        failed = HINDRANCES.get(error.reason)
        return ("quarantined", error.reason) if failed is None else ("failed", failed)
    return "quarantined", "nothing_answerable" if isinstance(error, NothingAnswerable) else otherwise


def _no(state: End, reason: str, error: FaultlogError | OSError, path: Path, name: str) -> bytes:
    """A refusal that says the bundle's own name where the error says the path of the child."""
    said = str(error).replace(str(path), name).replace(str(path.parent) + os.sep, "")
    return no(state, reason, said)


def _refusal(said: bytes) -> Refusal:
    state, reason, detail = json.loads(said)
    return Refusal(state, reason, detail)


def placed(folder: Path, file: Path, name: str) -> Path:
    """Where a child reads an uploaded file, under a name like its own; its folder is made where it is missing."""
    folder.mkdir(exist_ok=True)
    path = folder / fit_name(name)
    path.symlink_to(file)
    return path


def fit_name(name: str) -> str:
    r"""A name for a file of a folder of ours, as like the uploaded one as is safe: rotation and kind are told by it.

    >>> fit_name("../../etc/ampdaemon.log.1")
    'ampdaemon.log.1'
    >>> fit_name("a b\n.zip")
    'a_b_.zip'
    >>> fit_name("..")
    'bundle'
    """
    base = _UNFIT.sub("_", name.replace("\\", "/").rpartition("/")[2])[-200:]
    return base if base.strip(".") else "bundle"
