"""Where providers give out tokens, and what for; an endpoint of one's own stands in maildesk.yaml."""

from typing import NamedTuple

from maildesk.settings import TokenUrl


class Endpoints(NamedTuple):
    """The addresses of a provider, and what to ask for."""

    token_url: str
    device_url: str = ""
    authorize_url: str = ""
    scope: str = ""
    own_scope: str = ""
    """What to ask for where nobody signs in and the desk shows a secret of its own (RFC 6749 §4.4)."""
    extra: tuple[tuple[str, str], ...] = ()
    """What the page that people see needs to be told besides."""


_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/"


def endpoints_of(oauth: TokenUrl) -> Endpoints:
    """Find where tokens come from; what maildesk.yaml says holds before what is known of the provider."""
    known = _known(oauth)
    return known._replace(
        token_url=oauth.token_url or known.token_url,
        device_url=oauth.device_url or known.device_url,
        authorize_url=oauth.authorize_url or known.authorize_url,
        scope=oauth.scope or known.scope,
        own_scope=oauth.scope or known.own_scope,
    )


def _known(oauth: TokenUrl) -> Endpoints:
    match oauth.provider:
        case "microsoft":
            base = _MICROSOFT.format(tenant=oauth.tenant or "organizations")
            office = "https://outlook.office.com/"
            return Endpoints(
                f"{base}token",
                f"{base}devicecode",
                f"{base}authorize",
                f"{office}IMAP.AccessAsUser.All {office}SMTP.Send offline_access",
                "https://outlook.office365.com/.default",
            )
        case "google":
            # No device_url: Google lets no device flow read mail.
            return Endpoints(
                "https://oauth2.googleapis.com/token",
                "",
                "https://accounts.google.com/o/oauth2/v2/auth",
                "https://mail.google.com/",
                extra=(("access_type", "offline"), ("prompt", "consent")),
            )
        case _:
            return Endpoints("")
