"""Rules the database keeps: closed tables of states, evidence that is only added, one chain of events."""

from alembic import op

from storage.migrations import rules_v1

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules_v1.fill_states(op.get_bind())
    rules_v1.install(op.get_bind())


def downgrade() -> None:
    rules_v1.remove(op.get_bind())
    for table in ("document_transition", "record_transition", "document_state", "record_state"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - table names are ours
