"""Log in with OAuth: against Dovecot's real passdb and a provider on loopback; tokens are renewed, kept and never told."""

import concurrent.futures
import os
import re
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.ingest.imap import Options, bearer_of
from maildesk.oauth import OAuthTrouble, SignInNeeded, Stored, TokenFile, TokenSource, endpoints_of, token_path
from maildesk.oauth.sign_in import Client, sign_in_by_browser, sign_in_by_code
from maildesk.settings import SecretTrouble, TokenUrl
from tests.integration.ingest.mailboxes import QUICK, Journal, mail, make_box, polling, wait_for_state
from tests.services.dovecot import Dovecot, running_dovecot, with_tokens
from tests.services.oauth import Provider, running_provider
from tests.services.processes import wait_until

SIGNED_IN = Stored(refresh_token="first-refresh-token")


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of tokens."""
    with running_provider() as provider:
        yield provider


@pytest.fixture(params=["xoauth2", "oauthbearer"])
def server(provider: Provider, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    """A Dovecot that takes tokens only, and asks the provider whether they hold."""
    extra = with_tokens(f"{provider.url}/introspect", request.param, tmp_path)
    with running_dovecot({"ana": "not-used"}, extra=extra) as server:
        yield server


def source_of(
    provider: Provider,
    data: Path,
    *,
    stored: Stored | None = SIGNED_IN,
    now: float = 1e9,
) -> TokenSource:
    """Give tokens for ana, who has signed in."""
    if stored is not None:
        TokenFile(token_path(data, "ana")).save(stored)
    return TokenSource(TokenUrl(f"{provider.url}/token", client_id="desk"), "ana", data, now=lambda: now)


def test_b117_mail_is_fetched_with_a_token_that_is_renewed_in_time(
    server: Dovecot, provider: Provider, tmp_path: Path
) -> None:
    """The token of the first login has ended by the next, and nobody has to sign in again (B117)."""
    clock = [1e9]
    data = tmp_path / "data"
    TokenFile(token_path(data, "ana")).save(Stored(refresh_token="first-refresh-token"))
    source = TokenSource(TokenUrl(f"{provider.url}/token", client_id="desk"), "ana", data, now=lambda: clock[0])
    server.put("ana", mail("one"))
    journal = Journal()
    box = make_box(server.port, "ana")
    for turn in (1, 2, 3):
        with polling(box, journal, tmp_path, Options(rhythm=QUICK, credentials=bearer_of(box, source))) as poller:
            journal.wait_for(1)
            wait_for_state(poller, "waiting")
        if turn == 2:
            clock[0] += 3600 - 299  # not ended yet, but about to
            provider.holds.clear()
    assert [asked["grant_type"] for asked in provider.asked] == ["refresh_token", "refresh_token"]


def test_i11_a_token_the_server_does_not_take_is_renewed_once_then_we_wait(
    server: Dovecot, provider: Provider, tmp_path: Path
) -> None:
    """A token withdrawn before its time is replaced at the next try; the account is not hammered (I11)."""
    source = source_of(provider, tmp_path / "data")
    source.access_token()
    provider.holds.clear()
    server.put("ana", mail("one"))
    journal = Journal()
    box = make_box(server.port, "ana")
    with polling(box, journal, tmp_path, Options(rhythm=QUICK, credentials=bearer_of(box, source))) as poller:
        status = wait_for_state(poller, "failing")
        assert str(status["problem"]).startswith("Refused: ")
        assert len(provider.asked) == 1
    assert source.access_token(refused=True) in provider.holds
    with polling(box, journal, tmp_path, Options(rhythm=QUICK, credentials=bearer_of(box, source))):
        journal.wait_for(1)
    assert len(provider.asked) == 2


def test_i11_where_consent_was_withdrawn_a_person_is_asked_to_sign_in(provider: Provider, tmp_path: Path) -> None:
    """What the provider says for good is told at once, without any secret, and tried again after a minute, not a second."""
    source = source_of(provider, tmp_path / "data", stored=Stored(refresh_token="an-old-token-of-ours"))
    box = make_box(1, "ana")
    with polling(box, Journal(), tmp_path, Options(rhythm=QUICK, credentials=bearer_of(box, source))) as poller:
        status = wait_for_state(poller, "failing")
        assert str(status["problem"]).startswith("SignInNeeded: ")
        assert "invalid_grant" in str(status["problem"])
        assert "an-old-token-of-ours" not in str(status)
        time.sleep(0.3)
    assert len(provider.asked) == 1


def test_b117_however_many_ask_one_renews(provider: Provider, tmp_path: Path) -> None:
    """Threads and other processes wait for the one who asks: a refresh token that may be used once is used once."""
    source, other = source_of(provider, tmp_path), source_of(provider, tmp_path)
    provider.slow = 0.1
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda one: one.access_token(), [source, other] * 4))
    assert len(tokens) == len(provider.asked) == 1
    # Both were refused the same token: the second takes what the first has got.
    assert source.access_token(refused=True) == other.access_token(refused=True)
    assert len(provider.asked) == 2


def test_a_token_is_renewed_before_it_ends_and_not_long_before(provider: Provider, tmp_path: Path) -> None:
    """Five minutes before the end; one that lasts ten minutes half way."""
    for lasts, holds, ends in ((3600.0, 3299, 3301), (600.0, 299, 301), (60.0, 29, 31)):
        provider.lasts = lasts
        data = tmp_path / str(lasts)
        first = source_of(provider, data, stored=Stored(refresh_token=provider.refresh)).access_token()
        assert source_of(provider, data, stored=None, now=1e9 + holds).access_token() == first
        assert source_of(provider, data, stored=None, now=1e9 + ends).access_token() != first


def test_a_token_is_kept_where_nobody_else_reads_it(provider: Provider, tmp_path: Path) -> None:
    """The file is 0600 from its first byte, a reader never sees half of it, and one that others may read is not used."""
    before = os.umask(0)
    try:
        source_of(provider, tmp_path / "data").access_token()
    finally:
        os.umask(before)
    path = token_path(tmp_path / "data", "ana")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [left.name for left in path.parent.iterdir() if "lock" not in left.name] == [path.name]
    path.chmod(0o640)
    with pytest.raises(SecretTrouble, match="chmod 600"):
        source_of(provider, tmp_path / "data", stored=None).access_token()
    path.chmod(0o600)
    path.write_text("{half")
    with pytest.raises(SecretTrouble, match="sign in again"):
        source_of(provider, tmp_path / "data", stored=None).access_token()
    assert token_path(tmp_path, "../../etc/x@y").parent == tmp_path


def test_a_desk_with_a_secret_of_its_own_needs_nobody_to_sign_in(provider: Provider, tmp_path: Path) -> None:
    """Client credentials (RFC 6749 §4.4), as Microsoft has them for applications."""
    (tmp_path / "client.pw").write_text("app-secret\n")
    oauth = TokenUrl(f"{provider.url}/token", client_id="desk", scope="all", secret_file="client.pw")
    token = TokenSource(oauth, "ana", tmp_path, now=lambda: 1e9).access_token()
    assert token in provider.holds
    [asked] = provider.asked
    assert (asked["grant_type"], asked["scope"], asked["client_secret"]) == ("client_credentials", "all", "app-secret")


def test_a_refresh_token_got_elsewhere_may_stand_in_the_password_file(provider: Provider, tmp_path: Path) -> None:
    """`password_file` beside `oauth` holds the first refresh token; later ones are kept with the data."""
    (tmp_path / "pw").write_text("first-refresh-token\n")
    oauth = TokenUrl(f"{provider.url}/token", client_id="desk")
    for _ in (1, 2):
        source = TokenSource(oauth, "ana", tmp_path, now=lambda: 1e9, refresh_file="pw")
        source.access_token()
        source.access_token(refused=True)
    assert len(provider.asked) == 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((400, {"error": "invalid_grant", "error_description": "first-refresh-token\r\nX: y"}), SignInNeeded),
        ((400, {"error": "interaction_required"}), SignInNeeded),
        ((500, {"error": "server_error"}), OAuthTrouble),
        ((200, {}), OAuthTrouble),
        ((200, {"access_token": "a b\r\nA1 DELETE INBOX"}), OAuthTrouble),
    ],
)
def test_what_an_endpoint_says_wrong_is_told_without_secrets(
    answer: tuple[int, dict[str, str]], kind: type[Exception], provider: Provider, tmp_path: Path
) -> None:
    """Trouble that will pass is told from trouble that will not; nothing of a token is in the message."""
    provider.answer = answer
    with pytest.raises(OAuthTrouble) as told:
        source_of(provider, tmp_path).access_token()
    assert type(told.value) is kind
    assert "first-refresh-token" not in str(told.value)
    assert str(told.value).isprintable()


def test_no_secret_goes_anywhere_else(provider: Provider, tmp_path: Path) -> None:
    """A redirect is not followed, and nothing is asked for in clear beyond this machine."""
    for url in (f"{provider.url}/elsewhere", "http://login.example/token"):
        oauth = TokenUrl(url, client_id="desk")
        TokenFile(token_path(tmp_path, "ana")).save(Stored(refresh_token="r"))
        with pytest.raises(OAuthTrouble):
            TokenSource(oauth, "ana", tmp_path, now=lambda: 1e9).access_token()


def test_the_large_providers_are_known() -> None:
    """Microsoft's addresses have the firm's directory in them; Google lets nobody read mail by a device's code."""
    microsoft = endpoints_of(TokenUrl(provider="microsoft", tenant="firma.hr"))
    assert microsoft.token_url == "https://login.microsoftonline.com/firma.hr/oauth2/v2.0/token"
    assert "offline_access" in microsoft.scope
    google = endpoints_of(TokenUrl(provider="google"))
    assert google.device_url == ""
    assert dict(google.extra)["access_type"] == "offline"


# ---- signing in ----


def test_a_person_signs_in_by_typing_a_code(provider: Provider) -> None:
    """The address and the code are shown; we ask until it was typed (RFC 8628)."""
    provider.pending = 2
    said: list[str] = []
    endpoints = endpoints_of(TokenUrl(f"{provider.url}/token", device_url=f"{provider.url}/device"))
    answer = sign_in_by_code(endpoints, Client("desk"), said.append, lambda _seconds: None)
    assert answer["access_token"] in provider.holds
    assert "ABCD-EFGH" in said[0]
    assert len(provider.asked) == 3


def test_a_person_signs_in_by_a_browser_that_comes_back(provider: Provider) -> None:
    """Only the browser that knows our state is heard, and the code is bound to us (RFC 7636)."""
    said: list[str] = []
    came = threading.Event()

    def tell(text: str) -> None:
        said.append(text)
        came.set()

    endpoints = endpoints_of(TokenUrl(f"{provider.url}/token", authorize_url=f"{provider.url}/authorize"))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        signing = pool.submit(sign_in_by_browser, endpoints, Client("desk"), "ana", tell)
        assert came.wait(5)
        asked = dict(re.findall(r"[?&](\w+)=([^&\s]+)", said[0]))
        back = urllib.request.url2pathname(asked["redirect_uri"])
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{back}?code=stolen&state=guessed", timeout=5)
        with urllib.request.urlopen(f"{back}?code=abc&state={asked['state']}", timeout=5) as page:
            assert b"close this page" in page.read()
        answer = signing.result(5)
    assert answer["access_token"] in provider.holds
    [token] = provider.asked
    assert (token["grant_type"], token["code"]) == ("authorization_code", "abc")
    assert len(token["code_verifier"]) >= 43
    assert token["code_verifier"] not in said[0]


def test_maildesk_login_keeps_a_token_that_the_desk_renews(provider: Provider, tmp_path: Path) -> None:
    """The whole way: the verb, the file, and a token for the poller; what it prints holds no token."""
    config = tmp_path / "config"
    config.mkdir()
    oauth = f"{{token_url: '{provider.url}/token', device_url: '{provider.url}/device', client_id: desk}}"
    (config / "maildesk.yaml").write_text(
        "desk: {name: D, domain: d.test}\nmailboxes:\n  - address: support@d.test\n"
        f"    imap: {{host: 127.0.0.1, user: ana, tls: none, oauth: {oauth}}}\n"
    )
    words = [sys.executable, "-m", "maildesk", "login", "--config", str(config), "--data", str(tmp_path / "data")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "ABCD-EFGH" in done.stderr
    stored = TokenFile(token_path(tmp_path / "data", "ana")).load()
    assert stored is not None
    assert stored.refresh_token not in done.stdout + done.stderr
    assert stored.access_token not in done.stdout + done.stderr
    later = TokenSource(
        TokenUrl(f"{provider.url}/token"), "ana", tmp_path / "data", now=lambda: stored.renew_at + 1
    ).access_token()
    assert later in provider.holds
    wait_until(lambda: provider.asked[-1]["client_id"] == "desk", "the client is remembered")
