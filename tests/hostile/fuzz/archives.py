"""Archives of any bytes: what is read of them is bounded and named harmlessly, and no error but ours comes out."""

import hashlib
from io import BytesIO

from faultlog.archives.names import escaped
from faultlog.archives.streams import Budget, DamageError, Limits, RawFile
from faultlog.archives.tar import tar_entries
from faultlog.archives.zip import zip_entries
from faultlog.bundle import Bundle
from faultlog.errors import BundleError

LIMITS = Limits(
    produced_bytes=1 << 18, member_bytes=1 << 16, members=40, ratio=50, ratio_from=1 << 17, header_bytes=2048,
    name_bytes=200, component_bytes=100, directory_bytes=1 << 16,
)  # fmt: skip
BLOCK = 512


def zipped(data: bytes) -> None:
    """A zip's directory and members."""
    budget = Budget(LIMITS)
    try:
        _read(zip_entries(RawFile(BytesIO(data), budget), "a.zip", budget, _noted), budget)
    except (BundleError, DamageError) as error:
        _is_shown(str(error))


def tarred(data: bytes) -> None:
    """A tar's headers and members: as they are, and once more with checksums that hold, so that they are read on."""
    for each in (data, _mended(data)):
        budget = Budget(LIMITS)
        try:
            _read(tar_entries(RawFile(BytesIO(each), budget), budget, _noted), budget)
        except DamageError as error:
            _is_shown(str(error))


def bundle(data: bytes) -> None:
    """A whole bundle: nested archives, compression, names."""
    given = Bundle(["-"], LIMITS, BytesIO(data))
    total, paths = 0, []
    try:
        for member in given.members():
            paths.append(member.path)
            size = sum(map(len, member.chunks()))
            assert size <= LIMITS.member_bytes
            total += size
    except BundleError as error:
        _is_shown(str(error))
    else:
        assert given.sha256 == hashlib.sha256(data).hexdigest()
    assert total <= LIMITS.produced_bytes
    assert len(paths) == len(set(paths)) <= LIMITS.members
    for text in [*paths, *(f"{one.file}{one.detail}" for one in given.warnings)]:
        _is_shown(text)


def _read(entries, budget: Budget) -> None:
    for entry in entries:
        if entry.stream is not None:
            try:
                while piece := entry.stream.read(4096):
                    assert len(piece) <= 4096
            except DamageError as damage:
                _is_shown(damage.detail)
    assert budget.produced <= LIMITS.produced_bytes


def _noted(code: str, detail: str) -> None:
    _is_shown(code + detail)


def _is_shown(text: str) -> None:
    assert escaped(text) == text, "a terminal may obey it"


def _mended(data: bytes) -> bytes:
    """The bytes with a checksum that holds wherever a header may stand."""
    out = bytearray(data)
    for at in range(0, len(data) - BLOCK + 1, BLOCK):
        block = out[at : at + 148] + b" " * 8 + out[at + 156 : at + BLOCK]
        if out[at]:
            out[at + 148 : at + 156] = b"%06o\0 " % sum(block)
    return bytes(out)
