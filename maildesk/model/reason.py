"""The closed list of reasons a decision can give; each is explained in docs/reasons.md."""

from enum import StrEnum


class Reason(StrEnum):
    """Name one fact that moved a decision, in the order a mail meets them."""

    # What kind of mail it is
    KIND_PERSON = "kind-person"
    KIND_OWN_LOOP = "kind-own-loop"
    KIND_BOUNCE = "kind-bounce"
    KIND_RECEIPT = "kind-receipt"
    KIND_CALENDAR = "kind-calendar"
    KIND_AUTOMATIC = "kind-automatic"
    KIND_LIST = "kind-list"
    ACK_SUPPRESSED = "ack-suppressed"
    UNREADABLE = "unreadable"

    # What its author newly wrote
    QUOTE_CUT = "quote-cut"
    QUOTE_KEPT = "quote-kept"
    SIGNATURE_CUT = "signature-cut"
    KEPT_WHOLE = "kept-whole"

    # Who wrote it
    CONTACT_FORM = "contact-form"
    AUTHOR_AMBIGUOUS = "author-ambiguous"
    AUTHOR_UNPROVEN = "author-unproven"
    AUTHOR_ALIGNED = "author-aligned"
    AUTHOR_REFUTED = "author-refuted"
    AGENT_TOKEN = "agent-token"
    AGENT_TOKEN_EXPIRED = "agent-token-expired"
    AGENT_TOKEN_FOREIGN = "agent-token-foreign"
    AGENT_ALIGNED = "agent-aligned"
    AGENT_UNPROVEN = "agent-unproven"
    AGENT_IS_REQUESTER = "agent-is-requester"
    TOKEN_INVALID = "token-invalid"
    TOKEN_EXPIRED = "token-expired"

    # Which ticket it belongs to
    LINK_TOKEN = "link-token"
    LINK_OUR_ID = "link-our-id"
    LINK_KNOWN_ID = "link-known-id"
    LINK_SUBJECT = "link-subject"
    LINK_GHOST = "link-ghost"
    LINK_EXTERNAL = "link-external"
    LINK_NONE = "link-none"
    LINK_CONFLICT = "link-conflict"
    SUBJECT_TOKEN_BY_STRANGER = "subject-token-by-stranger"
    TICKET_UNKNOWN = "ticket-unknown"
    DUPLICATE = "duplicate"
    SAME_ID_OTHER_MAIL = "same-id-other-mail"
    MERGED_BY_REFERENCE = "merged-by-reference"
    MERGE_PROPOSED = "merge-proposed"
    PARKED = "parked"
    UNPARKED = "unparked"
    CONTINUES = "continues"
    ROLLED_UP = "rolled-up"
    REOPENED = "reopened"
    THANKS_ONLY = "thanks-only"
    STOPPED = "stopped"
    TWO_MAILBOXES = "two-mailboxes"

    # What its author may do there
    PARTICIPANT = "participant"
    REFERENCES_TRUSTED = "references-trusted"
    STRANGER_HELD = "stranger-held"
    JOINED = "joined"

    # What the rules say
    RULE_MATCHED = "rule-matched"
    RULE_DEFAULTS = "rule-defaults"
    RULE_NO_TICKET = "rule-no-ticket"
    ASSIGNED = "assigned"
    NOBODY_TO_ASSIGN = "nobody-to-assign"
    MAILBOX_TEAM = "mailbox-team"
    LANGUAGE = "language"

    # What an agent asked for
    AGENT_REPLY = "agent-reply"
    AGENT_NOTE = "agent-note"
    ON_BEHALF = "on-behalf"
    BEHALF_HELD = "behalf-held"
    FORWARD_UNMARKED = "forward-unmarked"
    NOTE_ADDRESS = "note-address"
    COMMAND = "command"
    COMMAND_REFUSED = "command-refused"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    CHALLENGED = "challenged"
    ASKED_OFTEN = "asked-often"
    EMPTY_TEXT = "empty-text"
    WITHHELD_LEAK = "withheld-leak"

    # What we say
    NOTICE_DUE = "notice-due"
    NO_PERSON_WROTE = "no-person-wrote"
    NULL_RETURN_PATH = "null-return-path"
    NO_REPLY_ADDRESS = "no-reply-address"
    OWN_ADDRESS = "own-address"
    FOLLOW_UP = "follow-up"
    SAID_ALREADY = "said-already"
    BUDGET_ADDRESS = "budget-address"
    BUDGET_DOMAIN = "budget-domain"
    BRAKE = "brake"
    TOO_LATE = "too-late"
    NOT_ADDRESSED = "not-addressed"
    ADDRESS_SUPPRESSED = "address-suppressed"
    RULE_SAYS_NO_ACK = "rule-says-no-ack"
    SPAM = "spam"
    IMPORTED = "imported"
    CLOSED_QUIETLY = "closed-quietly"
    ASKED_RECENTLY = "asked-recently"
    MERGED_AWAY = "merged-away"
    STATUS_CHANGED = "status-changed"

    # What came back
    RATED = "rated"
    RATING_UNREAD = "rating-unread"
    RECIPIENT_FAILED = "recipient-failed"
    RECIPIENT_DELAYED = "recipient-delayed"
    COMPLAINED = "complained"
    BOUNCE_UNTIED = "bounce-untied"
    DELIVERY_FAILED = "delivery-failed"

    # Time
    TIMER_FELL_DUE = "timer-fell-due"
    TIMER_OVERTAKEN = "timer-overtaken"
