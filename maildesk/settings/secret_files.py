"""Read secrets from where maildesk.yaml says they are, and make the desk's own key. No secret is ever in a message."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

MAX_SECRET = 65536
KEY_BYTES = 32


class SecretTrouble(OSError):
    """A secret cannot be had; the message names the file or variable, never its content."""


def read_secret(reference: str, base_dir: Path) -> str:
    """Read a password: a file (relative to `base_dir`, also as file:…), env:NAME, or credential:NAME as systemd hands it in.

    White space at the ends is not part of it. Raises SecretTrouble.
    """
    kind, _, name = reference.partition(":")
    if kind == "env" and name:
        text = os.environ.get(name, "")
        if not text:
            raise SecretTrouble(f"the environment variable {name} is not set")
        return text.strip()
    if kind == "credential" and name:
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        if not folder or "/" in name:
            raise SecretTrouble(f"there is no credential {name}: the service has no LoadCredential= for it")
        path = Path(folder) / name
    else:
        path = base_dir / (name if kind == "file" and name else reference)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SECRET)
        text = raw.decode("utf-8").strip()
    except OSError as trouble:
        raise SecretTrouble(f"{path}: {trouble.strerror}") from None
    except UnicodeDecodeError:
        raise SecretTrouble(f"{path} is not text") from None
    if not text:
        raise SecretTrouble(f"{path} is empty")
    return text


def ensure_secret_file(path: Path) -> bytes:
    """Read the desk's key, or make it: 32 random bytes that only this user may read.

    Whoever comes second takes what the first one made. Raises SecretTrouble if others may read the file.
    """
    with contextlib.suppress(FileNotFoundError):
        return _read_key(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(whole, path)  # appears complete, or not at all
    finally:
        whole.unlink()
    _sync_folder(path.parent)
    return _read_key(path)


def replace_secret_file(path: Path, text: str) -> None:
    """Put another text in place of a secret file, whole or not at all; only this user may read it, who owned it owns it still."""
    whole = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            owner = path.stat()
            with contextlib.suppress(PermissionError):
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            os.fsync(file.fileno())
        whole.replace(path)
    finally:
        whole.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _read_key(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise SecretTrouble(f"{path} is not a file")
        if mode & 0o077:
            raise SecretTrouble(f"{path} can be read by others: chmod 600 {path}")
        key = file.read(MAX_SECRET)
    if len(key) < KEY_BYTES:
        raise SecretTrouble(f"{path} has {len(key)} bytes, at least {KEY_BYTES} are needed")
    return key


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
