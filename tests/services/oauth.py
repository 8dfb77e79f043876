"""A provider of OAuth tokens on loopback: gives out tokens by every grant we use, and tells Dovecot which ones hold."""

import contextlib
import json
import secrets
import threading
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.services.processes import HOST


@dataclass
class Provider:
    """What was asked, which tokens hold, and how the next questions are answered."""

    port: int = 0
    lasts: float = 3600.0
    user: str = "ana"
    asked: list[dict[str, str]] = field(default_factory=list)
    holds: set[str] = field(default_factory=set)
    refresh: str = "first-refresh-token"
    pending: int = 0
    answer: tuple[int, dict[str, Any]] | None = None
    """What every token request gets instead, if anything."""
    slow: float = 0.0
    rotates: bool = True
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.port}"

    def give(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer a question for a token."""
        self.asked.append(asked)
        time.sleep(self.slow)
        if self.answer:
            return self.answer
        grant = asked.get("grant_type", "")
        if grant == "refresh_token" and asked.get("refresh_token") != self.refresh:
            return 400, {"error": "invalid_grant", "error_description": f"{asked.get('refresh_token')} was used"}
        if grant.endswith("device_code") and self.pending > 0:
            self.pending -= 1
            return 400, {"error": "authorization_pending"}
        token = secrets.token_hex(16)
        self.holds.add(token)
        given: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts}
        if grant != "client_credentials":
            if self.rotates or grant != "refresh_token":
                self.refresh = secrets.token_hex(16)
            given["refresh_token"] = self.refresh
        return 200, given

    def introspect(self, token: str) -> dict[str, Any]:
        """Say whether a token holds (RFC 7662)."""
        return {"active": token in self.holds, "username": self.user, "scope": "mail"}


@contextlib.contextmanager
def running_provider(**wanted: Any) -> Iterator[Provider]:
    """Run a provider until the block ends."""
    provider = Provider(**wanted)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            asked = dict(urllib.parse.parse_qsl(body))
            if self.path == "/device":
                words = {"device_code": "dev", "user_code": "ABCD-EFGH", "verification_uri": f"{provider.url}/type"}
                self._say(200, {**words, "interval": 0, "expires_in": 60})
            elif self.path == "/introspect":
                self._say(200, provider.introspect(asked.get("token", "")))
            elif self.path == "/elsewhere":
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
            else:
                self._say(*provider.give(asked))

        def do_GET(self) -> None:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self._say(200, provider.introspect(token))

        def _say(self, status: int, answer: dict[str, Any]) -> None:
            raw = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: Any) -> None:
            pass

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        provider.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
