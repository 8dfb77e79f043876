"""`maildesk completion`: let a shell complete verbs and options."""

import click

from maildesk.cli.say import Exit, fail


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell, to be put where the shell looks for it.

    \b
    Examples: maildesk completion bash > ~/.local/share/bash-completion/completions/maildesk
              maildesk completion zsh > ~/.zfunc/_maildesk
              maildesk completion fish > ~/.config/fish/completions/maildesk.fish
    """
    from click.shell_completion import get_completion_class

    from maildesk.cli import cli

    kind = get_completion_class(shell)
    if kind is None:
        fail(f"nothing is known of {shell}", Exit.USAGE)
    click.echo(kind(cli, {}, "maildesk", "_MAILDESK_COMPLETE").source())
