"""Which tables this program works with."""

SCHEMA_REVISION = "0028"
"""The newest revision under storage/migrations/versions."""
