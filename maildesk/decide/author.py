"""Who wrote a mail, how sure we are, and what that allows.

The level of assurance rises with evidence: 0 refuted or ambiguous, 1 the From address alone, 2 aligned authentication
reported by a configured server, 3 a genuine agent token, 4 both. Unknown lowers powers, never delivery.
"""

from maildesk.decide.desk import Desk
from maildesk.ingest.authentication import is_aligned, verdict
from maildesk.ingest.mime.addresses import a_label
from maildesk.model.mail import Address, Mail
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.model.ticket import Trust
from maildesk.model.value import Value
from maildesk.model.why import Why
from maildesk.settings.values import Auth
from maildesk.threading.link import Token, find_token
from maildesk.tokens import TokenKind

_AGENT_TOKENS = (TokenKind.AGENT_PUBLIC, TokenKind.AGENT_NOTE, TokenKind.CONFIRM)


class Author(Value, frozen=True):
    """The author of a mail: `agent` is whose address it claims, `proven` whether it may act as that agent."""

    who: Address
    agent: Agent | None = None
    proven: bool = False
    level: int = 0
    trust: Trust = Trust.NONE
    verdict: str = "none"
    token: Token | None = None
    why: tuple[Why, ...] = ()

    @property
    def known(self) -> bool:
        """Tell whether there is one unambiguous author at all."""
        return bool(self.who.address)

    @property
    def refuted(self) -> bool:
        """Tell whether a server that we trust says that the mail is not from where it claims to be."""
        return self.verdict == "fail"

    @property
    def doubt(self) -> str:
        """Say why people should be careful with what the mail says of its author, "" if there is no reason."""
        return "ambiguous" if self.trust is Trust.AMBIGUOUS else "refuted" if self.refuted else ""


def find_author(snapshot: Snapshot, mail: Mail, desk: Desk) -> Author:
    """Say who wrote the mail and with what assurance."""
    if mail.author is None or mail.author_ambiguous or mail.line_noise:
        why = Why(Reason.AUTHOR_AMBIGUOUS, mail.author_ambiguous or "stray line endings in the header")
        who = Address("") if mail.author is None or mail.author_ambiguous else mail.author
        return Author(who, trust=Trust.AMBIGUOUS, token=_token(snapshot, desk, None)[0], why=(why,))
    agent = desk.find_agent(mail.author.address)
    token, token_why = _token(snapshot, desk, agent)
    domain = mail.author.address.rpartition("@")[2]
    result, why = _verdict(mail, desk.settings.auth, domain)
    level = _level(result, token, agent, desk.settings.auth.checks)
    needed = (4,) if desk.settings.auth.agents == "strict" else (2, 3, 4)
    proven = agent is not None and level in needed
    trust = Trust.AGENT if proven else Trust.ALIGNED if result == "pass" else Trust.NONE
    return Author(
        mail.author, agent, proven, level, trust, result, token, (*token_why, why, *_agent_why(agent, proven, level))
    )


def _verdict(mail: Mail, auth: Auth, domain: str) -> tuple[str, Why]:
    """Say what is known of the From domain: by our own mail server's word, else by signatures that we checked ourselves."""
    strict = auth.alignment == "strict"
    trusted = tuple(auth.trusted_authserv_ids)
    result, why = verdict(mail.headers, trusted, domain, hops=auth.hops, strict=strict)
    if result != "none" or not mail.signed:
        return result, why
    signer = next((signer for signer in mail.signers if is_aligned(signer, a_label(domain), strict=strict)), "")
    if signer:
        return "pass", Why(Reason.AUTHOR_ALIGNED, f"dkim=pass by {signer}, checked here")
    return "none", Why(Reason.AUTHOR_UNPROVEN, "; ".join((why.text, mail.signed)) if trusted else mail.signed)


def _token(snapshot: Snapshot, desk: Desk, agent: Agent | None) -> tuple[Token | None, tuple[Why, ...]]:
    return find_token(snapshot, desk.keys, agent.login if agent else "", agent.epoch if agent else 0)


def _level(result: str, token: Token | None, agent: Agent | None, trusts_somebody: bool) -> int:
    """Weigh proof; an agent's address without a pass, where passes are reported, needs its token."""
    has_token = token is not None and token.kind in _AGENT_TOKENS
    if result == "fail":
        return 0
    if result == "pass":
        return 4 if has_token else 2
    if has_token:
        return 3
    return 0 if agent and trusts_somebody else 1


def _agent_why(agent: Agent | None, proven: bool, level: int) -> tuple[Why, ...]:
    if agent is None:
        return ()
    if not proven:
        return (Why(Reason.AGENT_UNPROVEN, f"{agent.login}, level {level}"),)
    return (Why(Reason.AGENT_TOKEN if level >= 3 else Reason.AGENT_ALIGNED, f"{agent.login}, level {level}"),)
