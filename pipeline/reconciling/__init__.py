"""Ledger, object store and disk held against each other: what is where it should be, what is not, what can be mended.

The ledger is the truth, and nothing in the store is ever overwritten or deleted: a repair puts back bytes whose hash
the ledger knows, notes an object whose hash the ledger or its event log knows, or takes a leftover from the disk.
"""

from pipeline.reconciling.model import Difference, Kind, ReconcileReport
from pipeline.reconciling.running import reconcile

__all__ = ["Difference", "Kind", "ReconcileReport", "reconcile"]
