"""Makes the fixture of a release: a small ledger and store as this version leaves them, to be migrated ever after.

    python -m tests.releases.make VERSION

Run once when a version is released; the folder `tests/releases/VERSION` is kept. It holds the ledger as SQL, the
store, the signed chain heads and the TEST root certificate, and no key.
"""

import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

from config.settings import load_settings
from pipeline import review
from pipeline.context import Context
from pipeline.founding import found
from pipeline.line import run_line
from pipeline.register import import_register
from pipeline.reporting import write_report
from pipeline.runner import process
from scripts.specimen.model import Colour
from scripts.specimen.studio import render_specimens
from storage.ledger.states import Environment

RELEASES = Path(__file__).parent
SEED = 3


def main(version: str) -> None:
    """Make the fixture of one version."""
    target = RELEASES / version
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        render_specimens(folder / "specimens", seed=SEED, count=2, colours=[Colour.BITONAL])
        ctx = Context(load_settings(folder / "home", inbox={"stable_after_s": 0}), actor="release")
        shutil.copytree(folder / "specimens" / "inbox", ctx.settings.inbox_folder)
        found(ctx, Environment.TEST, folder / "specimens" / "agencies.toml")
        with ctx.ledger.session() as session:
            import_register(session, folder / "specimens" / "register.csv", "release", ctx.clock)
        run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids])
        for document_id in {question.document_id for question in review.open_questions(ctx)}:
            review.accept(ctx, document_id)
        for question in review.open_questions(ctx):
            value = "01/03/2026" if question.field_name == "issued_on" else "1"
            review.set_value(ctx, question.document_id, str(question.field_name), value, may_differ=True)
        run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids], release_as_test=True)
        write_report(ctx)
        ctx.ledger.close()
        _keep(folder / "home", target)


def _keep(home: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with sqlite3.connect(home / "ledger.sqlite3") as ledger:
        (target / "ledger.sql").write_text("\n".join(ledger.iterdump()) + "\n", "utf-8")
    shutil.copytree(home / "store", target / "store")
    shutil.copytree(home / "chain", target / "chain")
    (target / "trust").mkdir()
    shutil.copyfile(home / "keys" / "test-ca.cert.pem", target / "trust" / "test-ca.pem")


if __name__ == "__main__":
    main(sys.argv[1])
