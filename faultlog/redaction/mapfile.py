"""The private map as a file: for its owner's eyes only, never inside what is given away."""

import os
from pathlib import Path

from faultlog import outputs
from faultlog.errors import UsageError
from faultlog.redaction import tokens
from faultlog.redaction.tokens import Ledger
from faultlog.values import dataclass

SUFFIX = ".redaction-map.json"
"""What the name of a map ends in that lies beside its bundle."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where the map goes, once the bundle's place is known."""

    target: str | None
    """`None` for beside the bundle."""
    inputs: tuple[str, ...]

    def place(self, bundle: Path) -> Path:
        """Where the map of a bundle goes.

        Raises:
            UsageError: that is inside what is given away, or cannot be written.
        """
        path = Path(self.target) if self.target is not None else bundle.parent / f"{bundle.name}{SUFFIX}"
        inner, outer = Path(os.path.realpath(path)), Path(os.path.realpath(bundle))
        if outer == inner or outer in inner.parents:
            raise UsageError(f"{path}: lies inside what is given away; keep the map elsewhere, with --map FILE")
        if self.target is None and path.exists():
            raise UsageError(f"{path}: is there already; go on with it by --map {path}, or remove it")
        outputs.writable(str(path), list(self.inputs))
        return path

    def keep(self, bundle: Path, ledger: Ledger) -> None:
        """Write the map."""
        outputs.write_private(str(self.place(bundle)), tokens.to_json(ledger))


def opened(path: str | None) -> tuple[Ledger, str | None]:
    """The map that a file holds, or a new one where there is no file yet.

    Raises:
        UsageError: the file is no map, or cannot be read.
    """
    if path is None or not Path(path).exists():
        return Ledger(), path
    try:
        return tokens.from_json(Path(path).read_text(encoding="utf-8"), path), path
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}; give a map that `faultlog redact` wrote") from None


def words_of(path: Path | None) -> tuple[str, ...]:
    """The words that a file lists, one a line; empty lines do not count.

    Raises:
        UsageError: it cannot be read.
    """
    if path is None:
        return ()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}; give a text file, one word or name a line") from None
    return tuple(line.strip() for line in lines if line.strip())
