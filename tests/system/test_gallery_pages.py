"""The gallery's screenshots are of the pages that its commands write. `--accept` takes them anew.

They show how a page begins, 1000 pixels wide and 960 high; `narrow`, `tall` and `dark` ones where the name says so.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.pictures import coarsely_alike, smaller
from tests.test_gallery import PICTURES, SECTIONS, pictures, run


def shot(chromium: Any, page: Path) -> bytes:
    """How a page begins, as a picture."""
    how = page.stem.split("-")
    size = {"width": 400 if "narrow" in how else 1000, "height": 1600 if "tall" in how else 960}
    context = chromium.new_context(offline=True, viewport=size, color_scheme="dark" if "dark" in how else "light")
    opened = context.new_page()
    opened.goto(page.as_uri())
    taken = bytes(opened.screenshot())
    context.close()
    return taken


@pytest.mark.parametrize("name", [name for name, section in SECTIONS.items() if ".html" in section])
def test_a_screenshot_is_of_the_page_that_is_written(name: str, chromium: Any, tmp_path: Path, request: Any) -> None:
    run(SECTIONS[name], tmp_path)
    written = list((tmp_path / "docs" / "pictures").glob("*.html"))
    shown = [one.stem for one in pictures(SECTIONS[name])]
    assert written != []
    assert [page.stem for page in written if page.stem not in shown] == [], "a page is written and not shown"
    for page in written:
        kept, taken = PICTURES / f"{page.stem}.png", smaller(shot(chromium, page))
        if request.config.getoption("--accept"):
            kept.write_bytes(taken)
        assert coarsely_alike(taken, kept.read_bytes()), f"{kept.name}: the page looks different; see --accept"
