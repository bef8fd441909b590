"""Decompress a .gz, or the one member of a .zip, to nowhere: `inflate.py isal|zlib_ng FILE`."""

import sys
import zipfile
from importlib import import_module
from typing import IO


def main() -> None:
    """Read the file to its end with the library that the command line names."""
    library, path = sys.argv[1:]
    zlib = import_module({"isal": "isal.isal_zlib", "zlib_ng": "zlib_ng.zlib_ng"}[library])
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            (member,) = archive.infolist()
            with open(path, "rb") as raw:  # noqa: PTH123
                raw.seek(member.header_offset + 26)
                lengths = raw.read(4)
                raw.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
                drain(zlib.decompressobj(-15), raw)
    else:
        with open(path, "rb") as raw:  # noqa: PTH123
            drain(zlib.decompressobj(31), raw)


def drain(stream: "object", raw: IO[bytes]) -> int:
    """Bytes that come out."""
    total = 0
    while not stream.eof and (piece := raw.read(1 << 17)):  # type: ignore[attr-defined]
        total += len(stream.decompress(piece))  # type: ignore[attr-defined]
    return total


if __name__ == "__main__":
    main()
