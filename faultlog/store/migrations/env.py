"""Where alembic's steps run: in the transaction of whoever asked for them."""

from alembic import context

from faultlog.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
