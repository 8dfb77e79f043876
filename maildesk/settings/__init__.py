"""What this one machine needs to know: maildesk.yaml, where things lie, and the secrets it refers to."""

from maildesk.settings.fetching import Since, TokenUrl, delete_delay
from maildesk.settings.load import load_settings
from maildesk.settings.places import find_config_dir, find_data_dir, shipped_dir, templates_dir
from maildesk.settings.secret_files import SecretTrouble, ensure_secret_file, read_secret, replace_secret_file
from maildesk.settings.texts import ListenAddress
from maildesk.settings.values import (
    Auth,
    Desk,
    Feedback,
    Imap,
    Limits,
    Listen,
    Mailbox,
    Relay,
    Settings,
    StartTls,
    Threading,
    Web,
)

__all__ = [
    "Auth",
    "Desk",
    "Feedback",
    "Imap",
    "Limits",
    "Listen",
    "ListenAddress",
    "Mailbox",
    "Relay",
    "SecretTrouble",
    "Settings",
    "Since",
    "StartTls",
    "Threading",
    "TokenUrl",
    "Web",
    "delete_delay",
    "ensure_secret_file",
    "find_config_dir",
    "find_data_dir",
    "load_settings",
    "read_secret",
    "replace_secret_file",
    "shipped_dir",
    "templates_dir",
]
