"""Answers for programs, which a person may see at a terminal."""

import json
from typing import Any

from fastapi.responses import JSONResponse

from faultlog.report.document import harmless


class HarmlessJSON(JSONResponse):
    """JSON of which a terminal obeys nothing, whatever names a bundle holds."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 (JSON)
        """Its bytes."""
        told = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return harmless(told).encode()
