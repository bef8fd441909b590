"""What an analysis said: the case document, and its rows, written together with the end of its job."""

import gzip
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select

from faultlog.fleet.tables import TABLES, Table, Type, host_of
from faultlog.model import Instant
from faultlog.report.document import CaseDocument, from_json, to_json
from faultlog.store.jobs import Lease, end
from faultlog.store.schema import CASE_TABLES, CASES
from faultlog.store.texts import now, storable

if TYPE_CHECKING:
    import pandas as pd

_LEVEL = 6


def finish(db: Connection, held: Lease, sha256: str, doc: CaseDocument) -> bool:
    """End a job with its case; whether it was still the worker's to end: if not, nothing is written.

    Args:
        db: the transaction.
        held: the worker's lease.
        sha256: what identifies the bundle.
        doc: what its analysis said.
    """
    if not end(db, held, "done"):
        return False
    host = storable(host_of(doc) or f"case:{sha256}")
    document = gzip.compress(to_json(doc).encode(), _LEVEL, mtime=0)
    owned = {"bundle_id": held.bundle, "team_id": held.team, "host": host}
    db.execute(delete(CASES).where(CASES.c.bundle_id == held.bundle))
    db.execute(insert(CASES).values(**owned, document=document, analysed_at=now()))
    for table in TABLES:
        target = CASE_TABLES[table.name]
        db.execute(delete(target).where(target.c.bundle_id == held.bundle))
        if rows := [owned | cells for cells in _rows(table, sha256, doc)]:
            db.execute(insert(target), rows)
    return True


def document(db: Connection, team: int, bundle: str) -> CaseDocument | None:
    """What the analysis of a bundle of a team said; `None` where there is none, or not yet."""
    kept = document_json(db, team, bundle)
    return None if kept is None else from_json(kept.decode(), bundle)


def others(db: Connection, team: int, bundle: str) -> tuple[str, int]:
    """The host of a bundle of a team that has a case, and how many other bundles of it have one."""
    of_team = CASES.c.team_id == team
    host = db.execute(select(CASES.c.host).where(of_team, CASES.c.bundle_id == bundle)).scalar_one()
    same = select(func.count()).where(of_team, CASES.c.host == host, CASES.c.bundle_id != bundle)
    return str(host), db.execute(same).scalar_one()


def document_json(db: Connection, team: int, bundle: str) -> bytes | None:
    """The same as the JSON that is kept."""
    found = db.execute(
        select(CASES.c.document).where(CASES.c.team_id == team, CASES.c.bundle_id == bundle)
    ).scalar_one_or_none()
    return None if found is None else gzip.decompress(found)


def frame(db: Connection, team: int, name: str, bundles: Sequence[str] | None = None) -> "pd.DataFrame":
    """A table of a team's cases, as `fleet.reading` reads it from a lake: columns `case`, `host` and the table's own.

    Args:
        db: the transaction.
        team: whose.
        name: of the table in a lake.
        bundles: only the cases of these, by id; all where `None`.
    """
    import pandas as pd

    table, source = next(one for one in TABLES if one.name == name), CASE_TABLES[name]
    asked = select(source).where(source.c.team_id == team).order_by(source.c.row)
    if bundles is not None:
        asked = asked.where(source.c.bundle_id.in_(bundles))
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


def _rows(table: Table, sha256: str, doc: CaseDocument) -> list[dict[str, Any]]:
    common = {"bundles": [sha256]} if "bundles" in table.columns else {}
    return [
        {name: _kept(kind, (common | row).get(name)) for name, kind in table.columns.items()} for row in table.rows(doc)
    ]


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
    return {"case": row["bundle_id"], "host": row["host"], **cells}
