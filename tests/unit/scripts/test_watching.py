"""What the live display counts: documents and pages that are known, each once."""

from uuid import UUID

from scripts.watching import LiveDisplay, Tally

A, B, C = (UUID(int=number) for number in (1, 2, 3))


def test_a_document_that_is_worked_on_again_is_counted_once() -> None:
    tally = Tally()
    tally.taken_on({A: 2, B: 1})
    for id_ in (A, A, B):
        tally.page_read(id_)
    tally.finished(A)
    tally.finished(B)
    assert (tally.documents, tally.pages) == ((2, 2), (3, 3))
    # Released: it is sealed and stored now, and has no page to be read.
    tally.taken_on({A: 0})
    assert (tally.documents, tally.pages) == ((1, 2), (3, 3))
    tally.finished(A)
    assert (tally.documents, tally.pages) == ((2, 2), (3, 3))


def test_what_waits_in_later_batches_is_in_the_total_from_the_start() -> None:
    tally = Tally()
    tally.taken_on({A: 1, B: 1, C: 1})
    tally.finished(A)
    tally.taken_on({B: 1, C: 1})
    assert tally.documents == (1, 3)


def test_what_another_run_worked_on_is_in_the_total_no_more() -> None:
    tally = Tally()
    tally.taken_on({A: 1, B: 2, C: 1})
    tally.page_read(A)
    tally.finished(A)
    tally.page_read(B)
    tally.taken_on({C: 1})
    assert (tally.documents, tally.pages) == ((1, 2), (1, 2))
    tally.taken_on({})
    assert (tally.documents, tally.pages) == ((1, 1), (1, 1))


def test_pages_that_need_not_be_read_again_are_no_work() -> None:
    tally = Tally()
    tally.taken_on({A: 5, B: 2})
    tally.finished(A)
    assert tally.pages == (0, 2)


def test_the_bar_is_not_at_its_end_while_known_work_is_left() -> None:
    with LiveDisplay() as display:
        display.taken_on({A: 1})
        display.page_read(A)
        display.finished(A, "waiting_release")
        bar = display._progress.tasks[0]
        assert bar.finished
        display.taken_on({A: 0})
        assert (bar.completed, bar.total, bar.finished) == (0, 1, False)
        display.finished(A, "archived")
        assert bar.finished
