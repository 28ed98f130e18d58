"""The signature of the person who scanned: which batches want it, the bytes with it, the state that waits for it."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0026"
branch_labels = None
depends_on = None

_STATE = "waiting_attest"
_BEFORE = ("in_work", "waiting_release", "pending_signature")
_AFTER = ("in_work", "stuck", "refused", "superseded")
_STATES = sa.table("document_state", sa.column("name"))
_TRANSITIONS = sa.table("document_transition", sa.column("before"), sa.column("after"))


def upgrade() -> None:
    op.add_column("batch", sa.Column("profile", sa.String(length=64), nullable=False, server_default="agency_copy"))
    op.add_column("document_version", sa.Column("attested_sha256", sa.String(length=64), nullable=True))
    op.add_column("document_version", sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True))
    op.bulk_insert(_STATES, [{"name": _STATE}])
    op.bulk_insert(
        _TRANSITIONS,
        [{"before": before, "after": _STATE} for before in _BEFORE]
        + [{"before": _STATE, "after": after} for after in _AFTER],
    )


def downgrade() -> None:
    op.execute(sa.delete(_TRANSITIONS).where((_TRANSITIONS.c.before == _STATE) | (_TRANSITIONS.c.after == _STATE)))
    op.execute(sa.delete(_STATES).where(_STATES.c.name == _STATE))
    op.drop_column("document_version", "attested_at")
    op.drop_column("document_version", "attested_sha256")
    op.drop_column("batch", "profile")
