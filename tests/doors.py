"""The command line, asked in this process as the door asks it: words in; the streams and the exit code out.

What only a process of its own can show (signals, closed pipes, full disks, what is loaded) starts one in its test.
"""

import io
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from faultlog import cli

ROOT = Path(__file__).parent.parent


def faultlog(*words: object, stdin: bytes = b"", folder: Path = ROOT) -> CompletedProcess[str]:
    """Ask as a person would who is in a folder and reads what is piped."""
    asked = ["faultlog", *map(str, words)]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, chdir(folder), redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", asked)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = _code_of(cli.main)
    return CompletedProcess(asked, code, _text(out), _text(err))


def _code_of(main) -> int:
    """How it ends; whoever returns ended well."""
    try:
        main()
    except SystemExit as ended:
        return ended.code or 0
    return 0


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()
