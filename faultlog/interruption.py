"""Ctrl-C as it is wanted: heard at any time, told in one line, never lost and never in the middle of an import.

Python raises `KeyboardInterrupt` wherever it stands. Inside an import that is lost (a callback of a lock swallows it
and prints a traceback) or becomes an error of another kind; so it is put off until the import is done.
"""

from __future__ import annotations

import sys
import time
from _signal import SIG_DFL, SIG_IGN, SIGINT, signal  # type: ignore[import-not-found] # `signal` takes longer to load
from _thread import interrupt_main, start_new_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

CODE = 130
"""The exit code, as shells count it."""
LATER_S = 0.005
"""Seconds after which an interruption that came at a bad time is given again. Tool default."""
PUT_OFF_S = 1.0
"""Seconds that the door may take to stand ready. Tool default."""
IMPORTING = "<frozen importlib._bootstrap>"


def put_off() -> None:
    """From now on an interruption waits until somebody stands ready to catch it, who calls `hear`.

    A process that was spawned to work for another one hears none: a terminal interrupts both, and that one ends it.
    """
    if _is_spawned():
        signal(SIGINT, SIG_IGN)
        return
    ready = time.monotonic() + PUT_OFF_S

    def waiting(_number: int, _frame: FrameType | None) -> None:
        if time.monotonic() > ready:  # nobody will: this is no command, `__main__` was imported for something else
            raise KeyboardInterrupt
        again()

    signal(SIGINT, waiting)
    sys.unraisablehook = _unraisable


def _is_spawned() -> bool:
    process = sys.modules.get("multiprocessing.process")
    return process is not None and process.parent_process() is not None


def hear() -> None:
    """From now on an interruption is a `KeyboardInterrupt`."""
    signal(SIGINT, _interrupted)


def let_go() -> None:
    """From now on an interruption ends the process at once: there is nothing left to tidy up."""
    signal(SIGINT, SIG_DFL)


def again() -> None:
    """Interrupt a little later."""

    def later() -> None:
        time.sleep(LATER_S)
        interrupt_main()

    start_new_thread(later, ())


def _interrupted(_number: int, frame: FrameType | None) -> None:
    if _importing(frame):
        again()
        return
    raise KeyboardInterrupt


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == IMPORTING:
            return True
        frame = frame.f_back
    return False


def _unraisable(what: sys.UnraisableHookArgs) -> None:
    """Python has swallowed something: an interruption in a destructor is given again, all else is said as usual."""
    if what.exc_type is KeyboardInterrupt:
        again()
    else:
        sys.__unraisablehook__(what)
