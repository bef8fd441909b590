"""Files of a lake that cannot be read, or are of another version, named in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from faultlog.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa  # type: ignore[import-untyped]


def damaged(place: Path, error: object) -> str:
    """A sentence about a file of a lake that cannot be read."""
    why = str(error).strip().partition("\n")[0]
    return f"{place}: is damaged: {why}; only the bundles still have what it held: fill a new lake from them"


@contextmanager
def sound(place: Path) -> Iterator[None]:
    """What Arrow says of a Parquet file that it cannot read, as a sentence that names the file.

    Raises:
        OSError: the system refuses.
        UsageError: the file is damaged.
    """
    import pyarrow as pa

    try:
        yield
    except (OSError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UsageError(damaged(place, error)) from None


def alike(place: Path, found: "pa.Schema", wanted: "pa.Schema") -> None:
    """Make sure that a file has some columns.

    Raises:
        UsageError: it lacks one, or has it of another type.
    """
    other = [one.name for one in wanted if one.name not in found.names or found.field(one.name).type != one.type]
    if other:
        raise UsageError(
            f"{place}: has other columns than this faultlog writes ({', '.join(other)}); use the one that wrote it, or "
            "fill a new lake"
        )
