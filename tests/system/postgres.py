"""A PostgreSQL server of a test's own, on this machine, from Debian's programs."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stores import free_port
from tests.system.conftest import needed

DEBIANS = Path("/usr/lib/postgresql")


class Server:
    """A server that can be stopped, killed and started again; what was committed is still there."""

    def __init__(self, programs: Path, place: Path) -> None:
        self._programs, self._data, self._log = programs, place / "data", place / "log"
        self.place = place
        self.port = free_port()
        self.address = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._run(
            "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"
        )
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(f"port={self.port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\nfsync=off\n")

    def start(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-l", self._log, "-w", "-t", "60", "start")

    def stop(self, how: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self._data, "-m", how, "-w", "stop")

    def kill(self) -> None:
        """End it as the system would when memory is short."""
        pid = int((self._data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def own(self, folder: Path) -> None:
        """Make a folder that is the server's."""
        folder.mkdir()
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)

    def _run(self, program: str, *words: object) -> None:
        """As a user that is not root, which PostgreSQL refuses."""
        asked = [str(self._programs / program), *map(str, words)]
        if os.geteuid() == 0:
            asked = ["runuser", "-u", "postgres", "--", *asked]
        subprocess.run(asked, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)


@contextmanager
def serving() -> Iterator[Server]:
    """A server that runs, for a while."""
    programs = _programs()
    needed(programs, "postgresql")
    place = Path(tempfile.mkdtemp(prefix="faultlog-postgres-"))  # pytest's own folders are its user's alone
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(place, owner.pw_uid, owner.pw_gid)
    try:
        server = Server(programs, place)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _programs() -> Path | None:
    found = sorted(DEBIANS.glob("*/bin/initdb"))
    there = shutil.which("initdb")
    return found[-1].parent if found else Path(there).parent if there else None
