"""Counting: how much is digitized, level by level, against the law's target."""

from pipeline.progress.counting import count_progress
from pipeline.progress.model import (
    AgencyProgress,
    Attention,
    FindingCount,
    LevelProgress,
    Measure,
    Progress,
    QueueCount,
    Tally,
    Unregistered,
)
from pipeline.progress.snapshots import check_snapshot, progress_to_json, take_snapshot

__all__ = [
    "AgencyProgress",
    "Attention",
    "FindingCount",
    "LevelProgress",
    "Measure",
    "Progress",
    "QueueCount",
    "Tally",
    "Unregistered",
    "check_snapshot",
    "count_progress",
    "progress_to_json",
    "take_snapshot",
]
