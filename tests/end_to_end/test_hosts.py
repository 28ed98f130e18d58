"""Hosts on one ledger and store: killed, paused, cut off, full, with a wrong clock; the end is as if undisturbed."""

import os
from pathlib import Path

import pytest

from tests.hosts.house import SECRETS, undisturbed
from tests.hosts.scenario import LATE, OWN_DISK, Scenario, carry_out
from tests.integration.pipeline.house import build_template
from tests.services import PostgresServer, S3Server

pytestmark = [pytest.mark.needs("postgres", "s3", "tesseract", "poppler"), pytest.mark.timeout(400)]

ALL_BLOWS = Scenario(
    shared=range(1, 5),
    own=range(5, 6),
    reading=(("may-1", "pause"), ("may-2", "kill"), ("may-3", "cut")),
    sealing=(("may-2", "kill"), ("may-3", "pause")),
)


def test_hosts_that_fail_in_every_way_leave_what_an_undisturbed_run_leaves(
    tmp_path: Path, postgres_server: PostgresServer, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = build_template(tmp_path / "template")
    expected = undisturbed(template, tmp_path / "alone", range(1, 6))
    for name in SECRETS:
        monkeypatch.setenv(name, "")
    ended = carry_out(ALL_BLOWS, template, tmp_path, postgres_server, s3_server, os.environ)
    assert ended.facts == expected
    assert len(set(ended.keys)) == len(ended.keys) == expected["stored"], "nothing was put twice"
    assert "clock_skew" in ended.said[LATE]
    assert "archived" not in ended.said[LATE]
    assert "archived" in ended.said[OWN_DISK]
