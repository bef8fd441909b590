"""Small disks, which are full soon."""

import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest


class Disk:
    """A file system in memory, of so many MiB."""

    def __init__(self, place):
        self.place, self._filler = place, place / "filler"

    def fill(self, left=0):
        """Leave so many bytes."""
        self.empty()
        free = shutil.disk_usage(self.place).free - left
        with self._filler.open("wb") as out:
            os.posix_fallocate(out.fileno(), 0, free)

    def empty(self):
        self._filler.unlink(missing_ok=True)

    def grow(self, mib):
        subprocess.run(["mount", "-o", f"remount,size={mib}m", self.place], check=True)


@contextmanager
def disk(place, mib):
    """One, for a while; only root may mount it."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small disk can only be mounted by root")
    place.mkdir(mode=0o777)
    asked = ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=777", "none", place]
    done = subprocess.run(asked, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "-l", place], check=True)
