"""Whether an agent's words and files may leave for people outside, and what he can confirm."""

from maildesk import tokens
from maildesk.decide.draft import Draft
from maildesk.model.mail import Mail
from maildesk.model.people import Agent
from maildesk.model.reason import Reason
from maildesk.model.ticket import TicketState
from maildesk.model.why import Why
from maildesk.outbound.articles import find_inside
from maildesk.outbound.compose import leak_guard
from maildesk.outbound.leaks import attached_mails


def find_leak(
    draft: Draft, agent: Agent, state: TicketState, text: str, *, confirmed: bool, beside: str = ""
) -> Why | None:
    """Say what in words and files is not for the customer; a mail among the files leaves only `confirmed`, one of ours never.

    The canned text `beside` is the admin's, but the link of an article for agents only leaves with nobody.
    """
    mail = draft.snapshot.original or draft.snapshot.mail or Mail()
    names = [file.name for file in mail.files]
    passed_on = mail.forwarded if mail.forwarded and mail.forwarded.part >= 0 else None
    said = "\n".join((text, *names, passed_on.text if passed_on else ""))
    clean, why = leak_guard(said, state, draft.desk.policy.people, agent, confirmed=confirmed)
    if not clean:
        return why
    if link := find_inside(f"{said}\n{beside}", draft.desk.policy.articles):
        return Why(Reason.WITHHELD_LEAK, link)
    mails = attached_mails(mail.files)
    ours = passed_on is None or tokens.read_message_id(draft.desk.keys, passed_on.message_id) is not None
    if not mails or (confirmed and not ours and len(mails) == 1):
        return None
    return Why(Reason.WITHHELD_LEAK, f"“{mails[0]}” is a mail, and may hold what is meant for the team only")
