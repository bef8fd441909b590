"""Rows of a team with any texts for names, and every list of them with tokens."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import Connection, insert

from faultlog.store.opening import Store
from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES, TEAMS
from faultlog.store.texts import storable
from faultlog.web.tables import LISTINGS
from faultlog.web.tokened import listed
from faultlog.working.orders import Order

TOLD = [name for name, one in LISTINGS.items() if one.has_tokens]


def filled(db: Connection, rows: Iterable[tuple[str, str, str, str]]) -> int:
    """A team of which each row names a bundle, its host and whoever uploaded it, and is what its case says first."""
    team = db.execute(insert(TEAMS).values(name="told", created_at=1).returning(TEAMS.c.id)).scalar_one()
    for number, row in enumerate(rows):
        name, host, user, said = map(storable, row)
        key, sha = f"bundle-{number}", f"{number:064x}"
        of = {"team_id": team, "host": f"name:{host}"}
        bundle = {"name": name, "size": 1, "asked": "{}", "uploaded_by": user, "uploaded_at": number}
        db.execute(insert(BUNDLES).values(**bundle, id=key, team_id=team, sha256=sha))
        told = {"mark": "open", "faults": "[6]", "open_faults": "[6]", "document": b"", "analysed_at": number}
        said = json.dumps({"en": said, "ko": said})
        db.execute(insert(CASES).values(**of, **told, id=key, bundle_id=key, sha256=sha, rules="x", headline=said))
        db.execute(insert(CASE_TABLES["hosts"]).values(**of, case_id=key, name=host, os="linux", last_at=number))
        interval = {"id": "f6-1", "fault_id": 6, "state": "open", "raised_kind": "observed", "raised_at": number}
        db.execute(insert(CASE_TABLES["intervals"]).values(**of, **interval, case_id=key, cleared_kind="not_before"))
    return int(team)


def with_tokens(store: Store, team: int, place: Path) -> Iterator[tuple[str, str, bytes]]:
    """Every list that is told with tokens, as CSV and as JSON."""
    for name in TOLD:
        for form in ("csv", "json"):
            order = Order("list", team, format=form, redact=True, listing=name, sort=LISTINGS[name].usual)
            head, content = listed(store, order, place / "list")
            assert head == {}, (name, form)
            yield name, form, content
