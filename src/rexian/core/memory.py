"""What a process keeps for as long as it lives."""

import gc


def keep_for_good() -> None:
    """What has been loaded by now stays: the garbage collector need not walk through it while calls stand and wait."""
    gc.collect()
    gc.freeze()
