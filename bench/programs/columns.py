"""Every line of a log into columns as a script does it: `re` and `strptime` for each. Prints how many are alike."""

import re
import sys
from collections import Counter
from datetime import datetime

LINE = re.compile(
    r"(?P<stamp>\w{3} [ \d]\d \d\d:\d\d:\d\d) (?P<host>\S+) (?P<process>\w+)\[(?P<pid>\d+)\]: "
    r"\[(?P<module>\w+)\]:\[(?P<level>\w+)\]-\[(?P<source>[^\]]+)\]:\[(?P<thread>\d+)\]: (?P<body>.*)",
    re.ASCII,
)


def main() -> None:
    """Read the log that the command line names."""
    counts: Counter[tuple[int, str, str]] = Counter()
    with open(sys.argv[1], encoding="utf-8", errors="replace", newline="\n") as log:  # noqa: PTH123
        for line in log:
            match = LINE.match(line)
            if match:
                at = datetime.strptime(f"2026 {match['stamp']}", "%Y %b %d %H:%M:%S")  # noqa: DTZ007
                counts[at.hour, match["module"], match["level"]] += 1
    for (hour, module, level), count in sorted(counts.items()):
        print(f"{hour},{module},{level},{count}")


if __name__ == "__main__":
    main()
