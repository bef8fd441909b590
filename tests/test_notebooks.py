"""Notebooks run from a clean kernel and still say and draw what they were committed with; `--accept` rewrites them."""

import base64
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from .pictures import alike, smaller

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PNG = "image/png"
CELLS = 20
"""A tour is shorter than this."""
BYTES = 150_000
"""Of a notebook with its outputs: small enough to be looked at in a review."""
OF_A_MACHINE = re.compile(r"0x[0-9a-f]{6}|/tmp/|/home/(?!build/)|/root\b|site-packages|ipykernel")
"""Memory addresses and paths; `/home/build` is the simulator's."""

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the notebook machinery, not ours


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook as a clean kernel leaves it, without what differs from run to run or machine to machine."""
    notebook = nbformat.read(path, as_version=4)
    for cell in code_of(notebook):
        cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook, timeout=100, coalesce_streams=True, record_timing=False, resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute()
    for output in outputs_of(notebook):
        if PNG in output.get("data", {}):
            output.data[PNG] = base64.b64encode(smaller(base64.b64decode(output.data[PNG]))).decode()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def code_of(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Its cells that are run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs_of(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """What its cells print and show, in order."""
    return [output for cell in code_of(notebook) for output in cell.outputs]


def texts_of(notebook: nbformat.NotebookNode) -> list[dict[str, str]]:
    """What it prints and shows, by kind, but for its pictures."""
    return [
        {output.name: output.text}
        if output.output_type == "stream"
        else {kind: text for kind, text in output.data.items() if kind != PNG}
        for output in outputs_of(notebook)
    ]


def pictures_of(notebook: nbformat.NotebookNode) -> list[bytes]:
    """The picture files that it draws, in order."""
    return [base64.b64decode(output.data[PNG]) for output in outputs_of(notebook) if PNG in output.get("data", {})]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_and_draws_what_was_committed(path, request):
    again = executed(path)
    if request.config.getoption("--accept"):
        nbformat.write(again, path)
    committed = nbformat.read(path, as_version=4)
    assert texts_of(again) == texts_of(committed)
    for drawn, picture in zip(pictures_of(again), pictures_of(committed), strict=True):
        assert alike(drawn, picture)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_is_short_small_and_of_no_machine(path):
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    assert len(notebook.cells) < CELLS
    assert len(text.encode()) < BYTES
    assert OF_A_MACHINE.findall(str(texts_of(notebook))) == []
    assert {kind for output in texts_of(notebook) for kind in output} <= {"stdout", "text/plain", "text/html"}
    assert "synthetic" in notebook.cells[0].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_committed_notebook_was_run_once_from_top_to_bottom(path):
    notebook = nbformat.read(path, as_version=4)
    cells = code_of(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert all("execution" not in cell.metadata for cell in cells)


def test_every_notebook_is_in_the_readme():
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in NOTEBOOKS if f"notebooks/{path.name}" not in readme] == []


def test_what_a_notebook_looks_like_on_another_machine_is_noticed():
    assert OF_A_MACHINE.search(f"<Axes at {hex(id(os))}>")
    assert OF_A_MACHINE.search("/home/someone/logs")
