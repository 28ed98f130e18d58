"""The ledger: one database that knows what became of every file that came in."""

from storage.ledger.migrating import migrate
from storage.ledger.opening import Ledger, open_ledger

__all__ = ["Ledger", "migrate", "open_ledger"]
