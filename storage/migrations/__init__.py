"""Alembic: how the tables of older ledgers become those of this program."""
