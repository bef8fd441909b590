"""`python -m tests.hostile.fuzz NAME… --runs N` or `--seconds S`: any bytes for some harnesses, guided by libFuzzer.

Without atheris (it has no wheel for every Python) seeds are changed by chance instead, which is said. A line for each
says what was tried, as JSON; where something does not hold, the input is kept in `out/fuzz` and the exit code is not 0.
"""

import argparse
import hashlib
import json
import mmap
import os
import random
import shutil
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from importlib.util import find_spec
from math import inf
from pathlib import Path

from tests.hostile.fuzz.harnesses import HARNESSES, MOST_S, Harness

FOUND = Path("out/fuzz")


class Tried:
    """A harness that counts what it was given, in memory that a parent shares, and refuses what takes too long."""

    _FIELDS = struct.Struct("<Qd")

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, self._FIELDS.size)

    @property
    def counts(self) -> tuple[int, float]:
        """How many inputs there were, and the most seconds of processor that one took."""
        tried, worst_s = self._FIELDS.unpack_from(self._shared)
        return tried, worst_s

    def of(self, test: Callable[[bytes], None]) -> Callable[[bytes], None]:
        """The harness, counted."""

        def counted(data: bytes) -> None:
            tried, worst_s = self.counts
            self._FIELDS.pack_into(self._shared, 0, tried + 1, worst_s)
            began = time.process_time()
            test(data)
            took = time.process_time() - began
            if took > worst_s:
                self._FIELDS.pack_into(self._shared, 0, tried + 1, took)
            if took > MOST_S:
                raise TimeoutError(f"{len(data)} bytes took {took:.1f} s")

        return counted


def _loaded(harness: Harness) -> Callable[[bytes], None]:
    """The function of a harness, once it has read its seeds: what it imports late is imported then."""
    function: Callable[[bytes], None] = getattr(import_module(f"tests.hostile.fuzz.{harness.module}"), harness.function)
    for seed in sorted(harness.seeds.iterdir()):
        function(seed.read_bytes())
    return function


def _guided(harness: Harness, function: Callable[[bytes], None], arguments: list[str]) -> int:
    """Inputs that libFuzzer makes of the seeds, led by which code they reach; in a child, since it ends its process."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    import atheris

    words = ["-seed=1", "-len_control=0", f"-max_len={harness.most}", "-timeout=60", "-verbosity=0"]
    found = f"-artifact_prefix={FOUND}/{harness.function}-"
    atheris.Setup(["fuzz", *words, *arguments, found, tempfile.mkdtemp(), str(harness.seeds)], function)
    atheris.Fuzz()
    raise AssertionError("it does not return")


def _by_chance(harness: Harness, function: Callable[[bytes], None], runs: int, seconds: float) -> int:
    """Seeds, changed by chance."""
    chance = random.Random(1)  # noqa: S311 (no secret)
    seeds = [one.read_bytes() for one in sorted(harness.seeds.iterdir())]
    until = time.monotonic() + seconds
    while runs and time.monotonic() < until:
        data, runs = changed(chance, seeds)[: harness.most], runs - 1
        try:
            function(data)
        except Exception:  # noqa: BLE001 (whatever it is, it is kept)
            traceback.print_exc()
            (FOUND / f"{harness.function}-crash-{hashlib.sha256(data).hexdigest()[:16]}").write_bytes(data)
            return 1
    return 0


def changed(chance: random.Random, seeds: list[bytes]) -> bytes:
    """One of some seeds, with a few bytes or pieces of it put elsewhere, left out, or taken from another."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randint(0, len(data)), chance.choice([1, 1, 2, 4, 16, 200])
        other = chance.choice(seeds)
        begin = chance.randint(0, len(other))
        new = chance.choice(
            [b"", chance.randbytes(length), other[begin : begin + length], bytes(data[at : at + length]) * 2]
        )
        data[at : at + chance.choice([0, length])] = new
    return bytes(data)


def main(words: list[str]) -> int:
    """Fuzz what the command line names, one after the other; how many of them found something.

    libFuzzer ends its processes without leave: what they wrote is in one folder, which goes with this one only.
    """
    process, tempfile.tempdir = os.getpid(), tempfile.mkdtemp(prefix="faultlog-fuzz-")
    try:
        return _fuzzed(words)
    finally:
        if os.getpid() == process:
            shutil.rmtree(tempfile.tempdir)


def _fuzzed(words: list[str]) -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz")
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(HARNESSES))
    asked.add_argument("--runs", type=int, help="inputs of each; else as many as a run of all hostile tests tries")
    asked.add_argument("--seconds", type=int, default=0, help="instead: how long for each")
    told = asked.parse_args(words)
    guided = find_spec("atheris") is not None
    if guided:
        from atheris import instrument_imports
    else:
        print("atheris has no wheel for this Python: seeds are changed by chance", file=sys.stderr)
    FOUND.mkdir(parents=True, exist_ok=True)
    chosen = [HARNESSES[name] for name in told.names or HARNESSES]
    with instrument_imports(include=["faultlog", "tests.hostile.fuzz"]) if guided else nullcontext():
        functions = [_loaded(one) for one in chosen]
    lost = 0
    for one, function in zip(chosen, functions, strict=True):
        tried = Tried()
        runs = -1 if told.seconds else told.runs or one.runs
        if guided:
            code = _guided(one, tried.of(function), [f"-runs={runs}", f"-max_total_time={told.seconds}"])
        else:
            code = _by_chance(one, tried.of(function), runs, told.seconds or inf)
        count, worst_s = tried.counts
        print(json.dumps({"name": one.function, "tried": count, "lost": int(code != 0), "s": worst_s}), flush=True)
        lost += code != 0
    return lost


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
