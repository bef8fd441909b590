"""`make bench-fleet`: what a fleet costs: workers, numbers of bundles, the driver's memory, poison among the bundles.

    python -m bench.fleet

`BENCH_BUNDLES` (2,000) says how many bundles the rows of workers and poison have, `BENCH_MOST` (10,000) how many the
longest run has, `BENCH_OUT` where they are kept. Bundles are random lives of the simulator. Every run is a process of
its own, on a new lake.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.measure import ROOT
from bench.peaked import peak_mb
from faultlog.child import Bounds
from faultlog.fleet.executors import Nursery, Processes
from faultlog.fleet.lake import open_lake
from faultlog.fleet.running import run
from faultlog.fleet.setups import Setup, decides, rules_hash
from faultlog.fleet.unions import join
from faultlog.fleet.units import Outcome, Unit
from faultlog.pipeline import Options, load_knowledge
from faultlog.simulating import simulate

POISONED = (sys.executable, "-m", "bench.poisoned")
POISON = "poison"
_BOTH = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


Run = dict[str, Any]
"""What one run came to, as `_one` tells it."""


def main() -> None:
    """Measure, and print tables."""
    bundles, most = (
        int(os.environ.get(name) or usual) for name, usual in (("BENCH_BUNDLES", 2000), ("BENCH_MOST", 10_000))
    )
    place = Path(os.environ.get("BENCH_OUT") or Path(__file__).parent / "out").absolute() / "fleet"
    made = _bundles(place, max(bundles, most))
    _head("what", "bundles", "workers", "wall s", "joining s", "ms/bundle", "CPU ms/bundle", "driver MB")
    two = _workers(made[:bundles])
    _poisoned(made[: bundles - bundles // 100], [*_poison(place, bundles // 100)], two)
    _lakes(_grown(made, [n for n in (100, 1000, most) if n <= len(made)]))


def _workers(made: list[str]) -> Run:
    one, two = _timed(made, 1), _timed(made, 2)
    _print("one worker", one)
    _print("two workers", two)
    print(f"\ntwo workers: {one['wall'] / two['wall']:.2f} x one (goal 1.8)\n", flush=True)
    return two


def _poisoned(made: list[str], poison: list[str], two: Run) -> None:
    ill = _timed([*made, *poison], 2)
    _print("1 % poison", ill)
    print(f"\nthroughput with 1 % poison: {two['wall'] / ill['wall']:.0%} (goal 90 %)")
    print("outcomes:", ill["tally"], "\n", flush=True)


def _grown(made: list[str], sizes: list[int]) -> list[Run]:
    grown = list[Run]()
    for number in sizes:
        grown.append(_timed(made[:number], 2))
        _print("growth", grown[-1])
    small, large = grown[0], grown[-1]
    against = f"{large['bundles']:,} against {small['bundles']:,}"
    for what in ("wall", "cpu"):
        print(f"\n{what} per bundle, {against}: {_each(large, what) / _each(small, what):.2f} x (goal: flat)")
    print(f"driver, {against}: {large['driver'] - small['driver']:+.1f} MB (goal: flat)\n", flush=True)
    return grown


def _lakes(grown: list[Run]) -> None:
    _head("bundles", "files", "MB", "report s", "compact s", "compact MB", "files", "MB", "report s", "report MB")
    for each in grown:
        before = f"{each['files']:,} | {each['size'] / 1e6:.0f} | {each['report_many']:.1f}"
        after = f"{each['merged_files']:,} | {each['merged_size'] / 1e6:.0f} | {each['report_few']:.1f}"
        merging = f"{each['compact']:.1f} | {each['compact_mb']:.0f}"
        print(f"| {each['bundles']:,} | {before} | {merging} | {after} | {each['report_mb']:.0f} |", flush=True)


def _head(*columns: str) -> None:
    print(f"| {' | '.join(columns)} |\n|{'---:|' * len(columns)}", flush=True)


def _each(one: Run, what: str = "wall") -> float:
    seconds: float = one[what] / one["bundles"]
    return seconds


def _print(name: str, one: Run) -> None:
    each = f"{_each(one) * 1000:.0f}"
    print(
        f"| {name} | {one['bundles']:,} | {one['workers']} | {one['wall']:.1f} | {one['joining']:.1f} | {each} "
        f"| {one['cpu'] / one['bundles'] * 1000:.0f} | {one['driver']:.1f} |",
        flush=True,
    )


def _bundles(place: Path, number: int) -> list[str]:
    """Paths of simulated bundles; made where they are not there yet."""
    place.mkdir(parents=True, exist_ok=True)
    have = len(_made(place))
    if have < number:
        simulate(place, "random", have + 1, hosts=number - have)
    return [str(path) for path in _made(place)[:number]]


def _made(place: Path) -> list[Path]:
    return sorted(path for path in place.glob("random-*") if ".truth." not in path.name)


def _poison(place: Path, number: int) -> Iterator[str]:
    for at in range(number):
        path = place / f"{POISON}-{at}.zip"
        path.write_bytes(b"poison")
        yield str(path)


def _timed(names: list[str], workers: int) -> Run:
    """What a run costs, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.fleet", "--one", str(workers)],
        input="\n".join(names).encode(),
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    told: Run = json.loads(done.stdout)
    return told


def _one(workers: int, names: Iterator[str]) -> Run:
    """One run, in this process."""
    place = Path(os.environ.get("TMPDIR", "/tmp")) / f"bench-fleet-{os.getpid()}"  # noqa: S108
    options = Options(hashed=False)
    knowledge = load_knowledge(options)
    lake = open_lake(place, rules_hash(knowledge.tool, options), decides(knowledge.tool, options))
    setup = Setup(str(place), options, Bounds())
    try:
        with closing(Processes(tuple(Nursery(setup, POISONED) for _ in range(workers)))) as executor:
            begun = time.perf_counter()
            tally = run(lake, executor, map(Unit, names), _silent)
            ran = time.perf_counter()
            join(lake, executor, _silent)
            wall = time.perf_counter() - begun
            joining, driver = time.perf_counter() - ran, peak_mb()
        cpu = sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, _BOTH))
        about = _about(place)
    finally:
        shutil.rmtree(place)
    counts = {f"{state} {why or ''}".strip(): n for (state, why), n in tally.counts.items()}
    return {
        "wall": wall,
        "bundles": tally.bundles,
        "workers": workers,
        "driver": driver,
        "cpu": cpu,
        "joining": joining,
        "tally": counts,
        **about,
    }


def _about(lake: Path) -> dict[str, float]:
    """How large a lake is, and what it costs to report on it and to merge its files."""
    files, size = _size(lake)
    many, _ = _did("report", lake, "--json", os.devnull)
    merging, merging_mb = _did("compact", lake)
    few, report_mb = _did("report", lake, "--json", os.devnull)
    merged, merged_size = _size(lake)
    return {
        "files": files,
        "size": size,
        "report_many": many,
        "compact": merging,
        "compact_mb": merging_mb,
        "merged_files": merged,
        "merged_size": merged_size,
        "report_few": few,
        "report_mb": report_mb,
    }


def _size(lake: Path) -> tuple[int, int]:
    """How many files, and bytes on disk."""
    found = [one.stat() for one in lake.rglob("*") if one.is_file()]
    return len(found), sum(one.st_blocks * 512 for one in found)


def _did(what: str, lake: Path, *more: str) -> tuple[float, float]:
    """Seconds and most MB of a command."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "bench.peaked", "fleet", what, "--lake", str(lake), *more]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, cwd=ROOT)
    return time.perf_counter() - begun, float(done.stderr.split()[-1])


def _silent(outcome: Outcome) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(_one(int(sys.argv[2]), (line.rstrip("\n") for line in sys.stdin))))
    else:
        main()
