"""Two folders change their names with each other at once, so that nobody sees one of them missing."""

import ctypes
import os
import sys
from pathlib import Path

_HERE = -100
"""AT_FDCWD: paths are as they are."""
_EXCHANGE = 2
"""RENAME_EXCHANGE of Linux (renameat2(2)), RENAME_SWAP of macOS (renamex_np(2))."""


def exchange(one: Path, other: Path) -> None:
    """Give each of two folders the other's name.

    Raises:
        OSError: this system, or this file system, cannot.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            status = libc.renamex_np(*names, ctypes.c_uint(_EXCHANGE))
        else:
            status = libc.renameat2(_HERE, names[0], _HERE, names[1], ctypes.c_uint(_EXCHANGE))
    except AttributeError:
        raise OSError(0, "this system cannot exchange two folders") from None
    if status != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
