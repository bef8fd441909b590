"""Requests that are read within bounds: of how long their headers are, and of how long they may take to come."""

import asyncio
from typing import Final

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S: Final = 10.0
"""Seconds in which the headers of a request have to come. Tool default."""
MOST_HEAD: Final = 65_536
"""Bytes that come before its headers are whole. Tool default."""
MOST_HEADERS: Final = 100
"""Headers of a request. Tool default."""
LINGER_S: Final = 30.0
"""Seconds for which the rest of a request is read, and thrown away, that was answered before it had come: who sends
first and reads afterwards would not see the answer else. Tool default."""


class Bounded(HttpToolsProtocol):
    """uvicorn's reader of requests, with bounds."""

    _late: asyncio.TimerHandle | None = None
    _lingers: asyncio.TimerHandle | None = None
    _head = _parsed = 0
    _reads_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for headers."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._come()
        self._end_lingering()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless too much came before the headers are whole."""
        super().data_received(data)
        if self._reads_head:
            self._head += len(data)
            if self._head > MOST_HEAD and not self.transport.is_closing():
                self.send_400_response("Request headers are too long.")

    def on_message_begin(self) -> None:
        """Another request on the same connection."""
        super().on_message_begin()
        self._parsed = 0
        if not self._reads_head:
            self._wait()

    def on_url(self, url: bytes) -> None:
        """A part of the address.

        Raises:
            ValueError: it is too long: whoever reads the request answers 400 then.
        """
        super().on_url(url)
        self._measured(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One more header.

        Raises:
            ValueError: there are too many, or they are too long.
        """
        super().on_header(name, value)
        self._measured(len(name) + len(value))
        if len(self.headers) > MOST_HEADERS:
            raise ValueError("too many headers")

    def _measured(self, size: int) -> None:
        self._parsed += size
        if self._parsed > MOST_HEAD:
            raise ValueError("too long")

    def on_body(self, body: bytes) -> None:
        """Some of the body: kept as it came where nothing waits, of which a copy would be made, and one of that."""
        if len(body) > HIGH_WATER_LIMIT and not self.cycle.body and not self.cycle.response_complete:
            self.cycle.body = body  # type: ignore[assignment]
            body = b""
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """The headers are whole."""
        self._come()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole of a request has come."""
        self._end_lingering()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """It was answered, perhaps before the whole of it had come."""
        super().on_response_complete()
        if self.cycle.response_complete and self.cycle.more_body:
            self._lingers = self.loop.call_later(LINGER_S, self._too_late)

    def _end_lingering(self) -> None:
        if self._lingers is not None:
            self._lingers.cancel()
            self._lingers = None

    def _wait(self) -> None:
        self._head, self._reads_head = 0, True
        self._late = self.loop.call_later(HEAD_S, self._too_late)

    def _come(self) -> None:
        self._reads_head = False
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
