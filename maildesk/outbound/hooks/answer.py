"""What came back of an HTTP request."""

from maildesk.model.value import Value


class Answer(Value, frozen=True):
    """What came back: `status` 0 and a reason if nothing did, or if nothing was sent."""

    status: int = 0
    text: str = ""
    body: bytes = b""
    retry_after: str = ""
