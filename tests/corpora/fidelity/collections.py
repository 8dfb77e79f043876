"""All collections of expectations, by name."""

from collections.abc import Callable
from pathlib import Path

from tests.corpora.fidelity import attributions, bounces, machines, mime4j, replies, stalwart, tnef, zammad
from tests.corpora.fidelity.tally import Tally

COLLECTIONS: dict[str, tuple[str, Callable[[Path, Tally], None]]] = {
    "zammad": ("85 troublesome mails of a help desk's own suite", zammad.compare),
    "stalwart": ("107 hard mails of a mail server's parser", stalwart.compare),
    "mime4j": ("80 mails of hard structure of a Java parser", mime4j.compare),
    "tnef": ("19 winmail.dat files, read by tnefparse", tnef.compare),
    "bounces": ("350 delivery reports of sixty mail systems", bounces.compare),
    "replies": ("154 exact cases of five strippers of quotes", replies.compare),
    "machines": ("45 labelled mails and a year of a support list", machines.compare),
    "attributions": ("Thunderbird's lines in 28 languages", attributions.compare),
}


def tally_of(name: str, corpora: Path) -> Tally:
    """Compare one collection."""
    tally = Tally(name)
    COLLECTIONS[name][1](corpora, tally)
    return tally
