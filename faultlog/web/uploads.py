"""An upload from its first byte to a durable row: it streams to a file, and its hash is taken on the way."""

import errno
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect

from faultlog.errors import UsageError
from faultlog.store.blobs import Incoming, place_of, receiving
from faultlog.store.bundles import BusyError, QuotaError, Received
from faultlog.store.opening import Store, is_full
from faultlog.store.turns import GoneError
from faultlog.values import dataclass
from faultlog.web import deeds
from faultlog.web.doors import Inflow
from faultlog.web.problems import ProblemError, not_found
from faultlog.web.uploadable import HEAD, Room, fit, named
from faultlog.web.who import Who

OPTIONS: Final = ("tz", "taken")
"""What may be told of a bundle that it does not say itself."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of an upload: a bundle, perhaps one that was there."""

    bundle: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How much of an upload may come: alone, and beside what else the team sends."""

    room: Room
    inflow: Inflow


async def upload(
    store: Store, who: Who, name: str, parts: AsyncIterator[bytes], way: Way, asked: Mapping[str, str]
) -> Uploaded:
    """Receive a bundle; when this returns it is durable, with a job that analyses it.

    Raises:
        ProblemError: it has no name, is too large, of no known kind, over the quota, broken off, there is no space, no
            folder any more, who uploads it may not any more, or an option is none.
    """
    told(asked)
    called = named(name)
    try:
        with way.inflow.receiving() as count:
            with receiving(store.folder) as incoming:
                head = await _received(incoming, parts, way.room, count)
                received = Received(incoming.id, incoming.named(called, head), called, incoming.size, asked)
            bundle = await run_in_threadpool(_kept, store, who, incoming, received)
    except FileNotFoundError:  # the folder was removed
        raise ProblemError(503, "gone") from None
    except OSError as error:
        if error.errno in _FULL:
            raise ProblemError(507, "disk_full") from None
        raise
    except QuotaError as error:
        raise ProblemError(413, "quota", quota=error.quota, used=error.used) from None
    except ClientDisconnect:
        raise ProblemError(400, "aborted") from None
    return Uploaded(bundle, bundle == received.id)


def _kept(store: Store, who: Who, incoming: Incoming, received: Received) -> str:
    """What names the bundle of a file that was received, which is durable then; nobody who waits for it may end it.

    A file whose row may be there, since the database did not answer, stays: whoever tidies up sees whether it is.
    """
    try:
        incoming.durable()
        bundle = store.write(deeds.upload, who, received)
        if bundle != received.id and not place_of(store.folder, bundle).exists():
            incoming.stand_in(bundle)
            store.write(deeds.again, who, bundle, {})
    except GoneError:
        incoming.drop()
        raise
    except SQLAlchemyError as error:
        if is_full(error):
            incoming.drop()
            raise ProblemError(507, "disk_full") from None
        incoming.close()
        raise
    except BaseException:
        incoming.drop()
        raise
    if bundle == received.id:
        incoming.close()
    else:
        incoming.drop()
    return bundle


def analyse_again(store: Store, who: Who, bundle: str, given: Mapping[str, str]) -> str:
    """Queue the analysis of a bundle once more; what names the job.

    Args:
        store: where it is.
        who: who wants it.
        bundle: which.
        given: options that are others than before; an empty one is taken back.

    Raises:
        ProblemError: it is not there, it is being analysed just now, or an option is none.
    """
    told({name: value for name, value in given.items() if value})
    try:
        job = store.write(deeds.again, who, bundle, given)
    except BusyError:
        raise ProblemError(409, "busy") from None
    if job is None:
        raise not_found()
    return job


def told(asked: Mapping[str, str]) -> None:
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


async def _received(incoming: Incoming, parts: AsyncIterator[bytes], room: Room, count: Callable[[int], int]) -> bytes:
    """Write what comes; the first bytes of it.

    Raises:
        ProblemError: it is empty, too large, over the quota, too much beside what else comes, or of no known kind.
    """
    head = b""
    async for part in parts:
        room.need(incoming.size + len(part))
        room.share(count(len(part)))
        if len(head) < HEAD:
            head += part[: HEAD - len(head)]
            if len(head) == HEAD:
                fit(head)
        incoming.write(part)
    fit(head)
    return head[:512]
