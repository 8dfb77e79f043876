"""Make the first configuration of a desk from five answers: the shipped maildesk.yaml with its comments, and a team of one."""

import json
import re
from typing import NamedTuple

from maildesk.cli.yaml_edit import comment_out, set_values
from maildesk.model.phrases import folded

PASSWORD_FILE = "mailbox.pw"
TEAM = "l1"
LISTENER = "127.0.0.1:2525"
# What the port says about encryption (RFC 8314 §3); the first is assumed when none is given.
_IMAP_TLS = {993: "implicit", 143: "starttls"}
_RELAY_TLS = {25: "none", 587: "starttls", 465: "implicit"}


class Answers(NamedTuple):
    """What a new desk must know of its world; `imap` is "" if mail is brought to us, servers are HOST or HOST:PORT."""

    name: str
    address: str
    imap: str
    relay: str
    admin: str
    languages: tuple[str, ...] = ("en",)
    timezone: str = "UTC"

    @property
    def domain(self) -> str:
        """Give the domain of the desk's address."""
        return self.address.rpartition("@")[2]

    @property
    def needs_password(self) -> bool:
        """Say whether a mailbox or a relay wants one."""
        return bool(self.imap) or _server(self.relay, _RELAY_TLS)["tls"] != "none"


def settings_text(shipped: str, answers: Answers) -> str:
    """Write maildesk.yaml: the shipped one, comments and all, with the answers in it."""
    text = set_values(
        shipped,
        {
            ("desk", "name"): answers.name,
            ("desk", "domain"): answers.domain,
            ("desk", "languages"): answers.languages,
            ("desk", "timezone"): answers.timezone,
            ("desk", "admins"): (answers.admin,),
            ("mailboxes", 0, "address"): answers.address,
            ("mailboxes", 0, "team"): TEAM,
            **{("relay", key): value for key, value in _relay(answers).items()},
        },
    )
    text = comment_out(text, ("mailboxes", 0, "aliases"))
    if answers.imap:
        return comment_out(set_values(text, {("mailboxes", 0, "imap"): _imap(answers)}), ("listen",))
    return set_values(comment_out(text, ("mailboxes", 0, "imap")), {("listen", "smtp"): LISTENER})


def teams_text(answers: Answers) -> str:
    """Write teams.yaml: one team, in which the admin answers."""
    login, name = person(answers.admin)
    return f"""\
# yaml-language-server: $schema=.schema/teams.json
# Who answers. A login is what colleagues write after #assign; the first address gets the notifications, and mail from any
# of them counts as this person's.
agents:
  {login}: {{name: {_quoted(name)}, addresses: [{_quoted(answers.admin)}]}}

# Teams share tickets. Mail that no rule sends elsewhere goes to the team of its mailbox.
teams:
  {TEAM}: {{members: [{login}]}}
"""


def rules_text() -> str:
    """Write a first rule to change, which harms nothing."""
    return """\
# yaml-language-server: $schema=../.schema/rules.json
# Rules are tried from top to bottom; the first that sets a field keeps it. `maildesk check` finds mistakes, and
# `maildesk explain mail.eml` says what would happen to a mail, and why.
rules:
  - name: Invoices are marked
    when: {words: [invoice, faktura, račun]}
    then: {tags: invoice}
"""


def person(address: str) -> tuple[str, str]:
    """Guess a login and a name from an address: ana.horvat@firma.hr is ana.horvat, Ana Horvat."""
    local = address.partition("@")[0].partition("+")[0]
    login = re.sub(r"[^a-z0-9._-]+", "-", folded(local)).strip("-._") or "admin"
    if not login[0].isalpha():
        login = f"agent-{login}"
    words = [word for word in re.split(r"[._-]+", local) if word]
    return login, " ".join(word.capitalize() for word in words) or "Admin"


def _imap(answers: Answers) -> dict[str, object]:
    account = {"user": answers.address, "password_file": PASSWORD_FILE}
    return {**_server(answers.imap, _IMAP_TLS), **account, "folder": "INBOX", "after": "keep"}


def _relay(answers: Answers) -> dict[str, object]:
    relay = _server(answers.relay, _RELAY_TLS)
    if relay["tls"] == "none":
        return relay
    return {**relay, "user": answers.address, "password_file": PASSWORD_FILE}


def _server(text: str, ports: dict[int, str]) -> dict[str, object]:
    host, _, number = text.rpartition(":") if re.fullmatch(r".+:[0-9]{1,5}", text) else (text, "", "")
    port = int(number) if number else next(iter(ports))
    return {"host": host, "port": port, "tls": ports.get(port, "none")}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a YAML string
