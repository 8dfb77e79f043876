"""Set the demo up: a folder with its own configuration, a real desk on loopback, and the catcher as its relay."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from maildesk.daemon import Office, Service, open_office
from maildesk.demo.board import Board
from maildesk.demo.catcher import Catcher
from maildesk.demo.clock import Clock
from maildesk.demo.edited import compare_landing, describe_refusal, describe_rules
from maildesk.demo.happened import Happening, describe_mail, describe_timer
from maildesk.demo.story import Stage
from maildesk.desk import Outcome
from maildesk.model.people import People
from maildesk.settings import load_settings, shipped_dir
from maildesk.store import Claimed, recall

ADDRESS = "support@demo.test"
MANAGER = "eva@demo.test"

_SETTINGS = """\
# The demo desk. Everything stays on this machine: the relay is the demo's own mail catcher.
# This file is written anew at each start; rules, words, teams and templates are yours to edit.
desk: {{name: Demo podpora, domain: demo.test, languages: [en, cs, hr], timezone: Europe/Prague, admins: [{manager}]}}
database: sqlite:///maildesk.db
secret_file: secret.key
mailboxes:
  - address: {address}
    team: l1
listen:
  smtp: "{smtp}"
relay: {{host: 127.0.0.1, port: {relay}, tls: none}}
send_delay: 0s
feedback: {{delay: 0s}}
# here one person plays many customers
limits: {{automatic_per_address: 1000, per_domain: 1000, brake_per_hour: 1000, notifications_per_hour: 1000}}
"""


class BadSettings(Exception):
    """The demo's maildesk.yaml cannot be used; the text says where and why."""


class Demo(NamedTuple):
    """A running demo."""

    service: Service
    catcher: Catcher
    board: Board
    clock: Clock
    config_dir: Path
    host: str
    port: int

    @property
    def people(self) -> People:
        """Give the agents and teams as the rules now name them."""
        return people_of(self.service.office)

    def stage(self) -> Stage:
        """Give the story its stage."""
        agents = {a.addresses[0]: f"{a.name} <{a.addresses[0]}>" for a in self.people.agents.values()}
        return Stage(self.host, self.port, ADDRESS, self.catcher, agents, self.team_of)

    async def team_of(self, number: str) -> str:
        """Tell which team has a ticket."""
        return self.service.office.store.read(lambda db: recall.team_of(db, int(number)))

    async def stop(self) -> None:
        """Stop the desk, then the catcher."""
        self.board.close()
        await self.service.stop()
        await self.catcher.stop()


async def start(data_dir: Path, smtp: str, tell: Callable[[Happening], None]) -> Demo:
    """Start the desk and the catcher; `tell` hears of each thing that happens. Raises OSError, BadSettings or BadPolicy."""
    board, clock = Board(), Clock()
    catcher = Catcher(clock.now, board.touch)
    await catcher.start()
    try:
        service, config_dir = _open_desk(data_dir, smtp, catcher.port, clock)
    except BaseException:
        await catcher.stop()
        raise
    _listen(service, board, clock, tell)
    try:
        await service.start()
    except BaseException:
        await service.stop()
        await catcher.stop()
        raise
    host, _, port = service.listeners[0].addresses[0].rpartition(":")
    return Demo(service, catcher, board, clock, config_dir, host.strip("[]"), int(port))


def prepare(data_dir: Path, smtp: str, relay_port: int) -> Path:
    """Make the folder: the shipped rules to play with, and a maildesk.yaml of its own; edited files are left alone."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    config_dir = data_dir / "config"
    if not config_dir.exists():
        shutil.copytree(shipped_dir("config"), config_dir)
        for case in (config_dir / "tests").glob("*.yaml"):
            # They would refuse the first edit anybody tries; who wants to see that renames them.
            case.rename(f"{case}.example")
        shutil.copytree(shipped_dir("templates"), data_dir / "templates", dirs_exist_ok=True)
    text = _SETTINGS.format(manager=MANAGER, address=ADDRESS, smtp=smtp, relay=relay_port)
    (config_dir / "maildesk.yaml").write_text(text, encoding="utf-8")
    return config_dir


def people_of(office: Office) -> People:
    """Give the agents and teams of the current policy."""
    people: People = office.keeper.desk_with(office.keeper.current).policy.people
    return people


def _open_desk(data_dir: Path, smtp: str, relay_port: int, clock: Clock) -> tuple[Service, Path]:
    config_dir = prepare(data_dir, smtp, relay_port)
    settings, problems = load_settings(config_dir / "maildesk.yaml")
    if settings is None:
        raise BadSettings("\n".join(str(problem) for problem in problems))
    return Service(open_office(settings, config_dir, data_dir), clock.now), config_dir


def _listen(service: Service, board: Board, clock: Clock, tell: Callable[[Happening], None]) -> None:
    """Hear of everything the desk does."""
    office = service.office
    zone = ZoneInfo(office.settings.desk.timezone)
    policy = office.keeper.desk_with(office.keeper.current).policy
    landed: dict[str, str] = {}

    def happened(happening: Happening) -> None:
        board.add(happening)
        tell(happening)

    def policy_changed() -> None:
        nonlocal policy
        problems, at = office.keeper.problems, clock.now().astimezone(zone)
        if problems:
            board.rules = describe_refusal(problems, at)
            happened(board.rules)
        elif office.keeper.current != policy.digest:
            before, policy = policy, office.keeper.desk_with(office.keeper.current).policy
            board.rules = describe_rules(before, policy, at)
            happened(board.rules)
        else:
            board.rules = None if board.rules and board.rules.bad else board.rules
            board.touch()

    def mail_decided(claimed: Claimed, outcome: Outcome) -> None:
        told = describe_mail(claimed.arrival, outcome, people_of(office), clock.now().astimezone(zone))
        happened(compare_landing(told, outcome, landed, people_of(office)))

    service.intake.on_outcome = mail_decided
    service.intake.on_failure = lambda claimed, text: happened(
        Happening(
            clock.now().astimezone(zone), None, claimed.arrival.envelope.mail_from, f"failed, tried again: {text}"
        )
    )
    service.on_timer = lambda due, outcome: happened(
        describe_timer(due, outcome, people_of(office), clock.now().astimezone(zone))
    )
    service.on_policy = policy_changed
