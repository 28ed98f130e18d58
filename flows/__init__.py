"""Prefect flows and deployments: pick work, call the pipeline, report. No logic."""
