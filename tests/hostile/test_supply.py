"""What is installed beside faultlog, and what linters for security say of its own code."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.audit import ROOT, RUNTIME, audited

KNOWN = {
    ("B102", "faultlog/values.py"): "writes `__init__` of the names of our own fields",
    ("B106", "faultlog/fleet/cluster.py"): "an empty password: a key that needs one is refused instead of asked for",
    ("B704", "faultlog/report/html/embedding.py"): "JSON that was escaped for where it stands",
    ("B704", "faultlog/report/html/pictures.py"): "a picture of numbers and of our own names",
    ("B704", "faultlog/report/html/skeleton.py"): "our own style and script; what autoescaping printed",
    ("B704", "faultlog/web/pages/fleet.py"): "what the same templates printed in another process",
}
"""What bandit finds that was looked at, and why it stays."""


def run(*words):
    return subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, check=False, cwd=ROOT)


def pinned():
    return {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", RUNTIME.read_text(), re.MULTILINE)}


def test_bandit_finds_nothing_that_was_not_looked_at(figure):
    done = run("bandit", "-q", "-r", "faultlog", "-f", "json", "-c", "pyproject.toml")
    told = json.loads(done.stdout)
    assert told["errors"] == []
    found = {(one["test_id"], one["filename"].removeprefix("./")) for one in told["results"]}
    figure("T18", "findings of bandit in our own code", tried=len(found), held=len(found & KNOWN.keys()))
    assert found == KNOWN.keys()


def test_every_package_is_pinned_by_hash():
    text = RUNTIME.read_text()
    packages = re.split(r"^(?=[A-Za-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(packages) >= len(pinned()) > 40  # some in two versions, for different Pythons
    assert [one.partition("==")[0] for one in packages if "--hash=sha256:" not in one] == []


def test_the_bill_of_materials_names_every_package(tmp_path, figure):
    out = tmp_path / "sbom.json"
    words = ["make", "-s", "-o", ".venv/hostile", "sbom", f"SBOM={out}", f"BIN={Path(sys.executable).parent}"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (0, f"The bill of materials: {out}\n"), done.stderr
    told = json.loads(out.read_text())
    assert (told["bomFormat"], told["metadata"]["component"]["name"]) == ("CycloneDX", "faultlog")
    named = {one["name"].lower() for one in told["components"]}
    figure("T18", "packages in the bill of materials", tried=len(pinned()), held=len(pinned() & named))
    assert named == pinned()


def test_no_package_has_a_known_flaw():
    """Where the source of advisories cannot be reached, or does not know one, that is no pass, and said."""
    found = audited()
    assert found.status != 1, found.said
    if found.status:
        pytest.skip(found.said)
    assert found.asked == pinned()
