"""Where an answer goes that is asked for as a file; `-` is standard output."""

import sys
from pathlib import Path

from faultlog.errors import UsageError


def writable(target: str | None, inputs: list[str]) -> None:
    """Make sure, before long work, that an output can be written, and is none of the inputs.

    Raises:
        UsageError: it cannot; says why.
    """
    if target in {None, "-"}:
        return
    if Path(str(target)).resolve() in {Path(one).resolve() for one in inputs}:
        raise UsageError(f"{target}: is the bundle itself; give another file")
    folder = Path(str(target)).parent
    if not folder.is_dir():
        raise UsageError(f"{target}: cannot be written, there is no folder {folder}; make it first")
    if Path(str(target)).is_dir():
        raise UsageError(f"{target}: is a folder; give the path of a file")


def write(target: str, text: str) -> None:
    """Write an answer.

    Raises:
        UsageError: it cannot be written; says why.
    """
    if target == "-":
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from None
