"""`maildesk login`: let a person sign in to a mailbox or relay at a provider, once; the desk renews the token from then on."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maildesk.cli.options import desk_options
from maildesk.cli.say import Exit, fail, tell

if TYPE_CHECKING:
    from maildesk.oauth import Endpoints
    from maildesk.settings import Imap, Relay, Settings


@click.command(name="login")
@click.argument("provider", required=False, type=click.Choice(["microsoft", "google", "other"]))
@click.option("--user", metavar="USER", help="Whose account. [default: the only one in maildesk.yaml with oauth]")
@click.option("--client-id", metavar="ID", help="The application's id at the provider. [default: from maildesk.yaml]")
@click.option(
    "--secret-file",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True),
    help="Where the application's secret stands, if it has one (Google's do).",
)
@click.option(
    "--port",
    metavar="N",
    type=int,
    help="Come back by a browser on this machine, to this port (0: any), also where a code would do.",
)
@desk_options
def command(
    *,
    provider: str | None,
    user: str | None,
    client_id: str | None,
    secret_file: Path | None,
    port: int | None,
    config_dir: Path,
    data_dir: Path,
) -> None:
    """Sign in to a mailbox at Microsoft or Google.

    \b
    Example: maildesk login microsoft --user podrska@firma.hr --client-id 4e5f…

    Prints where to go and what to type there; the token is kept in the data directory, readable by nobody else. With
    a browser on another machine: ssh -L 8400:127.0.0.1:8400, and --port 8400 here.
    """
    import msgspec

    from maildesk.cli.opening import read_settings
    from maildesk.oauth import OAuthTrouble, endpoints_of
    from maildesk.settings import TokenUrl

    account = choose(read_settings(config_dir), user, provider)
    oauth = account.oauth or TokenUrl()
    oauth = msgspec.structs.replace(
        oauth,
        provider=provider if provider in ("microsoft", "google") else oauth.provider,
        client_id=client_id or oauth.client_id,
    )
    if not oauth.client_id:
        fail("which application? Register one at the provider and give its id: --client-id", Exit.USAGE)
    secret = _secret(secret_file, oauth.secret_file, config_dir, data_dir)
    try:
        answer = sign_in(endpoints_of(oauth), (oauth.client_id, secret), account.user, port)
        path = keep(data_dir, account.user, oauth, secret, answer)
    except OAuthTrouble as problem:
        fail(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
    tell(f"Signed in as {account.user}. The token is kept in {path} and renewed by itself.")


def choose(settings: "Settings", user: str | None, provider: str | None) -> "Imap | Relay":
    """Find the account of maildesk.yaml that is meant, or leave."""
    accounts: list[Imap | Relay] = [box.imap for box in settings.mailboxes if box.imap and box.imap.oauth]
    accounts += [settings.relay] if settings.relay.oauth else []
    if user is not None:
        accounts = [account for account in accounts if account.user.casefold() == user.casefold()]
    elif provider in ("microsoft", "google"):
        accounts = [account for account in accounts if account.oauth and account.oauth.provider in ("", provider)]
    names = sorted({account.user for account in accounts})
    if not names:
        fail("no mailbox or relay in maildesk.yaml has “oauth” for this; write it there first", Exit.USAGE)
    if len(names) > 1:
        fail(f"which one? --user {' or '.join(names)}", Exit.USAGE)
    return accounts[0]


def sign_in(endpoints: "Endpoints", client: tuple[str, str], user: str, port: int | None) -> dict[str, Any]:
    """Let a person sign in, by a code where the provider allows it."""
    from maildesk.oauth.sign_in import Client, sign_in_by_browser, sign_in_by_code

    if endpoints.device_url and port is None:
        return sign_in_by_code(endpoints, Client(*client), tell, time.sleep)
    if not endpoints.authorize_url:
        fail("maildesk.yaml names neither device_url nor authorize_url for this account", Exit.USAGE)
    return sign_in_by_browser(endpoints, Client(*client), user, tell, port=port or 0)


def keep(data_dir: Path, user: str, oauth: Any, secret: str, answer: dict[str, Any]) -> Path:
    """Write the token down."""
    from maildesk.oauth import Stored, TokenFile, endpoints_of, token_path
    from maildesk.oauth.source import with_answer

    begun = Stored(
        client_id=oauth.client_id, client_secret=secret, scope=endpoints_of(oauth).scope, tenant=oauth.tenant
    )
    stored = with_answer(begun, answer, time.time())
    if not stored.refresh_token:
        fail("the provider gave no refresh token: the sign-in would end in an hour (is offline access allowed?)")
    file = TokenFile(token_path(data_dir, user))
    with file.alone():
        file.save(stored)
    return file.path


def _secret(given: Path | None, reference: str, config_dir: Path, data_dir: Path) -> str:
    from maildesk.daemon.office import base_of
    from maildesk.settings import SecretTrouble, read_secret

    if given is None and not reference:
        return ""
    try:
        if given is not None:
            return read_secret(given.name, given.parent)
        return read_secret(reference, base_of(reference, config_dir, data_dir))
    except SecretTrouble as problem:
        fail(str(problem))
