"""The hard days, counted: seeded faults of what the line leans on, while it runs over a small batch."""
