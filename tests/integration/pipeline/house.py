"""A small installation to run the whole line in: an inbox, a TEST ledger and keys, and pages with real words."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from config.errors import SohoaError
from config.settings import load_settings
from pipeline import review
from pipeline.acceptance import draw_sample
from pipeline.acceptance_recording import record_sample
from pipeline.backfill import BackfillScope, PlannedWork, redo, run_backfill
from pipeline.backfill.redoing import StillDue
from pipeline.context import Context
from pipeline.founding import found
from pipeline.intake import IntakeCount, drain
from pipeline.line import run_line
from pipeline.outcome import Outcome, RunSummary
from pipeline.release import waiting_batches
from pipeline.runner import process
from storage.ledger.models import Document, InboxItem
from storage.ledger.states import DocumentState, Environment

AGENCY, RECORD = "H41.99", "H41.99-260311-0001"
AGENCY_NAME = "Ủy ban nhân dân xã Mẫu"
AGENCIES = f'[[agency]]\ncode = "{AGENCY}"\nname = "{AGENCY_NAME}"\nlevel = "commune"\nparent = "H41"\n'
SHEET = 'operator = "Nguyễn Văn Mẫu"\nscanned_at = "2026-03-11T08:00:00+07:00"\ndevice = "TEST"\n'
FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"
DPI = 200
_OURS = {"lo.toml", ".sohoa-inbox"}
LETTER = (
    "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "XÃ MẪU Độc lập - Tự do - Hạnh phúc",
    "Số: 12/TB-UBND Mẫu, ngày 11 tháng 3 năm 2026",
    "THÔNG BÁO",
    "Về việc tiếp nhận hồ sơ của công dân trong tháng",
)

OTHER_AGENCY = "H41.98"
OWN_TYPE = """
schema = 1

[[type]]
key = "PGNTC"
name = { vi = "Phiếu ghi nhận tiếng cười", en = "Record of laughter" }
legal_basis = "none: invented for a test"
not_asked = ["subject", "place", "issued_on", "code", "number", "symbol", "signer_title", "signer_name"]
fields = [
  { name = "laughed_by", labels = ["Người đã cười"], form = "name", required = true },
  { name = "laughs", labels = ["Số tiếng cười"], form = "count" },
  { name = "laughed_on", labels = ["Ngày đã cười"], form = "date" },
]
"""
OWN_PAPER = (
    "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "XÃ MẪU Độc lập - Tự do - Hạnh phúc",
    " " * 32 + "PHIẾU GHI NHẬN TIẾNG CƯỜI",
    "Người đã cười: Trần Văn Thành",
    "Số tiếng cười: 12 tiếng",
    "Ngày đã cười: 05/03/2026",
)


def page(path: Path, *lines: str, size: tuple[int, int] = (1165, 760), seed: int = 0) -> Path:
    """Draw a small colour page with these lines, 200 dpi; the seed makes other bytes of the same look."""
    image = Image.new("RGB", size, (253, 252, 248))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, 36)
    for number, line in enumerate(lines or LETTER):
        draw.text((80, 60 + 90 * number), line, fill=(20, 20, 30), font=font)
    draw.point((2 + seed % 50, 2 + seed // 50), fill=(0, 0, 0))
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".pdf":
        image.save(path, "PDF", resolution=DPI, quality=92)
    else:
        image.save(path, dpi=(DPI, DPI))
    return path


def settle_questions_of(ctx: Context) -> None:
    """Answer every open question of an installation as a person would."""
    for document_id in {question.document_id for question in review.open_questions(ctx)}:
        review.accept(ctx, document_id)
    for question in review.open_questions(ctx):
        value = "11/03/2026" if question.field_name == "issued_on" else "1"
        review.set_value(ctx, question.document_id, str(question.field_name), value, may_differ=True)


@dataclass
class Notices:
    """A watcher that remembers what it was told."""

    causes: dict[str, SohoaError] = field(default_factory=dict)

    def taken_on(self, pages: Mapping[UUID, int]) -> None: ...

    def page_read(self, document_id: UUID) -> None: ...

    def finished(self, document_id: UUID, state: str) -> None: ...

    def noticed(self, path: str, cause: SohoaError) -> None:
        self.causes[path] = cause


class House:
    """One installation under test."""

    def __init__(self, home: Path, **settings: Any) -> None:
        self.home = home
        self.settings = settings
        self.open()
        self.inbox.mkdir(parents=True, exist_ok=True)
        (self.inbox / "lo.toml").write_text(SHEET, "utf-8")

    def open(self, **more: Any) -> Context:
        """Open the installation as a process that starts now would, with other settings where given."""
        chosen = {"inbox": {"stable_after_s": 0}, **self.settings, **more}
        self.notices = Notices()
        self.ctx = Context(load_settings(self.home, **chosen), actor="tester", watcher=self.notices)
        return self.ctx

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def record(self) -> Path:
        folder = self.inbox / AGENCY / RECORD
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def drain(self) -> IntakeCount:
        return drain(self.ctx, self.notices.noticed)

    def run(self, *, release: bool = False) -> RunSummary:
        return run_line(self.ctx, self.work, release_as_test=release)

    def work(self, ids: list[UUID]) -> list[Any]:
        return [process(self.ctx, id_) for id_ in ids]

    def backfill(self, scope: BackfillScope | None = None) -> RunSummary:
        """Redo what is missing or stale, one document after the other."""
        return run_backfill(self.ctx, scope or BackfillScope(), redo_each)

    def settle_questions(self) -> None:
        """Answer every open question as a person would."""
        settle_questions_of(self.ctx)

    def check_samples(self) -> None:
        """Check the acceptance sample of each batch that waits, as a person who finds all of it right."""
        for batch in waiting_batches(self.ctx):
            record_sample(self.ctx, batch.batch_id, set(), draw_sample(self.ctx, batch.batch_id).digest)

    def archive_all(self) -> RunSummary:
        """Bring everything that can be archived into the store."""
        self.run()
        self.settle_questions()
        return self.run(release=True)

    def archive_all_but_suspected(self) -> RunSummary:
        """Bring everything into the store but what a person must first look at for a secrecy mark."""
        self.run()
        for question in review.open_questions(self.ctx):
            if question.field_name is not None:
                value = "11/03/2026" if question.field_name == "issued_on" else "1"
                review.set_value(self.ctx, question.document_id, question.field_name, value, may_differ=True)
        return self.run(release=True)

    def documents(self) -> list[Document]:
        with self.ctx.ledger.reading() as session:
            return list(session.scalars(select(Document).order_by(Document.received_at, Document.id)))

    def document(self) -> Document:
        (only,) = self.documents()
        return only

    def document_state(self, document_id: UUID) -> DocumentState:
        (state,) = [one.state for one in self.documents() if one.id == document_id]
        return DocumentState(state)

    def states(self) -> list[str]:
        return sorted(document.state for document in self.documents())

    def items(self) -> dict[str, tuple[str, str | None]]:
        """What the ledger knows of the inbox: outcome and reason by path."""
        with self.ctx.ledger.reading() as session:
            rows = session.execute(select(InboxItem.path, InboxItem.outcome, InboxItem.reason_code)).all()
        return {path: (outcome, reason) for path, outcome, reason in rows}

    def in_inbox(self) -> list[str]:
        return sorted(path.name for path in self.inbox.rglob("*") if path.is_file() and path.name not in _OURS)


def redo_each(ctx: Context, items: list[PlannedWork], is_still_due: StillDue) -> list[Outcome | None]:
    """Redo a chunk of a backfill without Prefect."""
    return [redo(ctx, item, is_still_due) for item in items]


def build_template(home: Path) -> Path:
    """Make an installation that tests copy: copying is quicker than founding."""
    ctx = Context(load_settings(home), actor="tester")
    agencies = home.with_name("agencies.toml")
    agencies.write_text(AGENCIES, "utf-8")
    found(ctx, Environment.TEST, agencies)
    ctx.ledger.close()
    return home


HouseMaker = Callable[..., House]


def copy_of(template: Path, home: Path, **settings: Any) -> House:
    """Give a fresh installation."""
    shutil.copytree(template, home)
    return House(home, **settings)
