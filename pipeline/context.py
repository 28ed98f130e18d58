"""What every step of the line needs, opened once: settings, ledger, store, clock, the person acting, and engines."""

from contextlib import suppress
from copy import copy
from functools import cached_property
from pathlib import Path
from threading import BoundedSemaphore

from sqlalchemy import select

from config.clock import Clock, system_clock
from config.errors import LedgerError, SettingsError, SigningError
from config.i18n import mark as _
from config.memory import usable_memory
from config.secret_values import secret
from config.settings import Settings
from ocr.engines import Engine, open_engine
from pipeline.batch_checks import BatchChecks
from pipeline.budget import Budget
from pipeline.copies.pause import ReplicaPause
from pipeline.needs import free_for_documents, need_rates
from pipeline.place_marker import place_of
from pipeline.scratch import take_scratch
from pipeline.watch import Nobody, Watcher
from pipeline.worker import machine_of, this_worker
from signing.generated_keys import generated_root, missing_root
from signing.opening import open_sealer
from signing.seal import Sealer
from signing.trust import TrustStore, load_trust
from storage.ledger import Ledger, open_ledger
from storage.ledger.models import ChainHeadSeal, LedgerBirth
from storage.ledger.states import Environment
from storage.objects import ObjectStore, open_replica, open_store

SCHEDULE = "schedule"
"""Who acts in a run that nobody asked for."""


class Context:
    """The composition of one process: built at the entry of a command or flow and passed down."""

    def __init__(
        self, settings: Settings, *, actor: str, clock: Clock = system_clock, watcher: Watcher | None = None
    ) -> None:
        self.settings = settings
        self.actor = actor
        self.clock = clock
        self.watcher: Watcher = watcher or Nobody()
        self.worker = this_worker()
        self.batch_checks = BatchChecks()
        self.replica_pause = ReplicaPause()

    def acting_as(self, actor: str) -> "Context":
        """Give the same composition for another person; what is open already is shared."""
        other = copy(self)
        other.actor = actor
        return other

    def with_ledger(self, url: str) -> "Context":
        """Give a composition of its own over another ledger, such as a copy that is to be proven."""
        ledger = self.settings.ledger.model_copy(update={"url": url, "password": None})
        settings = self.settings.model_copy(update={"ledger": ledger})
        return Context(settings, actor=self.actor, clock=self.clock, watcher=self.watcher)

    def open_shared(self) -> None:
        """Open once what the threads of a run share.

        A key or timestamp authority that is not set or not at hand holds up what is to be sealed, and only that:
        papers are taken in and read without it.
        """
        take_scratch(self.settings.home, self.worker)
        _ = self.ledger, self.store, self.replica, self.engine, self.trust, self.reading_slots, self.budget
        with suppress(SettingsError, SigningError):
            _ = self.sealer

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger of this installation."""
        return open_ledger(self.settings.ledger_url, secret("ledger.password", self.settings.ledger.password))

    @cached_property
    def store(self) -> ObjectStore:
        """The object store."""
        return open_store(self.settings)

    @cached_property
    def replica(self) -> ObjectStore | None:
        """The store of second copies; None where the settings name none."""
        return open_replica(self.settings)

    @property
    def replica_name(self) -> str | None:
        """What the ledger knows the replica by; None where there is none."""
        return self.replica.name if self.replica else None

    @cached_property
    def environment(self) -> Environment:
        """What the ledger was born as. Raise LedgerError when it was never born."""
        with self.ledger.reading() as session:
            birth = session.get(LedgerBirth, 1)
            if birth is None:
                raise LedgerError(cause=_("it was never set up; run `sohoa init`"))
            return Environment(birth.environment)

    @cached_property
    def place(self) -> str | None:
        """Where files of documents in work lie, as machines that share a ledger tell it; None where one has it."""
        return None if self.ledger.is_one_machines else place_of(self.settings.home)

    @property
    def is_production(self) -> bool:
        """Whether the ledger is a production ledger."""
        return self.environment is Environment.PRODUCTION

    @cached_property
    def engine(self) -> Engine:
        """The recognition engine."""
        return open_engine(self.settings.ocr)

    @cached_property
    def reading_slots(self) -> BoundedSemaphore:
        """Holds back more documents than may be read at once; those that wait for an authority hold none."""
        return BoundedSemaphore(self.settings.run.workers)

    @cached_property
    def budget(self) -> Budget:
        """What documents in work on this machine may need together; all its processes see the same."""
        home, work = self.settings.home, self.settings.work_folder
        memory = self.settings.run.memory_mb * 1_000_000 or int(need_rates().memory_share * usable_memory())
        return Budget(home / "admission" / machine_of(self.worker), memory, work, lambda: free_for_documents(home))

    @property
    def is_scheduled(self) -> bool:
        """Whether nobody asked for this run: it leaves alone what is to be tried again later."""
        return self.actor == SCHEDULE

    @cached_property
    def sealer(self) -> Sealer:
        """What puts the agency's signature on documents. Raise GeneratedKeysMissingError when TEST keys were lost."""
        if self.has_lost_test_keys:
            raise missing_root(self.settings.keys_folder)
        return open_sealer(
            self.settings.signing,
            self.settings.keys_folder,
            production=self.is_production,
            clock=self.clock,
            agency_keys=self.settings.agency_keys_file,
            trust=lambda: self.trust,
        )

    @property
    def has_lost_test_keys(self) -> bool:
        """Whether this ledger's event log was signed already, and no TEST authority stands where one is to be used."""
        signing = self.settings.signing
        has_generated_key = signing.key == "generated" and signing.agency_keys is None
        is_used = not self.is_production and (has_generated_key or signing.timestamp == "local")
        if not is_used or generated_root(self.settings.keys_folder) is not None:
            return False
        with self.ledger.reading() as session:
            return session.scalar(select(ChainHeadSeal.seq).limit(1)) is not None

    @cached_property
    def trust(self) -> TrustStore:
        """The roots that signatures are trusted under."""
        return self.trust_of(self.environment)

    def trust_of(self, environment: str) -> TrustStore:
        """Give the roots trusted in an environment, where there is no ledger yet that says which one this is."""
        is_production = environment == Environment.PRODUCTION
        return load_trust(self.settings.keys_folder, self.trust_folder, production=is_production)

    @property
    def trust_folder(self) -> Path:
        """Where the administrator puts the root certificates that are trusted."""
        return self.settings.home / "trust"
