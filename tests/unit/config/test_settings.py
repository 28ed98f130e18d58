import os
import re
import tomllib
import traceback
from pathlib import Path

import pytest

from config.errors import (
    ExitCode,
    SecretMissingError,
    SettingRenamedError,
    SettingsError,
    SettingsFileError,
    UnknownSettingError,
)
from config.secret_values import secret
from config.settings import SETTINGS_FILE, known_keys, load_settings
from config.settings_sample import reference_page, sample_text


@pytest.fixture(autouse=True)
def _no_variables_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        monkeypatch.delenv(name)


def write(home: Path, text: str) -> None:
    (home / SETTINGS_FILE).write_text(text, "utf-8")


def uncommented(sample: str) -> str:
    """Take the `# ` off the lines that hold a setting."""
    return re.sub(r"^# (?=[a-z_]+ = )", "", sample, flags=re.MULTILINE)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.inbox_folder == tmp_path / "inbox"
    assert settings.ledger_url == f"sqlite:///{tmp_path / 'ledger.sqlite3'}"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, '[store]\nbucket = "from-file"\n[run]\nworkers = 3\n')
    monkeypatch.setenv("SOHOA_STORE__BUCKET", "from-environment")
    settings = load_settings(tmp_path)
    assert (settings.store.bucket, settings.run.workers) == ("from-environment", 3)


def test_arguments_win_over_the_environment_and_both_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, '[store]\nbucket = "file"\nregion = "file"\n[inbox]\nstable_after_s = 1\nmax_pages = 11\n')
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("SOHOA_STORE__BUCKET", "environment")
    monkeypatch.setenv("SOHOA_INBOX__STABLE_AFTER_S", "2")
    settings = load_settings(tmp_path, inbox={"stable_after_s": 0})
    assert settings.home == tmp_path
    assert (settings.inbox.stable_after_s, settings.inbox.max_pages) == (0, 11)
    assert (settings.store.bucket, settings.store.region) == ("environment", "file")


def test_the_home_folder_comes_from_the_environment_when_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_HOME", str(tmp_path))
    assert load_settings().home == tmp_path


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ('[store]\nbuket = "x"\n', "store.buket", "store.bucket"),
        ("[inbox]\nstable_after = 3\n", "inbox.stable_after", "inbox.stable_after_s"),
        ('langs = "vi"\n', "langs", "lang"),
    ],
)
def test_an_unknown_key_is_refused_by_name_with_the_nearest(tmp_path: Path, text: str, key: str, nearest: str) -> None:
    write(tmp_path, text)
    with pytest.raises(UnknownSettingError) as refused:
        load_settings(tmp_path)
    assert refused.value.details["key"] == key
    assert refused.value.details["nearest"] == nearest
    assert refused.value.exit_code is ExitCode.SETTINGS


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("SOHOA_STROE__BUCKET", "SOHOA_STORE__BUCKET"),
        ("SOHOA_STORE_BUCKET", "SOHOA_STORE__BUCKET"),
        ("SOHOA_STORE__BUKET", "SOHOA_STORE__BUCKET"),
        ("sohoa_hoem", "SOHOA_HOME"),
    ],
)
def test_an_unknown_variable_is_refused_by_name_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, nearest: str
) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(UnknownSettingError) as refused:
        load_settings(tmp_path)
    assert (refused.value.details["key"], refused.value.details["nearest"]) == (name, nearest)
    assert SETTINGS_FILE not in str(refused.value)


def test_variables_that_settings_refer_to_and_the_person_who_acts_are_no_unknown_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, '[store]\naccess_key = "env:SOHOA_S3_KEY"\n')
    monkeypatch.setenv("SOHOA_S3_KEY", "sesame")
    monkeypatch.setenv("SOHOA_ACTOR", "lan")
    monkeypatch.setenv("SOHOA_RUN", '{"workers": 5}')
    assert load_settings(tmp_path).run.workers == 5


def test_a_section_that_cannot_be_read_from_a_variable_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOHOA_STORE", "s3")
    with pytest.raises(SettingsError, match="SOHOA_STORE "):
        load_settings(tmp_path)


def test_a_wrong_value_of_a_variable_is_not_laid_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_RUN__WORKERS", "many")
    with pytest.raises(SettingsError, match="SOHOA_RUN__WORKERS") as refused:
        load_settings(tmp_path)
    assert SETTINGS_FILE not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[run]\nworkers = 0\n", "run.workers"),
        ('[run]\nworkers = "many"\n', "run.workers"),
        ('[store]\nkind = "ftp"\n', "store.kind"),
        ("[review]\nwrong_share = 0\n", "review.wrong_share"),
        ("[review]\nwrong_share = 0.2\n", "review.wrong_share"),
        ("[inbox]\nkeep_files = 7\n", "inbox.keep_files"),
        ("store = 3\n", "store"),
        ('[run]\ndigitize_cron = "every hour"\n', "run.digitize_cron"),
        ('[run]\nreport_cron = "0 25 * * *"\n', "run.report_cron"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key_and_what_is_wanted(tmp_path: Path, text: str, key: str) -> None:
    write(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path)
    assert refused.value.details["key"] == key
    # Said by us, in the active language, not by pydantic in English.
    assert "nput should" not in str(refused.value)


def test_a_wrong_schedule_is_refused_with_an_example_before_anything_is_served(tmp_path: Path) -> None:
    write(tmp_path, '[run]\ndigitize_cron = "hourly"\n')
    with pytest.raises(SettingsError, match=re.escape("*/15 * * * *")):
        load_settings(tmp_path)


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    write(tmp_path, "[store\n")
    with pytest.raises(SettingsFileError, match=rf"{SETTINGS_FILE}.*dòng 1"):
        load_settings(tmp_path)
    (tmp_path / SETTINGS_FILE).write_bytes(b'agency = "\xff"\n')
    with pytest.raises(SettingsFileError, match=SETTINGS_FILE):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("ledger", "url", "postgresql://sohoa:hunter2@db.example/sohoa"),
        ("ledger", "url", "postgresql+psycopg://sohoa:/hunter2?#:@db.example/sohoa"),
        ("ledger", "url", "postgresql://sohoa@db.example/sohoa?password=hunter2"),
        ("store", "endpoint", "https://key:hunter2@s3.example"),
        ("store", "endpoint", "https://hunter2@s3.example"),
        ("signing", "timestamp", "http://name:hunter2@tsa.example/tsa"),
    ],
)
def test_a_password_in_an_address_is_refused_and_never_shown(
    tmp_path: Path, section: str, name: str, value: str
) -> None:
    write(tmp_path, f'[{section}]\n{name} = "{value}"\n')
    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path)
    assert refused.value.details["key"] == f"{section}.{name}"
    shown = "".join(traceback.format_exception(refused.value)) + str(refused.value) + refused.value.remedy_text()
    assert "hunter2" not in shown


def test_an_address_without_a_password_is_accepted(tmp_path: Path) -> None:
    ledger = "postgresql://sohoa@db.example:5432/sohoa?sslmode=verify-full&passfile=x"
    write(
        tmp_path,
        f'[ledger]\nurl = "{ledger}"\n[store]\nendpoint = "http://s3.example:8333"\n'
        '[signing]\ntimestamp = "http://tsa.example/tsa?policy=1"\n',
    )
    assert load_settings(tmp_path).ledger_url == ledger


def test_secrets_are_given_by_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", " sesame")
    (tmp_path / "secret").write_text("\ufeffopen ô\r\n", "utf-8")
    assert secret("ledger.password", "env:A_SECRET") == " sesame"
    assert secret("ledger.password", f"file:{tmp_path / 'secret'}") == "open ô"
    assert secret("ledger.password", None) is None


@pytest.mark.parametrize("key", ["ledger.password", "store.access_key", "store.secret_key", "signing.key_password"])
@pytest.mark.parametrize("plain", ["hunter2", "pass:word:hunter2", "env:", ""])
def test_a_secret_written_plainly_is_refused_by_name_and_not_repeated(tmp_path: Path, key: str, plain: str) -> None:
    section, _dot, name = key.partition(".")
    write(tmp_path, f'[{section}]\n{name} = "{plain}"\n')
    with pytest.raises(SettingsError, match=re.escape(key)) as refused:
        load_settings(tmp_path)
    shown = "".join(traceback.format_exception(refused.value)) + str(refused.value) + refused.value.remedy_text()
    assert "hunter2" not in shown


@pytest.mark.parametrize("content", [None, b"", b" \n", b"caf\xe9 hunter2"])
def test_a_reference_to_nothing_or_to_what_cannot_be_read_is_named_with_its_setting(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SecretMissingError) as missing:
        secret("store.secret_key", f"file:{path}")
    assert "store.secret_key" in str(missing.value)
    assert str(path) in str(missing.value)
    assert "hunter2" not in "".join(traceback.format_exception(missing.value))


@pytest.mark.parametrize("missing", ["env:NO_SUCH_VARIABLE_HERE", "file:/proc/self/mem", "file:/"])
def test_what_the_machine_does_not_hand_out_is_an_error_of_the_settings(missing: str) -> None:
    with pytest.raises(SecretMissingError, match=missing):
        secret("ledger.password", missing)


def test_the_sample_names_every_setting_and_changes_nothing(tmp_path: Path) -> None:
    untouched = load_settings(tmp_path)
    write(tmp_path, sample_text())
    assert load_settings(tmp_path) == untouched
    for key in known_keys().keys() - {"home"}:
        assert f"# {key.rpartition('.')[2]} = " in sample_text()


def test_the_sample_shows_the_defaults(tmp_path: Path) -> None:
    text = uncommented(sample_text())
    values = tomllib.loads(text)
    for key, field in known_keys().items():
        if key == "home" or field.default is None:
            continue
        table, _dot, name = key.rpartition(".")
        shown = values[table][name] if table else values[name]
        assert shown == (str(field.default) if isinstance(field.default, Path) else field.default), key
    write(tmp_path, text)
    load_settings(tmp_path)


def test_every_setting_is_on_the_reference_page() -> None:
    page = reference_page()
    assert [key for key in known_keys() if f"| `{key}` |" not in page] == []


def test_a_choice_that_is_none_is_told_with_the_choices_in_vietnamese(tmp_path: Path) -> None:
    write(tmp_path, '[store]\nkind = "tape"\n')
    with pytest.raises(SettingsError, match="phải là một trong: folder, s3"):
        load_settings(tmp_path)


@pytest.mark.parametrize("old", ["accept_confidence", "sample_percent"])
def test_a_setting_of_before_is_refused_with_the_one_that_took_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str
) -> None:
    write(tmp_path, f"[review]\n{old} = 0.9\n")
    with pytest.raises(SettingRenamedError, match=rf"{SETTINGS_FILE}.*review\.{old}.*review\.wrong_share"):
        load_settings(tmp_path)
    write(tmp_path, "")
    monkeypatch.setenv(f"SOHOA_REVIEW__{old.upper()}", "0.9")
    with pytest.raises(SettingRenamedError, match="SOHOA_REVIEW__WRONG_SHARE"):
        load_settings(tmp_path)
