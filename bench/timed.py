"""Run a command and say what it cost, as JSON in a file: run by itself, so that its own memory is small.

What a process needs at most is inherited from the one that starts it, hence no import here but of the smallest.

    python -I -S timed.py FACTS OUTPUT DIRECTORY COMMAND...
"""

import os
import sys
from time import perf_counter


def main() -> None:
    """Start the command, wait for it, write its facts: seconds of wall clock and CPU, kB of memory, exit code."""
    facts, output, directory, *command = sys.argv[1:]
    where = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.chdir(directory)
    actions = [(os.POSIX_SPAWN_DUP2, where, 1)]
    start = perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, used = os.wait4(child, 0)
    wall = perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    numbers = f'"wall_s": {wall!r}, "user_s": {used.ru_utime!r}, "system_s": {used.ru_stime!r}'
    with open(facts, "w", encoding="ascii") as place:  # noqa: PTH123 - pathlib is an import that costs memory
        place.write(f'{{{numbers}, "rss_kb": {used.ru_maxrss}, "code": {code}}}\n')


if __name__ == "__main__":
    main()
