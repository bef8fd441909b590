"""Chunks made in another thread while those before them are read: what unpacks bytes lets go of the interpreter."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Thread

FROM_CHUNK = 16
"""Chunks handed out before a thread is worth starting. Tool default."""
DEPTH = 4
"""Chunks that may wait: what they take is memory. Tool default."""


def ahead(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same chunks in the same order; what making one raises is raised in its place."""
    source = iter(chunks)
    for _, chunk in zip(range(FROM_CHUNK), source, strict=False):
        yield chunk
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
        self._made: Queue[bytes | None] = Queue(DEPTH)
        self._stopped = Event()
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            for chunk in self._source:
                if not self._put(chunk):
                    return
        except BaseException as error:  # noqa: BLE001 (raised again where the chunks are read)
            self._error = error
        self._put(None)

    def _put(self, chunk: bytes | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._made.put(chunk, timeout=0.1)
            except Full:
                continue
            return True
        return False

    def chunks(self) -> Iterator[bytes]:
        while (chunk := self._made.get()) is not None:
            yield chunk
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Make no more; the thread has ended when this returns."""
        self._stopped.set()
        with suppress(Empty):
            self._made.get_nowait()
        self.join()
