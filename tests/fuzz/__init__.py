"""Broken and hostile files through the real intake: seeded, so that a case's number gives the same file again."""
