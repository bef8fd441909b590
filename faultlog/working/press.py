"""A process beside a server that makes what takes long or needs much: `python -m faultlog.web.press` begins it.

It reads orders, one a line, and makes each in a child of its own, with libraries that it has loaded once and that the
server never does. Its answer is a line of JSON, which says how many bytes follow it. It ends with its standard input,
and when nobody has asked for a while.
"""

import gc
import json
import os
import select
import signal
import sys
import tempfile
import traceback
from collections.abc import Hashable, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import IO, Any, Final, Protocol

from faultlog.child import Bounds, Death, in_child, is_input_over
from faultlog.errors import FaultlogError
from faultlog.store.opening import Store, reached
from faultlog.working import exporting, redacting
from faultlog.working.orders import Order, Place, order_of
from faultlog.working.telling import tell

BOUNDS: Final = Bounds(cpu_s=120, wall_s=240.0, answer_bytes=256 << 20)
"""What one thing may use. Tool default."""
IDLE_S: Final = 300.0
"""Seconds after which a press ends that nobody asks. Tool default."""
Head = dict[str, Any]
"""What is said of a thing that was made."""


class Maker(Hashable, Protocol):
    """Makes what this package knows nothing of."""

    def warm(self) -> None:
        """Load what is loaded at its first use."""

    def made(self, store: Store, order: Order, own: Path) -> tuple[Head, bytes]:
        """What is said of an order, and what was made, with a folder of its own."""


def main(more: Mapping[str, Maker] = MappingProxyType({})) -> None:
    """Answer until nobody asks any more.

    Args:
        more: who makes other things, by the kind of their orders.
    """
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the server stops this
    os.register_at_fork(after_in_child=partial(os.close, answers.fileno()))  # whoever asks sees when this process ends
    while select.select([asked], [], [], IDLE_S)[0]:
        line = asked.readline()
        if not line:
            return
        place, order = order_of(line)
        _say(answers, *pressed(place, order, more.get(order.kind)))


def pressed(place: Place, order: Order, maker: Maker | None = None) -> tuple[Head, bytes]:
    """What is said of an order, and what was made, by somebody else perhaps; `died` says why nothing was."""
    _warm(place, order.kind, order.format, maker)
    with TemporaryDirectory(prefix="press-", ignore_cleanup_errors=True) as own:
        told = in_child(partial(_answer, place, order, Path(own), maker), BOUNDS, is_input_over)
    if isinstance(told, Death):
        return {"died": told.cause, "detail": told.detail}, b""
    head, _, content = told.partition(b"\n")
    return json.loads(head), content


@cache
def _warm(place: Place, kind: str, format: str, maker: Maker | None) -> None:  # noqa: A002 (the order's own word)
    """Load what the child needs, so that the next one has it too."""
    with suppress(FaultlogError):  # the child says so
        reached(Path(place.folder), place.database).close()  # asks nobody; what speaks to that database is loaded
    if maker is not None:
        maker.warm()
    elif kind == "export":
        exporting.warm(format)
    elif kind == "redacted":
        redacting.warm()
    else:
        from faultlog.working import counting

        counting.warm()
    gc.collect()
    gc.freeze()


def _answer(place: Place, order: Order, own: Path, maker: Maker | None) -> bytes:
    """What the child says."""
    tempfile.tempdir = str(own)  # what is unpacked there goes with it, however the child ends
    try:
        store = reached(Path(place.folder), place.database)
        head, content = _made(store, order, own) if maker is None else maker.made(store, order, own)
    except Exception as error:  # whoever runs the server reads what nobody foresaw
        tell("error", error=type(error).__name__, said=traceback.format_exc()[-480:])
        raise
    return json.dumps(head).encode() + b"\n" + content


def _made(store: Store, order: Order, own: Path) -> tuple[Head, bytes]:
    if order.kind == "export":
        return exporting.exported(store, order)
    if order.kind == "redacted":
        return redacting.redacted(store, order, own)
    from faultlog.working import counting

    return counting.page(store, order) if order.kind == "page" else counting.numbers(store, order)


def _say(answers: IO[bytes], head: Head, content: bytes) -> None:
    try:
        answers.write(json.dumps(head | {"size": len(content)}).encode() + b"\n")
        answers.write(content)
        answers.flush()
    except BrokenPipeError:  # whoever asked is gone
        os._exit(1)


def begin(more: Mapping[str, Maker]) -> None:
    """The same in a process of its own, whose libraries start no threads: a process that forks has one."""
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    main(more)
