"""A run from its start to its end: rules, lake, who works, and the counts."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal

from faultlog.asking import cores
from faultlog.child import Bounds
from faultlog.errors import UsageError
from faultlog.fleet.cluster import Dask, Reach, safe_reach
from faultlog.fleet.executors import Executor, Nursery, Processes, Serial
from faultlog.fleet.lake import Lake, open_lake
from faultlog.fleet.litter import swept
from faultlog.fleet.running import Tally, run
from faultlog.fleet.setups import Setup, decides, rules_hash
from faultlog.fleet.unions import join
from faultlog.fleet.units import Outcome, Unit
from faultlog.pipeline import Options, load_knowledge
from faultlog.values import dataclass

Kind = Literal["serial", "processes", "dask"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked beside its sources."""

    lake: Path
    options: Options
    bounds: Bounds
    executor: Kind
    workers: int | None = None
    """Bundles at a time; else one for each core. A scheduler that is reached has its own."""
    reach: Reach = Reach()
    """Where the scheduler of `dask` is."""


@dataclass(frozen=True, slots=True)
class Driven:
    """What a run came to."""

    lake: Lake
    tally: Tally
    unjoined: OSError | UsageError | None = None
    """Why hosts with several bundles could not be joined, all of them."""


def drive(
    asked: Asked,
    named: Iterable[Unit | Outcome],
    tell: Callable[[Outcome], None],
    say: Callable[[str], None] = lambda _text: None,
) -> Driven:
    """Bring bundles into a lake.

    Args:
        asked: where to, by which rules, and who works.
        named: the bundles.
        tell: told each outcome.
        say: told what else a person should know meanwhile.

    Raises:
        UsageError: rules or formats, the lake, or the scheduler cannot be used.
        FaultlogError: the scheduler is lost, and does not come back.
    """
    if asked.executor == "dask":
        safe_reach(asked.reach)
    knowledge = load_knowledge(asked.options)
    about = decides(knowledge.tool, asked.options)
    lake = open_lake(asked.lake.resolve(), rules_hash(knowledge.tool, asked.options), about)
    swept(lake.root)
    with closing(_executor(asked, lake, say)) as executor:
        tally = run(lake, executor, named, tell)
        try:
            return Driven(lake, replace(tally, hosts=join(lake, executor, tell)))
        except (OSError, UsageError) as error:  # what became of the bundles is told nevertheless
            return Driven(lake, tally, error)


def _executor(asked: Asked, lake: Lake, say: Callable[[str], None]) -> Executor:
    setup = Setup(str(lake.root), asked.options, asked.bounds)
    if asked.executor == "serial":
        return Serial(Nursery(setup))
    number = asked.workers or cores()
    if asked.executor == "dask":
        return Dask(setup, lake, asked.reach, number, say)
    return Processes(tuple(Nursery(setup) for _ in range(number)))
