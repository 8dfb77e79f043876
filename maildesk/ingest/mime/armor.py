"""Tell mail that is protected inside its text (OpenPGP without MIME, RFC 9580 §6 and §7), and take the armour off signed words.

Nothing is checked or decrypted here: the text says only that somebody signed or encrypted it.
"""

_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP SIGNATURE-----"
_ENCRYPTED = "-----BEGIN PGP MESSAGE-----"


def armor_of(text: str) -> str:
    """Say `signed-pgp` or `encrypted-pgp` for a text in armour, "" for any other."""
    if "-----BEGIN PGP" not in text:
        return ""
    start = text.lstrip()
    return "signed-pgp" if start.startswith(_SIGNED) else "encrypted-pgp" if start.startswith(_ENCRYPTED) else ""


def without_armor(text: str) -> str:
    """Give the words of a signed text, and what stands behind the signature; the text itself if it is not signed so."""
    start = text.lstrip()
    if not start.startswith(_SIGNED):
        return text
    head, blank, body = start.partition("\n\n")
    words, signature, rest = body.partition(f"\n{_SIGNATURE}")
    if not blank or not signature or _is_long(head):
        return text
    behind = rest.partition(_END)[2]
    # RFC 9580 §7.1: a line that begins with a dash was escaped.
    plain = "\n".join(line.removeprefix("- ") for line in words.split("\n"))
    return plain + behind


def _is_long(head: str) -> bool:
    """Tell lines that are no armour header ("Hash: SHA256") at the top."""
    lines = head.split("\n")[1:]
    return len(lines) > 10 or any(": " not in line for line in lines)
