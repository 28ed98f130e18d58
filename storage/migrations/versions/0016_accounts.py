"""Accounts of the page: users, sessions, attempts to sign in, views of personal data; events found by their subject."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _users()
    _sessions()
    _signing_in()
    _personal_views()
    op.create_index("ix_event_subject_id", "event", ["subject_id", "seq"])


def downgrade() -> None:
    op.drop_index("ix_event_subject_id", "event")
    for table in ("personal_view", "sign_in_handover", "sign_in_attempt", "web_session", "web_user"):
        op.drop_table(table)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _users() -> None:
    op.create_table(
        "web_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("password_hash", "email", "subject")),
        _instant("created_at"),
        _instant("locked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_web_user"),
        *(sa.UniqueConstraint(name, name=f"uq_web_user_{name}") for name in ("login", "email", "subject")),
    )


def _sessions() -> None:
    op.create_table(
        "web_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *(_instant(name) for name in ("opened_at", "seen_at", "expires_at")),
        _instant("ended_at", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["web_user.id"], name="fk_web_session_user_id_web_user"),
        sa.PrimaryKeyConstraint("id", name="pk_web_session"),
        sa.UniqueConstraint("token_sha256", name="uq_web_session_token_sha256"),
    )
    op.create_index("ix_web_session_user_id", "web_session", ["user_id"])


def _signing_in() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_sha256", sa.String(length=64), nullable=False),
        _instant("at"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_key", "sign_in_attempt", ["key_sha256", "at"])
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"])
    op.create_table(
        "sign_in_handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(length=64), nullable=False) for name in ("state_sha256", "browser_sha256")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("nonce", "verifier", "next_path")),
        _instant("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_handover"),
        sa.UniqueConstraint("state_sha256", name="uq_sign_in_handover_state_sha256"),
    )
    op.create_index("ix_sign_in_handover_expires_at", "sign_in_handover", ["expires_at"])


def _personal_views() -> None:
    op.create_table(
        "personal_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        _instant("opened_at"),
        _instant("until"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_personal_view_record_id_record"),
        sa.ForeignKeyConstraint(["user_id"], ["web_user.id"], name="fk_personal_view_user_id_web_user"),
        sa.PrimaryKeyConstraint("id", name="pk_personal_view"),
    )
    op.create_index("ix_personal_view_user", "personal_view", ["user_id", "record_id", "until"])
    op.create_index("ix_personal_view_record_id", "personal_view", ["record_id"])
