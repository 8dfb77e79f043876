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


def attempts(*, strict: bool) -> Iterator[tuple[Recipe, str, str]]:
    """List what is tried, each with a mark of its own."""
    tried = [recipe for recipe in RECIPES if strict or not recipe.strict]
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


@pytest.mark.parametrize("kind", ["standard", "strict"])
def test_nobody_passes_for_an_agent(kind: str, sink: Sink, tmp_path: Path) -> None:
    """Whatever is forged, no command is carried out and no word reaches the customer; the real agent then does both (T1, B28)."""
    more = f"auth: {{agents: {kind}, trusted_authserv_ids: [{recipes.OURS}]}}\n"
    desk = RunningDesk(tmp_path, settings(sink.port, more=more))
    teams = desk.configure() / "teams.yaml"
    text = teams.read_text()
    for old, new in TEAMS:
        assert old in text
        text = text.replace(old, new)
    teams.write_text(text)
    with running_desk(tmp_path, desk.settings) as desk:
        told = ask(desk, sink, AGENT)
        ack = letter(sink, "jana@odberatel.cz", notice="acknowledgement")
        known = what_leaked(told, ack, letter(sink, "petr@demo.test", event="new-ticket"))
        before = desk.show(1001)[0]
        count = 0
        for recipe, command, mark in attempts(strict=kind == "strict"):
            forge(desk, recipe, known, command, mark)
            count += 1
        decided(desk, count + 1)
        desk.settle(120)
        assert acted(desk, before) == []
        assert relayed(sink) == []
        mine = [mail for mail in sink.mails if AGENT in mail.rcpt_to and b"X-Maildesk-Event: challenge" in mail.data]
        assert 1 <= len(mine) <= 3, "the real agent is asked, and not buried"
        print(f"{kind}: {count} forgeries, 0 executed, 0 relayed, {len(mine)} questions to the real agent")

        passed = f"Authentication-Results: {recipes.OURS}; dmarc=pass header.from=demo.test"
        received = f"Received: from a ([192.0.2.1]) by {recipes.OURS}"
        fields = f"{passed}\n{received}\nFrom: {AGENT}\nTo: {known['reply']}\nMessage-ID: <real@demo.test>\n"
        real = f"{fields}\nAno, mame zelene.\n\n#close\n"
        desk.send(real.encode(), AGENT, known["reply"])
        letter(sink, "jana@odberatel.cz", text="Ano, mame zelene.")
        assert desk.show(1001)[0]["status"] == "resolved"


def acted(desk: RunningDesk, before: dict[str, object]) -> list[str]:
    """Name what changed on the ticket, and every word that stands on any ticket as an agent's and is not held."""
    changed = []
    for ticket in desk.show(*(found["number"] for found in desk.tickets())):
        if ticket["number"] == 1001:
            keys = ("status", "assignee", "team", "priority", "tags", "merged_into", "requester", "participants")
            changed += [f"{key}: {before[key]} became {ticket[key]}" for key in keys if ticket[key] != before[key]]
        elif ticket["status"] not in ("new", "open") or ticket["assignee"] or "podvrh" in ticket["tags"]:
            changed.append(f"#{ticket['number']} {ticket['status']} {ticket['assignee']} {ticket['tags']}")
        changed += [
            f"#{ticket['number']} {entry['kind']} of {entry['author']}: {entry['text'][:60]}"
            for entry in ticket["entries"]
            if not entry["held"] and entry["kind"] in ("reply", "note", "change")
        ]
    return changed


def relayed(sink: Sink) -> list[str]:
    """Name every letter to somebody outside that holds a forger's words, and any to the customer but the acknowledgement."""
    said = []
    for mail in sink.mails:
        (to,) = mail.rcpt_to
        text = words_of(mail.data)
        if not to.endswith("@demo.test") and ("podvrh" in text or "lepsi" in text):
            said.append(f"{to}: {text[:80]}")
    customer = [mail for mail in sink.mails if "jana@odberatel.cz" in mail.rcpt_to]
    return said + [f"{len(customer)} letters to the customer"] * (len(customer) != 1)


def words_of(raw: bytes) -> str:
    """Read a letter's own text."""
    import email
    import email.policy

    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain",))
    return body.get_content() if body else json.dumps(str(message))


def test_the_recipes_are_forty_and_told_apart() -> None:
    """At least forty ways, each named once, each tried with six commands in the long form."""
    assert len([recipe for recipe in RECIPES if not recipe.strict]) >= 40
    assert len({recipe.name for recipe in RECIPES}) == len(RECIPES)
    assert len(COMMANDS) == 6
