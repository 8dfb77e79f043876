"""Run a real Dovecot with Maildir users on a free loopback port, as root or as an ordinary user."""

import contextlib
import grp
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.services.certificate import Certificate
from tests.services.components import need
from tests.services.processes import (
    HOST,
    NotReady,
    free_port,
    is_listening,
    private_folder,
    start,
    stop,
    wait_for_port,
    wait_until,
)

_serial = count()


@dataclass(slots=True)
class Dovecot:
    """A running IMAP server; `port` speaks plain IMAP (and STARTTLS with a certificate), `tls_port` implicit TLS."""

    folder: Path
    program: Path
    port: int
    tls_port: int | None = None
    host: str = HOST
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """What Dovecot says about itself."""
        return self.folder / "dovecot.log"

    def add_user(self, name: str, password: str = "secret") -> str:
        """Give a user a mailbox at once, no restart needed; gives the name back."""
        # One file a user: Dovecot looks at most once a second whether a file has changed.
        (self.folder / "users" / name).write_text(f"{name}:{password}\n")
        for part in ("new", "cur", "tmp"):
            self._make_folder(self.maildir(name) / part)
        return name

    def maildir(self, name: str) -> Path:
        """Where a user's INBOX lies."""
        return self.folder / "mail" / name / "Maildir"

    def put(self, name: str, mail: bytes) -> Path:
        """Deliver a mail into a user's INBOX the way an MTA does: written in tmp, moved to new."""
        unique = f"{time.time():.6f}.M{next(_serial)}P{os.getpid()}.test"
        draft, final = self.maildir(name) / "tmp" / unique, self.maildir(name) / "new" / unique
        draft.write_bytes(mail)
        if os.getuid() == 0:
            os.chown(draft, *_mail_owner())
        return draft.rename(final)

    def mails(self, name: str, mailbox: str = "INBOX") -> list[bytes]:
        """Give the bytes of all mails in a mailbox, in the order of delivery."""
        root = self.maildir(name) if mailbox == "INBOX" else self.maildir(name) / f".{mailbox}"
        while True:
            found = [path for part in ("new", "cur") for path in (root / part).glob("*")]
            try:
                return [path.read_bytes() for path in sorted(found, key=lambda path: path.name)]
            except FileNotFoundError:  # moved or renamed while we looked
                continue

    def start(self) -> None:
        """Start again on the same ports after `stop` or `kill`."""
        self.process = start([self.program, "-F", "-c", self.folder / "dovecot.conf"], self.log)
        try:
            wait_for_port(self.port, self.process, self.log)
        except NotReady:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop in order: clients get BYE."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Stop at once, as a power cut would: clients see the connection end."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        """Stop, and wait for the children too: a dying one still takes connections."""
        if self.process is not None:
            stop(self.process, how)
            wait_until(lambda: not is_listening(self.port), "Dovecot's port is free", self.log)

    def _make_folder(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            for made in (path, *path.parents):
                if made == self.folder / "mail":
                    break
                os.chown(made, *_mail_owner())


@contextlib.contextmanager
def running_dovecot(
    users: dict[str, str] | None = None, *, certificate: Certificate | None = None, extra: str = ""
) -> Iterator[Dovecot]:
    """Run Dovecot with these users (name to password); `extra` is appended to its configuration as it is."""
    program = need("dovecot")
    with private_folder("dovecot") as folder:
        for part in ("users", "mail"):
            (folder / part).mkdir(mode=0o755)
        dovecot = _start_on_free_ports(folder, program, certificate, extra)
        try:
            for name, password in (users or {}).items():
                dovecot.add_user(name, password)
            yield dovecot
        finally:
            dovecot.stop()


def _start_on_free_ports(folder: Path, program: Path, certificate: Certificate | None, extra: str) -> Dovecot:
    """Another program may take the port between asking and listening: then try another."""
    for attempt in (1, 2, 3):
        dovecot = Dovecot(folder, program, free_port(), free_port() if certificate else None)
        (folder / "dovecot.conf").write_text(_configuration(dovecot, certificate) + extra)
        try:
            dovecot.start()
        except NotReady:
            if attempt == 3:
                raise
            continue
        return dovecot
    raise AssertionError("unreachable")


def _mail_owner() -> tuple[int, int]:
    """Mail belongs to nobody when root runs the tests: Dovecot serves no mail as root."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    return pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid


def _configuration(dovecot: Dovecot, certificate: Certificate | None) -> str:
    """Write dovecot.conf in the words of the version that is installed."""
    words = _words_of_2_4 if _version(dovecot.program) >= (2, 4) else _words_of_2_3
    return words(dovecot, certificate)


def with_rights() -> str:
    """Configure access lists: a file `dovecot-acl` in a Maildir says who may do what there."""
    if _version(need("dovecot")) >= (2, 4):
        imap = "protocol imap {\n  mail_plugins {\n    imap_acl = yes\n  }\n}\n"
        return f"\nmail_plugins {{\n  acl = yes\n}}\n{imap}acl_driver = vfile\n"
    return "\nmail_plugins = acl\nprotocol imap {\n  mail_plugins = acl imap_acl\n}\nplugin {\n  acl = vfile\n}\n"


def with_tokens(introspection: str, mechanism: str, folder: Path) -> str:
    """Configure logins by OAuth tokens only; whether one holds is asked at an address (RFC 7662)."""
    asked = {
        "introspection_url": introspection,
        "introspection_mode": "post",
        "username_attribute": "username",
        "active_attribute": "active",
        "active_value": "true",
    }
    if _version(need("dovecot")) >= (2, 4):
        lines = "".join(f"  {name} = {value}\n" for name, value in asked.items())
        passdb = "passdb oauth2 {\n  mechanisms_filter = xoauth2 oauthbearer\n}\n"
        return f"\nauth_mechanisms = {mechanism}\noauth2 {{\n{lines}}}\n{passdb}"
    file = folder / "dovecot-oauth2.conf.ext"
    file.write_text("".join(f"{name} = {value}\n" for name, value in asked.items()))
    passdb = f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {file}\n}}\n"
    return f"\nauth_mechanisms = {mechanism}\n{passdb}"


def _version(program: Path) -> tuple[int, int]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = said.split(".")[:2]
    return int(major), int(minor)


def _words_of_2_4(dovecot: Dovecot, certificate: Certificate | None) -> str:
    """2.4 renamed most settings, and wants to be told for which version they were written."""
    folder, (uid, gid) = dovecot.folder, _mail_owner()
    tls = "ssl = no"
    if certificate:
        tls = f"ssl = yes\nssl_server_cert_file = {certificate.certificate}\nssl_server_key_file = {certificate.key}"
    return f"""
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
{_place(dovecot)}
{tls}
auth_allow_cleartext = yes
auth_mechanisms = plain login
auth_failure_delay = 0
passdb passwd-file {{
  default_password_scheme = PLAIN
  passwd_file_path = {folder}/users/%{{user}}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/mail/%{{user}}
  }}
  static_allow_all_users = yes
}}
mail_driver = maildir
mail_path = ~/Maildir
{_services(dovecot)}"""


def _words_of_2_3(dovecot: Dovecot, certificate: Certificate | None) -> str:
    folder, (uid, gid) = dovecot.folder, _mail_owner()
    tls = "ssl = no"
    if certificate:
        tls = f"ssl = yes\nssl_cert = <{certificate.certificate}\nssl_key = <{certificate.key}"
    return f"""
{_place(dovecot)}
{tls}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users/%u
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
mail_location = maildir:~/Maildir
{_services(dovecot)}"""


def _place(dovecot: Dovecot) -> str:
    """Write where it lives, where it listens, and as whom it runs; alike in both versions."""
    folder = dovecot.folder
    return f"""base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = {HOST}
{_users_of_processes()}"""


def _services(dovecot: Dovecot) -> str:
    """Write what both versions call the same."""
    return f"""first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
mail_fsync = never
mailbox_list_index = no
service imap-login {{
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    address = {HOST}
    port = {dovecot.port}
  }}
  inet_listener imaps {{
    address = {HOST}
    port = {dovecot.tls_port or 0}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
}}
# A wrong password in one test must not slow down the next test's login.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def _users_of_processes() -> str:
    """Root keeps Debian's users for Dovecot's processes; anybody else is all of them, without chroot."""
    if os.getuid() == 0:
        return "default_login_user = dovenull\ndefault_internal_user = dovecot"
    me, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    no_chroot = "\n".join(
        f"service {name} {{\n  chroot =\n}}" for name in ("anvil", "imap-login", "imap-urlauth-login", "stats")
    )
    return f"default_login_user = {me}\ndefault_internal_user = {me}\ndefault_internal_group = {group}\n{no_chroot}"
