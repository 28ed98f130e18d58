"""Which tables this program works with."""

SCHEMA_REVISION = "0029"
"""The newest revision under storage/migrations/versions."""
