"""What an answer to the feedback request does: the rating and its words reach the people who did the work."""

from maildesk import commands
from maildesk.decide.author import Author
from maildesk.decide.draft import Draft
from maildesk.decide.known import know_mail
from maildesk.decide.tell import of, tell
from maildesk.model.decision import AddEntry, Decision, Event, Rate
from maildesk.model.reason import Reason
from maildesk.model.ticket import EntryKind
from maildesk.model.why import Why
from maildesk.tokens import TokenKind


def is_about_rating(draft: Draft, author: Author) -> bool:
    """Tell whether the mail answers a feedback request: by its keyed address, or by the id of the request."""
    if author.token and author.token.kind is TokenKind.FEEDBACK:
        return True
    answered = set(draft.mail.in_reply_to)
    return any(k.what == "feedback" and k.message_id in answered for k in draft.snapshot.known)


def decide_rating(draft: Draft, author: Author, number: int) -> Decision | None:
    """Record a rating given by mail; None if the words are no rating, then it is a mail like any other."""
    state = draft.snapshot.ticket(number)
    score, comment = commands.read_rating(draft.mail.words, draft.desk.policy.phrases)
    if score is None or state is None:
        draft.because(Why(Reason.RATING_UNREAD, draft.mail.new_text[:80]))
        return None
    draft.because(Why(Reason.RATED, f"{score} by {author.who.address}"))
    mail = draft.mail
    draft.do(
        Rate(number, score, comment),
        AddEntry(
            number,
            EntryKind.MAIL,
            author.who.address,
            mail.new_text,
            mail.message_id,
            author.trust,
            why=tuple(dict.fromkeys(draft.whys)),
        ),
    )
    know_mail(draft, number)
    name = author.who.name or author.who.address
    data = {"score": str(score), "comment": comment, "changed": "yes" if state.rating is not None else ""}
    tell(draft, Event.RATED, number, of(state.ticket), text=comment, by=name, data=data)
    return draft.done(number)
