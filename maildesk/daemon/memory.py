"""Keep the daemon's memory flat: what a large mail took goes back to the system when the mail is done."""

import contextlib
import ctypes

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LARGE = 1024 * 1024


def keep_memory_flat() -> None:
    """Have the C library map large blocks by themselves, always, and share two heaps among all threads.

    By default glibc raises that threshold to 32 MB once such a block was freed, and gives each thread a heap of its own: a
    hundred mails of 24 MB then leave 500 MB behind. On other C libraries this does nothing.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_ARENA_MAX, 2)
