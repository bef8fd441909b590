"""What libraries log, told as all else is: uvicorn's words, and errors of tasks that nobody waits for."""

import logging
from typing import Final

from faultlog.web.noted import told_of
from faultlog.working.telling import tell

_LEAST: Final = logging.WARNING


class Teller(logging.Handler):
    """Tells what is logged."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one record."""
        error = record.exc_info[1] if record.exc_info else None
        more = {} if error is None else told_of(error)
        tell("log", level=record.levelname.lower(), logger=record.name, message=record.getMessage(), **more)


def take_over() -> None:
    """Have everything that is logged told by us from now on."""
    root = logging.getLogger()
    root.handlers = [Teller()]
    root.setLevel(_LEAST)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
        one = logging.getLogger(name)
        one.handlers, one.propagate = [], True
        one.setLevel(_LEAST)
    logging.captureWarnings(capture=True)
