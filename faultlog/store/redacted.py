"""Documents with tokens in the places of names: made when somebody first asks, and kept beside what they are made of.

They go with it: with the case or the comparison, which is made anew or goes with its bundles. No name is kept in them
that this release finds: what another release made is made anew.
"""

import gzip
from typing import Final, Literal

from sqlalchemy import Connection, Table, or_, select, update

from faultlog.release import VERSION
from faultlog.store.schema import BUNDLES, CASES, COMPARISONS
from faultlog.values import dataclass

Of = Literal["case", "comparison"]
_TABLES: Final[dict[Of, Table]] = {"case": CASES, "comparison": COMPARISONS}
_BY: Final = f"faultlog {VERSION}\n".encode()
"""Stands before what is kept: who made it."""


@dataclass(frozen=True, slots=True)
class Original:
    """A document that has names."""

    kept: bytes
    """As JSON, gzipped."""
    redacted: bytes | None
    """The same with tokens, where it was made: JSON."""

    @property
    def json(self) -> bytes:
        """The document as JSON."""
        return gzip.decompress(self.kept)


def original(db: Connection, team: int, of: Of, name: str) -> Original | None:
    """A document of a team, by the id of its case or comparison; `None` where there is none, or not yet."""
    table = _TABLES[of]
    asked = select(table.c.document, table.c.redacted).where(table.c.team_id == team, table.c.id == name)
    row = db.execute(asked).one_or_none()
    if row is None or row.document is None:
        return None
    ours = row.redacted is not None and row.redacted.startswith(_BY)
    return Original(row.document, gzip.decompress(row.redacted.removeprefix(_BY)) if ours else None)


def bundles(db: Connection, team: int, of: Of, name: str) -> list[tuple[str, str]]:
    """The bundles that a document is about, each by its id and its name."""
    if of == "comparison":
        pair = BUNDLES.c.id.in_([COMPARISONS.c.old_id, COMPARISONS.c.new_id])
        source, one = BUNDLES.join(COMPARISONS, pair), COMPARISONS.c.id == name
    else:
        source = BUNDLES.join(CASES, CASES.c.bundle_id == BUNDLES.c.id)
        one = or_(CASES.c.id == name, CASES.c.joined_id == name)
    asked = select(BUNDLES.c.id, BUNDLES.c.name).select_from(source).where(BUNDLES.c.team_id == team, one)
    return [(row.id, row.name) for row in db.execute(asked.order_by(BUNDLES.c.id))]


def keep(db: Connection, team: int, of: Of, name: str, found: Original, redacted: bytes) -> None:
    """Keep what was made of a document, unless another has taken its place meanwhile."""
    table, told = _TABLES[of], _BY + gzip.compress(redacted, 6, mtime=0)
    same = (table.c.team_id == team, table.c.id == name, table.c.document == found.kept)
    db.execute(update(table).where(*same).values(redacted=told))
