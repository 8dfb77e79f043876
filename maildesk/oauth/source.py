"""Give an access token that holds, renewed before it ends; however many ask at once, one renews (B117)."""

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from maildesk.oauth.ask import OAuthTrouble, SignInNeeded, post
from maildesk.oauth.endpoints import endpoints_of
from maildesk.oauth.token_file import Stored, TokenFile, token_path
from maildesk.settings import TokenUrl, read_secret

MARGIN = 300.0


class TokenSource:
    """The tokens of one user at one provider."""

    def __init__(
        self,
        oauth: TokenUrl,
        user: str,
        data_dir: Path,
        *,
        now: Callable[[], float],
        base_dir: Path | None = None,
        refresh_file: str = "",
    ) -> None:
        """Tokens are kept in `data_dir`; `refresh_file` may hold a refresh token got elsewhere, secrets lie in `base_dir`."""
        self._oauth, self._user, self._now = oauth, user, now
        self._base_dir, self._refresh_file = base_dir or data_dir, refresh_file
        self._file = TokenFile(token_path(data_dir, user))
        self._turn = threading.Lock()
        self._given = ""

    def access_token(self, *, refused: bool = False) -> str:
        """Give a token; after one was `refused` another. Raises OAuthTrouble, SignInNeeded or SecretTrouble."""
        with self._turn, self._file.alone():
            stored = self._file.load() or Stored()
            holds = stored.access_token and self._now() < stored.renew_at
            if not holds or (refused and stored.access_token == self._given):
                stored = self._renewed(stored)
                self._file.save(stored)
            self._given = stored.access_token
            return stored.access_token

    def _renewed(self, stored: Stored) -> Stored:
        oauth = self._oauth
        if not oauth.tenant and stored.tenant:
            oauth = msgspec.structs.replace(oauth, tenant=stored.tenant)
        endpoints = endpoints_of(oauth)
        refresh = stored.refresh_token or self._secret(self._refresh_file)
        secret = self._secret(oauth.secret_file) or stored.client_secret
        client = {"client_id": oauth.client_id or stored.client_id, "client_secret": secret}
        if refresh:
            asked = {"grant_type": "refresh_token", "refresh_token": refresh, "scope": oauth.scope or stored.scope}
        elif secret:
            asked = {"grant_type": "client_credentials", "scope": endpoints.own_scope}
        else:
            raise SignInNeeded(f"nobody has signed in for {self._user}: maildesk login --user {self._user}")
        answer = post(endpoints.token_url, {**asked, **client})
        return with_answer(stored, answer, self._now())

    def _secret(self, reference: str) -> str:
        return read_secret(reference, self._base_dir) if reference else ""


def with_answer(stored: Stored, answer: dict[str, object], now: float) -> Stored:
    """Take over what an endpoint has given; a refresh token stays until there is a new one (RFC 6749 §6)."""
    token, lasts = answer.get("access_token"), answer.get("expires_in", 3600)
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise OAuthTrouble("the endpoint gave no access token")
    try:
        seconds = float(str(lasts))
    except ValueError:
        seconds = 3600.0
    fresh = answer.get("refresh_token")
    return msgspec.structs.replace(
        stored,
        access_token=token,
        renew_at=now + max(seconds - MARGIN, seconds / 2),
        refresh_token=fresh if isinstance(fresh, str) and fresh else stored.refresh_token,
    )
