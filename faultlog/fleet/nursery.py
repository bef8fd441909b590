"""A process that has loaded all it needs and forks a child for each unit: `python -m faultlog.fleet.nursery`.

It speaks JSON, one object a line: first what the run is (`Setup`), which it answers with `{"ready": hash of the rules}`
or `{"refused": why}`, then units, each of which it answers with its outcome. It ends with its standard input.
"""

import gc
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import IO

from faultlog.child import Bounds, Death, in_child, is_input_over
from faultlog.errors import FaultlogError
from faultlog.fleet.fetching import prepare_for
from faultlog.fleet.lake import Lake
from faultlog.fleet.setups import Setup, rules_hash, setup_of
from faultlog.fleet.task import Work, perform
from faultlog.fleet.units import Outcome, Unit, outcome_json, read_outcome, unit_of
from faultlog.fleet.warming import warm
from faultlog.pipeline import load_knowledge


def main() -> None:
    """Answer until nobody asks any more."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    os.register_at_fork(after_in_child=partial(os.close, answers.fileno()))  # whoever asks sees when this process ends
    try:
        setup = setup_of(json.loads(asked.readline()))
        work = prepared(setup)
    except FaultlogError as error:
        _say(answers, {"refused": str(error)})
        return
    except OSError as error:
        place = error.filename or gettempdir()
        _say(answers, {"refused": f"{place}: {error.strerror}; a worker needs it, and a few megabytes of space there"})
        return
    _say(answers, {"ready": work.lake.rules})
    for line in iter(asked.readline, b""):
        _say(answers, outcome_json(tended(work, unit_of(json.loads(line)), setup.bounds, is_input_over)))


def prepared(setup: Setup) -> Work:
    """All that a child needs, loaded once.

    Raises:
        FaultlogError: rules or formats cannot be used.
    """
    knowledge = load_knowledge(setup.options)
    warm(knowledge, setup.options)
    gc.collect()
    gc.freeze()  # what is loaded stays: a child neither looks through it nor copies it
    return Work(Lake(Path(setup.lake), rules_hash(knowledge.tool, setup.options)), knowledge, setup.options)


def tended(work: Work, unit: Unit, bounds: Bounds, stop: Callable[[], bool] = lambda: False) -> Outcome:
    """What became of a unit, in a child of this process."""

    def answer() -> bytes:
        return json.dumps(outcome_json(perform(work, unit))).encode()

    for name in (unit.name, *(part.name for part in unit.parts)):
        prepare_for(name)
    try:
        told = in_child(answer, _bounds(unit, bounds), stop)
    except OSError as error:  # the system has no room for another process, which is no matter of the bundle
        return Outcome(unit, "failed", reason="worker", detail=f"{unit.name}: no process for it: {error.strerror}")
    if isinstance(told, Death):
        return Outcome(unit, "died", reason=told.cause, detail=f"{unit.name}: {told.detail}")
    try:
        return read_outcome(told)
    except ValueError:
        return Outcome(unit, "died", reason="exit", detail=f"{unit.name}: gave no answer that can be read")


def _bounds(unit: Unit, bounds: Bounds) -> Bounds:
    """What a unit may use: of several bundles the time of each, and the memory of one."""
    bundles = len({part.bundle for part in unit.parts}) or 1
    return replace(bounds, cpu_s=bounds.cpu_s * bundles, wall_s=bounds.wall_s * bundles)


def _say(answers: IO[str], told: dict[str, object]) -> None:
    try:
        answers.write(json.dumps(told) + "\n")
        answers.flush()
    except BrokenPipeError:  # whoever asked is gone
        os._exit(1)


if __name__ == "__main__":
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    main()
