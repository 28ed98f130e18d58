"""Which tables this program works with."""

SCHEMA_REVISION = "0006"
"""The newest revision under storage/migrations/versions."""
