"""The one typed model of settings.

Values come, strongest first, from arguments, `SOHOA_*` environment variables (`SOHOA_STORE__BUCKET`), the file
`sohoa.toml` in the home folder, and the defaults here. Unknown keys and variables are refused by name with the
nearest match. Secrets stand only as references: `env:NAME` or `file:PATH`.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as UnreadableVariableError

from config.errors import SettingsError, SettingsFileError
from config.i18n import gettext
from config.i18n import mark as _
from config.scheduler_settings import SchedulerSettings
from config.section import Section
from config.setting_faults import ENVIRONMENT, PREFIX, no_variable, variable_of, wrong_setting
from config.setting_values import (
    Cron,
    LedgerAddress,
    SecretReference,
    TimestampAddress,
    WebAddress,
)
from config.store_settings import FixitySettings, ReplicaSettings, StoreSettings

SETTINGS_FILE = "sohoa.toml"
OTHER_VARIABLES = frozenset({"SOHOA_ACTOR"})
"""Variables that are no settings: who acts is different for each person."""


class InboxSettings(Section):
    """What is taken from the inbox, and how."""

    folder: Path = Field(Path("inbox"), description=_("Folder that scans arrive in; relative to the home folder."))
    stable_after_s: float = Field(10.0, ge=0, description=_("Seconds a file's size and time must stand still."))
    profile: Literal["agency_copy", "one_stop_scan"] = Field(
        "agency_copy",
        description=_("Who signs what a batch sheet without a profile brings: the agency, or first who scanned."),
    )
    keep_files: bool = Field(False, description=_("Leave files in the inbox after their original is stored."))
    max_pages: int = Field(2000, ge=1, description=_("Most pages a document may have."))
    max_page_pixels: int = Field(250_000_000, ge=1, description=_("Most pixels a page image may have."))
    max_file_mb: int = Field(2000, ge=1, description=_("Largest file taken, in megabytes."))


class OcrSettings(Section):
    """How pages are read."""

    engine: Literal["tesserocr", "pytesseract"] = Field(
        "tesserocr", description=_("tesserocr reads in this process; pytesseract starts the installed program.")
    )
    language: str = Field("vie", description=_("Tesseract language model."))
    model_folder: Path | None = Field(
        None,
        examples=["/usr/share/tesseract-ocr/5/tessdata"],
        description=_("Folder of Tesseract models; found by itself if not given."),
    )
    page_timeout_s: float = Field(120.0, gt=0, description=_("Longest time for one page."))
    lane: Literal["auto", "straight", "careful"] = Field(
        "auto",
        description=_("How the PDF/A is built; auto takes the straight lane wherever a page is one image."),
    )
    drop_blank_pages: bool = Field(
        False,
        description=_("Leave blank pages out of the archival PDF; the original keeps them, and they are counted."),
    )


class SigningSettings(Section):
    """With what and how documents are sealed."""

    key: str = Field(
        "generated",
        examples=["pkcs11:UBND-XA-MAU"],
        description=_("generated (TEST), pkcs12:PATH, or pkcs11:LABEL for a token or HSM."),
    )
    key_password: SecretReference | None = Field(
        None,
        examples=["file:/etc/sohoa/key-password"],
        description=_(
            "Reference to the key's password or the token's PIN: env:NAME or file:PATH, or prompt: to be asked at the "
            "terminal."
        ),
    )
    pkcs11_module: Path | None = Field(
        None,
        examples=["/usr/lib/softhsm/libsofthsm2.so"],
        description=_("PKCS#11 library (.so) that the token's maker provides."),
    )
    chain_file: Path | None = Field(
        None,
        examples=["/etc/sohoa/issuers.pem"],
        description=_("Certificates of the issuers, where the token does not hold them (PEM or DER)."),
    )
    agency_keys: Path | None = Field(
        None,
        examples=["agency_keys.toml"],
        description=_(
            "File that says which key seals for which agency, in place of signing.key; relative to the home folder."
        ),
    )
    warn_days: int = Field(60, ge=1, description=_("Days before a certificate runs out that it is told."))
    level: Literal["B-B", "B-T", "B-LT", "B-LTA"] = Field(
        "B-LTA",
        description=_("PAdES level of the agency's seal: B-B, B-T, B-LT or B-LTA; never a lower one than is named."),
    )
    timestamp: TimestampAddress = Field(
        "local", description=_("local (TEST), or the http address of an RFC 3161 authority.")
    )
    timestamp_timeout_s: float = Field(180.0, gt=0, description=_("Longest wait for one timestamp."))
    timestamp_tries: int = Field(3, ge=1, description=_("How often a timestamp is asked for."))
    timestamps_at_once: int = Field(4, ge=1, description=_("Most timestamps asked for at the same time."))
    most_drift_minutes: float = Field(
        5.0,
        gt=0,
        description=_("Most minutes between the printed time and the timestamp; beyond them it is signed anew."),
    )
    revocation_timeout_s: float = Field(
        30.0, gt=0, description=_("Longest wait for one answer on whether a certificate is revoked.")
    )
    renew_days: int = Field(
        365,
        ge=1,
        description=_("Days before the newest timestamp of a sealed file ends that a further one is put over it."),
    )
    revocation_keep_minutes: float = Field(
        60.0, ge=0, description=_("How long such an answer is used for further seals.")
    )
    copy_form: str = Field("SAO Y", description=_("Form of the copy printed in the signature (NĐ 30/2020)."))


class LedgerSettings(Section):
    """Where the ledger is."""

    url: LedgerAddress = Field("", description=_("SQLAlchemy URL; empty means ledger.sqlite3 in the home folder."))
    password: SecretReference | None = Field(
        None,
        examples=["file:/etc/sohoa/ledger-password"],
        description=_("Reference to the database password: env:NAME or file:PATH."),
    )


class RunSettings(Section):
    """How much is worked on at a time, and when."""

    workers: int = Field(2, ge=1, description=_("Documents worked on at a time."))
    memory_mb: int = Field(
        0,
        ge=0,
        examples=[8000],
        description=_(
            "Memory that documents in work on this machine may need together, in MB; 0: half of what this program may "
            "use. One that needs more waits for a larger machine."
        ),
    )
    batch_size: int = Field(100, ge=1, le=200, description=_("Most documents in one flow run."))
    claim_s: int = Field(900, ge=10, description=_("Seconds after which a silent worker's document is taken over."))
    digitize_cron: Cron = Field("*/15 * * * *", description=_("When `sohoa serve` drains the inbox (Vietnam time)."))
    report_cron: Cron = Field("30 17 * * *", description=_("When `sohoa serve` writes the report (Vietnam time)."))
    renew_cron: Cron = Field(
        "0 2 * * 6", description=_("When `sohoa serve` renews timestamps that are due (Vietnam time).")
    )
    backfill_cron: Cron = Field("*/10 * * * *", description=_("When `sohoa serve` looks for backfills (Vietnam time)."))
    cpu_hour_price: float | None = Field(None, ge=0, examples=[900], description=_("Đồng that a CPU hour costs."))
    page_price: float | None = Field(None, ge=0, examples=[50], description=_("Đồng that a page redone costs."))
    fixity_cron: Cron = Field(
        "0 3 * * *", description=_("When `sohoa serve` reads the day's share of the store back (Vietnam time).")
    )


class BackupSettings(Section):
    """Where the ledger is backed up to, when, and for how long backups are kept."""

    to: str = Field(
        "backup",
        min_length=1,
        examples=["/mnt/backup/sohoa"],
        description=_("Folder of backups, relative to the home folder, or s3 for the bucket of the store."),
    )
    cron: Cron = Field("0 1 * * *", description=_("When `sohoa serve` backs the ledger up (Vietnam time)."))
    keep_months: int = Field(
        13, ge=1, description=_("Months that backups in a folder are kept; the first of each three years stays.")
    )


class ReviewSettings(Section):
    """When the machine asks a person."""

    wrong_share: float = Field(
        0.005,
        gt=0,
        le=0.05,
        description=_(
            "Largest share of wrong values among the fields that are accepted without a person; how sure a field must "
            "be and how large an acceptance sample is follow from it."
        ),
    )
    sample_least: int = Field(3, ge=1, description=_("Least number of documents in an acceptance sample."))


class WebSettings(Section):
    """The page for auditors, and who may sign in to it."""

    public_url: WebAddress = Field(
        "",
        examples=["https://sohoa.example.vn"],
        description=_("Address that people open the page under; empty: this machine alone."),
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description=_("Addresses of the reverse proxies whose word on the caller's address is taken, by commas."),
    )
    idle_minutes: int = Field(30, ge=1, description=_("Minutes without use after which a session ends."))
    session_hours: int = Field(10, ge=1, description=_("Hours after which a session ends however busy it is."))
    oidc_issuer: WebAddress = Field(
        "",
        examples=["https://login.example.vn"],
        description=_("Address of the OpenID Connect provider; empty: passwords alone."),
    )
    oidc_client_id: str = Field("", description=_("Name of this page with the provider."))
    oidc_client_secret: SecretReference | None = Field(
        None,
        examples=["file:/etc/sohoa/oidc-secret"],
        description=_("Reference to the secret shared with the provider: env:NAME or file:PATH."),
    )


class Settings(BaseSettings):
    """All settings of one installation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        nested_model_default_partial_update=True,
    )

    home: Path = Field(Path("sohoa-home"), description=_("Folder of everything this installation keeps."))
    lang: Literal["vi", "en"] = Field("vi", description=_("Language of everything shown."))
    province: str = Field(
        "40",
        pattern=r"^\d{2}$",
        description=_("Statistics code of the province whose units are counted (40: Nghệ An)."),
    )
    agency: str = Field(
        "",
        description=_(
            "Identifier of the agency that seals the event log (H41…); empty: the only one that has a key or "
            "documents, or the body above those that have."
        ),
    )
    inbox: InboxSettings = InboxSettings()
    ocr: OcrSettings = OcrSettings()
    signing: SigningSettings = SigningSettings()
    store: StoreSettings = StoreSettings()
    replica: ReplicaSettings = ReplicaSettings()
    fixity: FixitySettings = FixitySettings()
    ledger: LedgerSettings = LedgerSettings()
    run: RunSettings = RunSettings()
    backup: BackupSettings = BackupSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    review: ReviewSettings = ReviewSettings()
    web: WebSettings = WebSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let arguments win over the environment, and both over the file in the home folder."""
        home = {**env_settings(), **init_settings()}.get("home", settings_cls.model_fields["home"].default)
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(home) / SETTINGS_FILE)

    @property
    def inbox_folder(self) -> Path:
        """The inbox, absolute."""
        return self.home / self.inbox.folder

    @property
    def staging_folder(self) -> Path:
        """Originals that have not passed the secrecy check; deletable."""
        return self.home / "staging"

    @property
    def work_folder(self) -> Path:
        """Stage outputs of documents in work."""
        return self.home / "work"

    @property
    def keys_folder(self) -> Path:
        """Generated test keys."""
        return self.home / "keys"

    @property
    def store_folder(self) -> Path:
        """Objects of a folder store, absolute."""
        return self.home / self.store.folder

    @property
    def replica_folder(self) -> Path:
        """Second copies in a folder, absolute."""
        return self.home / self.replica.folder

    @property
    def chain_folder(self) -> Path:
        """Signed heads of the event log, outside the database."""
        return self.home / "chain"

    @property
    def document_types_folder(self) -> Path:
        """A site's own document types, beside those that are shipped."""
        return self.home / "document_types"

    @property
    def hardship_file(self) -> Path:
        """A site's own list of hardship communes; no public source has one."""
        return self.home / "hardship.csv"

    @property
    def signers_file(self) -> Path:
        """Who signs for which agency, as far as a site has written it down."""
        return self.home / "signers.toml"

    @property
    def agency_keys_file(self) -> Path | None:
        """Which key seals for which agency, as far as a site has written it down."""
        return self.home / self.signing.agency_keys if self.signing.agency_keys else None

    @property
    def reports_folder(self) -> Path:
        """Progress reports."""
        return self.home / "reports"

    @property
    def ledger_url(self) -> str:
        """The ledger's SQLAlchemy URL, without a password."""
        return self.ledger.url or f"sqlite:///{self.home / 'ledger.sqlite3'}"


def load_settings(home: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings of a home folder. Raise SettingsError when a key or value is wrong."""
    folder = (home or Path(os.environ.get("SOHOA_HOME", "sohoa-home"))).absolute()
    path = folder / SETTINGS_FILE
    try:
        settings = Settings(**{**overrides, "home": folder})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as err:
        raise SettingsFileError(file=path, cause=err) from err
    except ValidationError as err:
        raise wrong_setting(path, err, list(known_keys())) from err
    except UnreadableVariableError as err:
        sections = [variable_of(name) for name in Settings.model_fields if variable_of(name) in os.environ]
        cause = _("settings of a section are given one by one, such as SOHOA_STORE__BUCKET")
        raise SettingsError(file=gettext(ENVIRONMENT), key=", ".join(sections), cause=cause) from err
    _refuse_unknown_variables(settings)
    return settings


def known_keys(model: type[BaseModel] = Settings, prefix: str = "") -> dict[str, Any]:
    """Give every settings key (`store.bucket`) with its pydantic field, in order."""
    keys: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            keys |= known_keys(field.annotation, f"{prefix}{name}.")
        else:
            keys[prefix + name] = field
    return keys


def _refuse_unknown_variables(settings: Settings) -> None:
    """See that no variable only looks like a setting: SOHOA_STORE_BUCKET would be passed over in silence."""
    sections = settings.model_dump().values()
    values = [value for section in sections if isinstance(section, dict) for value in section.values()]
    # Secrets that settings refer to may have any name.
    secrets = {value.removeprefix("env:") for value in values if isinstance(value, str) and value.startswith("env:")}
    known = {variable_of(key) for key in known_keys()} | {variable_of(name) for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name not in secrets and name.upper() not in {*known, *OTHER_VARIABLES}:
            raise no_variable(name, sorted(known))
