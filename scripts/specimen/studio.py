"""Makes the specimens: writes papers, sets, inks and scans them, packs them into an inbox, and keeps the truth."""

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

import cv2
import numpy as np

from scripts.specimen.cast import Cast, load_cast
from scripts.specimen.codes import with_code
from scripts.specimen.inking import Inked, Inker
from scripts.specimen.model import Colour, PageTruth, Paper, SpecimenDocument
from scripts.specimen.packing import Image, pack
from scripts.specimen.paper import ghost, scan, spoil
from scripts.specimen.plan import PlannedDocument, PlannedRecord, demo_batch, demo_records, series
from scripts.specimen.register import write_register, write_sheets
from scripts.specimen.signed import sign_as_foreign
from scripts.specimen.truth import write_truth
from scripts.specimen.typeset import CSS_DPI, SetPage, compose, typeset
from scripts.specimen.wording import paper_fields, write_paper

INBOX = "inbox"
TRUST = "trust"
_BENCH_COUNT = 20
_WORKERS = 2
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class _Job:
    record: PlannedRecord
    document: PlannedDocument

    @property
    def key(self) -> str:
        return f"{self.record.code}/{self.document.file}"


def render_specimens(
    out: Path,
    seed: int,
    layouts: str = "demo",
    count: int | None = None,
    colours: Sequence[Colour] | None = None,
) -> list[SpecimenDocument]:
    """Write specimens below a folder: inbox, register, truth, agencies. Give the documents made.

    Without a count, `demo` gives the demonstration's planned inbox and `bench` 20 documents; with one, a series
    of that many documents, of the given colours. The same arguments give the same bytes, but for the one
    PDF that carries a digital signature.
    """
    cast = load_cast(layouts)
    if count is None and layouts == "demo" and colours is None:
        records = demo_records()
    else:
        records = series(cast, _BENCH_COUNT if count is None else count, colours)
    studio = _Studio(out, seed, cast)
    jobs = [_Job(record, document) for record in records for document in record.documents]
    with ThreadPoolExecutor(_WORKERS) as pool:
        made = dict(zip([job.key for job in jobs], pool.map(studio.make, jobs), strict=True))
    documents = [made[job.key] or studio.copy(job, made) for job in jobs]
    write_sheets(out, cast, records, demo_batch())
    write_register(out / "register.csv", records, documents)
    write_truth(out / "truth", documents)
    return documents


class _Studio:
    """One run: where to, which seed, which cast."""

    def __init__(self, out: Path, seed: int, cast: Cast) -> None:
        self._inbox = out / INBOX
        self._trust = out / TRUST
        self._seed = seed
        self._cast = cast
        # Pango keeps state of its own: pages are set one document at a time, scanned side by side.
        self._setting = Lock()

    def make(self, job: _Job) -> SpecimenDocument | None:
        """Make one document; None when it is to be the copy of another."""
        planned = job.document
        if planned.order is None:
            return None
        dice = Random(f"{self._seed}/{self._cast.name}/{job.key}")  # noqa: S311 - repeatable, not secret
        paper = write_paper(self._cast, planned.order, dice)
        layout = self._cast.layouts[planned.layout % len(self._cast.layouts)]
        how = planned.scan
        path = self._path(job)
        if planned.is_signed:
            signer = self._cast.agency(planned.order.agency).name
            return self._document(job, paper, (path,), self._signed(paper, layout, path, signer, dice))
        with self._setting:
            pages = typeset(paper, layout, how.dpi, watermark=how.colour is not Colour.BITONAL, dice=dice)
            inker = Inker(paper, how, dice)
        if "code" in how.marks:
            pages[0] = replace(pages[0], ink=with_code(pages[0].ink, _said_by_code(job, paper), how.dpi))
        inked = [inker.ink(page, is_first=not number) for number, page in enumerate(pages)]
        images, truths = self._scanned(planned, pages, inked, dice)
        return self._document(job, paper, pack(images, path, how), truths)

    def copy(self, job: _Job, made: dict[str, SpecimenDocument | None]) -> SpecimenDocument:
        """Make a document with the same bytes as another."""
        same_as = job.document.same_as or ""
        source = made.get(same_as) or made[f"{job.record.code}/{same_as}"]
        if source is None:
            raise ValueError(f"{job.key}: {same_as} is a copy itself")
        path = self._path(job)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.path, path)
        return replace(
            source,
            agency=job.record.agency,
            record=job.record.code,
            role=job.document.role,
            path=path,
            files=(path,),
            expected=job.document.expected,
            same_as=f"{source.record}/{source.path.name}",
        )

    def _document(
        self, job: _Job, paper: Paper, files: tuple[Path, ...], truths: Sequence[PageTruth]
    ) -> SpecimenDocument:
        return SpecimenDocument(
            agency=job.record.agency,
            record=job.record.code,
            role=job.document.role,
            path=self._path(job),
            files=files,
            kind=paper.kind,
            scan=job.document.scan,
            pages=tuple(truths),
            fields=paper_fields(paper) | (_code_fields(job, paper) if "code" in job.document.scan.marks else {}),
            by_hand=tuple(sorted(paper.by_hand)),
            expected=job.document.expected,
        )

    def _signed(
        self, paper: Paper, layout: Mapping[str, Any], path: Path, signer: str, dice: Random
    ) -> list[PageTruth]:
        with self._setting:
            pdf, pages = compose(paper, layout, CSS_DPI, watermark=True, dice=dice)
        sign_as_foreign(pdf, path, signer, self._trust)
        return [PageTruth(number, page.blocks) for number, page in enumerate(pages, 1)]

    def _path(self, job: _Job) -> Path:
        return self._inbox / job.record.agency / job.record.code / job.document.file

    def _scanned(
        self, planned: PlannedDocument, pages: Sequence[SetPage], inked: Sequence[Inked], dice: Random
    ) -> tuple[list[Image], list[PageTruth]]:
        images: list[Image] = []
        truths: list[PageTruth] = []
        holes = dice.random() < 0.35
        for page, ink in zip(pages, inked, strict=True):
            self._scan_page(planned, (page, ink), (images, truths), dice, holes=holes)
            if len(images) == planned.blank_after:
                blank = SetPage(ghost(page.ink), (), ())
                self._scan_page(planned, (blank, Inked((), (), ())), (images, truths), dice, holes=holes)
        return images, truths

    def _scan_page(
        self,
        planned: PlannedDocument,
        page: tuple[SetPage, Inked],
        into: tuple[list[Image], list[PageTruth]],
        dice: Random,
        *,
        holes: bool,
    ) -> None:
        images, truths = into
        set_page, ink = page
        scanned = scan(set_page.ink, ink.inks, planned.scan, dice, holes=holes)
        image = spoil(scanned.image, dice) if planned.is_spoiled else scanned.image
        turn = planned.scan.turns[len(images)] if len(images) < len(planned.scan.turns) else 0
        if turn:
            image = np.asarray(cv2.rotate(image, _TURNS[turn]), dtype=np.uint8)
        images.append(image)
        has_flag = "page_rotate" in planned.scan.marks
        truth: dict[str, Any] = {
            "number": len(images),
            "blocks": set_page.blocks,
            "handwritten": ink.handwritten,
            "stamps": (*ink.stamps, *_watermark(planned, set_page)),
            "rotation": 0 if has_flag else (360 - turn) % 360,
            "skew_deg": scanned.skew_deg,
            "width_px": set_page.ink.shape[1],
            "height_px": set_page.ink.shape[0],
            "kind": "unreadable" if planned.is_spoiled else "text" if set_page.blocks else "blank",
        }
        truths.append(PageTruth(**truth))


def _code_fields(job: _Job, paper: Paper) -> dict[str, str]:
    """Give what the QR code of a paper says, by the names of the extraction's fields."""
    return {
        "record_code": job.record.code,
        "procedure_code": job.record.procedure,
        "paper_name": (paper.type_name or "").capitalize(),
    }


def _said_by_code(job: _Job, paper: Paper) -> str:
    return "|".join(_code_fields(job, paper).values())


def _watermark(planned: PlannedDocument, page: SetPage) -> tuple[dict[str, str], ...]:
    """The pale MẪU across a page; the two tones of a fax have no place for it."""
    is_there = page.blocks and planned.scan.colour is not Colour.BITONAL
    return ({"s": "MẪU", "where": "chữ chìm giữa trang"},) if is_there else ()
