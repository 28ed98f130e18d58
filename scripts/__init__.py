"""The `sohoa` command, one module a verb, and the set-up and benchmark scripts."""
