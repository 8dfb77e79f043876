"""Help pages that begin with an example, since that is what people look for."""

import inspect
from types import MethodType

import click

_MARK = "\b\nExample"


def show_example_first(command: click.Command, example: str = "") -> None:
    """Make the help of a command, and of all below it, begin with its example.

    The example is the paragraph of the docstring that begins with `\\b` and `Example:` or `Examples:`; without one the
    given text is shown, and without that the command with its arguments.
    """
    text, own = split_example(command.help or "")
    command.help = text
    lines = own or example

    def format_help(self: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        shown = lines or " ".join(
            [ctx.command_path, *(p.make_metavar(ctx) for p in self.params if isinstance(p, click.Argument))]
        )
        with formatter.section("Examples" if "\n" in shown else "Example"):
            for line in shown.split("\n"):
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        formatter.write_paragraph()
        type(self).format_help(self, ctx, formatter)

    if "format_help" not in vars(command):
        command.format_help = MethodType(format_help, command)  # type: ignore[method-assign]
    if isinstance(command, click.Group):
        for below in command.commands.values():
            show_example_first(below)


def split_example(text: str) -> tuple[str, str]:
    """Take the paragraph of examples out of a help text: the text without it, and its lines."""
    clean = inspect.cleandoc(text)
    start = clean.find(_MARK)
    if start < 0:
        return text, ""
    end = clean.find("\n\n", start)
    paragraph = clean[start + 2 : end if end >= 0 else None]
    lines = [line.strip() for line in paragraph.partition(":")[2].split("\n")]
    rest = clean[:start].rstrip() + ("\n\n" + clean[end:].lstrip() if end >= 0 else "")
    return rest, "\n".join(line for line in lines if line)
