"""Mail of mailing lists: posts (written by people, answered by nobody automatic), administration, newsletters."""

from maildesk.ingest.kinds.daemon import sender_local
from maildesk.ingest.parts import Structure

_CAMPAIGN_FIELDS = (
    "X-CSA-Complaints",
    "X-Campaign",
    "X-CampaignID",
    "X-Mailchimp-Campaign-Id",
    "X-MC-User",
    "X-Newsletter-Id",
    "X-Mailing-Id",
)
_POST_FIELDS = ("List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-Mailman-Version", "X-BeenThere")
_POST_MARKS = frozenset(name.lower() for name in _POST_FIELDS)
_MARKS = _POST_MARKS | {"precedence", "list-unsubscribe"}
_CONVERSES = frozenset({"list-post", "mailing-list", "x-beenthere", "in-reply-to", "references"})
_MANAGERS = frozenset("majordomo mailman listserv sympa lyris ecartis listproc".split())


def list_post(structure: Structure) -> str:
    """Name the field that shows a post on a mailing list (RFC 2369, RFC 2919), "" if there is none."""
    if not structure.has_any(_MARKS):
        return ""
    if structure.has_any(_POST_MARKS):
        return next(name for name in _POST_FIELDS if structure.header(name))
    said = [value.strip().casefold() for value in structure.header("precedence")]
    if "list" in said:
        return "Precedence: list"
    if "bulk" in said and structure.header("list-unsubscribe"):
        return "List-Unsubscribe"
    return ""


def list_administration(structure: Structure) -> str:
    """Recognise mail of the list's own program: subscriptions, confirmations, moderation."""
    if structure.first("x-list-administrivia").strip().casefold() == "yes":
        return "X-List-Administrivia"
    local = sender_local(structure).split("+")[0]
    if (
        local in _MANAGERS
        or local.startswith("owner-")
        or local.endswith(("-request", "-bounces", "-confirm", "-owner", "-bounce"))
    ):
        return f"from {local[:60]}"
    return ""


def newsletter(structure: Structure) -> str:
    """Recognise a campaign: it can be unsubscribed, nobody can post to it, and it answers nothing.

    `List-Unsubscribe` or `Feedback-ID` alone prove nothing: mail services add them to letters of single people, too.
    """
    if not structure.has_any(_MARKS) or structure.has_any(_CONVERSES):
        return ""
    unsubscribe = bool(structure.header("list-unsubscribe"))
    bulk = any(value.strip().casefold() == "bulk" for value in structure.header("precedence"))
    for name in _CAMPAIGN_FIELDS:
        if structure.header(name) and (unsubscribe or bulk):
            return name
    one_click = structure.header("list-unsubscribe-post") and structure.header("feedback-id")  # RFC 8058
    return "List-Unsubscribe-Post" if unsubscribe and one_click else ""
