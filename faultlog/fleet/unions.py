"""Hosts with several cases get one of all their bundles, so that lines that stand in two bundles count once.

The cases that it stands for leave the tables once it is in; their documents stay, and the records of their names, from
which a later bundle of the host is joined with all of them again.

A bundle that no name holds any more, since each holds another one, leaves the tables before: its own case, and of one
that it shares with others of its host the others stay.
"""

import hashlib
import os
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from faultlog.fleet.compacting import GROUP_ROWS, alone, without
from faultlog.fleet.damage import alike, sound
from faultlog.fleet.executors import Executor
from faultlog.fleet.lake import Lake
from faultlog.fleet.running import Counts, counted, outcomes
from faultlog.fleet.tables import TABLES, schema_of
from faultlog.fleet.units import Outcome, Part, Unit, case_of
from faultlog.values import dataclass

_TRIES = 5
_T = TypeVar("_T")


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
        UsageError: a file of it is damaged.
    """
    stuck = _let_go(lake, executor)
    hosts = several(lake)
    said = {one.host for one in hosts}  # they are told of as they are joined
    return counted((one for one in stuck if one.unit.name not in said), tell) + _join(lake, executor, hosts, tell)


def _let_go(lake: Lake, executor: Executor) -> list[Outcome]:
    """Take out what no name holds any more; what cannot be taken out of a case of several, which the next run tries."""
    gone, told = lake.replaced(), list[Outcome]()
    if not gone:
        return []
    gone -= {outcome.held for outcome in lake.sources() if outcome.held in gone}
    rests = [
        Several(row["host"], {row["case"]: [one for one in row["bundles"] if one not in gone]})
        for row in _steadily(lambda: _with(lake, gone))
    ]
    _join(lake, executor, [one for one in rests if one.bundles], told.append)
    without(lake, [case for one in rests if not one.bundles for case in one.cases])
    left = {bundle for row in _steadily(lambda: _with(lake, gone)) for bundle in row["bundles"]}
    for bundle in sorted(gone - left):
        lake.forget(bundle)
    return [one for one in told if one.state not in {"done", "warned"}]


def _with(lake: Lake, bundles: set[str]) -> list[dict[str, Any]]:
    """The rows of `hosts` of cases that are made of some bundles and, it may be, of more."""
    rows = _each(lake, ["host", "case", "bundles"]) if bundles else ()
    return [row for row in rows if not bundles.isdisjoint(row["bundles"])]


def _join(lake: Lake, executor: Executor, hosts: Collection[Several], tell: Callable[[Outcome], None]) -> Counts:
    missing, rest = [one for one in hosts if not lake.holds(one.case)], list[Several]()
    _bring_back(lake, [one for one in hosts if one.case not in one.cases and lake.holds(one.case)])
    counts = counted(_joined(lake, executor, missing, rest), tell)
    if rest:  # what is still there is joined; that something of the host is not was told
        _join(lake, executor, rest, lambda _outcome: None)
    held = [case for one in hosts if lake.holds(one.case) for case in one.cases if case != one.case]
    without(lake, held)
    return counts


def _bring_back(lake: Lake, hosts: Collection[Several]) -> None:
    """Put rows that were taken out, since a case of more bundles stood for them, into the tables again."""
    if not hosts:
        return
    with alone(lake):
        there = {row["case"] for row in _each(lake, ["case"])}
        for one in hosts:
            if one.case not in there:
                lake.put_rows(one.case, one.bundles, lake.told(one.case))


def several(lake: Lake) -> list[Several]:
    """The hosts that have more than one case in the tables, by name.

    Raises:
        OSError: the lake cannot be read.
    """
    return _steadily(lambda: _several(lake))


def _steadily(read: Callable[[], list[_T]]) -> list[_T]:
    for left in reversed(range(_TRIES)):
        try:
            return read()
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

    wanted = schema_of(TABLES[-1])
    with os.scandir(lake.folder("hosts")) as entries:
        for path in (Path(one.path) for one in entries if one.name.endswith(".parquet")):
            with sound(path):
                file = pq.ParquetFile(path)
                alike(path, file.schema_arrow, wanted)
                for batch in file.iter_batches(GROUP_ROWS, columns=columns, use_threads=False):
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
            if outcome.state == "before":  # another run has joined it meanwhile
                outcome = replace(outcome, state="done")  # noqa: PLW2901
        elif outcome.reason == "vanished" and outcome.case is not None:
            cases = {case: bundles for case, bundles in host.cases.items() if outcome.case not in bundles}
            rest += [Several(host.host, cases)] if 1 < len(cases) < len(host.cases) else []
        yield outcome
