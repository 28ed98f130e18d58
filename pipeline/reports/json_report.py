"""Progress as JSON for programs; its schema version is in it, its hash that of a snapshot of the same figures."""

import json
from pathlib import Path

from pipeline.progress.model import Progress
from pipeline.progress.snapshots import progress_to_json


def write_json(progress: Progress, path: Path) -> None:
    """Write progress as one JSON object."""
    path.write_text(json.dumps(progress_to_json(progress), ensure_ascii=False, indent=2) + "\n", "utf-8")
