"""Why something was decided: a reason from a closed list, and the words that show it."""

from maildesk.model.reason import Reason
from maildesk.model.value import Value


class Why(Value, frozen=True):
    """One step of a decision: `reason` is for programs, `text` is the evidence for people."""

    reason: Reason
    text: str = ""
