"""Answer what pages ask: believe a token only for whom and what it was made, and fetch what it leads to."""

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from maildesk import tokens
from maildesk.ingest.workers import ParseFailed
from maildesk.model.decision import CommandGiven
from maildesk.outbound.file_links import bound_to
from maildesk.rules.policy import Policy
from maildesk.store import links
from maildesk.tokens import TokenKind
from maildesk.web.desk import Unsubscribing

if TYPE_CHECKING:
    from maildesk.daemon.service import Service

_PLACE = re.compile(r"([1-9]\d{0,17})-(\d{1,9})", re.ASCII)


class Pages:
    """The desk as the pages see it (`maildesk.web.WebDesk`)."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._store = service.office.store

    def policy(self) -> Policy:
        """Give the policy that holds now."""
        keeper = self._service.office.keeper
        return keeper.desk_with(keeper.current).policy

    async def find_file(self, token: str, place: str) -> tuple[str, bytes] | None:
        """Give the name and the bytes of the file that a link leads to."""
        named = _PLACE.fullmatch(place)
        if named is None:
            return None
        journal_id, index = int(named[1]), int(named[2])
        found = await self._bearer(token, TokenKind.FILE, lambda address: bound_to(journal_id, index, address))
        if found is None or journal_id <= found[0].revoked:
            return None
        number = found[0].number
        raw = await asyncio.to_thread(self._store.read, lambda db: links.find_reply(db, number, journal_id))
        if raw is None:
            return None
        try:
            ((name, _, content),) = await self._service.pool.attachments(raw, (index,))
        except ParseFailed:
            return None
        return name, content

    async def find_unsubscribing(self, token: str) -> Unsubscribing | None:
        """Say whose status mails a link ends."""
        found = await self._bearer(token, TokenKind.UNSUBSCRIBE, str)
        return Unsubscribing(found[0].number, found[1], found[0].language) if found else None

    async def unsubscribe(self, who: Unsubscribing) -> None:
        """Send that address no more status mails; a button pressed twice a day is one wish."""
        key = f"unsubscribe:{who.ticket}:{who.address.casefold()}:{self._service.now().date()}"
        await self._service.command(CommandGiven(key, "stop", who.ticket, (who.address,)))

    async def _bearer(self, token: str, kind: TokenKind, name: Callable[[str], str]) -> tuple[links.Keyed, str] | None:
        """Find the person of the ticket for whom a token was made; `name` says what it was made out to."""
        claims = tokens.read(token)
        if claims is None or claims.kind is not kind:
            return None
        keyed = await asyncio.to_thread(self._store.read, lambda db: links.find_keyed(db, claims.ticket))
        if keyed is None:
            return None
        for address in keyed.people:
            genuine, _ = tokens.proves(
                self._service.office.keys, token, kind=kind, agent=name(address), salt=keyed.salt, epoch=0,
                today=self._service.now().date(),
            )  # fmt: skip
            if genuine:
                return keyed, address
        return None
