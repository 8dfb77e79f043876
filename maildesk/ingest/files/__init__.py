"""Read mail that lies in files: mbox, Maildir, folders of .eml; the file itself is never changed."""

from maildesk.ingest.files.places import FileMail, Place, find_mails, import_arrival, read_mail

__all__ = ["FileMail", "Place", "find_mails", "import_arrival", "read_mail"]
