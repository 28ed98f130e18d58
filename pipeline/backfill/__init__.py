"""Backfill: find what is missing or stale, and redo only that.

Stale means that a stage would give another result today: its version, its engine or a setting that matters changed.
On documents that are sealed only the ledger's text and fields are renewed; their PDF stays as it was signed.
"""

from pipeline.backfill.planning import BackfillPlan, PlannedWork, plan_backfill
from pipeline.backfill.redoing import redo
from pipeline.backfill.running import RedoMany, run_backfill, work_off, work_off_waiting
from pipeline.backfill.scope import BackfillScope

__all__ = [
    "BackfillPlan",
    "BackfillScope",
    "PlannedWork",
    "RedoMany",
    "plan_backfill",
    "redo",
    "run_backfill",
    "work_off",
    "work_off_waiting",
]
