"""What holds with SQLite holds with PostgreSQL: the same tests, on a real server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.postgres import serving

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("tests", ["tests/store", "tests/web"])
def test_the_same_tests_pass_on_postgresql(tests):
    with serving() as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests],
            cwd=ROOT,
            env={**os.environ, "FAULTLOG_TEST_DATABASE": server.address},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
