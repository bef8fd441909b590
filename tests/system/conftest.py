"""Shared by tests with real programs: a browser, and what becomes of a test whose program is not here."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest


def needed(found: object, name: str) -> None:
    """Without what a test needs it is skipped, or fails where system packages are required."""
    if not found:
        told = f"{name} is not here; `make test-system` installs it, or says what to install"
        (pytest.fail if os.environ.get("FAULTLOG_SYSTEM") == "required" else pytest.skip)(told)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a module."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    needed(program, "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
