"""The ledger, which is the truth, and the object store."""
