"""The return path for relays that refuse the empty one."""

import email.utils
from email.parser import BytesHeaderParser

import msgspec

from maildesk.model.outgoing import Outgoing


def named(mail: Outgoing) -> Outgoing:
    """Give a mail the address in its From field as return path if it has none; its bytes stay what they are.

    A bounce then comes to the mailbox and is tied by our id; robots that answer return paths are known as ever.
    """
    if mail.mail_from:
        return mail
    header = BytesHeaderParser().parsebytes(mail.raw.partition(b"\r\n\r\n")[0])
    return msgspec.structs.replace(mail, mail_from=email.utils.parseaddr(header.get("From", ""))[1])
