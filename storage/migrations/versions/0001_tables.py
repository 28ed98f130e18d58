"""The tables of the first ledger."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for create in TABLES.values():
        create()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _administrative_unit() -> None:
    op.create_table(
        "administrative_unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("is_hardship", sa.Boolean(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["administrative_unit.id"], name="fk_administrative_unit_parent_id_administrative_unit"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_administrative_unit"),
        sa.UniqueConstraint("code", "valid_from", name="uq_administrative_unit_code_valid_from"),
    )
    op.create_index("ix_administrative_unit_parent_id", "administrative_unit", ["parent_id"])


def _batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("sheet_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.UniqueConstraint("agency_code", "sheet_sha256", name="uq_batch_agency_code_sheet_sha256"),
    )


def _chain_head_seal() -> None:
    op.create_table(
        "chain_head_seal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_chain_head_seal"),
    )


def _document_state() -> None:
    op.create_table(
        "document_state",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_document_state"),
    )


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("input_sha256", sa.String(length=64), nullable=True),
        sa.Column("output_sha256", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_event"),
        sa.UniqueConstraint("hash", name="uq_event_hash"),
    )


def _identifier() -> None:
    op.create_table(
        "identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_type", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("normalized", sa.String(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identifier"),
        sa.UniqueConstraint("subject_id", "scheme", "normalized", name="uq_identifier_subject_id_scheme_normalized"),
    )
    op.create_index("ix_identifier_lookup", "identifier", ["scheme", "normalized"])


def _ledger_birth() -> None:
    op.create_table(
        "ledger_birth",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("environment", sa.String(length=64), nullable=False),
        sa.Column("born_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_ledger_birth_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_birth"),
    )


def _progress_snapshot() -> None:
    op.create_table(
        "progress_snapshot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_progress_snapshot"),
    )


def _record_state() -> None:
    op.create_table(
        "record_state",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_record_state"),
    )


def _register_import() -> None:
    op.create_table(
        "register_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_import"),
    )


def _target() -> None:
    op.create_table(
        "target",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Double(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_target"),
        sa.UniqueConstraint("metric", "level", "year", "legal_basis", name="uq_target_metric_level_year_legal_basis"),
    )


def _agency() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("parent_code", sa.String(length=64), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["administrative_unit.id"], name="fk_agency_unit_id_administrative_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_agency"),
        sa.UniqueConstraint("code", name="uq_agency_code"),
    )


def _document_transition() -> None:
    op.create_table(
        "document_transition",
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["after"], ["document_state.name"], name="fk_document_transition_after_document_state"),
        sa.ForeignKeyConstraint(
            ["before"], ["document_state.name"], name="fk_document_transition_before_document_state"
        ),
        sa.PrimaryKeyConstraint("before", "after", name="pk_document_transition"),
    )


def _record_transition() -> None:
    op.create_table(
        "record_transition",
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["after"], ["record_state.name"], name="fk_record_transition_after_record_state"),
        sa.ForeignKeyConstraint(["before"], ["record_state.name"], name="fk_record_transition_before_record_state"),
        sa.PrimaryKeyConstraint("before", "after", name="pk_record_transition"),
    )


def _register_entry() -> None:
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("record_code", sa.String(), nullable=False),
        sa.Column("procedure_code", sa.String(), nullable=True),
        sa.Column("procedure_name", sa.String(), nullable=True),
        sa.Column("symbol", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("in_force_until", sa.Date(), nullable=True),
        sa.Column("expected_results", sa.Integer(), nullable=False),
        sa.Column("expected_papers", sa.Integer(), nullable=False),
        sa.Column("expected_pages", sa.Integer(), nullable=True),
        sa.Column("first_import_id", sa.Uuid(), nullable=False),
        sa.Column("last_import_id", sa.Uuid(), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("row_sha256", sa.String(length=64), nullable=False),
        sa.Column("missing_since_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["first_import_id"], ["register_import.id"], name="fk_register_entry_first_import_id_register_import"
        ),
        sa.ForeignKeyConstraint(
            ["last_import_id"], ["register_import.id"], name="fk_register_entry_last_import_id_register_import"
        ),
        sa.ForeignKeyConstraint(
            ["missing_since_id"], ["register_import.id"], name="fk_register_entry_missing_since_id_register_import"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_register_entry"),
        sa.UniqueConstraint("agency_code", "record_code", name="uq_register_entry_agency_code_record_code"),
    )
    op.create_index("ix_register_entry_counting", "register_entry", ["agency_code", "resolved_on", "in_force_until"])
    op.create_index("ix_register_entry_last_import_id", "register_entry", ["last_import_id"])


def _release() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("sample", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_release_batch_id_batch"),
        sa.PrimaryKeyConstraint("id", name="pk_release"),
    )
    op.create_index("ix_release_batch_id", "release", ["batch_id"])


def _unit_succession() -> None:
    op.create_table(
        "unit_succession",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("old_id", sa.Uuid(), nullable=False),
        sa.Column("new_id", sa.Uuid(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["new_id"], ["administrative_unit.id"], name="fk_unit_succession_new_id_administrative_unit"
        ),
        sa.ForeignKeyConstraint(
            ["old_id"], ["administrative_unit.id"], name="fk_unit_succession_old_id_administrative_unit"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unit_succession"),
        sa.UniqueConstraint("old_id", "new_id", "effective", name="uq_unit_succession_old_id_new_id_effective"),
    )
    op.create_index("ix_unit_succession_new_id", "unit_succession", ["new_id"])
    op.create_index("ix_unit_succession_old_id", "unit_succession", ["old_id"])


def _record() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("register_entry_id", sa.Uuid(), nullable=True),
        sa.Column("next_stt", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("maintenance", sa.String(length=64), nullable=True),
        sa.Column("mode", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=64), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("keyword", sa.String(), nullable=True),
        sa.Column("total_documents", sa.Integer(), nullable=True),
        sa.Column("total_papers", sa.Integer(), nullable=True),
        sa.Column("total_pages", sa.Integer(), nullable=True),
        sa.Column("format", sa.String(length=64), nullable=True),
        sa.Column("information_sign", sa.String(), nullable=True),
        sa.Column("confidence_level", sa.String(length=64), nullable=True),
        sa.Column("paper_file_code", sa.String(), nullable=True),
        sa.Column("box", sa.String(), nullable=True),
        sa.Column("shelf", sa.String(), nullable=True),
        sa.Column("risk_recovery", sa.Boolean(), nullable=True),
        sa.Column("risk_recovery_status", sa.String(length=64), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["register_entry_id"], ["register_entry.id"], name="fk_record_register_entry_id_register_entry"
        ),
        sa.ForeignKeyConstraint(["state"], ["record_state.name"], name="fk_record_state_record_state"),
        sa.PrimaryKeyConstraint("id", name="pk_record"),
        sa.UniqueConstraint("agency_code", "code", name="uq_record_agency_code_code"),
    )
    op.create_index("ix_record_agency_code", "record", ["agency_code"])
    op.create_index("ix_record_register_entry_id", "record", ["register_entry_id"])


def _register_entry_history() -> None:
    op.create_table(
        "register_entry_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=False),
        sa.Column("values", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["register_entry.id"], name="fk_register_entry_history_entry_id_register_entry"
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["register_import.id"], name="fk_register_entry_history_replaced_by_id_register_import"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_register_entry_history"),
    )
    op.create_index("ix_register_entry_history_entry_id", "register_entry_history", ["entry_id"])


def _document() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_code", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("stt", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("reason_details", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("lane", sa.String(length=64), nullable=True),
        sa.Column("original_sha256", sa.String(length=64), nullable=False),
        sa.Column("source_path", sa.String(), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("same_bytes_as_id", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim_owner", sa.String(), nullable=True),
        sa.Column("claim_fence", sa.Integer(), nullable=False),
        sa.Column("claim_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("type_code", sa.String(length=64), nullable=True),
        sa.Column("maintenance", sa.String(length=64), nullable=True),
        sa.Column("mode", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=64), nullable=True),
        sa.Column("keyword", sa.String(), nullable=True),
        sa.Column("format", sa.String(length=64), nullable=True),
        sa.Column("information_sign", sa.String(), nullable=True),
        sa.Column("confidence_level", sa.String(length=64), nullable=True),
        sa.Column("autograph", sa.String(), nullable=True),
        sa.Column("process", sa.Boolean(), nullable=True),
        sa.Column("risk_recovery", sa.Boolean(), nullable=True),
        sa.Column("risk_recovery_status", sa.String(length=64), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_document_batch_id_batch"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_document_record_id_record"),
        sa.ForeignKeyConstraint(["same_bytes_as_id"], ["document.id"], name="fk_document_same_bytes_as_id_document"),
        sa.ForeignKeyConstraint(["state"], ["document_state.name"], name="fk_document_state_document_state"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("record_id", "stt", name="uq_document_record_id_stt"),
    )
    op.create_index("ix_document_batch_id", "document", ["batch_id"])
    op.create_index("ix_document_original_sha256", "document", ["original_sha256"])
    op.create_index("ix_document_record_id", "document", ["record_id"])
    op.create_index("ix_document_work", "document", ["state", "agency_code"])


def _document_version() -> None:
    op.create_table(
        "document_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assembled_sha256", sa.String(length=64), nullable=True),
        sa.Column("sealed_sha256", sa.String(length=64), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pdfa_claim", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_document_version_document_id_document"),
        sa.PrimaryKeyConstraint("id", name="pk_document_version"),
        sa.UniqueConstraint("document_id", "number", name="uq_document_version_document_id_number"),
    )


def _finding() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_finding_document_id_document"),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
        sa.UniqueConstraint("document_id", "page", "code", name="uq_finding_document_id_page_code"),
    )
    op.create_index("ix_finding_document_id", "finding", ["document_id"])


def _inbox_item() -> None:
    op.create_table(
        "inbox_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified_ns", sa.BigInteger(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stable_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("reason_details", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_inbox_item_document_id_document"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_item"),
        sa.UniqueConstraint("path", name="uq_inbox_item_path"),
    )
    op.create_index("ix_inbox_item_document_id", "inbox_item", ["document_id"])


def _review_task() -> None:
    op.create_table(
        "review_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("field_name", sa.String(length=64), nullable=True),
        sa.Column("reason_code", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("decision", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_review_task_document_id_document"),
        sa.PrimaryKeyConstraint("id", name="pk_review_task"),
    )
    op.create_index("ix_review_task_document_id", "review_task", ["document_id"])
    op.create_index("ix_review_task_open", "review_task", ["settled_at", "document_id"])


def _field_value() -> None:
    op.create_table(
        "field_value",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("left", sa.Double(), nullable=True),
        sa.Column("top", sa.Double(), nullable=True),
        sa.Column("right", sa.Double(), nullable=True),
        sa.Column("bottom", sa.Double(), nullable=True),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_version.id"], name="fk_field_value_version_id_document_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_field_value"),
    )
    op.create_index("ix_field_value_lookup", "field_value", ["version_id", "name"])


def _page() -> None:
    op.create_table(
        "page",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("dpi", sa.Double(), nullable=False),
        sa.Column("depth_bits", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("blur", sa.Double(), nullable=False),
        sa.Column("skew_deg", sa.Double(), nullable=False),
        sa.Column("border_ratio", sa.Double(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("is_blank", sa.Boolean(), nullable=False),
        sa.Column("has_colour", sa.Boolean(), nullable=False),
        sa.Column("has_seal", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("engine", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["document_version.id"], name="fk_page_version_id_document_version"),
        sa.PrimaryKeyConstraint("id", name="pk_page"),
        sa.UniqueConstraint("version_id", "number", name="uq_page_version_id_number"),
    )


def _signature() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("certificate_sha256", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("timestamp_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("is_trusted", sa.Boolean(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_version.id"], name="fk_signature_version_id_document_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signature"),
        sa.UniqueConstraint("version_id", "field", name="uq_signature_version_id_field"),
    )


def _stage_run() -> None:
    op.create_table(
        "stage_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("input_sha256", sa.String(length=64), nullable=False),
        sa.Column("stage_version", sa.String(), nullable=False),
        sa.Column("settings_sha256", sa.String(length=64), nullable=False),
        sa.Column("output_sha256", sa.String(length=64), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cpu_s", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_version.id"], name="fk_stage_run_version_id_document_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stage_run"),
        sa.UniqueConstraint("version_id", "stage", "key", name="uq_stage_run_version_id_stage_key"),
    )


def _stored_object() -> None:
    op.create_table(
        "stored_object",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("store_version_id", sa.String(), nullable=True),
        sa.Column("retention_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replica_of_id", sa.Uuid(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_ok", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["replica_of_id"], ["stored_object.id"], name="fk_stored_object_replica_of_id_stored_object"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["document_version.id"], name="fk_stored_object_version_id_document_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_stored_object"),
        sa.UniqueConstraint("key", name="uq_stored_object_key"),
    )
    op.create_index("ix_stored_object_version_id", "stored_object", ["version_id"])


TABLES: dict[str, Callable[[], None]] = {
    "administrative_unit": _administrative_unit,
    "batch": _batch,
    "chain_head_seal": _chain_head_seal,
    "document_state": _document_state,
    "event": _event,
    "identifier": _identifier,
    "ledger_birth": _ledger_birth,
    "progress_snapshot": _progress_snapshot,
    "record_state": _record_state,
    "register_import": _register_import,
    "target": _target,
    "agency": _agency,
    "document_transition": _document_transition,
    "record_transition": _record_transition,
    "register_entry": _register_entry,
    "release": _release,
    "unit_succession": _unit_succession,
    "record": _record,
    "register_entry_history": _register_entry_history,
    "document": _document,
    "document_version": _document_version,
    "finding": _finding,
    "inbox_item": _inbox_item,
    "review_task": _review_task,
    "field_value": _field_value,
    "page": _page,
    "signature": _signature,
    "stage_run": _stage_run,
    "stored_object": _stored_object,
}
"""In an order in which each finds those it points to."""
