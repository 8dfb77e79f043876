"""Letters of ours through a real Postfix, which speaks PIPELINING and rewrites nothing it should not."""

from collections.abc import Callable

from maildesk.model.decision import Notice
from maildesk.model.outgoing import OutboxState, Queued
from maildesk.outbound.compose import compose_say
from maildesk.settings import Relay
from tests.integration.outbound.test_deliver import deliver
from tests.services.postfix import Postfix
from tests.services.sink import Sink
from tests.unit.outbound.builders import read, say, state, voice

LONG_ID = "AM0PR" + "x" * 150 + "@eurprd04.prod.outlook.com"


async def test_letters_survive_a_real_relay(postfix_relay: Callable[..., Postfix], sink: Sink) -> None:
    """Through Postfix, in a pipeline, letters arrive with their header, long ids and words as they were frozen."""
    relay = postfix_relay(to=(sink.host, sink.port))
    now = state(chain=("first@kupac.hr", LONG_ID), last_from_customer=LONG_ID)
    letters = [compose_say(say(Notice.REPLY, key=f"reply:{n}", text=f"Odgovor č. {n}"), now, voice()) for n in range(5)]
    box = await deliver(
        Relay(host=relay.host, port=relay.port),
        *(Queued(n, mail, 1) for n, mail in enumerate(letters, start=1)),
        connections=1,
    )
    assert {end.state for end in box.ends.values()} == {OutboxState.SENT}
    arrived = {read(mail.data)["Message-ID"]: mail for mail in sink.wait_for(5)}
    for letter in letters:
        mail = arrived[f"<{letter.message_id}>"]
        assert mail.data.endswith(letter.raw)  # Postfix puts its Received on top and changes nothing below
        assert (mail.mail_from, mail.rcpt_to) == (letter.mail_from, (letter.rcpt_to,))
