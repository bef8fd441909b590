"""Waiting for what another process or thread does: as long as it takes, within a bound."""

import time
from collections.abc import Callable


def until(holds: Callable[[], object], within_s: float = 60) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it does not, within so many seconds.
    """
    limit = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > limit:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.01)
