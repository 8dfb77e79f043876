"""The words with which mail clients introduce what they quote or forward, language by language.

`facts_east` and `facts_world` hold one block a language, one line a kind; phrases are separated by `;`. To teach a language, add
its block: nothing else changes.
Kinds: `wrote` the verb of an attribution line; `on` how such a line may begin; `from sent date to cc reply subject` the labels of
a quoted header, `other` those that may only follow them (Outlook's "Importance:"); `original` and `forwarded` the words of a
dividing line; `device` how a line about the sending device speaks.
Everything is compared folded (see `maildesk.language.fold`): case and accents do not matter.
"""

from maildesk.ingest.quoting.facts_east import FACTS as _EAST
from maildesk.ingest.quoting.facts_world import FACTS as _WORLD
from maildesk.language import fold

_LINES = (_EAST + _WORLD).splitlines()


def _read(kind: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for line in _LINES:
        name, colon, phrases = line.partition(":")
        if colon and name == kind:
            found.update((fold(phrase), None) for phrase in phrases.split(";"))
    found.pop("", None)
    return tuple(found)


LABEL_KINDS = ("from", "sent", "date", "to", "cc", "reply", "subject", "other")
LANGUAGES = tuple(line[1:3] for line in _LINES if line.startswith("["))
WROTE = _read("wrote")
OPENERS = _read("on")
ORIGINAL = frozenset(_read("original"))
FORWARDED = frozenset(_read("forwarded"))
DEVICE = _read("device")
# A word that several kinds share (Hungarian "dátum", French "a") belongs to the first of them.
LABELS = {phrase: kind for kind in reversed(LABEL_KINDS) for phrase in _read(kind)}
