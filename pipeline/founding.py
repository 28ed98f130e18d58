"""Sets an installation up: folders, the ledger with its birth certificate, agencies. Safe to repeat."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import exists, select

from config.errors import SettingsError, WrongEnvironmentError
from config.i18n import mark as _
from pipeline.agencies import AGENCIES_FILE, keep_agencies, load_agencies
from pipeline.agency_changes import note_agencies
from pipeline.archival_metadata import describe_all
from pipeline.context import Context
from pipeline.findings import settle_doubts_of_admission
from pipeline.identifiers import name_earlier
from pipeline.target_changes import FigureChange, keep_targets
from pipeline.targets import targets_of
from pipeline.units.keeping import keep_units
from pipeline.units.noting import note_units
from pipeline.units.reading import load_units
from signing.generated_keys import GeneratedIdentities
from storage.ledger import events, migrate
from storage.ledger.models import LedgerBirth, Target
from storage.ledger.states import Environment


class EnvironmentFixedError(WrongEnvironmentError):
    """An installation was to be set up again as the other kind."""

    code = "environment_fixed"
    message = _("this installation was set up as {found}; it can never become {expected}")
    remedy = _("Set up another folder for it: sohoa --home FOLDER init")


class HomeUnusableError(SettingsError):
    """A folder of the installation cannot be made."""

    code = "home_unusable"
    message = _("the folder {folder} cannot be made: {cause}")
    remedy = _("Name another folder with --home, or let the user this program runs as write there.")


@dataclass(frozen=True, slots=True)
class Founded:
    """What setting up did that a person should know."""

    has_new_test_keys: bool
    changed_targets: tuple[FigureChange, ...]
    """Figures of the law that are other ones than before; none the first time."""


def is_set_up(ctx: Context) -> bool:
    """Tell whether the installation's ledger has been brought into being; looks without making anything."""
    url = ctx.settings.ledger_url
    path = Path(url.removeprefix("sqlite:///").partition("?")[0])
    if url.startswith("sqlite:///") and not path.is_file():
        return False
    return ctx.ledger.revision() is not None


def found(ctx: Context, environment: Environment | None, agencies_file: Path | None = None) -> Founded:
    """Bring an installation into being, or up to date; of the kind it was born as, or TEST, when none is asked for.

    New TEST keys take the place of lost ones here alone.
    Raise EnvironmentFixedError when the ledger was born as the other kind: what a ledger is, it stays;
    HomeUnusableError when a folder cannot be made.
    """
    settings = ctx.settings
    # Read first: a wrong file leaves nothing half made.
    agencies = load_agencies(agencies_file) if agencies_file is not None else None
    targets = targets_of(settings)
    units = load_units(settings.province, hardship_file=settings.hardship_file)
    for folder in (settings.home, settings.inbox_folder, settings.chain_folder, settings.reports_folder):
        _make(folder)
    migrate(ctx.ledger)
    _bear(ctx, environment)
    with ctx.ledger.session() as session:
        keep_units(session, units)
        session.flush()
        note_units(session, ctx.actor, ctx.clock())
        keep_agencies(session, load_agencies(AGENCIES_FILE))
        if agencies is not None:
            keep_agencies(session, agencies)
        session.flush()
        note_agencies(session, ctx.actor, ctx.clock())
        settle_doubts_of_admission(session)
        describe_all(session, ctx.clock())
        name_earlier(session, ctx.clock())
        has_targets = session.scalar(select(exists(select(Target.id)))) or False
        changes = keep_targets(session, targets, ctx.actor, ctx.clock())
    has_lost_keys = ctx.has_lost_test_keys
    if not ctx.is_production and (settings.signing.key == "generated" or has_lost_keys):
        # The TEST authority must stand before anything asks whom to trust.
        GeneratedIdentities(settings.keys_folder, ctx.clock).timestamper_identity()
    return Founded(has_lost_keys, changes if has_targets else ())


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise HomeUnusableError(folder=folder, cause=err) from err


def _bear(ctx: Context, asked_for: Environment | None) -> None:
    environment = asked_for or Environment.TEST
    with ctx.ledger.session() as session:
        birth = session.get(LedgerBirth, 1)
        if birth is not None:
            if asked_for is not None and birth.environment != asked_for:
                raise EnvironmentFixedError(found=birth.environment, expected=environment)
            return
        now = ctx.clock()
        session.add(LedgerBirth(id=1, environment=environment, born_at=now, actor=ctx.actor))
        events.append(
            session,
            kind="ledger.born",
            actor=ctx.actor,
            subject_type="ledger",
            subject_id="1",
            at=now,
            payload={"environment": str(environment)},
        )
