"""What a process keeps."""

import gc

from rexian.core.memory import keep_for_good


def test_what_has_been_loaded_is_out_of_the_garbage_collectors_way() -> None:
    loaded = [["something that stays"]]
    before = gc.get_freeze_count()
    try:
        keep_for_good()
        assert gc.get_freeze_count() > before
        assert not any(each is loaded for generation in range(3) for each in gc.get_objects(generation))
    finally:
        gc.unfreeze()
