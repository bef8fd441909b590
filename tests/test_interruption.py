"""Ctrl-C at any time: one line, never a traceback, never lost. And a closed standard output, where it is needed."""

import signal
import subprocess
import sys
import time

import pytest

from faultlog import __main__ as door
from faultlog import cli, interruption

SAMPLE = "sample_logs/fault6-breached-0001.zip"


@pytest.fixture(autouse=True)
def handled_as_before():
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    yield
    signal.signal(signal.SIGINT, before[0])
    sys.unraisablehook = before[1]


@pytest.fixture
def load_and_go_on(tmp_path, monkeypatch):
    """Loads a module that is interrupted meanwhile, and goes on."""
    name = "interrupted_while_loaded"
    lines = ["import signal", "signal.raise_signal(signal.SIGINT)", "done = True"]
    (tmp_path / f"{name}.py").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(tmp_path)

    def load():
        __import__(name)
        go_on()

    yield load
    assert sys.modules.pop(name).done


def go_on():
    until = time.monotonic() + 1
    while time.monotonic() < until:
        pass


def fade(error):
    class Fading:
        def __del__(self):
            raise error

    Fading()
    go_on()


def test_an_import_is_done_before_it_is_interrupted(load_and_go_on):
    interruption.hear()
    with pytest.raises(KeyboardInterrupt):
        load_and_go_on()


def test_an_interruption_that_python_swallows_comes_again():
    interruption.put_off()
    interruption.hear()
    with pytest.raises(KeyboardInterrupt):
        fade(KeyboardInterrupt())


def test_what_else_python_swallows_is_said(monkeypatch, capsys):
    interruption.put_off()
    monkeypatch.setattr(sys.modules[__name__], "go_on", lambda: None)
    fade(ValueError("of a kind"))
    assert "ValueError: of a kind" in capsys.readouterr().err


def test_an_interruption_waits_until_somebody_can_catch_it():
    interruption.put_off()
    signal.raise_signal(signal.SIGINT)
    interruption.hear()
    with pytest.raises(KeyboardInterrupt):
        go_on()


def test_but_not_for_ever(monkeypatch):
    monkeypatch.setattr(interruption, "PUT_OFF_S", -1.0)
    interruption.put_off()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_what_typer_catches_is_told_all_the_same(monkeypatch, capsys):
    def interrupted(_book):
        raise KeyboardInterrupt

    monkeypatch.setattr("faultlog.commands.rules.rules_of", interrupted)
    monkeypatch.setattr(sys, "argv", ["faultlog", "rules", "list"])
    with pytest.raises(SystemExit) as ended:
        door.main()
    assert (ended.value.code, *capsys.readouterr()) == (130, "", "faultlog: interrupted\n")


class TestStandardOutputIsClosed:
    def answer(self, monkeypatch, *words):
        monkeypatch.setattr(sys, "argv", ["faultlog", *map(str, words)])
        monkeypatch.setattr(sys, "stdout", None)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code

    @pytest.mark.parametrize("words", [["chart", SAMPLE, "-o", "a.png"], ["timeline", SAMPLE, "-o", "a.csv"]], ids=str)
    def test_an_answer_that_is_a_file_needs_none(self, monkeypatch, tmp_path, capsys, words):
        monkeypatch.setattr("faultlog.report.charts.drawing.render_chart", lambda *_asked: bytes(2000))
        words[-1] = tmp_path / words[-1]
        assert self.answer(monkeypatch, *words) == 0
        assert words[-1].stat().st_size > 1000
        assert capsys.readouterr().err == ""

    @pytest.mark.parametrize(
        "words", [[], ["--help"], ["--version"], ["timeline", "none"], ["triage", "none"]], ids=str
    )
    def test_any_other_is_refused_before_anything_is_read(self, monkeypatch, capsys, words):
        assert self.answer(monkeypatch, *words) == 2
        assert capsys.readouterr().err == "faultlog: standard output is closed; the answer has nowhere to go\n"


def test_who_is_spawned_leaves_an_interruption_to_who_spawned_it(tmp_path):
    script = tmp_path / "spawns.py"
    script.write_text("""
import faultlog.__main__
import multiprocessing
import signal

def interrupted():
    signal.raise_signal(signal.SIGINT)

if __name__ == "__main__":
    one = multiprocessing.get_context("spawn").Process(target=interrupted)
    one.start()
    one.join()
    print(one.exitcode)
""")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")
