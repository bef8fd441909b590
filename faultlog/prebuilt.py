"""What was made of the built-in files beforehand: their data as JSON, and what their patterns require.

Reading YAML and taking patterns apart is half of what loading the built-in knowledge costs, and gives the same each
time. `prebuilding` writes it; each answer is kept by the hash of what it was made of, so one that is stale is never
found, and an edited file is read itself.
"""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "_data" / "prebuilt"
PACKS = frozenset({"parsers", "rules", "wording"})
"""Names of the folders whose files are prebuilt."""


def files(pack: str, fingerprint: str) -> Mapping[str, object] | None:
    """The data of a pack's files by their names; `None` where the files with this fingerprint were not prebuilt."""
    made = _read(pack)
    return made["files"] if made.get("sha256") == fingerprint else None


def demands(pattern: str) -> tuple[frozenset[str], ...] | None:
    """What `literals.demands` says of a wording's pattern, which is known to be usable; `None` where nobody asked."""
    sets = _read("patterns").get(digest_of(pattern))
    return None if sets is None else tuple(map(frozenset, sets))


def digest_of(pattern: str) -> str:
    """The name under which a pattern is kept."""
    return sha256(pattern.encode()).hexdigest()


@cache
def _read(name: str) -> dict[str, Any]:
    try:
        raw = (FOLDER / f"{name}.json").read_bytes()
    except FileNotFoundError:
        return {}
    return dict(json.loads(raw))
