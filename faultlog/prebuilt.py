"""What was made of the built-in files beforehand: their data, and of their patterns what they require and compile to.

Reading YAML, taking patterns apart and compiling them is most of what loading the built-in knowledge costs, and gives
the same each time. `prebuilding` writes it; each answer is kept by the hash of what it was made of, so one that is
stale is never found, and an edited file is read itself.
"""

import copyreg
import json
import sys
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import regex

FOLDER = Path(__file__).resolve().parent / "_data" / "prebuilt"
PACKS = frozenset({"parsers", "rules", "wording"})
"""Names of the folders whose files are prebuilt."""


def files(pack: str, fingerprint: str) -> Mapping[str, object] | None:
    """The data of a pack's files by their names; `None` where the files with this fingerprint were not prebuilt."""
    made = _read(pack)
    return made["files"] if made.get("sha256") == fingerprint else None


def demands(pattern: str) -> tuple[frozenset[str], ...] | None:
    """What `literals.demands` says of a wording's pattern, which is known to be usable; `None` where nobody asked."""
    sets = _read("patterns").get(digest_of(pattern))
    return None if sets is None else tuple(map(frozenset, sets))


def pattern(text: str, flags: int = 0) -> "regex.Pattern[str] | None":
    """A pattern that was compiled by this version of `regex`, put together as unpickling would; else `None`."""
    parts = _read("compiled").get(compiled_name(text, flags))
    return None if parts is None or parts.get("sum") != _sum(parts) else _together(text, parts)


def compiled_name(text: str, flags: int) -> str:
    """The name under which a compiled pattern is kept: what another version or machine compiles is something else."""
    import regex  # who only reads rules compiles nothing

    return digest_of(f"{regex.__version__} {sys.byteorder} {flags} {text}")


def parts_of(compiled: "regex.Pattern[str]") -> Mapping[str, object]:
    """What `pattern` puts together again: what `regex` gives to pickles.

    Raises:
        ValueError: this version of `regex` gives something else.
    """
    _, (_, flags, code, groups, _, *lists, offset, characters, wanted, count) = _pickled(compiled)
    if not isinstance(code, bytes) or any(lists):
        raise ValueError("this version of regex compiles to something else")
    rest = [offset, None if characters is None else list(characters), wanted, count]
    parts = {"code": code.hex(), "flags": flags, "groups": groups, "rest": rest}
    return {**parts, "sum": _sum(parts)}


def _sum(parts: Mapping[str, object]) -> str:
    """What shows that nothing of a compiled pattern was damaged: `regex` takes it as it is, and would crash."""
    return sha256(repr([parts.get(name) for name in ("code", "flags", "groups", "rest")]).encode()).hexdigest()[:16]


def _together(text: str, parts: Mapping[str, Any]) -> "regex.Pattern[str]":
    code, groups = bytes.fromhex(parts["code"]), parts["groups"]
    offset, characters, wanted, count = parts["rest"]
    sought = None if characters is None else tuple(characters)
    names = {number: name for name, number in groups.items()}
    made: regex.Pattern[str] = _maker()(
        text, parts["flags"], code, groups, names, {}, [], offset, sought, wanted, count
    )
    return made


@cache
def _maker() -> Callable[..., Any]:
    """What `regex` has pickles call."""
    import regex

    make: Callable[..., Any] = _pickled(regex.compile(""))[0]
    return make


def _pickled(compiled: "regex.Pattern[str]") -> Any:  # noqa: ANN401 (what calls what, as pickle has it)
    import regex

    return copyreg.dispatch_table[regex.Pattern](compiled)


def digest_of(pattern: str) -> str:
    """The name under which a pattern is kept."""
    return sha256(pattern.encode()).hexdigest()


@cache
def _read(name: str) -> dict[str, Any]:
    try:
        raw = (FOLDER / f"{name}.json").read_bytes()
        return dict(json.loads(raw))
    except (OSError, ValueError):  # it is lost, or cut short: then everything is made anew
        return {}
