"""Figures of the hostile tests: each test tells what it tried; the end of the run prints all as a table.

`--accept` writes the table into docs/reliability.md; else a run of everything fails where the page says otherwise. Of
tests that are skipped, as where archives cannot be fetched, the page's rows may stand alone: the skip says why.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.figures import Figure, counts, merged, table, written
from tests.system.conftest import needed

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_KEY = "figure"
_told = pytest.StashKey[list[Figure]]()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Tell what was tried: `figure("T1", "archives of our own", tried=200, held=200, s=1.2, MiB=60)`."""

    def tell(row: str, what: str, *, tried: int, held: int, **worst: float) -> None:
        request.node.user_properties.append((_KEY, (row, what, tried, held, worst)))

    return tell


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_told] = []
    config.pluginmanager.register(_Listener(config), "hostile figures")


class _Listener:
    """Hears every report: of this process, or of the processes that share the tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._skipped = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._skipped |= report.skipped
        if report.when == "call":
            told = [value for key, value in report.user_properties if key == _KEY]
            self._config.stash[_told] += [Figure(*one) for one in told]  # type: ignore[misc]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        rows = merged(self._config.stash[_told])
        if rows:
            terminalreporter.section("what was tried")
            for line in table(rows):
                terminalreporter.write_line(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(self._config, "workerinput") or not self._config.stash[_told]:
            return
        rows = merged(self._config.stash[_told])
        if self._config.getoption("--accept"):
            written(PAGE, rows)
        elif session.testsfailed == 0 and _all(self._config):
            page, told = counts(PAGE.read_text(encoding="utf-8")), counts("\n".join(table(rows)))
            if told - page or (page - told and not self._skipped):
                print(f"\n{PAGE.name} says otherwise; `make test-hostile ACCEPT=--accept`")
                session.exitstatus = 1


def _all(config: pytest.Config) -> bool:
    """Whether all of these tests were asked for, and no others."""
    return [Path(one).resolve() for one in config.args] == [Path(__file__).parent] and not config.option.keyword


@pytest.fixture(scope="session")
def tracing() -> None:
    """strace, where this machine lets one process watch another; some containers do not, whatever is installed."""
    needed(shutil.which("strace"), "strace")
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"this machine lets no process watch another: {tried.stderr.strip()[:200]}")
