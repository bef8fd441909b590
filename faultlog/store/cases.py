"""What an analysis said: the case document, and its rows, written together with the end of its job."""

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select

from faultlog.fleet.tables import TABLES, Table, Type, host_of
from faultlog.model import Instant
from faultlog.report.document import CaseDocument, kept_json, to_json
from faultlog.store.firsts import first_of
from faultlog.store.schema import CASE_TABLES, CASES
from faultlog.store.texts import folded, now, storable
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Origin:
    """What a case is made of."""

    id: str
    """What names the case here."""
    team: int
    bundle: str | None
    """Its bundle, by id; `None` where it is all bundles of a host."""
    hashes: Sequence[str]
    """Of its bundles."""
    sha256: str
    """What names the case in a lake."""
    rules: str
    """What decided it besides, as `fleet.setups.rules_hash` says."""


def put(db: Connection, origin: Origin, doc: CaseDocument) -> None:
    """Keep a case, in place of one that was there under its id."""
    host = storable(host_of(doc) or f"case:{origin.sha256}")
    owned = {"team_id": origin.team, "host": host}
    db.execute(delete(CASES).where(CASES.c.id == origin.id))
    db.execute(
        insert(CASES).values(
            **owned,
            id=origin.id,
            bundle_id=origin.bundle,
            sha256=origin.sha256,
            rules=origin.rules,
            **_told(doc),
            document=gzip.compress(to_json(doc).encode(), _LEVEL, mtime=0),
            analysed_at=now(),
        )
    )
    for table in TABLES:
        if rows := [owned | {"case_id": origin.id} | cells for cells in _rows(table, origin.hashes, doc)]:
            db.execute(insert(CASE_TABLES[table.name]), rows)


def document(db: Connection, team: int, case: str) -> CaseDocument | None:
    """What the analysis of a bundle of a team said, or of all of a host; `None` where there is none, or not yet."""
    kept = document_json(db, team, case)
    return None if kept is None else kept_json(kept.decode(), case)


@dataclass(frozen=True, slots=True)
class First:
    """What a case says first."""

    mark: str
    """A key of `report.page.MARKS`."""
    said: Mapping[str, str]
    """By language."""
    host: str | None
    """What its host is called."""
    last_at: int | None
    """Its last line, microseconds since 1970 UTC: as of when that is true."""


def first(db: Connection, team: int, case: str) -> First | None:
    """What a case of a team says first; `None` where there is none."""
    hosts = CASE_TABLES["hosts"]
    asked = select(CASES.c.mark, CASES.c.headline, hosts.c.name, hosts.c.last_at).outerjoin(
        hosts, hosts.c.case_id == CASES.c.id
    )
    row = db.execute(asked.where(CASES.c.team_id == team, CASES.c.id == case)).one_or_none()
    return None if row is None else First(row.mark, json.loads(row.headline), row.name, row.last_at)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands among others."""

    host: str
    joined: str | None
    """The case of all bundles of the host, where that stands for it."""
    others: int
    """Bundles of the host that have a case, and are not this one's."""


def place_of(db: Connection, team: int, case: str) -> Place | None:
    """Where a case of a team stands; `None` where there is none."""
    of_team = CASES.c.team_id == team
    row = db.execute(select(CASES.c.host, CASES.c.joined_id).where(of_team, CASES.c.id == case)).one_or_none()
    if row is None:
        return None
    same = select(func.count()).where(of_team, CASES.c.host == row.host, CASES.c.bundle_id != case)
    return Place(row.host, row.joined_id, db.execute(same).scalar_one())


def document_json(db: Connection, team: int, case: str) -> bytes | None:
    """The same as the JSON that is kept."""
    found = db.execute(select(CASES.c.document).where(CASES.c.team_id == team, CASES.c.id == case)).scalar_one_or_none()
    return None if found is None else gzip.decompress(found)


def kept_documents(db: Connection, team: int, cases: Sequence[str]) -> dict[str, bytes]:
    """By their ids the documents of some cases of a team, as gzipped JSON."""
    asked = select(CASES.c.id, CASES.c.document).where(CASES.c.team_id == team, CASES.c.id.in_(cases))
    return {row.id: row.document for row in db.execute(asked)}


def frame(db: Connection, team: int, name: str) -> "pd.DataFrame":
    """A table of a team's cases that are counted, as `fleet.reading` reads it from a lake.

    Its columns are `case`, which is a case's name in a lake, `host`, and the table's own.
    """
    import pandas as pd

    table, source = next(one for one in TABLES if one.name == name), CASE_TABLES[name]
    counted = select(source, CASES.c.sha256.label("case")).join(CASES, CASES.c.id == source.c.case_id)
    asked = counted.where(source.c.team_id == team, CASES.c.joined_id.is_(None)).order_by(CASES.c.sha256, source.c.row)
    rows = [_read(table, row) for row in db.execute(asked).mappings()]
    frame = pd.DataFrame(rows, columns=["case", "host", *table.columns])
    return frame.astype({name: _PANDAS[kind] for name, kind in table.columns.items()})


_PANDAS: dict[Type, str] = {
    "text": "str",
    "texts": "object",
    "integer": "Int64",
    "integers": "object",
    "number": "float64",
    "instant": "datetime64[us, UTC]",
    "flag": "boolean",
}


def _told(doc: CaseDocument) -> dict[str, str]:
    """What lists say of a case, so that they need not read its document."""
    mark, headline = first_of(doc)
    open_ = {one.fault_id for one in doc.intervals if one.state == "open"}
    return {
        "mark": mark,
        "headline": storable(headline),
        "faults": json.dumps(sorted({one.fault_id for one in doc.intervals})),
        "open_faults": json.dumps(sorted(open_)),
    }


def _rows(table: Table, hashes: Sequence[str], doc: CaseDocument) -> list[dict[str, Any]]:
    common = {"bundles": sorted(hashes)} if "bundles" in table.columns else {}
    rows = [
        {name: _kept(kind, (common | row).get(name)) for name, kind in table.columns.items()} for row in table.rows(doc)
    ]
    return [row | {"folded": folded(row["text"])} for row in rows] if table.name == "events" else rows


def _kept(kind: Type, value: Any) -> Any:  # noqa: ANN401 (whatever the column holds)
    """A value as the database takes it."""
    if value is None:
        return None
    if kind == "instant":
        return Instant.of(value).ns // 1000
    if kind in {"texts", "integers"}:
        return storable(json.dumps(value))
    return storable(value) if kind == "text" else value


def _read(table: Table, row: Any) -> dict[str, Any]:  # noqa: ANN401 (a row of SQLAlchemy)
    """A row as a lake has it."""
    lists = {name for name, kind in table.columns.items() if kind in {"texts", "integers"}}
    cells = {
        name: json.loads(row[name]) if name in lists and row[name] is not None else row[name] for name in table.columns
    }
    return {"case": row["case"], "host": row["host"], **cells}
