"""Chunks that are made in another thread are the same chunks."""

import threading

import pytest

from faultlog import ahead as module
from faultlog.ahead import ahead


@pytest.mark.parametrize("count", [0, 1, module.FROM_CHUNK, module.FROM_CHUNK + 1, 200])
def test_they_are_the_same_in_the_same_order(count):
    chunks = [bytes([number % 256]) for number in range(count)]
    assert list(ahead(iter(chunks))) == chunks


def test_what_few_chunks_hold_starts_no_thread(monkeypatch):
    monkeypatch.setattr(module, "_Maker", None)
    assert list(ahead([b"x"] * (module.FROM_CHUNK - 1))) == [b"x"] * (module.FROM_CHUNK - 1)


def test_what_goes_wrong_is_raised_after_what_was_made_before():
    def breaking():
        yield from [b"x"] * 40
        raise OSError("the disk is gone")

    chunks = ahead(breaking())
    assert [next(chunks) for _ in range(40)] == [b"x"] * 40
    with pytest.raises(OSError, match="the disk is gone"):
        next(chunks)


def test_who_stops_listening_leaves_no_thread_behind():
    before = threading.active_count()
    made = []

    def endless():
        while True:
            made.append(1)
            yield b"x"

    chunks = ahead(endless())
    for _, _chunk in zip(range(60), chunks, strict=False):
        pass
    chunks.close()
    assert threading.active_count() == before
    assert len(made) <= 60 + module.DEPTH + 2
