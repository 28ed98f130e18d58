"""Figures that cannot be counted here and offices supply: read from CSV, kept by version, shown with their source."""
