"""The outside libraries of recognition report to nobody, and leave no name for the machine behind."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_runtime_of_the_networks_makes_itself_no_device_id(tmp_path: Path) -> None:
    ask = "import ocr.hand.figures, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout == "1\n"
    assert not (tmp_path / "home").exists()
