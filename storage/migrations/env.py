"""Alembic's entry: it works on the connection that storage.ledger.migrating hands over, inside its transaction."""

from alembic import context

from storage.ledger.models import Base
from storage.migrations.revise import plain_types

_OURS_BY_HAND = ("search_index", "sohoa_search_")
"""Full-text indexes, which SQLAlchemy's models cannot tell: storage/migrations/rules_v4.py makes them."""


def _is_modelled(name: str | None, _kind: str, _parents: object) -> bool:
    return not (name or "").startswith(_OURS_BY_HAND)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    render_as_batch=True,
    render_item=plain_types,
    include_name=_is_modelled,
)
with context.begin_transaction():
    context.run_migrations()
