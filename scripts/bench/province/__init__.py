"""A made-up province of any size for benchmarks: its ledger as four years of work would leave it."""
