"""The page about exports: its table is the columns, its commands run, and what it does with the files is true."""

import re
from pathlib import Path

from faultlog import cli
from faultlog.report.exports.columns import COLUMNS
from faultlog.report.exports.formats import FORMATS

from .cases import ROOT

PAGE = ROOT / "docs" / "exports.md"
HEAD = "| column | type | unit | says |\n|---|---|---|---|\n"


def test_the_page_lists_the_columns(golden):
    text = PAGE.read_text(encoding="utf-8")
    rows = [f"| `{one.name}` | {one.type} | {one.unit or ''} | {one.says} |\n" for one in COLUMNS]
    before, _, after = text.partition(HEAD)
    golden(PAGE, before + HEAD + "".join(rows) + after[re.search(r"(?m)^(?!\|)", after).start() :])


def test_the_page_lists_the_formats():
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"(?m)^\| `(\w+)` \| .* \| .* \|$", text.partition("## The row")[0]) == list(FORMATS)


def test_what_the_page_tells_to_do_works(tmp_path: Path, monkeypatch):
    text = PAGE.read_text(encoding="utf-8")
    (tmp_path / "sample_logs").symlink_to(ROOT / "sample_logs")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"(?m)^faultlog (.*)$", "".join(re.findall(r"(?ms)^```sh\n(.*?)^```$", text)))
    assert {words.split("--format ")[1].split()[0] for words in commands if "--format" in words} == set(FORMATS) - {
        "table"
    }
    for words in commands:
        cli.app(words.split(), standalone_mode=False)
    for number, block in enumerate(re.findall(r"(?ms)^```python\n(.*?)^```$", text)):
        exec(compile(block, f"{PAGE.name}:{number}", "exec"), {})  # noqa: S102 (the page's own examples)
