"""Makes what `prebuilt` finds: the built-in files as JSON, and what the patterns of the built-in wordings require."""

import json
from collections.abc import Mapping
from pathlib import Path

from faultlog import literals, packs, prebuilt, strictyaml
from faultlog.errors import PackError
from faultlog.rulebook import load_rules


def made() -> Mapping[Path, str]:
    """Each prebuilt file as JSON text.

    Raises:
        PackError: the built-in files cannot be used.
    """
    folders = [packs.builtin("parsers"), packs.builtin("rules"), prebuilt.FOLDER.parent / "wording"]
    found = {folder.name: _of_pack(folder) for folder in folders}
    found["patterns"] = _of_patterns()
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


def _text(content: Mapping[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=0) + "\n"
