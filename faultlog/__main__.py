"""The door, `faultlog` and `python -m faultlog`: it loads no more than the question needs.

Exit codes beside those of `cli`: 130 where it is interrupted, as shells count it.
"""

from __future__ import annotations

from faultlog import interruption

interruption.put_off()  # first of all: who interrupts until then sees a traceback

import gc  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402

from faultlog.release import VERSION  # noqa: E402

TYPE_CHECKING = False  # `typing` takes as long to load as all else here
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Answer, and end; a mistake of the user's ends in one sentence, never in a traceback."""
    try:
        interruption.hear()
        _answer(sys.argv[1:])
    except KeyboardInterrupt:
        interruption.let_go()
        if sys.stderr is not None:
            sys.stderr.write("faultlog: interrupted\n")
        sys.exit(interruption.CODE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        from faultlog.commands.asked import complain

        complain(f"{error.filename or 'the answer'}: {error.strerror or error}; check the path and the space left")
        os._exit(2)  # the interpreter would try to write the rest of the answer once more
    interruption.let_go()
    sys.exit(0)


def _answer(words: list[str]) -> None:
    if words == ["--version"] and sys.stdout is not None:
        print("faultlog", VERSION, flush=True)  # noqa: T201
        return
    gc.disable()  # hardly anything that is imported goes away again; `cli` enables it where the work begins
    from faultlog.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
