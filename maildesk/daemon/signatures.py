"""Have DKIM signatures of received mails checked where `auth.dkim` asks for it: off the deciding thread, within a time limit."""

import asyncio
import functools
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import structlog

from maildesk.ingest.signatures import FindKey, NoAnswer, Signed, verify_signatures
from maildesk.model.mail import Mail
from maildesk.settings import Auth

log = structlog.get_logger("maildesk.ingest")

SECONDS = 5.0  # for all questions about one mail
_MOST_AT_ONCE = 4
_REMEMBERED = 1000


class Signatures:
    """The checker: threads of its own, started with the first signed mail, and one memory for the answers of DNS."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._memory: Any = None

    async def looked_at(self, mail: Mail, raw: bytes, auth: Auth) -> Mail:
        """Give the mail with what its signatures prove; a mail without any, or without one author, as it is."""
        if mail.author is None or mail.author_ambiguous or not mail.header("DKIM-Signature"):
            return mail
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_MOST_AT_ONCE, "dkim")
        domain = mail.author.address.rpartition("@")[2]
        work = functools.partial(self._check, raw, domain, auth, time.monotonic() + SECONDS)
        try:
            found = await asyncio.wait_for(
                asyncio.get_running_loop().run_in_executor(self._threads, work), timeout=SECONDS + 1
            )
        except TimeoutError:
            found = Signed(said="dkim=temperror: no time left")
        return msgspec.structs.replace(mail, signers=found.signers, signed=found.said)

    def close(self) -> None:
        """Let the threads go; what they are at ends by its own limit."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, raw: bytes, domain: str, auth: Auth, until: float) -> Signed:
        if time.monotonic() > until:
            return Signed(said="dkim=temperror: no time left")
        try:
            return verify_signatures(raw, domain, self._asker(auth, until), strict=auth.alignment == "strict")
        except ImportError:
            log.error("auth.dkim needs the extra: pip install 'maildesk[dkim]'")
            return Signed(said="dkim=temperror: dkimpy is not installed")

    def _asker(self, auth: Auth, until: float) -> FindKey:
        """Make the function that asks DNS for a key, within what is left of the time."""
        import dns.exception
        import dns.resolver

        if self._memory is None:
            self._memory = dns.resolver.LRUCache(_REMEMBERED)
        memory = self._memory

        def find_key(name: str) -> bytes | None:
            resolver = dns.resolver.Resolver(configure=auth.resolver is None)
            resolver.cache = memory
            if auth.resolver is not None:
                resolver.nameservers, resolver.port = [auth.resolver.host], auth.resolver.port
            left = until - time.monotonic()
            try:
                answer = resolver.resolve(name, "TXT", lifetime=max(left, 0.01), search=False)
            except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
                return None
            except dns.exception.DNSException as problem:  # silence, a broken server, a name that cannot be one
                raise NoAnswer(type(problem).__name__) from None
            # RFC 6376 §3.6.2.2: several records are an undefined result; the first one is as good as any.
            return next((b"".join(record.strings) for record in answer), None)

        return find_key
