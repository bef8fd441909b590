"""What a server and its workers tell whoever runs them: one JSON object a line, on standard error."""

import json
import sys
from datetime import UTC, datetime

_LONGEST = 500
"""Characters of a text that is told. Tool default."""


def tell(event: str, **facts: object) -> None:
    """Tell what happens."""
    sys.stderr.write(line(event, **facts) + "\n")
    sys.stderr.flush()


def line(event: str, **facts: object) -> str:
    r"""What happens as one line of ASCII, whatever the facts hold.

    >>> line("job", name="a\nb\x1b")[43:]
    '"event": "job", "name": "a\\nb\\u001b"}'
    """
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    told = {name: value[:_LONGEST] if isinstance(value, str) else value for name, value in facts.items()}
    return json.dumps({"at": at, "event": event, **told}, default=str)
