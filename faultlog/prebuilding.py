"""Makes what `prebuilt` finds: the built-in files as JSON, and of their patterns what they require and compile to."""

import json
from collections.abc import Mapping
from pathlib import Path

import regex

from faultlog import literals, packs, prebuilt, strictyaml
from faultlog.errors import PackError
from faultlog.formats import load_formats
from faultlog.rulebook import flags, load_rules


def made() -> Mapping[Path, str]:
    """Each prebuilt file as JSON text.

    Raises:
        PackError: the built-in files cannot be used.
    """
    folders = [packs.builtin("parsers"), packs.builtin("rules"), prebuilt.FOLDER.parent / "wording"]
    found = {folder.name: _of_pack(folder) for folder in folders}
    found["patterns"] = _of_patterns()
    found["compiled"] = _of_compiled()
    return {prebuilt.FOLDER / f"{name}.json": _text(content) for name, content in found.items()}


def _of_pack(folder: Path) -> dict[str, object]:
    files = {}
    for path in packs.files_of(folder):
        source, flaws = strictyaml.read_source(path, path.relative_to(folder).as_posix())
        if flaws:
            raise PackError(flaws)
        files[source.name] = source.data
    return {"sha256": packs.fingerprint([folder]), "files": files}


def _of_patterns() -> dict[str, object]:
    book = load_rules()
    wordings = [one for one in (*book.wordings, *book.scans) if one.pattern is not None]
    texts = sorted({one.text for one in wordings if one.text is not None})
    found = {prebuilt.digest_of(text): literals.demands(text) for text in texts}
    return {digest: [sorted(one) for one in sets] for digest, sets in sorted(found.items()) if sets}


def _of_compiled() -> dict[str, object]:
    """Compiled anew: what was prebuilt is no proof of itself."""
    book = load_rules()
    wordings = {one.text for one in (*book.wordings, *book.scans) if one.text is not None}
    lines = {one.pattern.pattern for one in load_formats() if one.pattern is not None}
    asked = [*((text, flags()) for text in sorted(wordings)), *((text, 0) for text in sorted(lines))]
    found = {prebuilt.compiled_name(*one): prebuilt.parts_of(regex.compile(*one)) for one in asked}
    return dict(sorted(found.items()))


def _text(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=0) + "\n"
