"""Keys are rotated and retired, and an agent's addresses ended, under a running desk."""

import json
import signal
from pathlib import Path

from tests.acceptance.desk import RunningDesk, running_desk, settings
from tests.acceptance.test_agents import answer, ask, decided, letter, letters
from tests.services.processes import wait_until
from tests.services.sink import Sink


def reload(desk: RunningDesk, word: str) -> None:
    """Tell the daemon to read its files again, and wait for the word in its log."""
    seen = sum(word in line for line in desk.log)
    assert desk.process
    desk.process.send_signal(signal.SIGHUP)
    wait_until(lambda: sum(word in line for line in desk.log) > seen, f"“{word}” in the log")


def ids(desk: RunningDesk) -> list[int]:
    """List the keys, newest first."""
    return [json.loads(line)["id"] for line in desk.run("key", "list", "--json").stdout.splitlines()]


def test_keys_are_rotated_and_retired(sink: Sink, tmp_path: Path) -> None:
    """After a rotation the old address still proves its agent, once its key is retired it is as good as none; the file is
    never readable by others, and no verb prints a key."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        old = ask(desk, sink, "lucie@demo.test")
        assert ids(desk) == [0]
        desk.run("key", "rotate")
        reload(desk, "keys taken over")
        assert ids(desk) == [1, 0]
        answer(desk, old, "lucie@demo.test", "Ano, mame zelene.")
        letter(sink, "jana@odberatel.cz", notice="-", text="Ano, mame zelene.")

        assert desk.run("key", "retire", "1", check=False).returncode != 0
        assert desk.run("key", "retire", "7", check=False).returncode != 0
        desk.run("key", "retire", "0")
        reload(desk, "keys taken over")
        answer(desk, old, "lucie@demo.test", "A jeste tohle.")
        decided(desk, 3)
        assert not letters(sink, "jana@odberatel.cz", notice="-", text="A jeste tohle.")
        key_file = tmp_path / "data" / "secret.key"
        assert key_file.stat().st_mode & 0o777 == 0o600
        printed = desk.run("key", "list").stdout.decode() + "".join(desk.log)
        assert not [
            line for line in key_file.read_text().splitlines() if line.partition(" ")[2] in printed and line[0] != "#"
        ]


def test_an_agents_addresses_are_ended(sink: Sink, tmp_path: Path) -> None:
    """`key revoke` ends what the agent was given before, without a restart: held and asked; a fresh address works (T4)."""
    with running_desk(tmp_path, settings(sink.port)) as desk:
        old = ask(desk, sink, "lucie@demo.test")
        assert desk.run("key", "revoke", "nobody", check=False).returncode == 2
        seen = sum("policy active" in line for line in desk.log)
        done = desk.run("key", "revoke", "lucie")
        assert "epoch 1" in done.stderr.decode()
        wait_until(lambda: sum("policy active" in line for line in desk.log) > seen, "the new policy holds")
        answer(desk, old, "lucie@demo.test", "Ano, mame zelene.")
        letter(sink, "lucie@demo.test", event="challenge", text="Ano, mame zelene.")
        assert not letters(sink, "jana@odberatel.cz", notice="-")

        desk.send(
            b"From: jana@odberatel.cz\nTo: support@demo.test\nSubject: Druhy dotaz\nMessage-ID: <druhy@odberatel.cz>\n\nA cerne?\n",
            "jana@odberatel.cz",
        )
        fresh = letter(sink, "lucie@demo.test", event="new-ticket", text="A cerne?")
        answer(desk, fresh, "lucie@demo.test", "Cerne ne.")
        letter(sink, "jana@odberatel.cz", notice="-", text="Cerne ne.")
