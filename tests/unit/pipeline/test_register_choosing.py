"""Which row a paper is: told by what was read, in whatever order and with lost accents; never between equals."""

import random
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.text import accentless
from pipeline.register.candidates import Candidate, Sought
from pipeline.register.choosing import Chosen, choose
from pipeline.register.keys import symbol_key
from pipeline.register.likeness import likeness
from pipeline.register.policy import match_policy

ROOM = UUID(int=7)
SUBJECTS = [
    "Về việc cấp giấy phép xây dựng nhà ở riêng lẻ cho ông Nguyễn Văn Mẫu, thôn Mẫu Đông",
    "Về việc cấp giấy phép xây dựng nhà ở riêng lẻ cho bà Trần Thị Ví Dụ, thôn Mẫu Tây",
    "Trợ cấp mai táng phí cho thân nhân ông Lê Hữu Giả Định, khối Tân Tiến",
    "Công nhận hộ nghèo, hộ cận nghèo trên địa bàn xã Mẫu năm 2026",
    "Kiện toàn Ban Chỉ đạo chuyển đổi số của Ủy ban nhân dân xã Mẫu",
]
DAY = date(2026, 3, 11)


def row(subject: str | None, number: str = "12/QĐ-UBND", day: date | None = DAY) -> Candidate:
    name = f"{subject} {number} {day}"
    return Candidate(
        uuid5(ROOM, name), f"H41.99-{uuid5(ROOM, name).int % 10**6:06}", symbol_key(number), day, day, subject
    )


ROWS = [row(subject, f"{number}/QĐ-UBND") for number, subject in enumerate(SUBJECTS, start=1)]
PAPER = Sought("H41.99", symbol="QĐ-UBND", year=2026)
"""A paper whose number and day are written by hand."""


def chosen(sought: Sought, rows: list[Candidate] = ROWS) -> Chosen | None:
    return choose(sought, rows, match_policy())


@given(place=st.integers(0, len(SUBJECTS) - 1), seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=60)
def test_a_paper_is_found_by_its_abstract_in_any_order_of_words(place: int, seed: int) -> None:
    words = SUBJECTS[place].split()
    random.Random(seed).shuffle(words)
    found = chosen(replace(PAPER, subject=" ".join(words)))
    assert found is not None
    assert found.entry_id == ROWS[place].entry_id


@given(place=st.integers(0, len(SUBJECTS) - 1), places=st.sets(st.integers(0, 80), max_size=3))
@settings(deadline=None, max_examples=60)
def test_a_paper_is_found_though_some_letters_lost_their_accents(place: int, places: set[int]) -> None:
    text = "".join(accentless(c) or c if at in places else c for at, c in enumerate(SUBJECTS[place]))
    found = chosen(replace(PAPER, subject=text))
    assert found is not None
    assert found.entry_id == ROWS[place].entry_id


@given(place=st.integers(0, len(SUBJECTS) - 1))
@settings(deadline=None)
def test_a_register_typed_without_accents_is_compared_by_letters(place: int) -> None:
    rows = [replace(one, subject=accentless(one.subject or "")) for one in ROWS]
    found = chosen(replace(PAPER, subject=SUBJECTS[place]), rows)
    assert found is not None
    assert found.entry_id == rows[place].entry_id


@given(place=st.integers(0, len(SUBJECTS) - 1), copies=st.integers(2, 5))
@settings(deadline=None, max_examples=20)
def test_rows_that_say_the_same_are_never_chosen_between(place: int, copies: int) -> None:
    twins = [row(SUBJECTS[place], f"{number}/QĐ-UBND") for number in range(100, 100 + copies)]
    found = chosen(replace(PAPER, subject=SUBJECTS[place]), [*ROWS[:place], *ROWS[place + 1 :], *twins])
    assert found is not None
    assert (found.entry_id, found.rivals) == (None, copies - 1)


def test_names_that_differ_by_an_accent_alone_are_not_told_apart_by_what_was_read_faintly() -> None:
    start = "Cấp giấy phép xây dựng nhà ở riêng lẻ cho ông Nguyễn Văn"
    rows = [row(f"{start} Ân", "1/QĐ-UBND"), row(f"{start} An", "2/QĐ-UBND")]
    found = chosen(replace(PAPER, subject=f"{start} An"), rows)
    assert found is not None
    assert found.entry_id is None


def test_the_number_tells_twins_apart() -> None:
    twins = [row(SUBJECTS[0], "7/QĐ-UBND"), row(SUBJECTS[0], "8/QĐ-UBND")]
    found = chosen(replace(PAPER, code="08/QĐ-UBND", is_code_sure=True, subject=SUBJECTS[0]), twins)
    assert found is not None
    assert found.entry_id == twins[1].entry_id
    assert found.agreeing == ("number", "year", "subject")


@pytest.mark.parametrize(
    "sought",
    [
        replace(PAPER, code="99/QĐ-UBND", is_code_sure=True, subject=SUBJECTS[0]),
        replace(PAPER, issued_on=date(2026, 4, 1), subject=SUBJECTS[0]),
        replace(PAPER, year=2025, symbol=None, subject=SUBJECTS[0]),
        replace(PAPER, subject="Về việc ban hành Quy chế làm việc của Hội đồng nhân dân"),
        replace(PAPER, subject="Quyết định"),
        PAPER,
    ],
    ids=["another number", "another day", "abstract alone", "another abstract", "one word", "nothing read"],
)
def test_too_little_or_something_otherwise_is_no_match(sought: Sought) -> None:
    assert chosen(sought) is None


def test_number_and_day_are_enough_without_an_abstract() -> None:
    found = chosen(replace(PAPER, code="3/QĐ-UBND", is_code_sure=True, issued_on=DAY))
    assert found is not None
    assert found.entry_id == ROWS[2].entry_id


@given(text=st.text(max_size=80), other=st.text(max_size=80))
@settings(deadline=None)
def test_likeness_lies_between_nothing_and_everything(text: str, other: str) -> None:
    assert 0 <= likeness(text, other) <= 100


def test_an_abridged_row_is_more_alike_than_one_of_another_person() -> None:
    abridged = "Cấp giấy phép xây dựng nhà ở cho ông Nguyễn Văn Mẫu"
    assert likeness(SUBJECTS[0], abridged) > likeness(SUBJECTS[0], "Cấp giấy phép xây dựng nhà ở cho ông Lý Xuân Thử")
