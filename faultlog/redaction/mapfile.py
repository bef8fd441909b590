"""The private map as a file: for its owner's eyes only, never inside what is given away."""

import os
import re
from pathlib import Path
from typing import Final

from faultlog import outputs
from faultlog.errors import UsageError
from faultlog.redaction import tokens
from faultlog.redaction.tokens import Ledger
from faultlog.values import dataclass

SUFFIX = ".redaction-map.json"
"""What the name of a map ends in that lies beside its bundle."""
_MAP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{[^{}\[\]]*\"faultlog\.redaction-map/")


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
        if _is_in(path, str(bundle)):
            raise UsageError(f"{path}: lies inside what is given away; keep the map elsewhere, with --map FILE")
        for given in self.inputs:
            if _is_in(bundle, given):
                raise UsageError(f"{bundle}: lies inside the bundle, {given}; write it elsewhere, with -o FILE")
            if _is_in(path, given):
                raise UsageError(f"{path}: lies inside the bundle, {given}; keep the map elsewhere, with --map FILE")
        if self.target is None and path.exists():
            raise UsageError(f"{path}: is there already; go on with it by --map {path}, or remove it")
        outputs.writable(str(path), list(self.inputs))
        return path

    def keep(self, bundle: Path, ledger: Ledger) -> None:
        """Write the map."""
        outputs.write_private(str(self.place(bundle)), tokens.to_json(ledger))


def is_map(name: str, head: bytes) -> bool:
    """Whether a file is a private map, by its name or by how it begins: it is never given away."""
    return name.endswith(SUFFIX) or _MAP.match(head) is not None


def _is_in(path: Path, folder: str) -> bool:
    """Whether a path is that of a folder or file, or leads into it."""
    inner, outer = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    return outer == inner or outer in inner.parents


def _content(path: Path, wanted: str) -> str:
    """The text of a file that a person names.

    Raises:
        UsageError: it cannot be read, is no file, or larger than any that was meant.
    """
    try:
        if not path.is_file():
            raise UsageError(f"{path}: is {'no file' if path.exists() else 'not there'}; give {wanted}")
        if path.stat().st_size > tokens.MOST_MAP:
            raise UsageError(f"{path}: has more than {tokens.MOST_MAP >> 20} MiB; give {wanted}")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is no text in UTF-8; give {wanted}") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; give {wanted}") from None


def opened(path: str | None) -> tuple[Ledger, str | None]:
    """The map that a file holds, or a new one where there is no file yet.

    Raises:
        UsageError: the file is no map, or cannot be read; or it would go to standard output.
    """
    if path == "-":
        raise UsageError("-: the private map goes into a file that is only yours; give one with --map FILE")
    if path is None or not Path(path).exists():
        return Ledger(), path
    return tokens.from_json(_content(Path(path), "a map that `faultlog redact` wrote"), path), path


def words_of(path: Path | None) -> tuple[str, ...]:
    """The words that a file lists, one a line; empty lines do not count.

    Raises:
        UsageError: it cannot be read.
    """
    if path is None:
        return ()
    lines = _content(path, "a text file, one word or name a line").splitlines()
    return tuple(line.strip() for line in lines if line.strip())
