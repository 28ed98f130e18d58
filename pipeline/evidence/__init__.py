"""The evidence pack: one record's files and proofs in one ZIP or folder, and its check where nothing else is known."""
