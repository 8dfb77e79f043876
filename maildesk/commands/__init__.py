"""What people ask of the desk in the words of their mail: agents' `#` lines, requesters' one-word answers, ratings.

Pure. Given is only the new text of a mail, without quote and signature; whether its author may ask is decided elsewhere.
"""

from maildesk.commands.asked import Asked, Command, Trouble
from maildesk.commands.grammar import read_commands
from maildesk.commands.moment import moment_of
from maildesk.commands.people import find_mentioned
from maildesk.commands.rating import read_rating
from maildesk.commands.requester import Said, read_answer, read_requester

__all__ = [
    "Asked",
    "Command",
    "Said",
    "Trouble",
    "find_mentioned",
    "moment_of",
    "read_answer",
    "read_commands",
    "read_rating",
    "read_requester",
]
