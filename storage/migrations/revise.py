"""Write the next revision from what the models have that the last revision has not.

`python -m storage.migrations.revise "Add the table of replicas"`; read what it wrote, and set SCHEMA_REVISION.
"""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.autogenerate.api import AutogenContext

from storage.ledger import migrate, open_ledger
from storage.ledger.migrating import known_revisions, migration_config
from storage.ledger.types import UtcDateTime


def plain_types(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write the ledger's own column types as SQLAlchemy's: a revision must not change when our code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def main() -> None:
    """Write the revision file."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(f"sqlite:///{Path(folder) / 'ledger.sqlite3'}")
        migrate(ledger)
        with ledger.engine.begin() as connection:
            config = migration_config(connection)
            number = f"{len(known_revisions()) + 1:04d}"
            command.revision(config, message=sys.argv[1], autogenerate=True, rev_id=number)
        ledger.close()


if __name__ == "__main__":
    main()
