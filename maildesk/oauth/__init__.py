"""Log in at mail servers with OAuth: sign in once, keep the token where nobody else reads it, renew it before it ends."""

from maildesk.oauth.ask import OAuthTrouble, SignInNeeded
from maildesk.oauth.endpoints import Endpoints, endpoints_of
from maildesk.oauth.source import TokenSource
from maildesk.oauth.token_file import Stored, TokenFile, token_path

__all__ = [
    "Endpoints",
    "OAuthTrouble",
    "SignInNeeded",
    "Stored",
    "TokenFile",
    "TokenSource",
    "endpoints_of",
    "token_path",
]
