"""Mail wrapped in its S/MIME signature."""

import base64
import subprocess
from pathlib import Path

import pytest

from maildesk.ingest.mime.cms import find_signed
from maildesk.ingest.parse import parse_mail
from tests.services.certificate import make_certificate
from tests.services.components import need

INNER = (
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nP\xc5\x99ijde z\xc3\xadtra.\r\n"
)


@pytest.fixture(scope="module")
def openssl() -> Path:
    """The program that signs."""
    return need("openssl")


def signed(openssl: Path, folder: Path, *how: str) -> bytes:
    """Sign the inner mail as mail programs do."""
    made = make_certificate(folder)
    (folder / "inner").write_bytes(INNER)
    words = ["cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-in", "inner", "-out", "signed", *how]
    command = [str(openssl), *words, "-signer", str(made.certificate), "-inkey", str(made.key)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "signed").read_bytes()


@pytest.mark.parametrize("how", [(), ("-stream", "-indef")], ids=["der", "ber in pieces"])
def test_the_text_in_the_signature_is_read(openssl: Path, tmp_path: Path, how: tuple[str, ...]) -> None:
    """The text is shown, and the signature stays an attachment, byte for byte."""
    data = signed(openssl, tmp_path, *how)
    assert find_signed(data) == INNER
    head = b"From: a@b.test\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
    mail = parse_mail(head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data))
    assert (mail.text, mail.new_text) == ("Přijde zítra.", "Přijde zítra.")
    assert mail.protection == "signed-smime"
    assert [(file.name, file.size) for file in mail.attachments] == [("smime.p7m", len(data))]


def test_what_is_cut_or_changed_holds_no_mail(openssl: Path, tmp_path: Path) -> None:
    """Any bytes give an answer: cut anywhere, changed anywhere, nested without end."""
    data = signed(openssl, tmp_path)
    end = data.index(INNER) + len(INNER)
    assert all(find_signed(data[:size]) == b"" for size in range(len(data)))
    for place in range(min(end, 200)):
        find_signed(data[:place] + bytes([data[place] ^ 0x81]) + data[place + 1 :])
    assert find_signed(b"\x30\x80" * 100_000) == b""
    assert find_signed(b"\x24\x80" * 100_000) == b""
