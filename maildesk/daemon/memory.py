"""Keep the daemon's memory flat: what a large mail took goes back to the system when the mail is done."""

import contextlib
import ctypes
import gc

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LARGE = 1024 * 1024
_NEW, _YOUNG, _OLD = 20_000, 20, 20


def keep_memory_flat() -> None:
    """Have the C library map large blocks by themselves, always, and share two heaps among all threads.

    By default glibc raises that threshold to 32 MB once such a block was freed, and gives each thread a heap of its own: a
    hundred mails of 24 MB then leave 500 MB behind. On other C libraries this does nothing.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_ARENA_MAX, 2)


def collect_seldom() -> None:
    """Leave what the start has made out of every search for garbage, and search less often: a mail hardly makes any.

    To be called once all that lives as long as the daemon is loaded. A search for circles looks at each thing that could be
    in one; the policy, the templates and the libraries are a hundred thousand such things.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW, _YOUNG, _OLD)
