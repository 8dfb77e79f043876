"""Help pages that begin with an example."""

import click
import pytest
from click.testing import CliRunner

from maildesk.cli.examples import show_example_first, split_example


@pytest.mark.parametrize(
    ("text", "rest", "lines"),
    [
        ("Do it.", "Do it.", ""),
        ("Do it.\n\n    \b\n    Example: a b", "Do it.", "a b"),
        (
            "Do it.\n\n    \b\n    Examples: a b   this\n              a c   that\n\n    More.",
            "Do it.\n\nMore.",
            "a b   this\na c   that",
        ),
    ],
)
def test_the_paragraph_of_examples_is_taken_out(text: str, rest: str, lines: str) -> None:
    """What stands after `Example:` is shown first, the rest of the docstring stays."""
    assert split_example(text) == (rest, lines)


def test_a_command_without_example_gets_its_own_form() -> None:
    """Where nobody wrote an example, the command with its arguments is shown; dressing twice changes nothing."""

    @click.group()
    def desk() -> None:
        """Do things."""

    @desk.command()
    @click.argument("number")
    def close(number: str) -> None:
        """Close a ticket."""

    show_example_first(desk, "desk close 7")
    show_example_first(desk, "other")
    assert CliRunner().invoke(desk, ["--help"]).output.startswith("Example:\n  desk close 7\n\nUsage:")
    assert CliRunner().invoke(desk, ["close", "--help"]).output.startswith("Example:\n  desk close NUMBER\n\nUsage:")
