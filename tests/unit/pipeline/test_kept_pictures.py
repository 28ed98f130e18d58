"""What is kept of pictures: little, not for long, and nothing of a document that was told to be forgotten."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from pipeline.kept_pictures import KEPT_FOR, KeptPictures

ONE, OTHER = UUID(int=1), UUID(int=2)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 11, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Maker:
    """Makes bytes, and counts how often it was asked."""

    def __init__(self, size: int = 10) -> None:
        self.size, self.asked = size, 0

    def __call__(self) -> bytes:
        self.asked += 1
        return bytes(self.size)


def test_what_was_made_once_is_given_again_without_making() -> None:
    kept, make = KeptPictures(Clock()), Maker()
    assert [len(kept.get(ONE, "a", make)) for _ in range(3)] == [10] * 3
    assert make.asked == 1
    kept.get(ONE, "b", make)
    kept.get(OTHER, "a", make)
    assert make.asked == 3


def test_it_goes_after_some_minutes() -> None:
    clock, make = Clock(), Maker()
    kept = KeptPictures(clock)
    kept.get(ONE, "a", make)
    clock.now += KEPT_FOR - timedelta(seconds=1)
    kept.get(ONE, "a", make)
    assert make.asked == 1
    clock.now += timedelta(seconds=1)
    kept.get(OTHER, "a", make)
    assert kept.size_bytes == 10


def test_it_never_holds_more_than_it_may_and_what_was_looked_at_longest_ago_goes_first() -> None:
    kept, first, make = KeptPictures(Clock(), most_bytes=100), Maker(40), Maker(40)
    kept.get(ONE, "first", first)
    kept.get(ONE, "second", make)
    kept.get(ONE, "first", first)
    kept.get(ONE, "third", make)
    assert kept.size_bytes == 80
    kept.get(ONE, "first", first)
    assert first.asked == 1
    kept.get(ONE, "huge", Maker(51))
    assert kept.size_bytes == 80


def test_nothing_is_left_of_a_document_that_is_to_be_forgotten() -> None:
    kept, make = KeptPictures(Clock()), Maker()
    kept.get(ONE, "a", make)
    kept.get(OTHER, "a", make)
    kept.forget(ONE)
    assert kept.size_bytes == 10


def test_what_could_not_be_made_is_not_kept() -> None:
    def broken() -> bytes:
        raise RuntimeError

    kept = KeptPictures(Clock())
    with pytest.raises(RuntimeError):
        kept.get(ONE, "a", broken)
    assert kept.size_bytes == 0
