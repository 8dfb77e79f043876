"""Nobody passes for an agent: every recipe with every command, at a running desk of each kind, behind a mail server that checks.

`MAILDESK_SPOOF_COMMANDS=6` tries each recipe with all commands; else with one, in turn.
"""

import json
import os
import re
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from maildesk.demo.catcher import Caught
from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.acceptance.test_agents import ask, decided, letter
from tests.services.sink import Sink
from tests.spoof import recipes
from tests.spoof.recipes import AGENT, COMMANDS, RECIPES, Recipe

EACH = int(os.environ.get("MAILDESK_SPOOF_COMMANDS", "1"))
TEAMS = (
    ("addresses: [lucie@demo.test]", "addresses: [lucie@demo.test, l.kos@demo.test]"),
    ("members: [lucie]", "members: [lucie, petr]"),
)


# A desk as it is set up by `init`, one that has senders checked, and one that wants both proofs.
KINDS = {
    "default": ("", ("",)),
    "checking": (f"auth: {{trusted_authserv_ids: [{recipes.OURS}]}}\n", ("", "checks")),
    "strict": (f"auth: {{agents: strict, trusted_authserv_ids: [{recipes.OURS}]}}\n", ("", "checks", "strict")),
}
# What stands on a ticket that nobody has touched.
UNTOUCHED = {"status": "new", "assignee": "", "team": "l1", "priority": "normal", "tags": [], "merged_into": None}


def attempts(kind: str) -> Iterator[tuple[Recipe, str, str]]:
    """List what is tried, each with a mark of its own."""
    tried = [recipe for recipe in RECIPES if recipe.needs in KINDS[kind][1]]
    for number, recipe in enumerate(tried):
        for step in range(EACH):
            yield recipe, COMMANDS[(number + step) % len(COMMANDS)], f"podvrh-{number:02}-{step}"


def what_leaked(told: Caught, ack: Caught, colleague: Caught) -> dict[str, str]:
    """Collect what a forger may have got hold of."""
    reply = _address(told)
    token = reply.partition("+")[2].partition("@")[0]
    return {
        "ack": str(ack.message["Message-ID"]).strip("<>"),
        "told": str(told.message["Message-ID"]).strip("<>"),
        "root": str(told.message["References"]).split()[0].strip("<>"),
        "reply": reply,
        "colleague": _address(colleague),
        "customer": _address(ack),
        "path": told.mail_from,
        "altered": reply.replace(token, token[:-1] + ("a" if token[-1] != "a" else "b")),
    }


def _address(caught: Caught) -> str:
    found = re.search(r"support\+[a-z2-7]{32}@demo\.test", str(caught.message["Reply-To"]))
    assert found
    return found[0]


def forge(desk: RunningDesk, recipe: Recipe, known: dict[str, str], command: str, mark: str) -> None:
    """Hand a forgery over at the door that the recipe names."""
    raw = recipes.letter(recipe, known, command, mark)
    kind, port = (smtplib.LMTP, desk.lmtp_port) if recipe.lmtp else (smtplib.SMTP, desk.port)
    with kind("127.0.0.1", port, timeout=30) as client:
        client.ehlo_or_helo_if_needed()
        client.mail(recipe.mail_from)
        client.rcpt(recipe.to.format(**known))
        code, said = client.data(raw)
        assert code == 250, (recipe.name, said)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_passes_for_an_agent(kind: str, sink: Sink, tmp_path: Path) -> None:
    """Whatever is forged, no command is carried out and no word reaches the customer; the real agent then does both (T1, B28)."""
    prepared = RunningDesk(tmp_path, settings(sink.port, more=KINDS[kind][0]))
    teams = prepared.configure() / "teams.yaml"
    text = teams.read_text()
    for old, new in TEAMS:
        assert old in text
        text = text.replace(old, new)
    teams.write_text(text)
    with running_desk(tmp_path, prepared.settings) as desk:
        told = ask(desk, sink, AGENT)
        ack = letter(sink, "jana@odberatel.cz", notice="acknowledgement")
        known = what_leaked(told, ack, letter(sink, "petr@demo.test", event="new-ticket"))
        count = 0
        for recipe, command, mark in attempts(kind):
            forge(desk, recipe, known, command, mark)
            count += 1
        decided(desk, count + 1)
        assert acted(desk) == []

        # Letters leave in their order: when the real agent's has arrived, a forged one would have arrived before.
        passed = f"Authentication-Results: {recipes.OURS}; dmarc=pass header.from=demo.test"
        received = f"Received: from a ([192.0.2.1]) by {recipes.OURS}"
        fields = f"{passed}\n{received}\nFrom: {AGENT}\nTo: {known['reply']}\nMessage-ID: <real@demo.test>\n"
        desk.send(f"{fields}\nAno, mame zelene.\n\n#close\n".encode(), AGENT, known["reply"])
        letter(sink, "jana@odberatel.cz", text="Ano, mame zelene.")
        assert relayed(sink) == []
        asked = [mail for mail in sink.mails if AGENT in mail.rcpt_to and b"X-Maildesk-Event: challenge" in mail.data]
        assert 1 <= len(asked) <= 3, "the real agent is asked, and not buried"
        print(f"{kind}: {count} forgeries, 0 executed, 0 relayed, {len(asked)} questions to the real agent")


def acted(desk: RunningDesk) -> list[str]:
    """Name what changed on the ticket, and every word that stands on any ticket as an agent's and is not held."""
    changed = []
    for ticket in desk.show(*(found["number"] for found in desk.tickets())):
        if ticket["number"] == 1001:
            changed += [f"{key} became {ticket[key]}" for key, was in UNTOUCHED.items() if ticket[key] != was]
            people = [person["address"] for person in ticket["participants"]]
            changed += [f"{people} take part"] * (people != ["jana@odberatel.cz"])
        elif ticket["status"] not in ("new", "open") or ticket["assignee"] or "podvrh" in ticket["tags"]:
            changed.append(f"#{ticket['number']} {ticket['status']} {ticket['assignee']} {ticket['tags']}")
        changed += [
            f"#{ticket['number']} {entry['kind']} of {entry['author']}: {entry['text'][:60]}"
            for entry in ticket["entries"]
            if not entry["held"] and entry["kind"] in ("reply", "note", "change")
        ]
    return changed


def relayed(sink: Sink) -> list[str]:
    """Name every letter to somebody outside that holds a forger's words."""
    outside = [mail for mail in sink.mails if not mail.rcpt_to[0].endswith("@demo.test")]
    texts = [(mail.rcpt_to[0], words_of(mail.data)) for mail in outside]
    return [f"{to}: {text[:80]}" for to, text in texts if "podvrh" in text or "lepsi" in text]


def words_of(raw: bytes) -> str:
    """Read a letter's own text."""
    import email
    import email.policy

    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain",))
    return body.get_content() if body else json.dumps(str(message))


def test_the_recipes_are_forty_and_told_apart() -> None:
    """At least forty ways, each named once, each tried with six commands in the long form."""
    assert len([recipe for recipe in RECIPES if not recipe.needs]) >= 40
    assert len({recipe.name for recipe in RECIPES}) == len(RECIPES)
    assert len(COMMANDS) == 6
