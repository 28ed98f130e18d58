"""Prefect flows and deployments: pick work, call the pipeline, report. No logic.

Prefect reads its settings when it is first imported, so they are laid down here, before any flow module.
"""

import os

OFFLINE = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    # A busy machine takes longer to start the in-process server than Prefect's 20 s.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}

for _name, _value in OFFLINE.items():
    os.environ.setdefault(_name, _value)
