"""Run `maildesk` as a program of its own with one thing changed: `python -m tests.crash.patched MODULE:FUNCTION run …`."""

import importlib
import sys

from maildesk.__main__ import main

if __name__ == "__main__":
    module, _, name = sys.argv.pop(1).partition(":")
    getattr(importlib.import_module(module), name)()
    main()
