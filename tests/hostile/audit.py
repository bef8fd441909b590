"""`make audit`: whether packages of a server have known flaws; its own status where somebody was not asked about.

0: all were asked about, none has a known flaw. 1: one has. 3: not all were asked about; says which, and of the others
that none has a known flaw.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "requirements-web.lock"
NOT_AUDITED = 3
MOST = 5
"""Names that are said of packages that nobody knows."""
COMMAND = ("-m", "pip_audit", "--disable-pip", "--no-deps", "-f", "json", "--progress-spinner=off")
"""Without `--strict`: a package that the source of advisories does not know does not keep it from the others."""


@dataclass(frozen=True)
class Audit:
    """What came of it."""

    status: int
    said: str
    asked: frozenset[str] = frozenset()
    """The packages that the source of advisories knew."""
    unknown: frozenset[str] = frozenset()


def audited(lock=RUNTIME):
    """Ask a source of advisories about every package that a file pins."""
    words = [sys.executable, *COMMAND, "-r", str(lock)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    return told(done.stdout, done.stderr)


def told(out, err):
    """What pip-audit's answer means."""
    if not out.strip():
        why = (err.strip().splitlines() or ["pip-audit said nothing"])[-1]
        return Audit(NOT_AUDITED, f"NOT AUDITED: no package was asked about: {why}")
    rows = json.loads(out)["dependencies"]
    unknown = sorted({one["name"].lower() for one in rows if "skip_reason" in one})
    asked = frozenset(one["name"].lower() for one in rows if "skip_reason" not in one)
    flawed = [f"{one['name']} {one['version']}: {flaw['id']}" for one in rows for flaw in one.get("vulns", ())]
    parts = [f"{len(asked)} packages were asked about", "; ".join(flawed) or "none of them has a known flaw"]
    if not asked:
        parts = ["no package was asked about"]
    if unknown:
        more = f" and {len(unknown) - MOST} more" if len(unknown) > MOST else ""
        parts.append(f"the source of advisories does not know {', '.join(unknown[:MOST])}{more}")
    status = 1 if flawed else NOT_AUDITED if unknown or not asked else 0
    mark = "NOT AUDITED: " if status == NOT_AUDITED else "FLAWS: " if flawed else ""
    return Audit(status, mark + "; ".join(parts), asked, frozenset(unknown))


if __name__ == "__main__":
    found = audited()
    print(found.said)
    sys.exit(found.status)
