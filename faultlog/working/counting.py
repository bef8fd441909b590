"""A team's fleet counted: as a page of the site tells it, of all or of what is chosen, and as JSON."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from faultlog.fleet.lake import Lake
from faultlog.fleet.narrowing import Choice, narrowed
from faultlog.fleet.reading import Frames
from faultlog.fleet.report import private
from faultlog.fleet.report.gathered import Tally, of_frames
from faultlog.fleet.report.page import values
from faultlog.fleet.report.picture import Easel
from faultlog.fleet.report.pictures import pictures
from faultlog.fleet.report.telling import Telling
from faultlog.fleet.statistics.fleet import fleet_statistics
from faultlog.fleet.statistics.written import to_json
from faultlog.redaction.reports import Reports
from faultlog.report.charts.font import ShippedFont
from faultlog.report.html import skeleton
from faultlog.report.html.skeleton import block
from faultlog.rulebook import load_rules
from faultlog.store import fleets, places
from faultlog.store.opening import Store
from faultlog.store.schema import CASES, JOBS
from faultlog.wording import Wording
from faultlog.working.orders import Order


def warm() -> None:
    """Load what is loaded at its first use."""
    import pandas as pd  # noqa: F401
    import scipy.stats  # type: ignore[import-untyped]  # noqa: F401

    skeleton.warm()


def numbers(store: Store, order: Order) -> tuple[dict[str, Any], bytes]:
    """The statistics of a team's cases, and which cases those are."""
    of, frames = store.read(_read, order.team)
    counted = fleet_statistics(narrowed(frames, order.choice))
    return {"of": of}, to_json(private.numbers(counted, Reports()) if order.redact else counted).encode()


def page(store: Store, order: Order) -> tuple[dict[str, Any], bytes]:
    """What stands in the page of a team's fleet, and which cases are counted; nothing where there is no host."""
    of, frames, tally, pages = store.read(_told, order.team)
    chosen = narrowed(frames, order.choice)
    if chosen.hosts.empty:
        return {"of": of, "title": None}, b""
    gathered = of_frames(Lake(Path("fleet"), chosen.rules), (), _tally(chosen, order.choice, tally), chosen)
    if order.redact:
        gathered = replace(gathered, fleet=private.numbers(gathered.fleet, Reports()))
    telling = Telling(Wording(order.language, load_rules(()), place="site"), gathered.fleet)
    shown = values(telling, gathered, pictures(Easel(telling, ShippedFont())), pages)
    shown |= {"about": shown["about"][:1], "eyebrow": telling.words("web.entry.fleet")}  # type: ignore[index]
    heading, counted = (block("fleet.html", one, telling.wording, **shown) for one in ("heading", "counted"))
    return {"of": of, "title": shown["title"], "heading": heading}, counted.encode()


def _tally(chosen: Frames, choice: Choice, uncounted: Tally) -> Tally:
    """What became of the bundles that are looked at; those without a case are of no host that could be chosen."""
    counted = len({one for bundles in chosen.hosts["bundles"] for one in bundles})
    rest = uncounted if choice == Choice() else Tally()
    return Tally({("done", None): counted}) + rest


def _read(db: Connection, team: int) -> tuple[str, Frames]:
    return fleets.fingerprint(db, team), fleets.frames(db, team)


def _told(db: Connection, team: int) -> tuple[str, Frames, Tally, Mapping[str, str]]:
    asked = select(CASES.c.sha256, CASES.c.bundle_id, CASES.c.host)
    rows = db.execute(asked.where(CASES.c.team_id == team, CASES.c.joined_id.is_(None)))
    pages = {
        row.sha256: f"/cases/{row.bundle_id}" if row.bundle_id is not None else f"/hosts/{places.id_of(row.host)}"
        for row in rows
    }
    return *_read(db, team), _uncounted(db, team), pages


def _uncounted(db: Connection, team: int) -> Tally:
    """What became of the bundles that have no case, by their newest jobs."""
    newest: dict[str, tuple[str, str | None]] = {}
    jobs = select(JOBS.c.bundle_id, JOBS.c.state, JOBS.c.reason).outerjoin(CASES, CASES.c.bundle_id == JOBS.c.bundle_id)
    without = jobs.where(JOBS.c.team_id == team, JOBS.c.bundle_id.is_not(None), CASES.c.id.is_(None))
    for row in db.execute(without.order_by(JOBS.c.queued_at)):
        newest[row.bundle_id] = (row.state, row.reason if row.state == "quarantined" else None)
    tally: Any = Counter(one for one in newest.values() if one[0] in fleets.OUTCOMES)
    return Tally(tally)
