"""Let a person sign in: with a code typed on any device (RFC 8628), or in a browser that comes back to us (RFC 8252, RFC 7636)."""

import base64
import hashlib
import hmac
import http.server
import secrets
import socketserver
import urllib.parse
from collections.abc import Callable
from typing import Any, NamedTuple

from maildesk.oauth.ask import OAuthTrouble, SignInNeeded, post
from maildesk.oauth.endpoints import Endpoints

_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Client(NamedTuple):
    """Who we are to the provider."""

    client_id: str
    client_secret: str = ""


def sign_in_by_code(
    endpoints: Endpoints, client: Client, tell: Callable[[str], None], sleep: Callable[[float], None]
) -> dict[str, Any]:
    """Show an address and a code, wait until somebody has typed it there; gives the endpoint's answer."""
    begun = post(endpoints.device_url, {"client_id": client.client_id, "scope": endpoints.scope})
    address = str(begun.get("verification_uri") or begun.get("verification_url") or "")
    tell(f"Open {_shown(address)} in a browser, and type the code {_shown(str(begun.get('user_code', '')))}")
    pause, left = _number(begun.get("interval"), 5.0), _number(begun.get("expires_in"), 900.0)
    asked = {"grant_type": _DEVICE_GRANT, "device_code": str(begun.get("device_code", "")), **_fields(client)}
    while left > 0:
        sleep(pause)
        left -= max(pause, 1.0)
        try:
            return post(endpoints.token_url, asked)
        except OAuthTrouble as problem:
            if problem.error == "slow_down":
                pause += 5.0  # RFC 8628 §3.5
            elif problem.error != "authorization_pending":
                raise
    raise SignInNeeded("nobody typed the code in time")


def sign_in_by_browser(
    endpoints: Endpoints, client: Client, user: str, tell: Callable[[str], None], *, port: int = 0
) -> dict[str, Any]:
    """Show an address, wait until the browser comes back to this machine with a code; gives the endpoint's answer."""
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    with _Returning(("127.0.0.1", port), state) as returning:
        redirect = f"http://127.0.0.1:{returning.server_address[1]}/"
        asked = {
            "client_id": client.client_id,
            "response_type": "code",
            "redirect_uri": redirect,
            "scope": endpoints.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "login_hint": user,
            **dict(endpoints.extra),
        }
        tell(
            f"Open this address in a browser on this machine:\n\n  {endpoints.authorize_url}?{urllib.parse.urlencode(asked)}\n"
        )
        while returning.answer is None:
            returning.handle_request()
    answer = returning.answer
    if answer.get("error"):
        raise SignInNeeded(f"the provider says {_shown(answer['error'])}")
    grant = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": redirect}
    return post(endpoints.token_url, {**grant, "code_verifier": verifier, **_fields(client)})


class _Returning(socketserver.TCPServer):
    """Waits on this machine for the browser; only who knows `state` is heard (RFC 6749 §10.12)."""

    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], state: str) -> None:
        super().__init__(address, _Page)
        self.state = state
        self.answer: dict[str, str] | None = None


class _Page(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self) -> None:
        """Take the code, thank."""
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        server = self.server
        assert isinstance(server, _Returning)
        is_ours = hmac.compare_digest(asked.get("state", "").encode(), server.state.encode())
        if is_ours and (asked.get("code") or asked.get("error")):
            server.answer = {"code": asked.get("code", ""), "error": asked.get("error", "")}
        said = b"You can close this page and go back to maildesk." if is_ours else b"Nobody here has asked for this."
        self.send_response(200 if is_ours else 400)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_args: Any) -> None:
        """Say nothing: the address of the request holds the code."""


def _fields(client: Client) -> dict[str, str]:
    return {"client_id": client.client_id, "client_secret": client.client_secret}


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and 0 <= value < 86400 else otherwise


def _shown(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:300]
