"""Which tables this program works with."""

SCHEMA_REVISION = "0024"
"""The newest revision under storage/migrations/versions."""
