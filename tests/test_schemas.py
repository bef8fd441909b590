"""The published schemas are those of the code, and what is shipped obeys them."""

import json

import jsonschema
import pytest
import yaml

from faultlog.schemas import schemas


@pytest.mark.parametrize("path", schemas())
def test_a_published_schema_is_the_one_the_models_give(path, root, golden):
    golden(root / path, schemas()[path])


@pytest.mark.parametrize("pack", ["parsers", "rules"])
def test_every_shipped_file_obeys_the_schema_that_editors_use(pack, root):
    schema = json.loads((root / pack / "schema.json").read_text())
    valid = jsonschema.validators.validator_for(schema)(schema)
    valid.check_schema(schema)
    for path in sorted((root / pack).rglob("*.yaml")):
        valid.validate(yaml.load(path.read_text(), Loader=yaml.CSafeLoader))
