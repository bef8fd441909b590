"""Processes of the real program whose time runs faster, and places that are small."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

_QUICK = """
import sys
from faultlog.store import jobs, opening
from faultlog.working import worker
jobs.LEASE_US, opening.PATIENCE_S = {lease_us}, {patience_s}
worker.BEAT_S = {beat_s}
from faultlog.__main__ import main
sys.argv[0] = "faultlog"
main()
"""


def quick(lease_s=4.0, patience_s=60.0):
    """What starts the program with shorter leases."""
    said = _QUICK.format(lease_us=int(lease_s * 1e6), patience_s=patience_s, beat_s=lease_s / 4)
    return [sys.executable, "-c", said]
