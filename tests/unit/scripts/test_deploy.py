"""The units for systemd and the compose file name commands and settings that exist, and hold no secret."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from config.setting_faults import variable_of
from config.settings import OTHER_VARIABLES, known_keys
from scripts.reference_pages import command_pages

DEPLOY = Path(__file__).parents[3] / "scripts" / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
VARIABLES = {variable_of(key) for key in known_keys()} | OTHER_VARIABLES
SECRET_SETTINGS = ("PASSWORD", "_KEY", "AUTH")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return parsed


def is_command(words: list[str]) -> bool:
    known = {page.path for page in command_pages("en")}
    verb = [word for word in words if not word.startswith("-")]
    return any(" ".join(["sohoa", *verb[:size]]) in known for size in (1, 2))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_a_command_as_a_user_without_rights(unit: Path) -> None:
    lines = unit.read_text("utf-8").splitlines()
    (start,) = [line for line in lines if line.startswith("ExecStart=")]
    program, *words = start.removeprefix("ExecStart=").split()
    assert program.endswith("/bin/sohoa")
    assert is_command(words)
    assert {"User=sohoa", "NoNewPrivileges=true", "PrivateTmp=true"} <= set(lines)
    assert [line for line in lines if re.match(r"\[(Unit|Service|Install)\]", line)] == [
        "[Unit]",
        "[Service]",
        "[Install]",
    ]


def test_the_sample_environment_names_settings_and_no_secret() -> None:
    lines = (DEPLOY / "systemd" / "environment.sample").read_text("utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(settings) <= VARIABLES
    assert_no_secret(settings)


def test_containers_run_commands_with_settings_that_exist(compose: dict[str, Any]) -> None:
    ours = {name: service for name, service in compose["services"].items() if service.get("image") == "sohoa"}
    assert set(ours) == {"init", "scheduler", "worker", "web"}
    for service in ours.values():
        assert is_command(service["command"])
        assert set(service["environment"]) <= VARIABLES
        assert_no_secret(service["environment"])
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert set(service["depends_on"]) <= set(compose["services"])


def test_no_container_is_given_a_secret_but_by_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert_no_secret(service.get("environment", {}))
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def assert_no_secret(settings: dict[str, str]) -> None:
    for name, value in settings.items():
        if name.endswith(SECRET_SETTINGS):
            assert value.startswith("file:"), name
        assert not re.search(r"://[^/]*:[^/]*@", value), name
