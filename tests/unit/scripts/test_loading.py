import gc

import pytest

from scripts.loading import loaded_for_good


def test_no_garbage_is_collected_while_modules_load_and_it_is_again_after() -> None:
    with loaded_for_good():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    gc.unfreeze()


def test_a_module_that_cannot_be_loaded_leaves_the_collector_at_work() -> None:
    with pytest.raises(ImportError), loaded_for_good():
        raise ImportError
    assert gc.isenabled()
    gc.unfreeze()
