"""Chunks made in another thread while those before them are read: what unpacks bytes lets go of the interpreter."""

from collections.abc import Iterable, Iterator
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import Literal

FROM_CHUNK = 16
"""Chunks handed out before a thread is worth starting. Tool default."""
DEPTH = 4
"""Chunks that may wait: what they take is memory. Tool default."""


def ahead(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same chunks in the same order; what making one raises is raised in its place."""
    source = iter(chunks)
    handed_out = 0
    for chunk in islice(source, FROM_CHUNK):
        yield chunk
        handed_out += 1
    if handed_out < FROM_CHUNK:
        return
    maker = _Maker(source)
    maker.start()
    try:
        yield from maker.chunks()
    finally:
        maker.stop()


class _Maker(Thread):
    def __init__(self, source: Iterator[bytes]) -> None:
        super().__init__(daemon=True)
        self._source = source
        self._made: SimpleQueue[bytes | None] = SimpleQueue()
        self._room: SimpleQueue[Literal["room", "stop"]] = SimpleQueue()
        """One for each chunk that may wait; at the end, that none may."""
        self._error: BaseException | None = None
        for _ in range(DEPTH):
            self._room.put("room")

    def run(self) -> None:
        try:
            for chunk in self._source:
                if self._room.get() == "stop":
                    return
                self._made.put(chunk)
        except BaseException as error:  # noqa: BLE001 (raised again where the chunks are read)
            self._error = error
        self._made.put(None)

    def chunks(self) -> Iterator[bytes]:
        while (chunk := self._made.get()) is not None:
            yield chunk
            self._room.put("room")
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Make no more; the thread has ended when this returns."""
        self._room.put("stop")
        self.join()
