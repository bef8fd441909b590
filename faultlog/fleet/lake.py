"""The lake: a folder of Parquet files that is complete after every rename, and readable while it grows.

::

    lake.json                                   what it is, of which version, and which one
    rules/<rules>.json                          what one set of rules, formats and options is
    <table>/rules=<rules>/<case>.parquet        the rows of one case, `hosts` after the other tables
    cases/rules=<rules>/<case>.json.gz          its case document, written last: the case is in the lake, and stays
    claims/rules=<rules>/<case>                 the name that a case counts for
    replaced/rules=<rules>/<case>               a bundle whose name holds another one since
    leaving/rules=<rules>/<case>                a case whose rows are being taken out
    sources/rules=<rules>/<key>.json            what became of one name
    unions/rules=<rules>/<key>.json             what became of several bundles that are one host
    writing/                                    files that are being written

A case is named by the SHA-256 of the bundle it is made of, or of those of several; `rules` by that of everything else
that decides its rows. The rows of a case leave the tables where one of more bundles stands for it; files of many
cases may be merged (see `compacting`).
A file is written aside, synchronised, and renamed: who is killed leaves nothing half, and who comes again does what is
missing.
"""

import gzip
import json
import os
import uuid
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from faultlog.errors import UsageError
from faultlog.fleet.damage import damaged
from faultlog.fleet.tables import TABLES, filled
from faultlog.fleet.units import Outcome, Unit, outcome_json, read_outcome
from faultlog.report.document import CaseDocument, from_json, to_json
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]

SCHEMA: Final = "faultlog.lake/1"
_NAMED: Final = "lake.json"
_WRITING: Final = "writing"


@dataclass(frozen=True, slots=True)
class Lake:
    """A lake, as one set of rules sees it."""

    root: Path
    rules: str
    """The hash of what decides a case besides its bundles."""

    def holds(self, case: str) -> bool:
        """Whether a case was put in; its rows may stand in those of another one since."""
        return self.document(case).exists()

    def file(self, table: str, case: str) -> Path:
        """Where the rows of a case are."""
        return self.folder(table) / f"{case}.parquet"

    def folder(self, table: str) -> Path:
        """Where a table is."""
        return self.root / table / f"rules={self.rules}"

    def document(self, case: str) -> Path:
        """Where a case document is, as gzip."""
        return self.folder("cases") / f"{case}.json.gz"

    def add(self, case: str, bundles: list[str], doc: CaseDocument) -> None:
        """Put a case in, unless it is: its rows may stand in a merged file, or in those of another case.

        Raises:
            OSError: it cannot be written.
        """
        if self.holds(case):
            return
        self.put_rows(case, bundles, doc)
        self.put(self.document(case), gzip.compress(to_json(doc).encode(), 6, mtime=0))

    def put_rows(self, case: str, bundles: list[str], doc: CaseDocument) -> None:
        """Put the rows of a case into the tables, as files of its own.

        Raises:
            OSError: they cannot be written.
        """
        import pyarrow.parquet as pq  # type: ignore[import-untyped]

        for table in TABLES:
            self._put_table(self.file(table.name, case), filled(table, case, bundles, doc), pq)
        (self.folder("leaving") / case).unlink(missing_ok=True)  # of who was killed

    def take_out(self, case: str) -> None:
        """Take the rows of a case out, where they are files of their own; its document stays.

        `hosts` goes last: who is killed in between finds the case again.
        """
        files = [self.file(table.name, case) for table in TABLES]
        if files[-1].exists():
            with self.leaving([case]):
                for one in files:
                    one.unlink(missing_ok=True)

    @contextmanager
    def leaving(self, cases: Collection[str]) -> Iterator[None]:
        """While rows of cases are taken out, who reads one table after another can tell that these cases are not whole.

        Who is killed leaves them marked, until they are taken out, or put in, again.
        """
        places = [self.folder("leaving") / case for case in cases]
        for one in places:
            one.touch()
        yield
        for one in places:
            one.unlink(missing_ok=True)

    def told(self, case: str) -> CaseDocument:
        """The document of a case that is in the lake.

        Raises:
            OSError: it cannot be read.
            UsageError: it is damaged, was written by hand, or by another version.
        """
        place = self.document(case)
        packed = place.read_bytes()
        try:
            text = gzip.decompress(packed).decode()
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise UsageError(damaged(place, error)) from None
        if not text:
            raise UsageError(damaged(place, "it is empty"))
        return from_json(text, str(place))

    def claim(self, case: str, name: str) -> bool:
        """Whether a case counts for this name: the first who asks has it, also if its process ends before it is done.

        Raises:
            OSError: it cannot be written.
        """
        place, aside = self.folder("claims") / case, self.aside()
        told = name.encode("utf-8", "surrogateescape")
        try:
            _write(aside, told)
            _link(aside, place)
        except FileExistsError:
            return place.read_bytes() == told
        finally:
            aside.unlink(missing_ok=True)
        return True

    def decided(self, unit: Unit) -> Outcome | None:
        """What an earlier run decided of a unit; `None` if the name held something else then."""
        kept = self._kept(unit)
        same = kept is not None and (kept.unit.size, kept.unit.changed) == (unit.size, unit.changed)
        return kept if same else None

    def decide(self, outcome: Outcome) -> bool:
        """Keep what became of a unit, for later runs, and that the name held another bundle before.

        Whether nobody has decided it meanwhile, who would be right.

        Raises:
            OSError: it cannot be written.
        """
        before, place, aside = self._kept(outcome.unit), self._source(outcome.unit), self.aside()
        if before is not None and before.held not in {None, outcome.held} and not outcome.unit.parts:
            self.put(self.folder("replaced") / str(before.held), b"")
        told = json.dumps(outcome_json(outcome), indent=1).encode()
        try:
            _write(aside, told + b"\n")
            _link(aside, place)
        except FileExistsError:
            if self.decided(outcome.unit) is not None:
                return False
            _rename(aside, place)
        finally:
            aside.unlink(missing_ok=True)
        return True

    def open_again(self, unit: Unit) -> None:
        """Let a unit be decided anew, whose bundle is in the lake no more.

        Raises:
            OSError: the lake cannot be written.
        """
        self._source(unit).unlink(missing_ok=True)

    def sources(self) -> Iterator[Outcome]:
        """What became of every name, in no order.

        Raises:
            OSError: the lake cannot be read.
            UsageError: a record is damaged.
        """
        yield from map(_read, _files(self.folder("sources")))

    def replaced(self) -> set[str]:
        """Bundles of which a name held another one since; whether any name holds them still, `sources` tells."""
        folder = self.folder("replaced")
        return {one.name for one in folder.iterdir()} if folder.is_dir() else set()

    def forget(self, case: str) -> None:
        """Let the case of a bundle that no name holds any more be as if it had never been, once its rows are out.

        Raises:
            OSError: something cannot be removed.
        """
        for place in (self.folder("claims") / case, self.document(case), self.folder("replaced") / case):
            place.unlink(missing_ok=True)

    def strangers(self) -> list[frozenset[str]]:
        """Bundles of one name that are not of one host, as runs found when they were to be joined.

        Raises:
            OSError: the lake cannot be read.
            UsageError: a record is damaged.
        """
        every = map(_read, _files(self.folder("unions")))
        return [frozenset(part.bundle for part in one.unit.parts) for one in every if one.reason == "several_hosts"]

    def aside(self) -> Path:
        """A new place for what is being written; the caller renames or removes it."""
        return self.root / _WRITING / uuid.uuid4().hex

    def put(self, place: Path, content: bytes) -> None:
        """Write a file that is whole, or not there.

        Raises:
            OSError: it cannot be written.
        """
        # Not `outputs`, which writes where a person says: it follows links, goes through pipes, keeps the rights of the
        # file before, and puts a file beside it meanwhile, which who reads a table's folder would take for one of it.
        aside = self.aside()
        try:
            _write(aside, content)
            _rename(aside, place)
        finally:
            aside.unlink(missing_ok=True)

    def _kept(self, unit: Unit) -> Outcome | None:
        try:
            return read_outcome(self._source(unit).read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            return None  # written by hand, or by another version: decided anew

    def _source(self, unit: Unit) -> Path:
        return self.folder("unions" if unit.parts else "sources") / f"{unit.key}.json"

    def _put_table(self, place: Path, rows: "pa.Table", pq: object) -> None:
        import io

        out = io.BytesIO()
        pq.write_table(rows, out, compression="zstd")  # type: ignore[attr-defined]
        self.put(place, out.getvalue())


def open_lake(root: Path, rules: str, about: dict[str, object]) -> Lake:
    """A lake at a place, made where there is none; `about` says what the rules are.

    Raises:
        UsageError: the place holds something else, or a lake of another version.
    """
    lake = Lake(root, rules)
    try:
        _made(root)
        for name in ("sources", "claims", "replaced", "leaving", "unions", "cases", *(table.name for table in TABLES)):
            lake.folder(name).mkdir(parents=True, exist_ok=True)
        (root / "rules").mkdir(exist_ok=True)
        lake.put(root / "rules" / f"{rules}.json", json.dumps(about, indent=1).encode() + b"\n")
    except OSError as error:
        raise UsageError(f"{root}: cannot be a lake: {error.strerror}; check the path and the space left") from None
    return lake


def known_lake(root: Path) -> dict[str, dict[str, object]]:
    """The sets of rules that a lake was filled with, by their hash, the newest last.

    Raises:
        UsageError: there is no lake at this place, or one of another version, or it is damaged.
    """
    _same_version(root)
    found = sorted((root / "rules").glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
    return {one.stem: _rules_of(one) for one in found}


def _rules_of(place: Path) -> dict[str, object]:
    try:
        told = json.loads(place.read_bytes())
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise UsageError(f"{place}: is damaged; faultlog fleet run with these rules writes it anew")
    return told


def identity(root: Path) -> str | None:
    """Which lake stands at a place: two machines that see the same one are told the same; `None` where none is."""
    try:
        told = _told(root)
    except OSError:
        return None
    return str(told["id"]) if "id" in told else None


def _made(root: Path) -> None:
    if (root / _NAMED).exists():
        _same_version(root)
        return
    if root.is_dir() and any(one.name != _WRITING for one in root.iterdir()):  # who was killed here had made no more
        raise UsageError(f"{root}: is a folder that holds something else; give --lake a new or empty one")
    (root / _WRITING).mkdir(parents=True, exist_ok=True)
    told = {"schema": SCHEMA, "id": uuid.uuid4().hex}
    Lake(root, "").put(root / _NAMED, json.dumps(told).encode() + b"\n")


def _same_version(root: Path) -> None:
    try:
        schema = _told(root).get("schema")
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"{root}: is no lake; fill one with faultlog fleet run SOURCE --lake {root}") from None
    except OSError as error:
        raise UsageError(f"{root}: cannot be read: {error.strerror}; check its rights") from None
    if schema != SCHEMA:
        raise UsageError(
            f"{root}: is a lake of another version ({schema}); this faultlog writes {SCHEMA}: give a new folder"
        )


def _told(root: Path) -> dict[str, object]:
    """What a lake says of itself; nothing where it is in words of another version, or of somebody else."""
    try:
        told = json.loads((root / _NAMED).read_bytes())
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _files(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) if folder.is_dir() else nullcontext(()) as entries:
        yield from (Path(entry.path) for entry in entries)


def _read(place: Path) -> Outcome:
    try:
        return read_outcome(place.read_bytes())
    except ValueError:
        raise UsageError(f"{place}: is damaged; remove it, and faultlog fleet run makes it anew") from None


def _write(place: Path, content: bytes) -> None:
    with place.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _link(aside: Path, place: Path) -> None:
    """Give a file a name that nobody has given before.

    Raises:
        FileExistsError: somebody has.
    """
    place.hardlink_to(aside)
    _sync(place.parent)


def _rename(aside: Path, place: Path) -> None:
    """Give a file its name, so that the name survives a loss of power as well."""
    aside.replace(place)
    _sync(place.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
