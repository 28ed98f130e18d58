"""What is stored already may get stuck too, when a secrecy mark turns up in it."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STORED_STATES = ("archived", "waiting_trust", "waiting_review")


def upgrade() -> None:
    for state in STORED_STATES:
        op.execute(f"INSERT INTO document_transition (before, after) VALUES ('{state}', 'stuck')")  # noqa: S608 - our words


def downgrade() -> None:
    for state in STORED_STATES:
        op.execute(f"DELETE FROM document_transition WHERE before = '{state}' AND after = 'stuck'")  # noqa: S608 - our words
