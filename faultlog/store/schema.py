"""The tables, the same in SQLite and PostgreSQL.

Instants are microseconds since 1970 UTC, in columns whose name ends in `_at` or `until`; what is secret (a session, a
token, a link) is kept as its SHA-256 only. A row that belongs to a team says so: nobody asks for rows without a team.
The tables of a case are those of a lake, made of the same list of columns.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

from faultlog.comparison import CHANGES
from faultlog.fleet.tables import TABLES, Type

ROLES: Final = ("viewer", "analyst", "admin")
STATES: Final = ("queued", "leased", "done", "failed", "quarantined", "cancelled")
"""Of a job: `failed` is what may go well another time, `quarantined` is the bundle's own fault."""

VERDICTS: Final = ("met", "pending", "indeterminate", "breached")
"""Of a finding, the worst last."""

MARKS: Final = (
    *("critical", "warning", "note", "open", "indeterminate"),
    *("pending", "unread", "none_raised", "cleared", "met"),
)
"""Of what a case says first, the most urgent first: the keys of `report.page.MARKS`, which a server loads later."""

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(name: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{name} IN ({', '.join(map(repr, values))})", name=name)


def _one_thing(*columns: str) -> CheckConstraint:
    """A row is about one of several things, never about none or two."""
    told = " + ".join(f"CASE WHEN {one} IS NULL THEN 0 ELSE 1 END" for one in columns)
    return CheckConstraint(f"{told} = 1", name="one_thing")


def _of(table: str, *, nullable: bool = False, **more: Any) -> Column[Any]:  # noqa: ANN401 (what `Column` takes)
    """A column that names a row of another table, and goes with it."""
    kind = Integer() if table in {"teams", "users"} else String(32)
    name = f"{table.removesuffix('s')}_id"
    return Column(name, kind, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=nullable, **more)


TEAMS: Final = Table(
    "teams",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("quota_bytes", BigInteger, nullable=True),
    Column("keep_days", Integer, nullable=True),
    Column("created_at", BigInteger, nullable=False),
)

USERS: Final = Table(
    "users",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of("teams"),
    Column("name", String(100), nullable=False, unique=True),
    Column("role", String(10), nullable=False),
    Column("password", String(200), nullable=True),
    Column("language", String(2), nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger, nullable=True),
    _one_of("role", ROLES),
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column("hash", String(64), primary_key=True),
    _of("users", index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("address", String(100), nullable=True),
    Column("agent", String(200), nullable=True),
)

TOKENS: Final = Table(
    "tokens",
    METADATA,
    Column("id", Integer, primary_key=True),
    _of("users", index=True),
    Column("name", String(100), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
    Column("revoked_at", BigInteger, nullable=True),
)

ATTEMPTS: Final = Table(
    "attempts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("what", String(200), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_attempts_what_at", "what", "at"),
)
"""Logins that were tried, by account and by address."""

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("team_id", Integer, nullable=True, index=True),
    Column("user", String(100), nullable=True),
    Column("address", String(100), nullable=True),
    Column("action", String(50), nullable=False),
    Column("object", String(200), nullable=True),
    Column("detail", Text, nullable=True),
)

BUNDLES: Final = Table(
    "bundles",
    METADATA,
    Column("id", String(32), primary_key=True),
    _of("teams"),
    Column("sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("asked", Text, nullable=False),
    Column("uploaded_by", String(100), nullable=False),
    Column("uploaded_at", BigInteger, nullable=False),
    UniqueConstraint("team_id", "sha256"),
    Index("ix_bundles_team_id_uploaded_at", "team_id", "uploaded_at"),
)
"""`sha256` is what `fleet.fetching.hash_of` says; `asked` the options of its analysis, as JSON."""

COMPARISONS: Final = Table(
    "comparisons",
    METADATA,
    Column("id", String(32), primary_key=True),
    _of("teams"),
    Column("old_id", String(32), ForeignKey("bundles.id", ondelete="CASCADE"), nullable=False),
    Column("new_id", String(32), ForeignKey("bundles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("change", String(10), nullable=True),
    Column("faults", Text, nullable=True),
    Column("document", LargeBinary, nullable=True),
    Column("redacted", LargeBinary, nullable=True),
    Column("asked_by", String(100), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    _one_of("change", CHANGES),
    UniqueConstraint("old_id", "new_id"),
    Index("ix_comparisons_team_id_asked_at", "team_id", "asked_at"),
)
"""Two bundles that somebody compares. Once it is made `document` is the comparison document as JSON, gzipped; `change`
what most asks for attention of what became of faults, and `faults` a JSON list of the faults of which that is true.
`redacted` is the document with tokens in the places of names, gzipped, once somebody has asked for it."""

JOBS: Final = Table(
    "jobs",
    METADATA,
    Column("id", String(32), primary_key=True),
    _of("teams"),
    _of("bundles", nullable=True, index=True),
    Column("host", Text, nullable=True),
    _of("comparisons", nullable=True, index=True),
    Column("state", String(11), nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("owner", String(200), nullable=True),
    Column("until", BigInteger, nullable=True),
    Column("stop", Boolean, nullable=False),
    Column("done_bytes", BigInteger, nullable=False),
    Column("reading", Text, nullable=True),
    Column("reason", String(40), nullable=True),
    Column("detail", Text, nullable=True),
    Column("queued_at", BigInteger, nullable=False),
    Column("started_at", BigInteger, nullable=True),
    Column("ended_at", BigInteger, nullable=True),
    _one_of("state", STATES),
    _one_thing("bundle_id", "host", "comparison_id"),
    Index("ix_jobs_state_queued_at", "state", "queued_at"),
    Index("ix_jobs_team_id_queued_at", "team_id", "queued_at"),
)
"""The analysis of a bundle, or of all bundles of a host together, or a comparison of two.

`token` grows with each lease: who holds an older one may not end the job. `until` is when a lease ends.
"""

WORKERS: Final = Table(
    "workers",
    METADATA,
    Column("owner", String(200), primary_key=True),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
"""Who works on jobs, as jobs name them."""

CASES: Final = Table(
    "cases",
    METADATA,
    Column("id", String(32), primary_key=True),
    _of("teams"),
    _of("bundles", nullable=True, unique=True),
    Column("joined_id", String(32), ForeignKey("cases.id", ondelete="SET NULL"), nullable=True, index=True),
    Column("sha256", String(64), nullable=False),
    Column("host", Text, nullable=False),
    Column("rules", String(16), nullable=False),
    Column("mark", String(13), nullable=False),
    Column("headline", Text, nullable=False),
    Column("faults", Text, nullable=False),
    Column("open_faults", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("redacted", LargeBinary, nullable=True),
    Column("analysed_at", BigInteger, nullable=False),
    _one_of("mark", MARKS),
    Index("ix_cases_team_id_host", "team_id", "host"),
)
"""What a bundle says, whose `id` is its own too, or all bundles of a host together, which has no bundle.

`joined_id` is the case of all, where that stands for this one: then this one is not counted. `sha256` names it as a
lake does, `rules` what decided it besides; `host` as `fleet.tables.host_of` says it, else `case:…`. `document` is the
case document as JSON, gzipped; `mark` and `headline` are what its page says first, the sentence in each language as
JSON; `faults` and `open_faults` are JSON lists of numbers. `redacted` is the document with tokens in the places of
names, gzipped, once somebody has asked for it.
"""

SHARES: Final = Table(
    "shares",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    _of("teams"),
    _of("bundles", nullable=True, index=True),
    _of("cases", nullable=True, index=True),
    _of("comparisons", nullable=True, index=True),
    Column("created_by", String(100), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("redacted", Boolean, nullable=False),
    Column("revoked_at", BigInteger, nullable=True),
    _one_thing("bundle_id", "case_id", "comparison_id"),
)
"""Links that show one thing to whoever has them: the case of a bundle, a case of all bundles of a host, a comparison.

`case_id` is never the case of a bundle: that one is made anew with each analysis, and its links would go with it.
`redacted`: names are tokens in what it shows.
"""

_TYPES: Final[Mapping[Type, type[TypeEngine[Any]]]] = {
    "text": Text,
    "texts": Text,
    "integer": BigInteger,
    "integers": Text,
    "number": Float,
    "instant": BigInteger,
    "flag": Boolean,
}
"""Lists are JSON."""


def _table_of(name: str, columns: Mapping[str, Type]) -> Table:
    return Table(
        f"case_{name}",
        METADATA,
        Column("row", Integer, primary_key=True),
        _of("cases", index=True),
        _of("teams", index=True),
        Column("host", Text, nullable=False),
        *(Column(column, _TYPES[kind](), nullable=True) for column, kind in columns.items()),
        *([Column("folded", Text, nullable=True)] if name == "events" else []),
    )


CASE_TABLES: Final[Mapping[str, Table]] = {one.name: _table_of(one.name, one.columns) for one in TABLES}
"""By their names in a lake. `host` is that of the case; `folded` the text of an event as it is looked for."""
