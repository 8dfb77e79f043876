"""Run a real Postfix from a private folder: as the relay that takes our mail, or as the server in front that hands us mail.

Postfix starts as root only; as anybody else the tests that need it are skipped as if it were missing.
"""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.services.components import missing, need
from tests.services.processes import HOST, NotReady, free_port, private_folder, tail, wait_for_port, wait_until

MASTER = f"""
{HOST}:{{port}} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
showq unix n - n - - showq
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(slots=True)
class Postfix:
    """A running Postfix that takes mail by SMTP on `port` from this machine."""

    folder: Path
    program: Path
    port: int
    host: str = HOST

    @property
    def log(self) -> Path:
        """What Postfix says about each mail."""
        return self.folder / "postfix.log"

    def start(self) -> None:
        """Start, or start again on the same port after `stop`; queued mail is kept."""
        self._run("start")
        wait_for_port(self.port, None, self.log)

    def stop(self) -> None:
        """Finish what is under way, then stop."""
        if self._is_running():
            self._run("stop", check=False)
            wait_until(lambda: not self._is_running(), "Postfix stops", self.log)

    def flush(self) -> None:
        """Try to deliver all queued mail now."""
        self._run("flush")

    def queue(self) -> list[dict[str, object]]:
        """List the mail that is still to be delivered, as `postqueue -j` prints it."""
        printed = subprocess.run(
            [need("postqueue"), "-c", str(self.folder / "etc"), "-j"], capture_output=True, check=True
        ).stdout
        return [json.loads(line) for line in printed.splitlines()]

    def wait_for_empty_queue(self, seconds: float = 20) -> None:
        """Wait until everything taken has been delivered, bounced or dropped."""
        wait_until(lambda: not self.queue(), "Postfix's queue is empty", self.log, seconds)

    def _run(self, verb: str, *, check: bool = True) -> None:
        done = subprocess.run(
            [self.program, "-c", str(self.folder / "etc"), verb], capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise NotReady(f"postfix {verb}: {done.stdout}{done.stderr}\n{tail(self.log)}")

    def _is_running(self) -> bool:
        """Ask for the lock that the master process holds as long as it lives."""
        return (
            subprocess.run(
                [self.program, "-c", str(self.folder / "etc"), "status"], capture_output=True, check=False
            ).returncode
            == 0
        )


@contextlib.contextmanager
def running_postfix_relay(
    *,
    to: tuple[str, int] | None = None,
    maildirs: Mapping[str, Path] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Postfix]:
    """Run a relay that takes mail for anybody: addresses in `maildirs` land there, all others go on to `to` by SMTP."""
    wanted = {"default_transport": f"smtp:[{to[0]}]:{to[1]}" if to else "discard:"}
    with _postfix({**wanted, **(settings or {})}, maildirs or {}) as postfix:
        yield postfix


@contextlib.contextmanager
def running_postfix_inbound(
    *,
    domains: Sequence[str],
    lmtp: str,
    bounces_to: tuple[str, int] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Postfix]:
    """Run the server in front: mail for `domains` is handed on by LMTP (`inet:host:port` or `unix:/path`)."""
    wanted = {
        "virtual_mailbox_domains": ", ".join(domains),
        "virtual_transport": f"lmtp:{lmtp}",
        "default_transport": f"smtp:[{bounces_to[0]}]:{bounces_to[1]}" if bounces_to else "discard:",
    }
    with _postfix({**wanted, **(settings or {})}, {}) as postfix:
        yield postfix


@contextlib.contextmanager
def _postfix(settings: Mapping[str, str], maildirs: Mapping[str, Path]) -> Iterator[Postfix]:
    program = need("postfix")
    if os.getuid() != 0:
        missing("postfix can be started by root only")
    with private_folder("postfix") as folder:
        postfix = _start_on_free_port(folder, program, settings, maildirs)
        try:
            yield postfix
        finally:
            postfix.stop()


def _start_on_free_port(
    folder: Path, program: Path, settings: Mapping[str, str], maildirs: Mapping[str, Path]
) -> Postfix:
    """Another program may take the port between asking and listening: then try another."""
    for attempt in (1, 2, 3):
        postfix = Postfix(folder, program, free_port())
        _configure(postfix, settings, maildirs)
        try:
            postfix.start()
        except NotReady:
            postfix.stop()
            if attempt == 3:
                raise
            continue
        return postfix
    raise AssertionError("unreachable")


def _configure(postfix: Postfix, settings: Mapping[str, str], maildirs: Mapping[str, Path]) -> None:
    """Write main.cf and master.cf; Postfix makes the folders of its queue itself."""
    etc, queue, data = (postfix.folder / name for name in ("etc", "queue", "data"))
    for folder in (etc, queue, data):
        folder.mkdir(exist_ok=True)
    # Its own data, because daemons that have dropped their rights write there.
    subprocess.run(["/bin/chown", "postfix", str(data)], check=True)
    (etc / "mailboxes").write_text("".join(f"{address} {path}/\n" for address, path in maildirs.items()))
    main = _main_cf(postfix) | (_maildir_settings(etc, maildirs) if maildirs else {}) | dict(settings)
    (etc / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in main.items()))
    (etc / "master.cf").write_text(MASTER.format(port=postfix.port))
    # Postfix takes a file changed within the last seconds for one still being edited, and waits.
    past = time.time() - 60
    for path in etc.iterdir():
        os.utime(path, (past, past))


def _maildir_settings(etc: Path, maildirs: Mapping[str, Path]) -> dict[str, str]:
    """Deliver these addresses as the user nobody, who owns the Maildirs of tests/services/dovecot.py too."""
    return {
        "virtual_mailbox_domains": ", ".join(sorted({address.rpartition("@")[2] for address in maildirs})),
        "virtual_mailbox_base": "/",
        "virtual_mailbox_maps": f"texthash:{etc}/mailboxes",
        "virtual_minimum_uid": "1",
        "virtual_uid_maps": "static:65534",
        "virtual_gid_maps": "static:65534",
        "recipient_delimiter": "+",
    }


def _main_cf(postfix: Postfix) -> dict[str, str]:
    folder = postfix.folder
    return {
        "compatibility_level": "3.6",
        "queue_directory": f"{folder}/queue",
        "data_directory": f"{folder}/data",
        "maillog_file": str(postfix.log),
        "maillog_file_prefixes": f"/var, {folder}",
        "myhostname": "postfix.test",
        "mydestination": "",
        "alias_maps": "",
        "local_recipient_maps": "",
        "local_transport": "error:nobody lives here",
        "inet_protocols": "ipv4",
        "inet_interfaces": HOST,
        "mynetworks": "127.0.0.0/8",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "smtpd_peername_lookup": "no",
        "smtpd_client_connection_count_limit": "0",
        # Nothing here asks a name server.
        "smtp_dns_support_level": "disabled",
        "smtp_host_lookup": "native",
        "lmtp_dns_support_level": "disabled",
        "lmtp_host_lookup": "native",
        "recipient_delimiter": "+",
        # A refused mail is tried again while the test still watches.
        "queue_run_delay": "2s",
        "minimal_backoff_time": "2s",
        "maximal_backoff_time": "4s",
        "message_size_limit": "52428800",
        "mailbox_size_limit": "0",
        "virtual_mailbox_limit": "0",
    }
