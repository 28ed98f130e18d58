"""What was changed in a PDF after a signature: pyHanko's analysis, widened by notes that people add.

pyHanko calls each annotation that is no form field suspicious. Vietnamese agencies put number, date and incoming
stamp onto a signed file as annotations, so these are told apart from changed content here.
"""

from collections.abc import Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.rules_api import QualifiedWhitelistRule, ReferenceUpdate
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.report import Change

MOST_COMPARISONS = 2000
"""Revisions times signatures; a file with more is made to keep us busy."""

_CHANGES = {
    ModificationLevel.NONE: Change.NOTHING,
    ModificationLevel.LTA_UPDATES: Change.MAINTENANCE,
    ModificationLevel.FORM_FILLING: Change.FORMS,
    ModificationLevel.ANNOTATIONS: Change.ANNOTATIONS,
    ModificationLevel.OTHER: Change.OTHER,
}

_HARMLESS = {Change.NOTHING, Change.MAINTENANCE}
_ALLOWED = {
    MDPPerm.NO_CHANGES: _HARMLESS,
    MDPPerm.FILL_FORMS: _HARMLESS | {Change.FORMS},
    MDPPerm.ANNOTATE: _HARMLESS | {Change.FORMS, Change.ANNOTATIONS},
}


class AnnotationRule(QualifiedWhitelistRule):
    """Clears pages to which only annotations were added, as changes of the kind ANNOTATIONS."""

    def apply_qualified(
        self, old: HistoricalResolver, new: HistoricalResolver
    ) -> Iterator[tuple[ModificationLevel, ReferenceUpdate]]:
        """Give the references that added annotations explain."""
        touched = new.explicit_refs_in_revision()
        for reference in touched:
            if old.is_ref_unassignable(reference):
                continue
            before, after = old(reference), new(reference)
            if _is_page(before) and _is_page(after) and _same_but_annotations(before, after):
                yield ModificationLevel.ANNOTATIONS, ReferenceUpdate(reference)
        for before, after in zip(_pages(old), _pages(new), strict=False):
            for cleared in _cleared_by_additions(old, new, before, after):
                yield ModificationLevel.ANNOTATIONS, ReferenceUpdate(cleared)


class StepwisePolicy(StandardDiffPolicy):
    """Compares each revision with the one before it.

    pyHanko compares each with the signed one, and so takes a note of one revision for an unexplained part of a
    signature of the next.
    """

    def review_file(
        self,
        reader: PdfFileReader,
        base_revision: int | HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult | SuspiciousModification:
        """Give the gravest change of all steps, or the first that nothing explains."""
        first = base_revision if isinstance(base_revision, int) else base_revision.revision
        level, fields = ModificationLevel.NONE, set[str]()
        for revision in range(first + 1, reader.total_revisions):
            old, new = reader.get_historical_resolver(revision - 1), reader.get_historical_resolver(revision)
            try:
                step = self.apply(old, new, field_mdp_spec, doc_mdp)
            except SuspiciousModification as found:
                return found
            level = max(level, step.modification_level)
            fields |= step.changed_form_fields
        return DiffResult(level, fields)


def change_after(signature: EmbeddedPdfSignature) -> Change:
    """Give the gravest change after a signature whose integrity information is computed."""
    result = signature.diff_result
    if isinstance(result, SuspiciousModification):
        result = signature.evaluate_modifications(_widened_policy())
    if result is None:
        return Change.UNKNOWN
    return _CHANGES[result.modification_level] if isinstance(result, DiffResult) else Change.OTHER


def is_forbidden(signature: EmbeddedPdfSignature, change: Change) -> bool:
    """Say whether the signer's own lock (DocMDP) forbids such a change."""
    permitted = signature.docmdp_level
    allowed = _ALLOWED[permitted] if permitted is not None else set(Change)
    return change not in allowed


def _widened_policy() -> StepwisePolicy:
    usual = DEFAULT_DIFF_POLICY
    assert isinstance(usual, StandardDiffPolicy)  # noqa: S101 - tells mypy what pyHanko's constant is
    return StepwisePolicy(global_rules=[*usual.global_rules, AnnotationRule()], form_rule=usual.form_rule)


def _entry(dictionary: generic.DictionaryObject, key: str) -> object:
    """Give an entry with references followed, which pyHanko's `get` does not do."""
    if key not in dictionary:
        return None
    return dictionary[key]


def _is_page(value: object) -> bool:
    return isinstance(value, generic.DictionaryObject) and _entry(value, "/Type") == "/Page"


def _same_but_annotations(before: generic.DictionaryObject, after: generic.DictionaryObject) -> bool:
    keys = (set(before) | set(after)) - {"/Annots", "/Tabs"}
    return all(key in before and key in after and before.raw_get(key) == after.raw_get(key) for key in keys)


def _cleared_by_additions(
    old: HistoricalResolver, new: HistoricalResolver, before: generic.DictionaryObject, after: generic.DictionaryObject
) -> Iterator[generic.Reference]:
    old_items, new_items = _annotations(before), _annotations(after)
    added = [item for item in new_items if item not in old_items]
    if not added or not set(old_items) <= set(new_items):
        return
    holder = after.raw_get("/Annots")
    if isinstance(holder, generic.IndirectObject):
        # Only the list itself, or a new object: anything else would let an old object be overwritten unseen.
        kept = "/Annots" in before and before.raw_get("/Annots") == holder
        if kept or old.is_ref_unassignable(holder.reference):
            yield holder.reference
    for reference in added:
        annotation = new(reference)
        if not isinstance(annotation, generic.DictionaryObject) or _entry(annotation, "/Subtype") == "/Widget":
            continue
        for needed in {reference, *new.collect_dependencies(annotation, since_revision=new.revision)}:
            if old.is_ref_unassignable(needed):
                yield needed


def _annotations(page: generic.DictionaryObject) -> list[generic.Reference]:
    items = _entry(page, "/Annots")
    if not isinstance(items, generic.ArrayObject):
        return []
    return [item.reference for item in items if isinstance(item, generic.IndirectObject)]


def _pages(resolver: HistoricalResolver) -> Iterator[generic.DictionaryObject]:
    seen: set[generic.Reference] = set()
    waiting = [resolver.root.raw_get("/Pages")]
    while waiting:
        item = waiting.pop()
        if isinstance(item, generic.IndirectObject):
            if item.reference in seen:
                continue
            seen.add(item.reference)
        node = item.get_object() if isinstance(item, generic.IndirectObject) else item
        if not isinstance(node, generic.DictionaryObject):
            continue
        kids = _entry(node, "/Kids")
        if isinstance(kids, generic.ArrayObject):
            waiting.extend(reversed([kids.raw_get(index) for index in range(len(kids))]))
        else:
            yield node
