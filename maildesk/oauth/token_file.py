"""Keep a token in a file that only this user may read, whole or not at all, one writer at a time."""

import contextlib
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec

from maildesk.settings import SecretTrouble

_ODD = re.compile(r"[^A-Za-z0-9@._-]")


class Stored(msgspec.Struct, frozen=True):
    """What is kept of a sign-in; moments are seconds since 1970."""

    refresh_token: str = ""
    access_token: str = ""
    renew_at: float = 0.0
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""
    tenant: str = ""


class TokenFile:
    """The file of one user's token."""

    def __init__(self, path: Path) -> None:
        """Know where it is; it need not exist."""
        self.path = path

    def load(self) -> Stored | None:
        """Read it; None if there is none. Raises SecretTrouble if it cannot be read, or others may."""
        try:
            with self.path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                if mode & 0o077:
                    raise SecretTrouble(f"{self.path} can be read by others: chmod 600 {self.path}")
                return msgspec.json.decode(file.read(65536), type=Stored)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError:
            raise SecretTrouble(f"{self.path} holds no token: sign in again with maildesk login") from None

    def save(self, stored: Stored) -> None:
        """Replace it: whoever looks sees the old one or the new one."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(stored))
                file.flush()
                os.fsync(file.fileno())
                self._give_to_the_desk(file.fileno())
            draft.replace(self.path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from renewing at the same time: some providers let a refresh token be used once only."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.path.with_name(f".{self.path.name}.lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            self._give_to_the_desk(lock)
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _give_to_the_desk(self, handle: int) -> None:
        """Let the desk read what root has written: the folder tells whose it is."""
        if os.geteuid() == 0:
            owner = self.path.parent.stat()
            os.fchown(handle, owner.st_uid, owner.st_gid)


def token_path(data_dir: Path, user: str) -> Path:
    """Say where a user's token lies."""
    return data_dir / f"oauth-{_ODD.sub('_', user)}.json"
