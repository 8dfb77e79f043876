"""Mails made to stop a help desk: families of them, each a function that writes one of about a given size.

Most take seconds to minutes, or gigabytes, in the standard library and in mail parsers built on it.
"""

import inspect
from collections.abc import Callable

from tests.hostile import fields, markup, structure, words

Family = Callable[[int], bytes]


def _families() -> dict[str, Family]:
    found: dict[str, Family] = {}
    for module in (fields, structure, words, markup):
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__:
                found[name.replace("_", " ")] = value
    return found


FAMILIES = _families()
