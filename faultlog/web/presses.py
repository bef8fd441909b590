"""Presses beside a server: what they are asked waits in a line of its own, and holds up nobody else."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeVar

from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web.problems import ProblemError
from faultlog.working.orders import Order, Place, order_line
from faultlog.working.telling import tell

T = TypeVar("T")
AT_ONCE: Final = 2
"""Things made at a time. Tool default."""
MOST: Final = 64
"""Orders at a time; who comes then is told to come again. Tool default."""
AGAIN_S: Final = 60
"""Seconds after which to come again. Tool default."""
_PART: Final = 1 << 18
"""Bytes that the server holds of what was made. Tool default."""
COMMAND: Final = (sys.executable, "-m", "faultlog.web.press")


@dataclass(frozen=True, slots=True)
class Made:
    """What a press made: what it says of it, and a file that nobody else sees."""

    head: dict[str, Any]
    file: IO[bytes]

    def parts(self) -> Iterator[bytes]:
        """The file, bit by bit; it is gone afterwards."""
        with self.file:
            yield from iter(lambda: self.file.read(_PART), b"")


async def waited(future: "Future[T]") -> T:
    """What was asked of a press; who gives up waiting does not stop it for others."""
    waiting = asyncio.wrap_future(future)
    waiting.add_done_callback(lambda done: done.cancelled() or done.exception())  # it may be that nobody waits any more
    return await asyncio.shield(waiting)


class Presses:
    """Presses that are started when somebody needs them."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """None yet.

        Args:
            command: that starts one.
        """
        self._command = command
        self._hands = ThreadPoolExecutor(AT_ONCE, "press")
        self._orders, self._all = set["Future[Any]"](), set["subprocess.Popen[bytes]"]()
        self._idle, self._ended = list["subprocess.Popen[bytes]"](), False

    def ask(self, store: Store, order: Order, read: Callable[[Made], T]) -> "Future[T]":
        """Have something made; sooner or later, what is read of it.

        Args:
            store: whose cases it is made of.
            order: what.
            read: called where it was made, in a thread of its own.

        Raises:
            ProblemError: too many wait.
        """
        if len(self._orders) >= MOST:
            raise ProblemError(503, "presses", wait_s=AGAIN_S)
        line = order_line(Place(str(store.folder), store.database), order)
        future = self._hands.submit(lambda: read(self._made(line)))
        self._orders.add(future)
        future.add_done_callback(self._orders.discard)
        return future

    def end(self) -> None:
        """End them all; what is not made yet never is."""
        self._ended = True
        self._hands.shutdown(wait=False, cancel_futures=True)
        for press in list(self._all):
            press.kill()
        self._hands.shutdown()
        for press in list(self._all):
            self._gone(press)

    def _made(self, line: bytes) -> Made:
        """What a press makes; one that ended because nobody had asked it is replaced.

        Raises:
            ProblemError: it could not be made.
        """
        while True:
            is_new = not self._idle
            press = self._begun() if is_new else self._idle.pop()
            try:
                made = _answer(press, line)
            except BaseException:  # what it still says nobody reads
                self._gone(press)
                raise
            if made is not None and "died" not in made.head:
                self._idle.append(press)
                return made
            if made is not None:
                self._idle.append(press)
                made.file.close()
                tell("error", error="press", **made.head)
                raise ProblemError(500, "unmade", why=str(made.head["detail"]))
            self._gone(press)
            if is_new or self._ended:
                raise ProblemError(500, "unmade", why=f"ended with exit code {press.returncode}")

    def _begun(self) -> "subprocess.Popen[bytes]":
        press = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (ourselves)
        self._all.add(press)
        if self._ended:
            press.kill()
        return press

    def _gone(self, press: "subprocess.Popen[bytes]") -> None:
        self._all.discard(press)
        for pipe in (press.stdin, press.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr] # both are pipes
        press.kill()
        press.wait()


def _answer(press: "subprocess.Popen[bytes]", line: bytes) -> Made | None:
    """What a press says; `None` where it has ended."""
    asked, answers = press.stdin, press.stdout
    if asked is None or answers is None:
        return None
    try:
        asked.write(line)
        asked.flush()
    except OSError:
        return None
    said = answers.readline()
    if not said:
        return None
    head = json.loads(said)
    left = head["size"]
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(_PART))
        while left and (part := answers.read(min(left, _PART))):
            file.write(part)
            left -= len(part)
        if left:
            return None
        file.seek(0)
        stack.pop_all()  # whoever reads it closes it
    return Made(head, file)
