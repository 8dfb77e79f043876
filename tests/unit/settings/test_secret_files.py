"""The desk's key, and other people's passwords."""

import stat
import threading
from pathlib import Path

import pytest

from maildesk.settings import SecretTrouble, ensure_secret_file, read_secret


def test_the_key_is_made_once(tmp_path: Path) -> None:
    """The first call makes 32 random bytes that only this user may read; later ones give the same."""
    path = tmp_path / "data" / "secret.key"
    key = ensure_secret_file(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ensure_secret_file(path) == key
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]
    assert ensure_secret_file(tmp_path / "other.key") != key


def test_two_who_make_it_at_once_agree(tmp_path: Path) -> None:
    """However many start together, there is one key and all have it."""
    keys: list[bytes] = []
    together = [threading.Thread(target=lambda: keys.append(ensure_secret_file(tmp_path / "k"))) for _ in range(8)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """A key that group or world may read is no key; the message says what to do and not what it is."""
    path = tmp_path / "secret.key"
    path.write_bytes(b"s" * 32)
    path.chmod(mode)
    with pytest.raises(SecretTrouble, match="chmod 600") as trouble:
        ensure_secret_file(path)
    assert "sss" not in str(trouble.value)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    """A truncated file is not padded and not replaced."""
    path = tmp_path / "secret.key"
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(SecretTrouble, match="5 bytes"):
        ensure_secret_file(path)
    assert path.read_bytes() == b"short"


def test_a_password_comes_from_where_the_reference_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beside the configuration, an absolute one, the environment, or a systemd credential."""
    (tmp_path / "imap.pw").write_text("  heslo ž\n")
    monkeypatch.setenv("RELAY_PW", "other\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_secret("imap.pw", tmp_path) == "heslo ž"
    assert read_secret("file:imap.pw", tmp_path) == "heslo ž"
    assert read_secret(str(tmp_path / "imap.pw"), Path("/")) == "heslo ž"
    assert read_secret("env:RELAY_PW", tmp_path) == "other"
    assert read_secret("credential:imap.pw", tmp_path) == "heslo ž"


@pytest.mark.parametrize(
    "reference", ["missing.pw", "env:NO_SUCH_NAME", "credential:x", "credential:../x", "empty.pw", "bytes.pw"]
)
def test_a_password_that_cannot_be_had_is_named_not_shown(
    tmp_path: Path, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trouble names the file or variable, and no content."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "empty.pw").write_text("\n")
    (tmp_path / "bytes.pw").write_bytes(b"\xffsecret")
    with pytest.raises(SecretTrouble) as trouble:
        read_secret(reference, tmp_path)
    assert "secret" not in str(trouble.value)
    assert reference.rpartition(":")[2].split("/")[0] in str(trouble.value)
