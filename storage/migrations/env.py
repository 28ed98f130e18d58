"""Alembic's entry: it works on the connection that storage.ledger.migrating hands over, inside its transaction."""

from alembic import context

from storage.ledger.models import Base
from storage.migrations.revise import plain_types

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    render_as_batch=True,
    render_item=plain_types,
)
with context.begin_transaction():
    context.run_migrations()
