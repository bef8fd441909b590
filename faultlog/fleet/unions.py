"""Hosts with several cases get one of all their bundles, so that lines that stand in two bundles count once.

The cases that it stands for leave the tables once it is in; their documents stay, and the records of their names, from
which a later bundle of the host is joined with all of them again.
"""

import hashlib
import os
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from faultlog.fleet.compacting import GROUP_ROWS, without
from faultlog.fleet.executors import Executor
from faultlog.fleet.lake import Lake
from faultlog.fleet.running import Counts, counted, outcomes
from faultlog.fleet.units import Outcome, Part, Unit, case_of
from faultlog.values import dataclass

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Several:
    """The cases of one host."""

    host: str
    """As `tables.host_of` says it."""
    cases: Mapping[str, Collection[str]]
    """The bundles of each."""

    @property
    def bundles(self) -> list[str]:
        """All of its bundles, sorted."""
        return sorted({bundle for bundles in self.cases.values() for bundle in bundles})

    @property
    def case(self) -> str:
        """The case of them all."""
        return case_of(self.bundles)


def join(lake: Lake, executor: Executor, tell: Callable[[Outcome], None]) -> Counts:
    """Make one case of all bundles of each host.

    Args:
        lake: where they are.
        executor: who works.
        tell: told what became of each host that was joined, or could not be.

    Raises:
        OSError: the lake cannot be read or written.
    """
    return _join(lake, executor, several(lake), tell)


def _join(lake: Lake, executor: Executor, hosts: Collection[Several], tell: Callable[[Outcome], None]) -> Counts:
    missing, rest = [one for one in hosts if not lake.holds(one.case)], list[Several]()
    counts = counted(_joined(lake, executor, missing, rest), tell)
    if rest:  # what is still there is joined; that something of the host is not was told
        _join(lake, executor, rest, lambda _outcome: None)
    held = [case for one in hosts if lake.holds(one.case) for case in one.cases if case != one.case]
    without(lake, held)
    return counts


def several(lake: Lake) -> list[Several]:
    """The hosts that have more than one case in the tables, by name.

    Raises:
        OSError: the lake cannot be read.
    """
    for left in reversed(range(_TRIES)):
        try:
            return _several(lake)
        except FileNotFoundError:  # another run takes cases out, or files are merged
            if not left:
                raise
    raise RuntimeError("it is tried at least once")


def _several(lake: Lake) -> list[Several]:
    twice = _met_twice(_each(lake, ["host"]))
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in _each(lake, ["host", "case", "bundles"]) if twice else ():
        if _digest(row["host"]) in twice and lake.holds(row["case"]):
            found[row["host"]][row["case"]] = row["bundles"]
    return [Several(host, found[host]) for host in sorted(found) if len(found[host]) > 1]


def _met_twice(rows: Iterator[dict[str, Any]]) -> set[int]:
    """Digests of the hosts that have more than one row: eight bytes are held of each, however many there are."""
    import numpy as np

    met = np.sort(np.frombuffer(array("Q", (_digest(row["host"]) for row in rows)), np.uint64))
    return set(met[1:][met[1:] == met[:-1]].tolist())


def _digest(host: str) -> int:
    return int.from_bytes(hashlib.blake2b(host.encode(), digest_size=8).digest())


def _each(lake: Lake, columns: list[str]) -> Iterator[dict[str, Any]]:
    """The rows of `hosts`, a file at a time."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    with os.scandir(lake.folder("hosts")) as entries:
        for path in (one.path for one in entries if one.name.endswith(".parquet")):
            for batch in pq.ParquetFile(path).iter_batches(GROUP_ROWS, columns=columns, use_threads=False):
                yield from batch.to_pylist()


def _units(lake: Lake, hosts: Collection[Several]) -> Iterator[Unit]:
    names = _names(lake, {bundle for one in hosts for bundle in one.bundles}) if hosts else {}
    for one in hosts:
        parts = [Part(bundle, name) for bundle in one.bundles for name in names.get(bundle, [bundle])]
        yield Unit(one.host, changed=one.case, parts=tuple(parts))


def _names(lake: Lake, bundles: Collection[str]) -> dict[str, list[str]]:
    """Under which names some bundles were found, sorted."""
    names: dict[str, list[str]] = defaultdict(list)
    for outcome in lake.sources():
        if outcome.case is not None and outcome.case in bundles and outcome.state != "quarantined":
            names[outcome.case].append(outcome.unit.name)
    return {bundle: sorted(found) for bundle, found in names.items()}


def _joined(lake: Lake, executor: Executor, hosts: Collection[Several], rest: list[Several]) -> Iterator[Outcome]:
    """What became of each host.

    The rows that a new case stands for are taken out where they are files of their own; the others follow at the end.
    Of a host of which a bundle is gone, the cases without it are left over.
    """
    found = {one.case: one for one in hosts}
    for outcome in outcomes(lake, executor, _units(lake, hosts)):
        host = found[outcome.unit.changed or ""]
        if lake.holds(host.case):
            for case in host.cases:
                lake.take_out(case)
        elif outcome.reason == "vanished" and outcome.case is not None:
            cases = {case: bundles for case, bundles in host.cases.items() if outcome.case not in bundles}
            rest += [Several(host.host, cases)] if 1 < len(cases) < len(host.cases) else []
        yield outcome
