"""What a search costs a server that holds many cases: `python -m bench.search [CASES] [postgresql://…]`.

Each case has thirty lines of evidence, as a small host's has; one in a hundred names a file in Korean. A search of the
page, all groups of it, is asked seven times for words that are everywhere, here and there, once, and nowhere.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Connection, insert

from faultlog.rulebook import load_rules
from faultlog.store import people
from faultlog.store.opening import Store, open_store
from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES
from faultlog.store.texts import folded
from faultlog.web.pages.search import GROUPS, found
from faultlog.wording import Wording

LINES: Final = 30
AT_ONCE: Final = 500
ASKED: Final = ("scan service", "host04242", "/Users/anna4242/", "견적서", "견적", "no such text", "5%_x")


def main() -> None:
    """Fill a store, ask, and print a table."""
    cases = int(next((one for one in sys.argv[1:] if one.isdecimal()), "10000"))
    database = next((one for one in sys.argv[1:] if "://" in one), None)
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder), database)
        team = store.write(people.need_team, "bench")
        for begin in range(0, cases, AT_ONCE):
            store.write(_filled, team, range(begin, min(begin + AT_ONCE, cases)))
        if database is not None:
            with store.engine.connect() as db:
                db.exec_driver_sql("ANALYZE")
        print(f"{cases:,} cases, {cases * LINES:,} lines, {'SQLite' if database is None else 'PostgreSQL'}")
        for words in ASKED:
            _asked(store, team, words)
        store.close()


def _asked(store: Store, team: int, words: str) -> None:
    say, took, hits = Wording("en", load_rules(()), "UTC"), list[float](), 0
    worked = list[float]()
    for _ in range(8):
        begun, used = time.perf_counter(), time.process_time()
        groups = store.read(found, team, words, GROUPS, 1, say)
        took.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.process_time() - used))
        hits = sum(len(one.hits) for one in groups)
    spent = f"{median(worked[1:]):6.0f} ms of a processor here"
    print(f"{words:20} {hits:4} hits   {min(took[1:]):6.0f} ms at best, median {median(took[1:]):6.0f} ms, {spent}")


def _filled(db: Connection, team: int, numbers: range) -> None:
    """Rows of some cases."""
    ids = [f"case{one:05}" for one in numbers]
    own = [{"case_id": one, "team_id": team, "host": f"name:host{n:05}"} for one, n in zip(ids, numbers, strict=True)]
    common = {"team_id": team, "size": 1, "asked": "{}", "uploaded_by": "x"}
    db.execute(
        insert(BUNDLES),
        [common | {"id": one, "sha256": one, "name": f"{one}.zip", "uploaded_at": n} for n, one in enumerate(ids)],
    )
    said = {"mark": "met", "headline": "{}"}
    more = said | {"rules": "r", "faults": "[]", "open_faults": "[]", "document": bytes(5000), "analysed_at": 0}
    db.execute(
        insert(CASES),
        [
            more | {"id": row["case_id"], "bundle_id": row["case_id"], "sha256": row["case_id"], **_host(row)}
            for row in own
        ],
    )
    db.execute(insert(CASE_TABLES["hosts"]), [row | {"name": str(row["host"])[5:], "last_at": 1} for row in own])
    db.execute(
        insert(CASE_TABLES["events"]), [row for one, n in zip(own, numbers, strict=True) for row in _lines(one, n)]
    )


def _host(row: dict[str, Any]) -> dict[str, Any]:
    return {"team_id": row["team_id"], "host": row["host"]}


def _lines(own: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    place = "바탕화면/견적서" if number % 100 == 0 else "Documents/report"
    for line in range(LINES):
        kind, text = (
            ("scan_begun", f"[scan] opened /Users/anna{number}/{place}-{line}.pdf for a scan of the user's files")
            if line % 2
            else ("fault_raised", "Fault raised: Scan service restarting frequently, id 6, severity Major")
        )
        at = 1_772_500_000_000_000 + (number * LINES + line) * 1_000_000
        said = f"Mar  3 13:31:{line:02} host{number:05} ampdaemon[{number % 900}]: info: {text}"
        yield (
            own
            | {"at": at, "kind": kind, "fault_id": 6, "file": "logs/ampdaemon.log", "line": line, "text": said}
            | {"folded": folded(said)}
        )


if __name__ == "__main__":
    main()
