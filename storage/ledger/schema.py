"""Which tables this program works with."""

SCHEMA_REVISION = "0002"
"""The newest revision under storage/migrations/versions."""
