"""A real server for tests in a browser: a process of its own with accounts, whose worker runs when it is told to."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from faultlog.store import accounts
from faultlog.store.founding import founded
from faultlog.store.people import Role
from tests.stores import free_port, listens
from tests.web.people import CHEAP, PASSWORD


class Site:
    """A server that runs; its worker does when it is told to."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._kept = ["--data", str(folder), *([] if database is None else ["--database", database])]
        self._accounts = -1
        self.store = founded(folder, database)
        """The same rows as the server's, for what a test does behind its back."""

    @contextmanager
    def running(self) -> Iterator["Site"]:
        """Serve for a while."""
        try:
            with self._program("serve", "--port", str(self.port), "--workers", "0"):
                listens(self.port)
                yield self
        finally:
            self.store.close()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Analyse what waits, for a while."""
        with self._program("worker"):
            yield

    def account(self, role: Role = "admin") -> str:
        """Somebody who may log in, in a team of his own; his name."""
        self._accounts += 1
        name, team = f"kim{self._accounts or ''}", f"support{self._accounts or ''}"
        self.store.write(accounts.add, team, name, role, CHEAP.hash(PASSWORD))
        return name

    def log_in(self, page: Any, name: str) -> None:
        """Log somebody in, at the page of a browser."""
        page.goto(f"{self.address}/login")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url(f"{self.address}/")

    @contextmanager
    def _program(self, *words: str) -> Iterator[None]:
        one = subprocess.Popen([sys.executable, "-m", "faultlog", *words, *self._kept], stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            one.terminate()
            one.wait(30)
