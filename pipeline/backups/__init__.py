"""Backups of the ledger and of what else a machine that burnt down would take with it, but for keys and objects."""
