"""Ask a token endpoint (RFC 6749 §5): one POST, a small answer, no redirects; no token or secret is ever in a message."""

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

ANSWER_BYTES = 256 * 1024
SECONDS = 30.0
# A person has to sign in again: to ask once more would not help (RFC 6749 §5.2, RFC 8628 §3.5, and what Microsoft adds).
_FINAL = frozenset(
    {
        "invalid_grant",
        "invalid_client",
        "unauthorized_client",
        "access_denied",
        "expired_token",
        "interaction_required",
        "consent_required",
    }
)


class OAuthTrouble(OSError):
    """No token could be had: trouble like that of any network. `error` is the endpoint's word for it, "" if it gave none."""

    def __init__(self, message: str, error: str = "") -> None:
        super().__init__(message)
        self.error = error


class SignInNeeded(OAuthTrouble):
    """No token will be had until a person signs in again."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_words: Any) -> None:
        """Go nowhere else with secrets."""


def post(url: str, fields: Mapping[str, str], *, tls: ssl.SSLContext | None = None) -> dict[str, Any]:
    """Send fields, give the answer; raises OAuthTrouble, or SignInNeeded where asking again would not help."""
    body = urllib.parse.urlencode({name: value for name, value in fields.items() if value}).encode()
    if not url.startswith(("https://", "http://127.0.0.1:")):
        raise OAuthTrouble("tokens are only asked for over https")
    request = urllib.request.Request(url, body, {"Accept": "application/json"})  # noqa: S310 - looked at just above
    context = tls or ssl.create_default_context()
    opener = urllib.request.build_opener(_NoRedirect(), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(request, timeout=SECONDS) as reply:
            status, raw = reply.status, reply.read(ANSWER_BYTES)
    except urllib.error.HTTPError as problem:
        with problem:
            status, raw = problem.code, problem.read(ANSWER_BYTES)
    except (OSError, ValueError) as problem:
        raise OAuthTrouble(f"{_host(url)}: {type(problem).__name__}") from None
    return _read(url, status, raw, fields)


def _read(url: str, status: int, raw: bytes, fields: Mapping[str, str]) -> dict[str, Any]:
    try:
        answer = json.loads(raw)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise OAuthTrouble(f"{_host(url)}: status {status}, and no JSON")
    if status == 200 and "error" not in answer:
        return answer
    error = str(answer.get("error", ""))[:60]
    text = _without_secrets(str(answer.get("error_description", "")), fields)
    kind = SignInNeeded if error in _FINAL else OAuthTrouble
    raise kind(f"{_host(url)}: status {status}, {error or 'no reason given'}{': ' if text else ''}{text}", error)


def _without_secrets(text: str, fields: Mapping[str, str]) -> str:
    """Keep what an endpoint says to people, on one line, even if it repeats what it was sent."""
    for name, value in fields.items():
        if value and name not in ("grant_type", "scope"):
            text = text.replace(value, "…")
    return "".join(character if character.isprintable() else " " for character in text)[:200].strip()


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc.rpartition("@")[2]
