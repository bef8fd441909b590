"""An upload from its first byte to a durable row: it streams to a file, and its hash is taken on the way."""

import errno
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Final

from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from faultlog.archives.kinds import container
from faultlog.errors import UsageError
from faultlog.store.blobs import Incoming, receiving
from faultlog.store.bundles import QuotaError, Received, remove_file
from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web import deeds
from faultlog.web.problems import ProblemError
from faultlog.web.who import Who

_HEAD: Final = 4096
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_TEXT_NULS: Final = 0.5
"""Share of NUL bytes from which a file is no text, UTF-16 included. Tool default."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of an upload: a bundle, perhaps one that was there."""

    bundle: str
    is_new: bool


async def upload(
    store: Store, who: Who, name: str, parts: AsyncIterator[bytes], most_bytes: int, asked: Mapping[str, str]
) -> Uploaded:
    """Receive a bundle; when this returns it is durable, with a job that analyses it.

    Raises:
        ProblemError: it is too large, of no known kind, over the quota, there is no space, or an option is none.
    """
    _asked(asked)
    try:
        with receiving(store.folder) as incoming:
            head = await _received(incoming, parts, most_bytes)
            received = Received(incoming.id, incoming.named(name, head), name, incoming.size, asked)
            await run_in_threadpool(incoming.durable)
            bundle = await run_in_threadpool(store.write, deeds.upload, who, received)
    except OSError as error:
        if error.errno in _FULL:
            raise ProblemError(507, "disk_full") from None
        raise
    except QuotaError as error:
        raise ProblemError(413, "quota", quota=error.quota, used=error.used) from None
    except ClientDisconnect:
        raise ProblemError(400, "aborted") from None
    if bundle != received.id:
        with suppress(OSError):
            await run_in_threadpool(remove_file, store.folder, received.id)
    return Uploaded(bundle, bundle == received.id)


def _asked(asked: Mapping[str, str]) -> None:
    """Refuse what the analysis would refuse.

    Raises:
        ProblemError: a time zone or a date is none.
    """
    for name, value in asked.items():
        from faultlog import asking

        try:
            asking.told(value if name == "tz" else None, value if name == "taken" else None, None, None, None)
        except UsageError:
            raise ProblemError(422, name, value=value) from None


async def _received(incoming: Incoming, parts: AsyncIterator[bytes], most_bytes: int) -> bytes:
    """Write what comes; the first bytes of it.

    Raises:
        ProblemError: it is empty, too large, or of no known kind.
    """
    head = b""
    async for part in parts:
        if incoming.size + len(part) > most_bytes:
            raise ProblemError(413, "too_large", most=most_bytes)
        if len(head) < _HEAD:
            head += part[: _HEAD - len(head)]
            if len(head) == _HEAD:
                _fit(head)
        incoming.write(part)
    _fit(head)
    return head[:512]


def _fit(head: bytes) -> None:
    if not head:
        raise ProblemError(400, "empty")
    if container(head[:512]) is None and head.count(0) > _TEXT_NULS * len(head):
        raise ProblemError(415, "kind")
