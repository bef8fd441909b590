"""`make bench-fleet`: what a fleet costs: workers, numbers of bundles, the driver's memory, poison among the bundles.

    python -m bench.fleet

`BENCH_BUNDLES` (2,000) says how many bundles the rows of workers and poison have, `BENCH_MOST` (10,000) how many the
longest run has, `BENCH_OUT` where they are kept. Bundles are random lives of the simulator. Every run is a process of
its own, on a new lake.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.measure import ROOT
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


def main() -> None:
    """Measure, and print a table."""
    bundles, most = (
        int(os.environ.get(name) or usual) for name, usual in (("BENCH_BUNDLES", 2000), ("BENCH_MOST", 10_000))
    )
    place = Path(os.environ.get("BENCH_OUT") or Path(__file__).parent / "out").absolute() / "fleet"
    made = _bundles(place, max(bundles, most))
    one, two = _timed(made[:bundles], 1), _timed(made[:bundles], 2)
    columns = ("what", "bundles", "workers", "wall s", "joining s", "ms/bundle", "CPU ms/bundle", "driver MB")
    print(f"| {' | '.join(columns)} |\n|---|{'---:|' * (len(columns) - 1)}")
    _print("one worker", one)
    _print("two workers", two)
    print(f"\ntwo workers: {one['wall'] / two['wall']:.2f} x one (goal 1.8)\n", flush=True)
    ill = _timed([*made[: bundles - bundles // 100], *_poison(place, bundles // 100)], 2)
    _print("1 % poison", ill)
    print(f"\nthroughput with 1 % poison: {two['wall'] / ill['wall']:.0%} (goal 90 %)")
    print("outcomes:", ill["tally"], "\n", flush=True)
    sizes = [n for n in (100, 1000, most) if n <= len(made)]
    grown = [_timed(made[:n], 2) for n in sizes]
    for each in grown:
        _print("growth", each)
    print(f"\nper bundle, {sizes[-1]:,} against {sizes[0]}: {_each(grown[-1]) / _each(grown[0]):.2f} x (goal: flat)")
    print(
        f"driver, {sizes[-1]:,} against {sizes[0]}: {grown[-1]['driver'] - grown[0]['driver']:+.1f} MB (goal: flat)\n"
    )


def _each(one: dict[str, float]) -> float:
    return one["wall"] / one["bundles"]


def _print(name: str, one: dict[str, float]) -> None:
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


def _timed(names: list[str], workers: int) -> dict[str, float]:
    """What a run costs, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.fleet", "--one", str(workers)],
        input="\n".join(names).encode(),
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _one(workers: int, names: Iterator[str]) -> dict[str, object]:
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
            joining, driver = time.perf_counter() - ran, _peak_mb()
    finally:
        shutil.rmtree(place)
    here, below = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = sum(one.ru_utime + one.ru_stime for one in (here, below))
    counts = {f"{state} {why or ''}".strip(): n for (state, why), n in tally.counts.items()}
    return {
        "wall": wall,
        "bundles": tally.bundles,
        "workers": workers,
        "driver": driver,
        "cpu": cpu,
        "joining": joining,
        "tally": counts,
    }


def _peak_mb() -> float:
    """The most memory that this process had; `ru_maxrss` would count what its parent had when it began."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def _silent(outcome: Outcome) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(_one(int(sys.argv[2]), (line.rstrip("\n") for line in sys.stdin))))
    else:
        main()
