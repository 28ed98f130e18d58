"""The assembly line: intake, stages, runner, metadata, review, units, targets, progress, reports."""
