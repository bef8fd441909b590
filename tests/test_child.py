"""A child that may not outgrow its bounds: however it ends, whoever asked is told how, and goes on."""

import os
import select
import signal
import subprocess
import sys
import time

import pytest

from faultlog import child
from faultlog.child import MOST_ANSWERED, Bounds, Death, in_child

BOUNDS = Bounds(memory_bytes=64 << 20, cpu_s=1, wall_s=10.0)
"""One second of processor time is the least that the system keeps as a limit."""


def spin() -> bytes:
    while True:
        pass


def sleep() -> bytes:
    time.sleep(60)
    return b"late"


def kill_itself() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b"alive"


def leave() -> bytes:
    sys.exit(3)


def leave_at_once() -> bytes:
    os._exit(7)


def fail() -> bytes:
    raise ValueError("nobody foresaw this")


def say_too_much() -> bytes:
    return b"x" * (MOST_ANSWERED + (4 << 20))


def fork_and_sleep() -> bytes:
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
    time.sleep(60)
    return b"late"


def leave_others_behind() -> bytes:
    if os.fork() == 0:
        os.closerange(3, 256)
        time.sleep(60)
        os._exit(0)
    return str(os.getpid()).encode()


def fall_silent() -> bytes:
    os.closerange(3, 256)
    time.sleep(60)
    return b"late"


def test_what_a_child_leaves_behind_ends_with_it():
    group = int(in_child(leave_others_behind, BOUNDS))
    until = time.monotonic() + 5
    while _lives(group):
        assert time.monotonic() < until
        time.sleep(0.01)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_that_can_answer_no_more_is_not_waited_for():
    begun = time.monotonic()
    assert in_child(fall_silent, BOUNDS) == Death("signal", "was ended by signal 9 (Killed)")
    assert time.monotonic() - begun < 5


def test_what_a_child_says_is_the_answer():
    assert in_child(lambda: b"answer", BOUNDS) == b"answer"
    assert in_child(lambda: b"", BOUNDS) == b""


def test_an_answer_may_be_long():
    answer = bytes(range(256)) * 4096
    assert in_child(lambda: answer, BOUNDS) == answer


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS keeps no limit of address space")
def test_too_much_memory_is_told_as_such():
    assert in_child(lambda: bytes(bytearray(256 << 20)), BOUNDS) == Death("memory", "needed more than 64 MiB")


def test_memory_that_the_parent_holds_does_not_count():
    held = bytearray(128 << 20)
    assert in_child(lambda: str(len(held) + len(bytearray(16 << 20))).encode(), BOUNDS) == b"150994944"


def test_who_spins_is_ended_by_the_processor_time():
    assert in_child(spin, Bounds(cpu_s=1, wall_s=60.0)) == Death("cpu", "worked for more than 1 s")


@pytest.mark.parametrize("idle", [sleep, fork_and_sleep])
def test_who_sleeps_is_ended_by_the_clock_and_its_children_with_it(idle):
    begun = time.monotonic()
    ended = in_child(idle, Bounds(wall_s=0.2))
    assert isinstance(ended, Death)
    assert ended.cause == "time"
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("work", "death"),
    [
        (kill_itself, Death("signal", "was ended by signal 9 (Killed)")),
        (leave_at_once, Death("exit", "ended with exit code 7")),
        (leave, Death("exit", "ended with exit code 118")),
        (fail, Death("exit", "ended with exit code 118")),
        (say_too_much, Death("exit", "ended")),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_how_a_child_ended_is_told(work, death):
    assert in_child(work, BOUNDS) == death


def test_who_is_not_asked_any_more_is_ended():
    begun = time.monotonic()
    ended = in_child(sleep, BOUNDS, stop=lambda: time.monotonic() - begun > 0.1)
    assert ended == Death("signal", "ended")
    assert time.monotonic() - begun < 5


ASKING = """
import os, sys, time
from faultlog.child import Bounds, in_child

def work():
    os.write(int(sys.argv[1]), b"begun")
    time.sleep(60)
    return b"late"

in_child(work, Bounds())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent ended")
def test_a_child_ends_with_who_asked_it():
    reads, writes = os.pipe()
    asking = subprocess.Popen([sys.executable, "-c", ASKING, str(writes)], pass_fds=[writes])
    os.close(writes)
    with os.fdopen(reads, "rb", buffering=0) as pipe:
        assert pipe.read(5) == b"begun"
        asking.kill()
        asking.wait()
        assert select.select([pipe], [], [], 10)[0], "somebody holds the pipe still"
        assert pipe.read(1) == b""


def test_a_child_whose_parent_ended_before_it_could_be_told_ends_at_once():
    def orphaned() -> bytes:
        child._end_with(os.getpid())  # nobody's own parent
        return b"alive"

    assert in_child(orphaned, BOUNDS) == Death("exit", "ended with exit code 118")


def test_no_child_stays_behind_and_no_pipe():
    before = os.dup(0)
    os.close(before)
    for work in (sleep, leave_at_once, kill_itself, say_too_much):
        in_child(work, Bounds(wall_s=0.2))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    after = os.dup(0)
    os.close(after)
    assert after == before
