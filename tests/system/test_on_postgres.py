"""What holds with SQLite holds with PostgreSQL: the same tests, on a real server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.postgres import serving

ROOT = Path(__file__).parents[2]

SHOWN = ("again", "headlines", "host_page", "listings", "private_lists", "search_page")
KNOWN = ("api_bundles", "compare_page", "login", "matrix", "no_row", "still", "uploads_lost")
"""What of tests/web asks a database something of its own; the others would only take their time again."""

pytestmark = pytest.mark.timeout(1000)


@pytest.mark.parametrize(
    "tests",
    [["tests/store"], *([f"tests/web/test_{name}.py" for name in names] for names in (SHOWN, KNOWN))],
    ids=["kept", "shown", "known"],
)
def test_the_same_tests_pass_on_postgresql(tests):
    with serving() as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
            cwd=ROOT,
            env={**os.environ, "FAULTLOG_TEST_DATABASE": server.address},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
