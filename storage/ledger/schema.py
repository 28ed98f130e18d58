"""Which tables this program works with."""

SCHEMA_REVISION = "0033"
"""The newest revision under storage/migrations/versions."""
