from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from faultlog.store.migrating import FOLDER, newest
from faultlog.store.schema import METADATA


def test_the_steps_make_exactly_the_tables_of_this_version(store):
    with store.engine.connect() as db:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(db, opts=options), METADATA) == []


def test_the_newest_step_is_known_without_alembic():
    assert ScriptDirectory(str(FOLDER)).get_current_head() == newest()
