"""Settings of the Prefect server that several machines share."""

from pydantic import Field

from config.i18n import mark as _
from config.section import Section
from config.setting_values import LedgerAddress, SchedulerAddress, SecretReference


class SchedulerSettings(Section):
    """The Prefect server that workers on several machines share; with none, `sohoa serve` has its own inside."""

    url: SchedulerAddress = Field(
        "",
        examples=["http://scheduler.example:4200"],
        description=_("Address of the Prefect server that machines share; empty: one of its own inside each command."),
    )
    auth: SecretReference | None = Field(
        None,
        examples=["file:/etc/sohoa/scheduler-auth"],
        description=_(
            "Reference to NAME:PASSWORD that the server asks for and workers give; who may talk to it may run programs."
        ),
    )
    pool: str = Field(
        "sohoa", min_length=1, description=_("Work pool that the workers of this installation take from.")
    )
    dask: str = Field(
        "",
        pattern=r"^((tcp|tls)://\S+:\d+)?$",
        examples=["tls://scheduler.example:8786"],
        description=_("Dask scheduler that one flow's documents are handed to; empty: this machine's own threads."),
    )
    database: LedgerAddress = Field(
        "",
        examples=["postgresql://sohoa@db.example/prefect"],
        description=_("PostgreSQL database that `sohoa serve scheduler` keeps its runs in; not the ledger's."),
    )
    database_password: SecretReference | None = Field(
        None,
        examples=["file:/etc/sohoa/scheduler-database-password"],
        description=_("Reference to that database's password: env:NAME or file:PATH."),
    )
