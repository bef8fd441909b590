"""Which library undoes deflate changes nothing: neither what comes out, nor where it ends."""

import gzip
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.archives import inflate
from faultlog.archives.inflate import Inflated
from faultlog.archives.streams import Budget, DamageError, Limits, RawFile


class ByZlib:
    """What `inflate` uses of zlib-ng, by the standard library."""

    error = zlib.error
    decompressobj = staticmethod(zlib.decompressobj)


def inflated(data: bytes, size: int) -> tuple[bytes, str | None, list[str]]:
    """What comes out, why it ends early, and what was noted."""
    notes: list[str] = []
    stream = Inflated(RawFile(io.BytesIO(data)), "gz", Budget(Limits()), lambda code, _detail: notes.append(code))
    out = b""
    try:
        while piece := stream.read(size):
            out += piece
    except DamageError as damage:
        return out, damage.code, notes
    return out, None, notes


LINES = st.lists(
    st.sampled_from([b"Mar  3 12:00:00 mac ampdaemon[71]: request answered\n", b"Fault Raised: 6\n", b"\xff\0"])
)


@given(LINES, st.binary(max_size=99), st.integers(1, 9), st.sampled_from([7, 1 << 16]), st.data())
def test_zlib_and_its_successor_give_the_same(pieces, noise, level, size, data):
    packed = bytearray(gzip.compress(b"".join(pieces) + noise, level, mtime=0))
    damage = data.draw(st.sampled_from(["none", "cut", "flip", "more"]))
    at = data.draw(st.integers(0, len(packed) - 1))
    if damage == "cut":
        del packed[at:]
    elif damage == "flip":
        packed[at] ^= 1 << data.draw(st.integers(0, 7))
    elif damage == "more":
        packed += noise
    here = inflated(bytes(packed), size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inflate, "zlib_ng", ByZlib)
        patch.setattr(inflate, "_BROKEN", zlib.error)
        assert inflated(bytes(packed), size) == here
