"""What most people write first: every line of a log against one pattern. Prints the raises and clears as JSON."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PATTERN = re.compile(
    r"(?<!page )\bfault (?:(?P<word>raised|cleared): \d+|\d+ (?P<verb>raised|cleared))", re.IGNORECASE | re.ASCII
)


def main() -> None:
    """Read the log that the command line names, or the logs of the folder."""
    given = Path(sys.argv[1])
    paths = sorted(given.rglob("*.log")) if given.is_dir() else [given]
    found = [
        one for path in paths for one in raises_of(path, path.relative_to(given if given.is_dir() else path.parent))
    ]
    json.dump(found, sys.stdout)


def raises_of(path: Path, name: Path) -> Iterator[dict[str, object]]:
    """The raises and clears of one log, under a name."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as log:
        for number, line in enumerate(log, 1):
            match = PATTERN.search(line)
            if match:
                kind = "fault_" + (match["word"] or match["verb"]).lower()
                yield {"file": name.as_posix(), "kind": kind, "line": number, "text": line.rstrip("\n")}


if __name__ == "__main__":
    main()
