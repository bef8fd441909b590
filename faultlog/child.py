"""Work in a child that may not outgrow its bounds, and whose death is nobody else's.

The child is forked from a process that has loaded all it needs, so that a bundle costs no start of Python. That process
must have one thread only: `nursery` is one. Where it is killed, its child ends with it on Linux (which, to be exact, is
told of the end of the thread that forked), and elsewhere at its bounds.
"""

import ctypes
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal, NoReturn

from faultlog.values import dataclass

Cause = Literal["memory", "cpu", "time", "signal", "exit"]
"""What ended a child before its time: a bound, a signal of somebody else's, or an exit nobody foresaw."""

MOST_ANSWERED = 16 << 20
"""Bytes of an answer. Tool default."""
_OUT_OF_MEMORY = 117
_FAILED = 118
_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent ends."""
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one child may use."""

    memory_bytes: int = 2 << 30
    """Address space beyond what its parent holds already; where the system keeps no such limit, none holds."""
    cpu_s: int = 900
    """Seconds of processor time."""
    wall_s: float = 1800.0
    """Seconds of real time."""
    answer_bytes: int = MOST_ANSWERED
    """What it may say; a child that says more is ended."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a child ended that gave no answer."""

    cause: Cause
    detail: str


def in_child(work: Callable[[], bytes], bounds: Bounds, stop: Callable[[], bool] = lambda: False) -> bytes | Death:
    """The answer of some work, done in a child of its own.

    Args:
        work: what to do; its answer is bytes.
        bounds: what it may use.
        stop: asked now and then; where it says so, the child is ended.

    Raises:
        OSError: the system has no room for a child.
    """
    reads, writes = os.pipe()
    parent = os.getpid()
    try:
        child = os.fork()
    except OSError:
        os.close(reads)
        os.close(writes)
        raise
    if child == 0:
        os.close(reads)
        _live(work, bounds, writes, parent)
    os.close(writes)
    try:
        with os.fdopen(reads, "rb", buffering=0) as answers:
            answer, cause = _heard(answers, bounds, stop)
    finally:
        _end(child)  # also who answered may have left others behind, or shut its mouth and stayed
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if cause is not None:
        return Death(cause, f"ended after {bounds.wall_s:.0f} s" if cause == "time" else "ended")
    return answer if status == 0 else _death(status, bounds)


def is_input_over() -> bool:
    """Whether whoever writes to the standard input of this process is gone."""
    poll = select.poll()
    poll.register(0, 0)
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))


def _live(work: Callable[[], bytes], bounds: Bounds, writes: int, parent: int) -> NoReturn:
    """The child's whole life; never returns into what its parent was doing."""
    code = _FAILED
    try:
        _end_with(parent)
        with suppress(OSError):
            os.setpgid(0, 0)
        _bind(bounds)
        answer = memoryview(work())
        while answer:
            answer = answer[os.write(writes, answer) :]
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    finally:
        os._exit(code)


def _end_with(parent: int) -> None:
    """Have this process end when its parent does, where the system can; at once if the parent is gone already."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), *(ctypes.c_ulong(0),) * 3)
    if os.getppid() != parent:
        os._exit(_FAILED)


def _bind(bounds: Bounds) -> None:
    for kind, least in ((resource.RLIMIT_AS, _held() + bounds.memory_bytes), (resource.RLIMIT_CPU, bounds.cpu_s)):
        _, most = resource.getrlimit(kind)
        wanted = least if most == resource.RLIM_INFINITY else min(least, most)
        with suppress(ValueError, OSError):  # macOS refuses some limits
            resource.setrlimit(kind, (wanted, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _held() -> int:
    """Bytes of address space that this process holds; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def _heard(answers: BinaryIO, bounds: Bounds, stop: Callable[[], bool]) -> tuple[bytes, Cause | None]:
    """All that a child says until it ends, or why it has to be ended."""
    parts, said, until = list[bytes](), 0, time.monotonic() + bounds.wall_s
    while said <= bounds.answer_bytes:
        left = until - time.monotonic()
        if left <= 0:
            return b"", "time"
        if stop():
            return b"", "signal"
        if not select.select([answers], [], [], min(left, 1.0))[0]:
            continue
        part = answers.read(1 << 16)
        if not part:
            return b"".join(parts), None
        parts.append(part)
        said += len(part)
    return b"", "exit"


def _end(child: int) -> None:
    for kill in (os.killpg, os.kill):  # the group may not be made yet
        with suppress(OSError):
            kill(child, signal.SIGKILL)


def _death(status: int, bounds: Bounds) -> Death:
    if status == _OUT_OF_MEMORY:
        return Death("memory", f"needed more than {bounds.memory_bytes >> 20} MiB")
    if status == -signal.SIGXCPU:
        return Death("cpu", f"worked for more than {bounds.cpu_s} s")
    if status < 0:
        return Death("signal", f"was ended by signal {-status} ({signal.strsignal(-status) or 'unknown'})")
    return Death("exit", f"ended with exit code {status}")
