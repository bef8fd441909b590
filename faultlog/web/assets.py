"""What pages link to: styles, scripts and pictures of the site, each under an address that changes with its bytes."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from faultlog.report.html.skeleton import FOLDER as REPORTS
from faultlog.web.problems import not_found

FOLDER: Final = Path(__file__).resolve().parents[1] / "_data" / "web" / "static"
FILES: Final[Mapping[str, Path]] = {
    **{name: REPORTS / name for name in ("page.css", "page.js")},
    **{name: FOLDER / name for name in ("site.css", "site.js", "htmx.min.js", "htmx.LICENSE.txt", "icon.svg")},
}
"""By the names under which they are served; styles and script of a report are those of the site."""
_FOREVER: Final = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


def address(name: str) -> str:
    """Where a file is: a browser keeps it until it changes."""
    return f"/static/{name}?{_version(name)}"


@router.get("/static/{name}")
def file(request: Request, name: str) -> FileResponse:
    """One of the files."""
    if name not in FILES:
        raise not_found()
    kept = _FOREVER if request.url.query == _version(name) else "no-cache"
    return FileResponse(FILES[name], headers={"cache-control": kept})


@cache
def _version(name: str) -> str:
    return sha256(FILES[name].read_bytes()).hexdigest()[:12]
