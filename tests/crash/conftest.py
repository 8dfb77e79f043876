"""What the tests of crashes share: one nursery for each worker of pytest."""

from collections.abc import Iterator

import pytest

from tests.crash.nursery import Nursery
from tests.services.processes import private_folder


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """A process that forks daemons."""
    with private_folder("nursery") as folder:
        made = Nursery(folder)
        yield made
        made.close()
