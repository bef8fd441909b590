"""Every call of the system that an operation makes fails once, or is its last: afterwards nothing is lost or twice.

The calls of an undisturbed run are counted. Then the operation is done once for each of them, and strace has the disk
fail there, or be full, or kills it. Afterwards the program starts again; see `operations` for what has to be so then.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.hostile.points import FAULTS

POINTS = {
    "upload": {"EIO": 80, "ENOSPC": 50, "SIGKILL": 120},
    "analysis": {"EIO": 110, "ENOSPC": 60, "SIGKILL": 120},
    "fleet": {"EIO": 160, "ENOSPC": 130, "SIGKILL": 160},
    "migration": {"EIO": 40, "ENOSPC": 40, "SIGKILL": 50},
    "answer": {"EIO": 4, "ENOSPC": 4, "SIGKILL": 4},
}
"""How many are tried, spread over all there are: whatever Python and SQLite, there are as many."""
MOST = os.environ.get("FAULTLOG_POINTS")
"""How many of each instead: all there are, where that is fewer."""

pytestmark = pytest.mark.timeout(3600 if MOST else 600)


@pytest.mark.usefixtures("tracing")
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", POINTS)
def test_whatever_is_broken_off_is_whole_afterwards(name, fault, figure):
    asked = POINTS[name][fault]
    words = [sys.executable, "-m", "tests.hostile.points", name, fault, str(int(MOST or asked))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["lost"] == []
    if MOST is None:
        assert found["tried"] == asked, f"there are {found['every']} only"
    assert found["hits"] >= found["tried"] * 0.9
    figure("T5", f"{name} broken off by {fault}", tried=found["tried"], held=found["held"], s=found["s"])
