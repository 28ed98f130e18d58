"""The ledger: one database that knows what became of every file that came in."""
