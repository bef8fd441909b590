"""faultlog with poison: children die of bundles named `poison-*`, on a worker that loads it and in a run."""

import sys
from functools import partial

from faultlog.fleet import cluster, driving
from faultlog.fleet.executors import Nursery

_POISONED = partial(Nursery, program=(sys.executable, "-m", "bench.poisoned"))
vars(cluster)["Nursery"] = vars(driving)["Nursery"] = _POISONED

if __name__ == "__main__":
    from faultlog.__main__ import main

    main()
