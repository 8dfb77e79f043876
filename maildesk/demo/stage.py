"""Set the demo up: a folder with its own configuration, a real desk on loopback, and the catcher as its relay."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from maildesk.daemon import Office, Service, open_office
from maildesk.demo.catcher import Catcher
from maildesk.demo.story import Stage
from maildesk.desk import Outcome
from maildesk.model.decision import OpenTicket
from maildesk.settings import load_settings, shipped_dir
from maildesk.store import recall
from maildesk.store.db import Claimed

ADDRESS = "support@demo.test"
MANAGER = "eva@demo.test"

_SETTINGS = """\
# The demo desk. Everything stays on this machine: the relay is the demo's own mail catcher.
desk: {{name: Demo podpora, domain: demo.test, languages: [en, cs, hr], timezone: Europe/Prague, admins: [{manager}]}}
database: sqlite:///maildesk.db
secret_file: secret.key
mailboxes:
  - address: {address}
    team: l1
listen:
  smtp: {smtp}
relay: {{host: 127.0.0.1, port: {relay}, tls: none}}
send_delay: 0s
feedback: {{delay: 0s}}
"""


class Demo(NamedTuple):
    """A running demo."""

    service: Service
    catcher: Catcher
    config_dir: Path
    host: str
    port: int

    def stage(self) -> Stage:
        """Give the story its stage."""
        people = self.service.office.keeper.desk_with(self.service.office.keeper.current).policy.people
        agents = {a.addresses[0]: f"{a.name} <{a.addresses[0]}>" for a in people.agents.values()}
        return Stage(self.host, self.port, ADDRESS, self.catcher, agents, self.team_of)

    async def team_of(self, number: str) -> str:
        """Tell which team has a ticket."""
        return self.service.office.store.read(lambda db: recall.team_of(db, int(number)))

    async def stop(self) -> None:
        """Stop the desk, then the catcher."""
        await self.service.stop()
        await self.catcher.stop()


async def start(data_dir: Path, smtp: str, tell: Callable[[str], None]) -> Demo:
    """Start the desk and the catcher; `tell` gets a line for each thing that happens."""
    catcher = Catcher()
    await catcher.start()
    config_dir = prepare(data_dir, smtp, catcher.port)
    settings, problems = load_settings(config_dir / "maildesk.yaml")
    if settings is None:
        raise SystemExit("\n".join(str(p) for p in problems))
    office: Office = open_office(settings, config_dir, data_dir)
    service = Service(office)
    service.intake.on_outcome = lambda claimed, outcome: _tell(claimed, outcome, tell)
    await service.start()
    host, _, port = service.listeners[0].addresses[0].rpartition(":")
    return Demo(service, catcher, config_dir, host.strip("[]"), int(port))


def prepare(data_dir: Path, smtp: str, relay_port: int) -> Path:
    """Make the folder: the shipped rules to play with, and a maildesk.yaml of its own; edited files are left alone."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    config_dir = data_dir / "config"
    if not config_dir.exists():
        shutil.copytree(shipped_dir("config"), config_dir)
        shutil.copytree(shipped_dir("templates"), data_dir / "templates", dirs_exist_ok=True)
    text = _SETTINGS.format(manager=MANAGER, address=ADDRESS, smtp=smtp, relay=relay_port)
    (config_dir / "maildesk.yaml").write_text(text, encoding="utf-8")
    return config_dir


def _tell(claimed: Claimed, outcome: Outcome, tell: Callable[[str], None]) -> None:
    """Say in a line what a mail did."""
    decision, at = outcome.decision, dt.datetime.now().strftime("%H:%M:%S")
    sender = claimed.arrival.envelope.mail_from or "<>"
    ticket = f"#{outcome.ticket.ticket.number}" if outcome.ticket else "no ticket"
    opened = next((a for a in decision.actions if isinstance(a, OpenTicket)), None)
    if opened:
        rule = next((r for r in decision.rules if r.matched and "team" in r.set), None)
        why = f"   rule “{rule.name}” ({rule.why.splitlines()[0].strip()})" if rule else ""
        tell(f"[{at}] {ticket}  {sender}  “{opened.subject}”  → {opened.team}{', ' + opened.assignee if opened.assignee else ''}{why}")
    else:
        tell(f"[{at}] {ticket}  {sender}  {', '.join(w.reason.value for w in decision.why[-3:])}")
    for notice in decision.notices:
        tell(f"[{at}]     {notice.notice} to {notice.to}: {'sent' if notice.due else 'withheld, ' + notice.why.reason.value}")
