from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.i18n import translate
from signing import report
from signing.report import INVALIDATING, Reason, SignatureReport, Verdict, overall, reason_text, verdict_for

BASE = SignatureReport(
    field="F",
    signer="S",
    certificate_sha256="",
    signed_at=None,
    timestamp_at=None,
    subfilter="",
    level="",
    digest="",
    intact=True,
    trusted=True,
    is_test=False,
    coverage="file",
    changed_after="nothing",
    verdict=Verdict.VALID,
    reason_code="",
)


def test_without_signatures_nothing_is_proved() -> None:
    assert overall(()) is Verdict.INDETERMINATE


@given(st.lists(st.sampled_from(Verdict), min_size=1))
def test_the_worst_verdict_counts(verdicts: list[Verdict]) -> None:
    order = [Verdict.VALID, Verdict.INDETERMINATE, Verdict.INVALID]
    reports = [replace(BASE, verdict=verdict) for verdict in verdicts]
    assert overall(reports) is max(verdicts, key=order.index)


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_words_in_both_languages_and_one_verdict(reason: Reason) -> None:
    assert reason_text(reason)
    english = report._TEXTS[reason]
    assert translate(english, "vi") != english
    assert (verdict_for(reason) is Verdict.INVALID) == (reason in INVALIDATING)


def test_only_a_remark_leaves_a_signature_valid() -> None:
    assert [r for r in Reason if verdict_for(r) is Verdict.VALID] == [Reason.NONE, Reason.WEAK_DIGEST, Reason.WEAK_KEY]
    assert len(list(product(Reason, repeat=1))) == len(report._TEXTS)
