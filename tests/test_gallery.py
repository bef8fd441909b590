"""The gallery is executed: each section's commands run, print what it shows and make the pictures that it shows.

They run in a folder of their own that looks like the checkout; what goes `> FILE` is written there. A section that asks
for the lake `synthetic-lake` finds the synthetic fleet in it. `--accept` rewrites
what they print and the pictures that they write. A picture that no command writes is a screenshot of a page that one
does, named like it, or one of a server, in `pictures/site`; `tests/system` makes and compares those.
"""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from faultlog import cli
from faultlog.errors import FaultlogError

from .fleet.synthetic import synthetic
from .pictures import alike, coarsely_alike, smaller
from .test_docs import BLOCK

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "gallery.md"
PICTURES = ROOT / "docs" / "pictures"
LAKE = "synthetic-lake"
SERVED = "site"
"""The folder of pictures of a server's pages."""
SECTION = re.compile(r"(?ms)^## (?P<name>[^\n]*)\n(?:^```.*?^```$|.)*?(?=^## |\Z)")
PICTURE = re.compile(r"!\[(?P<says>[^\]]*)\]\((?P<file>[^)]+)\)")


def sections(text: str) -> dict[str, str]:
    """The page's sections by their headings; what a command prints is none."""
    return {found["name"]: found[0] for found in SECTION.finditer(text)}


def pictures(section: str) -> list[Path]:
    """The picture files that a section shows, in order, below `docs/`."""
    return [Path(found["file"]) for found in PICTURE.finditer(section)]


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Path:
    """The synthetic fleet."""
    return synthetic(tmp_path_factory.mktemp("fleet") / LAKE).root


def run(section: str, place: Path, lake: Path | None = None) -> str:
    """Run a section's commands where it looks like the checkout; the section with what they print."""
    (place / "docs" / "pictures").mkdir(parents=True)
    (place / "sample_logs").symlink_to(ROOT / "sample_logs")
    if lake is not None:
        (place / LAKE).symlink_to(lake)
    with contextlib.chdir(place):
        return BLOCK.sub(
            lambda block: f"```console\n$ faultlog {block['words']}\n{printed_by(block['words'])}```", section
        )


def printed_by(words: str) -> str:
    """What a command prints here, blanks at line ends cut; nothing where it goes to a file."""
    command, _, target = words.partition(" > ")
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out):
        assert not cli.app(shlex.split(command), standalone_mode=False), f"{command} failed"
    out.flush()
    printed = out.buffer.getvalue()
    if target:
        Path(target).write_bytes(printed)
        return ""
    return "".join(line.rstrip() + "\n" for line in printed.decode().splitlines())


def unmade(shown: list[Path], docs: Path) -> list[Path]:
    """Which pictures are neither written by a command nor the screenshot of a page that one wrote or a server shows."""
    made = [one for one in shown if (docs / one).exists() or (docs / one).with_suffix(".html").exists()]
    return [one for one in shown if one not in made and one.parent.name != SERVED]


SECTIONS = sections(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_shows_what_its_commands_print_and_draw(name, tmp_path, request, lake):
    accepting = request.config.getoption("--accept")
    section = SECTIONS[name]
    again = run(section, tmp_path, lake)
    if accepting:
        PAGE.write_text(PAGE.read_text(encoding="utf-8").replace(section, again), encoding="utf-8")
    else:
        assert again == section, "the gallery differs; see --accept"
    docs = tmp_path / "docs"
    assert unmade(pictures(section), docs) == []
    for shown in pictures(section):
        if (docs / shown).exists():
            if accepting:
                (ROOT / "docs" / shown).parent.mkdir(exist_ok=True)
                (ROOT / "docs" / shown).write_bytes(smaller((docs / shown).read_bytes()))
            assert alike((docs / shown).read_bytes(), (ROOT / "docs" / shown).read_bytes()), shown


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_says_which_command_makes_what_it_shows(name):
    section = SECTIONS[name]
    assert BLOCK.search(section) or "\nfaultlog serve\n" in section
    assert section.count("$ faultlog") == len(BLOCK.findall(section)), "a command stands in no block of its own"
    assert all(found["says"] for found in PICTURE.finditer(section)), "a picture says nothing to who cannot see it"


def test_every_picture_of_the_gallery_is_shown():
    shown = [picture for section in SECTIONS.values() for picture in pictures(section)]
    assert sorted(ROOT / "docs" / one for one in shown) == sorted(PICTURES.rglob("*.*"))


def test_a_heading_that_a_command_prints_begins_no_section():
    text = "# A\n\n## One\n\n```console\n$ faultlog x\n## printed\n```\n\n## Two\n\nwords\n"
    assert list(sections(text)) == ["One", "Two"]
    assert "".join(sections(text).values()) == text.removeprefix("# A\n\n")


def test_a_picture_that_no_command_makes_is_noticed(tmp_path):
    run("```console\n$ faultlog simulate -o docs/pictures/page.html\n```\n", tmp_path)
    names = ["pictures/page.html", "pictures/page.png", "pictures/other.png"]
    assert unmade([Path(name) for name in names], tmp_path / "docs") == [Path("pictures/other.png")]


def test_a_mark_that_moved_is_another_picture_and_a_shade_is_not():
    assert alike(marked(100), marked(100, shade=253))
    assert not alike(marked(100), marked(105))
    assert not alike(marked(100), marked(100, width=901))


def test_from_afar_what_moved_by_a_line_is_another_picture_and_a_letter_is_not():
    page = Image.open(PICTURES / "fault6-breached-page.png").convert("RGB")
    assert coarsely_alike(png(page), png(ImageChops.offset(page, 2, 0)))
    assert not coarsely_alike(png(page), png(ImageChops.offset(page, 0, 20)))
    assert not coarsely_alike(png(page), png(page.crop((0, 0, 1000, 940))))


def png(picture: Image.Image) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def marked(at: int, *, width: int = 900, shade: int = 255) -> bytes:
    """A light picture with one short mark."""
    picture = Image.new("L", (width, 260), shade)
    picture.paste(0, (at, 100, at + 2, 114))
    return png(picture)


def test_a_command_that_fails_is_noticed(tmp_path):
    with pytest.raises(FaultlogError, match="no such file"):
        run("```console\n$ faultlog triage sample_logs/missing.zip\n```\n", tmp_path)


def test_what_goes_to_a_file_is_not_shown(tmp_path):
    section = "```console\n$ faultlog rules list > docs/pictures/rules.txt\n```\n"
    assert run(section, tmp_path) == section
    assert "Scan service restarting frequently" in (tmp_path / "docs" / "pictures" / "rules.txt").read_text()
