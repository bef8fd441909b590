"""Shared by all tests: `--accept` rewrites golden files; how many inputs each property is tried on is decided here."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent

QUICK = 100
"""Inputs of each property in `make test`."""
THOROUGH = 500
"""Inputs of each property in `make coverage`; `make soak` tries many times as many, and others each time."""
EXAMPLES = int(os.environ.get("FAULTLOG_EXAMPLES", QUICK))
"""Inputs of each property; a slow one takes a part of them."""
LIVES = int(os.environ.get("FAULTLOG_LIVES", EXAMPLES))
"""Random lives, and random small logs, that what is said is compared with the truth of."""
SAME_EACH_TIME = EXAMPLES <= THOROUGH
SEVERAL_TIMES = [HealthCheck.differing_executors]  # mutmut runs a test, its class made anew, many times in one process
settings.register_profile(
    "faultlog",
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=SAME_EACH_TIME,
    suppress_health_check=SEVERAL_TIMES,
)
settings.load_profile("faultlog")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite golden files; review the difference")


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is imported and collected stays: no collection of garbage looks through it, now or while tests run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(20_000, 10, 10)  # cycles are found later, and all of them at the end


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    """Compare a text with a committed file, or rewrite the file under --accept."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--accept"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{path.relative_to(ROOT)} differs; see `make accept`"

    return compare


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT
