"""The tree over events: its peaks are those of RFC 6962, and a path leads there from its event alone."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.ledger.event_tree import EventTree, peak_over

SIZES = st.integers(1, 300)


def hashes(number: int) -> list[str]:
    return [hashlib.sha256(str(each).encode()).hexdigest() for each in range(number)]


def rfc6962(leaves: list[bytes]) -> bytes:
    """The definition as the RFC words it."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + rfc6962(leaves[:split]) + rfc6962(leaves[split:])).digest()


@given(SIZES)
def test_the_peaks_lead_to_the_root_of_rfc_6962(size: int) -> None:
    tree = EventTree()
    tree.add(hashes(size))
    *peaks, root = map(bytes.fromhex, tree.peaks())
    for peak in reversed(peaks):
        root = hashlib.sha256(b"\x01" + peak + root).digest()
    assert root == rfc6962([bytes.fromhex(each) for each in hashes(size)])
    assert len(tree.peaks()) == size.bit_count()


@given(SIZES, SIZES)
def test_from_the_peaks_of_one_head_those_of_the_next_follow(size: int, more: int) -> None:
    first, whole = EventTree(), EventTree()
    first.add(hashes(size))
    whole.add(hashes(size + more))
    later = EventTree([hashes(size + more)[-1]], size, first.peaks())
    later.add(hashes(size + more)[size:])
    assert later.peaks() == whole.peaks()
    ((event, path),) = later.paths.items()
    assert peak_over(event, path) in whole.peaks()


@given(SIZES, st.data())
def test_every_path_leads_from_its_event_to_a_peak_and_from_no_other(size: int, data: st.DataObject) -> None:
    events = hashes(size)
    asked = data.draw(st.sets(st.sampled_from(events), min_size=1, max_size=5))
    tree = EventTree(asked)
    tree.add(events)
    assert set(tree.paths) == asked
    for event, path in tree.paths.items():
        assert peak_over(event, path) in tree.peaks()
        assert peak_over("f" * 64, path) not in tree.peaks()
        assert len(path) <= size.bit_length()


def test_peaks_that_are_none_of_so_many_events_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        EventTree(size=3, peaks=["0" * 64])


def test_a_step_to_neither_side_is_refused() -> None:
    with pytest.raises(ValueError, match="up"):
        peak_over("0" * 64, [("up", "0" * 64)])
