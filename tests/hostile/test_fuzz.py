"""Any bytes for everything that reads what strangers wrote, led by which code they reach; `make soak` takes an hour."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.fuzz.harnesses import HARNESSES

ROOT = Path(__file__).parents[2]
SECONDS = int(os.environ.get("FAULTLOG_FUZZ_S", "0"))
"""For each half; 0 for the number of inputs that each harness names."""
HALVES = (list(HARNESSES)[::2], list(HARNESSES)[1::2])


@pytest.mark.timeout(600 + 2 * SECONDS)
@pytest.mark.parametrize("names", HALVES, ids=["one half", "the other half"])
def test_nothing_but_our_own_errors_comes_out_of_any_bytes(figure, names):
    words = [f"--seconds={SECONDS // len(names)}"] if SECONDS else []
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.fuzz", *names, *words],
        capture_output=True, text=True, check=False, cwd=ROOT, errors="replace",
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"name"')]
    for one in told:
        figure("T3", f"inputs of `{one['name']}`", tried=one["tried"], held=one["tried"] - one["lost"], s=one["s"])
    assert done.returncode == 0, done.stderr[-5000:]
    assert [one["name"] for one in told] == names
