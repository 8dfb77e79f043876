"""What is printed about broken policies, compared letter by letter."""

import datetime as dt
from pathlib import Path

import pytest

from maildesk.proof import prove
from maildesk.yaml_file import print_problems

FIXTURES = sorted(path.parent for path in (Path(__file__).parents[2] / "policies").glob("*/config"))
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SETTINGS = """\
desk: {name: Firma, domain: firma.hr, languages: [en, cs, hr], timezone: Europe/Zagreb}
mailboxes: [{address: podrska@firma.hr}]
"""


def printed(folder: Path) -> str:
    """Print what `maildesk check` says about a fixture."""
    config = folder / "config"
    own = config / "maildesk.yaml"
    if own.exists():
        problems = prove(config, NOW).problems
    else:
        try:
            own.write_text(SETTINGS)
            problems = prove(config, NOW).problems
        finally:
            own.unlink()
    return print_problems(problems, "Nothing was changed; the running rules stay active.") + "\n"


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda folder: folder.name)
def test_every_mistake_is_printed_at_its_place(folder: Path) -> None:
    """B72: each mistake is named with file, line, column, its line and what was probably meant; all of them at once."""
    assert printed(folder) == (folder / "expected.txt").read_text()
