"""faultlog, which says at its end on standard error how much memory it took: `python -m bench.peaked ARGUMENTS`."""

import re
import sys
from pathlib import Path


def peak_mb() -> float:
    """The most memory that this process had; `ru_maxrss` would count what its parent had when it began."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def main() -> None:
    """Do what faultlog does."""
    from faultlog.__main__ import main as faultlog

    try:
        faultlog()
    except SystemExit as error:
        if error.code:
            raise
    print(peak_mb(), file=sys.stderr)


if __name__ == "__main__":
    main()
