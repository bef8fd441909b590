"""One worker as a process, from its start to its end."""

from collections.abc import Callable
from pathlib import Path

from faultlog.errors import UsageError
from faultlog.pipeline import Options
from faultlog.store.founding import known
from faultlog.store.turns import GoneError
from faultlog.working.places import own_place
from faultlog.working.telling import tell
from faultlog.working.worker import Worker


def labour(data: Path, database: str | None, options: Options, stopped: Callable[[], bool]) -> None:
    """Take jobs of a store until told to stop.

    Args:
        data: its folder.
        database: the address of its database, where that is not in the folder.
        options: what the analysis is asked.
        stopped: asked now and then.

    Raises:
        FaultlogError: there is no store, it cannot be opened or is not there any more, or rules or formats cannot be
            used.
    """
    store = known(data, database)
    try:
        with own_place():
            worker = Worker(store, options)
            worker.warm()
            tell("worker started", worker=worker.owner, database=store.said)
            worker.work(stopped, lambda event, facts: tell(event, **facts))
            tell("worker stopped", worker=worker.owner)
    except GoneError:
        raise UsageError(
            f"{data}: was removed or replaced while a worker was at it; put it back, and start the worker again"
        ) from None
    finally:
        store.close()
