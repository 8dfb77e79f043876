"""Find the programs that tests drive; without one a test skips and says so, or fails where they are required.

MAILDESK_REQUIRE_COMPONENTS=1 (set by .ci/run) turns every skip of this kind into a failure.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

# Debian keeps servers out of a plain user's PATH, and PostgreSQL's out of everybody's.
FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/lib/dovecot")


def need(program: str) -> Path:
    """Give the path of a program, or skip the test (or fail it, where components are required)."""
    found = find_program(program)
    if found is None:
        missing(f"{program} is missing")
    return found


def find_program(program: str) -> Path | None:
    """Look in PATH, in the folders of servers, and in PostgreSQL's own, newest version first."""
    postgres = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    path = os.pathsep.join([*map(str, postgres), os.environ.get("PATH", ""), *FOLDERS])
    found = shutil.which(program, path=path)
    return Path(found) if found else None


def missing(what: str) -> NoReturn:
    """Skip the running test for want of a component; fail it where components are required."""
    if os.environ.get("MAILDESK_REQUIRE_COMPONENTS"):
        pytest.fail(f"{what}, and MAILDESK_REQUIRE_COMPONENTS is set")
    pytest.skip(f"COMPONENT MISSING: {what}")
