"""A nursery whose children die of bundles named `poison-*`: what a fleet loses by them is measured with it."""

import os
import signal
from pathlib import Path

from faultlog.fleet import nursery, task
from faultlog.fleet.task import Work
from faultlog.fleet.units import Outcome, Unit

_perform = task.perform


def _poisoned(work: Work, unit: Unit) -> Outcome:
    if Path(unit.name).name.startswith("poison-"):
        os.kill(os.getpid(), signal.SIGKILL)
    return _perform(work, unit)


if __name__ == "__main__":
    vars(nursery)["perform"] = _poisoned
    nursery.main()
