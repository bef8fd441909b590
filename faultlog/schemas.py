"""JSON Schemas of what others write or read, made from the models: documents, rule files, format files."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from faultlog.formats import FormatFile
from faultlog.report.comparisons import comparison_schema
from faultlog.report.document import json_schema
from faultlog.report.watchlines import watch_schema
from faultlog.rulefiles import FaultFile, SignalFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> Mapping[str, str]:
    """Each schema as JSON text, by its path in a checkout."""
    return {
        "faultlog/_data/case.schema.json": _text(json_schema()),
        "faultlog/_data/comparison.schema.json": _text(comparison_schema()),
        "faultlog/_data/watch.schema.json": _text(watch_schema()),
        "parsers/schema.json": _text(_of(FormatFile, "a format file")),
        "rules/schema.json": _text(_of(FaultFile | SignalFile, "a fault file or a signal file")),
    }


def _of(model: Any, title: str) -> dict[str, object]:  # noqa: ANN401 (whatever pydantic can describe)
    return {"$schema": DRAFT, **TypeAdapter(model).json_schema(), "title": title}


def _text(schema: Mapping[str, object]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
