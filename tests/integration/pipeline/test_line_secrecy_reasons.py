"""What was typed to see a record goes with a paper of it that turns out secret; that somebody looked stays."""

import pytest
from sqlalchemy import select

from pipeline import accounts, review
from pipeline.accounts import AccountRole, NewUser
from pipeline.personal_data import open_personal_data, shown_until
from storage.ledger.models import Event, PersonalView, Record
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import LETTER, House, page
from tests.integration.pipeline.test_line_secrecy import everything_kept, suspect

pytestmark = pytest.mark.needs("tesseract", "poppler")
REASON = "Đơn của ông Nguyễn Văn Bí Ẩn về kho đạn"


def _looked_at(house: House) -> accounts.Account:
    account = accounts.add_user(house.ctx, NewUser("Lan", AccountRole.AUDITOR, "mua-xuan-tre-xanh"))
    with house.ctx.ledger.reading() as session:
        record_id = session.scalars(select(Record.id)).one()
    open_personal_data(house.ctx, account, record_id, "complaint", REASON)
    assert shown_until(house.ctx, account, record_id) is not None
    return account


def _assert_no_word_of_it_is_left(house: House) -> None:
    assert not [path for path, content in everything_kept(house.home) if "kho đạn".encode() in content]
    with house.ctx.ledger.reading() as session:
        kind = Event.kind == "record.personal_data_opened"
        assert session.scalars(select(Event).where(kind)).one().payload["category"] == "complaint"


def test_with_the_last_paper_of_a_record_all_that_was_typed_goes(house: House) -> None:
    suspect(house)
    _looked_at(house)
    assert review.reject(house.ctx, house.document().id) is DocumentState.QUARANTINED
    _assert_no_word_of_it_is_left(house)
    with house.ctx.ledger.reading() as session:
        assert session.scalars(select(PersonalView)).all() == []


def test_where_another_paper_stays_the_look_is_kept_without_its_words_and_ends_at_once(house: House) -> None:
    page(house.record / "a.png", *LETTER)
    suspect(house)
    account = _looked_at(house)
    suspected = next(one for one in house.documents() if one.reason_code == "secrecy_suspected")
    assert review.reject(house.ctx, suspected.id) is DocumentState.QUARANTINED
    _assert_no_word_of_it_is_left(house)
    with house.ctx.ledger.reading() as session:
        view = session.scalars(select(PersonalView)).one()
    assert (view.user_id, view.category, view.reason) == (account.id, "complaint", "")
    assert shown_until(house.ctx, account, view.record_id) is None
