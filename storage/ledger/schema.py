"""Which tables this program works with."""

SCHEMA_REVISION = "0025"
"""The newest revision under storage/migrations/versions."""
