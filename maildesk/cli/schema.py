"""`maildesk schema`: the JSON Schemas by which editors complete, check and explain what an admin writes."""

import datetime as dt
import sys
from pathlib import Path

import click

from maildesk.cli.options import config_option
from maildesk.cli.say import Exit, fail, say, tell


@click.command()
@config_option
@click.option("--write", is_flag=True, help="Write all schemas to .schema/ below the configuration.")
@click.argument("name", default="rules", metavar="[NAME]")
def command(config_dir: Path, name: str, *, write: bool) -> None:
    """Write the schemas of this desk's files, with its own teams, agents, lists and templates; or print one (rules).

    A file that begins with `# yaml-language-server: $schema=../.schema/rules.json` is then completed and checked by every editor
    that speaks to yaml-language-server. The running desk writes them after every change of its configuration, too.
    """
    from maildesk.proof import read_whole
    from maildesk.rules.schema import names_of, schema_texts, write_schemas
    from maildesk.yaml_file import print_problems

    proof = read_whole(config_dir, dt.datetime.now(dt.UTC).date())
    if proof.policy is None:
        say(print_problems(proof.errors, "No schema was written."))
        sys.exit(int(Exit.NO))
    if write:
        try:
            written = write_schemas(proof.policy, config_dir)
        except OSError as trouble:
            fail(f"{trouble.filename}: {trouble.strerror}", Exit.NO)
        for path in written:
            say(str(path))
        if not written:
            tell("the schemas are up to date")
        return
    texts = schema_texts(names_of(proof.policy))
    if f"{name}.json" not in texts:
        raise click.BadParameter(f"there is no schema {name!r}; {', '.join(n.removesuffix('.json') for n in texts)}")
    say(texts[f"{name}.json"].rstrip("\n"))
