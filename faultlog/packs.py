"""Where the knowledge is and how its files are understood; a **pack** is a folder of them: `parsers/` or `rules/`.

A pack is read from its YAML files, or from what was prebuilt of these very files.
"""

import difflib
import hashlib
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from faultlog import prebuilt
from faultlog.errors import Flaw, PackError
from faultlog.limits import Strict
from faultlog.shaping import of_data
from faultlog.source import Key, Source

if TYPE_CHECKING:
    from pydantic import TypeAdapter

File = TypeVar("File", bound=Strict)


def understand(source: Source, model: type[File]) -> tuple[File | None, list[Flaw]]:
    """Validate a source against its model; every mistake becomes a flaw with its place.

    A key that is misspelt is not said to be missing as well, and what the strict reader refused is not judged again.
    What was prebuilt is not validated again: `prebuilding` did.
    """
    if source.proven and isinstance(source.data, dict):
        return of_data(model, source.data), []
    return _validated(source, model)


def _validated(source: Source, model: type[File]) -> tuple[File | None, list[Flaw]]:
    from pydantic import ValidationError

    try:
        return _adapter(model).validate_python(source.data), []  # type: ignore[arg-type]
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
    names = _field_names(model)
    found = [(key := _key_of(one["loc"]), _kind(one["type"], key, names), one["msg"]) for one in details]
    unknown = [key for key, kind, _ in found if kind == _UNKNOWN][:MOST_GUESSED]
    meant = {key: _meant(key, names) for key in unknown}
    misspelt = {(*key[:-1], name) for key, name in meant.items() if name is not None}
    return None, [
        source.flaw(key, _WHAT.get(kind) or message.removeprefix("Value error, "), meant.get(key))
        for key, kind, message in found
        if key not in source.refused and not (kind == "missing" and key in misspelt)
    ]


MOST_GUESSED = 50
"""Unknown keys of a file of which it is guessed what was meant, the first ones: it takes long. Tool default."""
_UNKNOWN = "unexpected_keyword_argument"
_ELSEWHERE = "elsewhere"
_WHAT = {
    _UNKNOWN: "unknown key",
    _ELSEWHERE: "is a key of another place, not of this one",
    "missing": "is missing",
    "dataclass_type": "has to be keys with values, each 'key: value'",
}

TAG = "~"
"""What the tag of a kind in a union begins with: no part of a key."""


def _key_of(place: Key) -> Key:
    """The key that pydantic names, without the steps that stand in no file."""
    return tuple(part for part in place if isinstance(part, int) or not part.startswith(("function-", TAG)))


def _kind(kind: str, key: Key, names: frozenset[str]) -> str:
    """Of which kind a mistake is: a key that nothing has, or one that other places have."""
    return _ELSEWHERE if kind == _UNKNOWN and key[-1] in names else kind


def _meant(key: Key, names: frozenset[str]) -> str | None:
    close = difflib.get_close_matches(str(key[-1]), names, n=1) if key else []
    return close[0] if close else None


@cache
def _adapter(model: Any) -> "TypeAdapter[Any]":  # noqa: ANN401 (a class of values)
    from pydantic import TypeAdapter

    return TypeAdapter(model)


def _field_names(model: type[Strict]) -> frozenset[str]:
    """Every field name that the model or a model inside it knows: what a misspelt key may have meant."""
    schema = _adapter(model).json_schema()  # type: ignore[arg-type]
    parts = [schema, *schema.get("$defs", {}).values()]
    return frozenset(name for part in parts for name in part.get("properties", {}))


def within(folder: Path) -> tuple[Path, ...]:
    """The packs in a folder: its `parsers` and `rules` where it has such, else the folder itself."""
    return tuple(one for name in ("parsers", "rules") if (one := folder / name).is_dir()) or (folder,)


def builtin(pack: str) -> Path:
    """The built-in pack's folder: beside the package in a checkout or an editable install, inside it in a wheel."""
    package = Path(__file__).resolve().parent
    checkout = package.parent / pack
    return checkout if (package.parent / "pyproject.toml").is_file() else package / "_data" / pack


def files_of(folder: Path) -> list[Path]:
    """The YAML files of a pack, in name order.

    Raises:
        PackError: the folder does not exist.
    """
    if not folder.is_dir():
        raise PackError([Flaw(str(folder), 0, 0, "", "no such folder; give a folder of YAML files")])
    return sorted(path for path in folder.rglob("*.yaml") if path.is_file())


def read_pack(folder: Path) -> tuple[list[Source], list[Flaw]]:
    """Read every file of a pack: those that could be read as a whole, and the flaws of all files together."""
    files = files_of(folder)
    ready = prebuilt.files(folder.name, fingerprint([folder])) if folder.name in prebuilt.PACKS else None
    if ready is not None:
        again = {name: partial(_read_again, folder / name, name) for name in ready}
        sources = [Source(folder / name, name, data, {}, again=again[name]) for name, data in ready.items()]
        return sources, list(_misnamed(folder))
    return _read_yaml(folder, files)


def _read_again(path: Path, name: str) -> Source:
    from faultlog import strictyaml

    return strictyaml.read_source(path, name)[0]


def _read_yaml(folder: Path, files: Iterable[Path]) -> tuple[list[Source], list[Flaw]]:
    from faultlog import strictyaml

    sources, flaws = [], []
    if not files and not list(_misnamed(folder)):
        flaws.append(Flaw(str(folder), 0, 0, "", "holds no YAML file; give a folder of rules or formats"))
    for path in files:
        source, wrong = strictyaml.read_source(path, path.relative_to(folder).as_posix())
        flaws += wrong
        if source.whole:
            sources.append(source)
    return sources, [*flaws, *_misnamed(folder)]


def _misnamed(folder: Path) -> Iterable[Flaw]:
    """YAML files that would be passed over for their suffix."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in {".yml", ".yaml"} and path.suffix != ".yaml" and path.is_file():
            yield Flaw(str(path), 0, 0, "", "is not read; name it .yaml")


def fingerprint(folders: Iterable[Path]) -> str:
    """SHA-256 (hex) over the names and bytes of the packs' files: which knowledge answered."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in files_of(folder):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
