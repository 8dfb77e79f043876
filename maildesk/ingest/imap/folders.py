r"""Find the server's name for a folder that maildesk.yaml names: by its use, with the server's separator and prefix.

`\Junk` is looked up among the folders the server marks with a use (RFC 6154). `/` separates whatever the server separates
with, and a prefix for our own folders ("INBOX." on some, RFC 2342) is put before names that lack it. imapclient encodes the
letters (mUTF-7, RFC 3501 §5.1.3). No name of a folder ever comes from a mail.
"""

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError


def find_folder(client: IMAPClient, name: str) -> str:
    """Give the server's name; raises IMAPClientError if no folder has the use that was asked for."""
    if name.upper() == "INBOX":
        return "INBOX"
    if name.startswith("\\"):
        found = client.find_special_folder(b"\\" + name[1:].capitalize().encode())
        if found is None:
            raise IMAPClientError(f"the server does not say which folder is {name}: write its name")
        return str(found)
    if not client.has_capability("NAMESPACE"):
        return name
    return in_namespace(name, client.namespace())


def in_namespace(name: str, spaces: tuple[tuple[tuple[str, str], ...] | None, ...]) -> str:
    """Write a name as one of the personal namespace, unless it begins like one of another (RFC 2342)."""
    personal, *others = spaces
    if not personal:
        return name
    prefix, separator = (str(part or "") for part in personal[0])
    if any(other and name.startswith(str(other)) for space in others for other, _ in space or ()):
        return name
    if separator not in ("", "/") and separator not in name:
        name = name.replace("/", separator)
    return name if name.startswith(prefix) else prefix + name
