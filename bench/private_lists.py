"""What a list with tokens costs: `python -m bench.private_lists`; BENCH_ROWS= of intervals, of BENCH_HOSTS= hosts.

A store is filled with bundles that each have a name with blanks, a host and a GUID of their own, and the intervals of
all of them are told as CSV: with names as a server streams them, and with tokens, each in a process of its own.
Measured are processor seconds, the memory of the process and what was written. Everything is removed afterwards.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, insert

from faultlog.store.opening import Store, open_store, reached
from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES, TEAMS
from faultlog.web.listing import Asked, every
from faultlog.web.rows import csv_lines, told
from faultlog.web.tables import LISTINGS
from faultlog.web.tokened import listed
from faultlog.working.orders import Order

ROWS: Final = int(os.environ.get("BENCH_ROWS", "90000"))
HOSTS: Final = int(os.environ.get("BENCH_HOSTS", "10000"))
_SYLLABLES: Final = "ka ro mi ta ne vu sho le dra po zen gil mor sa quin bel tor wex yan hol fri jun"


def main() -> int:
    """Fill a store, then measure in processes of their own."""
    if len(sys.argv) > 1:
        _measured(Path(sys.argv[1]), sys.argv[2])
        return 0
    print("| rows | bundles | CSV | CPU s | memory MB | MB |\n|-|-|-|-|-|-|", flush=True)
    with tempfile.TemporaryDirectory(prefix="faultlog-bench-") as place:
        store = open_store(Path(place))
        store.write(_filled)
        store.close()
        for how in ("names", "tokens"):
            subprocess.run([sys.executable, "-m", "bench.private_lists", place, how], check=True)
    return 0


def _filled(db: Connection) -> None:
    chance = random.Random(1)  # noqa: S311 (no secret)
    team = db.execute(insert(TEAMS).values(name="bench", created_at=1).returning(TEAMS.c.id)).scalar_one()
    for number in range(HOSTS):
        key, sha = f"{chance.getrandbits(128):022x}"[:22], f"{number:064x}"
        name = "".join(chance.choices(_SYLLABLES.split(), k=4)) + str(number)
        of = {"team_id": team, "host": f"guid:{chance.getrandbits(32):08x}-0000-4000-8000-{number:012x}"}
        bundle = {
            "name": f"{name[::-1]} of {name}.zip",
            "size": 9,
            "asked": "{}",
            "uploaded_by": f"analyst-{number % 9}",
        }
        db.execute(insert(BUNDLES).values(**bundle, id=key, team_id=team, sha256=sha, uploaded_at=number))
        said = json.dumps({"en": f"Fault 6 is open since {number} s", "ko": "결함"})
        case = {
            "mark": "open",
            "faults": "[6]",
            "open_faults": "[6]",
            "document": b"",
            "analysed_at": number,
            "rules": "x",
        }
        db.execute(insert(CASES).values(**of, **case, id=key, bundle_id=key, sha256=sha, headline=said))
        db.execute(insert(CASE_TABLES["hosts"]).values(**of, case_id=key, name=name, os="linux", last_at=number))
        stay = {"fault_id": 6, "state": "open", "raised_kind": "observed", "cleared_kind": "not_before"}
        stays = [
            {**of, **stay, "case_id": key, "id": f"f6-{one}", "raised_at": number * 1_000_000 + one}
            for one in range(ROWS // HOSTS)
        ]
        db.execute(insert(CASE_TABLES["intervals"]), stays)


def _measured(place: Path, how: str) -> None:
    """One list, and what it took."""
    store, began = reached(place, None), time.process_time()
    lines, size = (_with_tokens if how == "tokens" else _with_names)(store, place)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu_s = time.process_time() - began
    print(f"| {lines:,} | {HOSTS:,} | with {how} | {cpu_s:.1f} | {memory:.0f} | {size / 1e6:.1f} |", flush=True)


def _with_tokens(store: Store, place: Path) -> tuple[int, int]:
    order = Order("list", 1, format="csv", redact=True, listing="intervals", sort="-raised_at")
    head, content = listed(store, order, place / "list")
    if head:
        raise RuntimeError(str(head))
    return content.count(b"\n") - 1, len(content)


def _with_names(store: Store, _place: Path) -> tuple[int, int]:
    listing = LISTINGS["intervals"]
    rows = (told(listing, row, "en") for row in every(store.read, listing, 1, Asked("-raised_at", 1, {})))
    lines = size = 0
    for line in csv_lines(listing, rows):
        lines, size = lines + 1, size + len(line)
    return lines - 1, size


if __name__ == "__main__":
    sys.exit(main())
