"""Wire the parts together, run their loops, stop them in order."""

from maildesk.daemon.keeper import BadPolicy, Keeper
from maildesk.daemon.office import Office, open_office
from maildesk.daemon.service import Service

__all__ = ["BadPolicy", "Keeper", "Office", "Service", "open_office"]
