"""What was done, in a few words of each language: the parts that a receipt is made of."""

import datetime as dt
import re
from collections.abc import Callable

from maildesk.model.sheet import Deed, Did
from maildesk.outbound.voice import Voice, agent_name
from maildesk.outbound.words.moments import say_moment, say_until

_PLACE = re.compile(r"\{([0-9*])\}")
_WORDS: dict[Did, dict[str, str]] = {
    Did.ASSIGNED: {"en": "{0} has it now", "cs": "řeší {0}", "hr": "preuzima {0}"},
    Did.TEAM: {"en": "now with team {0}", "cs": "nyní má tým {0}", "hr": "sada je kod tima {0}"},
    Did.UNASSIGNED: {"en": "nobody has it now", "cs": "nyní nemá nikdo", "hr": "sada nije ni kod koga"},
    Did.CLOSED: {"en": "resolved", "cs": "vyřešeno", "hr": "riješeno"},
    Did.CLOSED_QUIETLY: {
        "en": "resolved, the customer hears nothing",
        "cs": "vyřešeno, zákazník se nic nedozví",
        "hr": "riješeno, korisnik neće dobiti poruku",
    },
    Did.WAITS: {"en": "waits until {0}", "cs": "čeká do {0}", "hr": "čeka do {0}"},
    Did.PRIORITY: {"en": "priority {0}", "cs": "priorita {0}", "hr": "prioritet {0}"},
    Did.TAGS: {"en": "tags {*}", "cs": "štítky {*}", "hr": "oznake {*}"},
    Did.MERGED: {"en": "merged with #{0} into #{1}", "cs": "sloučeno s #{0} do #{1}", "hr": "spojeno s #{0} u #{1}"},
    Did.SPLIT: {
        "en": "mail {0} is a ticket of its own now",
        "cs": "zpráva {0} je nyní samostatný požadavek",
        "hr": "poruka {0} sada je zaseban zahtjev",
    },
    Did.SPAM: {
        "en": "spam, resolved without a word",
        "cs": "spam, uzavřeno bez odpovědi",
        "hr": "neželjeno, zatvoreno bez odgovora",
    },
    Did.CC: {"en": "takes part: {*}", "cs": "účastní se: {*}", "hr": "sudjeluje: {*}"},
    Did.AWAY: {
        "en": "you are away until {0}; new tickets go to others (#away off when you are back)",
        "cs": "jste pryč do {0}; nové požadavky dostanou jiní (#away off, až budete zpět)",
        "hr": "odsutni ste do {0}; nove zahtjeve dobivaju drugi (#away off kad se vratite)",
    },
    Did.BACK: {"en": "welcome back", "cs": "vítejte zpět", "hr": "dobro došli natrag"},
    Did.USED: {"en": "text “{0}” used", "cs": "použit text „{0}“", "hr": "upotrijebljen tekst „{0}“"},
    Did.CITED: {"en": "article “{0}” named", "cs": "uveden článek „{0}“", "hr": "naveden članak „{0}“"},
    Did.JOINED: {
        "en": "joined to your mail that had not left yet: the customer gets one",
        "cs": "připojeno k vaší neodeslané zprávě: zákazník dostane jednu",
        "hr": "pripojeno vašoj još neposlanoj poruci: korisnik dobiva jednu",
    },
    Did.UNDONE: {"en": "taken back: {0}", "cs": "vzato zpět: {0}", "hr": "poništeno: {0}"},
    Did.STATUS: {"en": "status {0}", "cs": "stav {0}", "hr": "stanje {0}"},
    Did.UNMERGED: {"en": "#{0} is apart again", "cs": "#{0} je opět samostatný", "hr": "#{0} je opet zaseban"},
    Did.UNSPLIT: {"en": "#{0} is part of it again", "cs": "#{0} je opět jeho součástí", "hr": "#{0} je opet dio njega"},
    Did.STOPPED: {
        "en": "the mail to {*} was stopped",
        "cs": "zpráva pro {*} byla zastavena",
        "hr": "poruka za {*} je zaustavljena",
    },
    Did.LEFT: {
        "en": "Your mail to {*} has left already and cannot be taken back.",
        "cs": "Vaše zpráva pro {*} již odešla a nelze ji vzít zpět.",
        "hr": "Vaša poruka za {*} već je poslana i ne može se povući.",
    },
    Did.KEPT: {
        "en": "Somebody has changed {0} since; it stays as it is: {1}",
        "cs": "Mezitím někdo změnil {0}; zůstává: {1}",
        "hr": "U međuvremenu je netko promijenio {0}; ostaje: {1}",
    },
    Did.NOTHING: {
        "en": "there is nothing of yours to take back",
        "cs": "není co vzít zpět",
        "hr": "nema se što poništiti",
    },
    Did.EMPTY: {
        "en": "Nothing was sent: no words of your own were found in your mail",
        "cs": "Nic nebylo odesláno: ve vaší zprávě nebyla nalezena žádná vaše slova",
        "hr": "Ništa nije poslano: u vašoj poruci nisu pronađene vaše riječi",
    },
    Did.REFUSED: {"en": "Not done: {0}", "cs": "Neprovedeno: {0}", "hr": "Nije izvršeno: {0}"},
    Did.ANSWERED_TOO: {
        "en": "{0} answered the same mail at {1}, before you. Yours goes out as well; #undo stops it while it has not left.",
        "cs": "{0} na stejnou zprávu odpověděl(a) už {1}. Vaše odpověď odejde také; #undo ji zastaví, dokud neodešla.",
        "hr": "{0} je na istu poruku odgovorio/la već {1}. I vaš će odgovor otići; #undo ga zaustavlja dok nije poslan.",
    },
    Did.NOBODY_READS: {
        "en": "Nobody received it: this ticket has no customer's address.",
        "cs": "Nikdo ji nedostal: požadavek nemá adresu zákazníka.",
        "hr": "Nitko je nije dobio: zahtjev nema adresu korisnika.",
    },
    Did.DIRECT: {
        "en": "Your mail program sent your mail to {*} directly as well, outside the desk.",
        "cs": "Váš poštovní program poslal zprávu také přímo na {*}, mimo podporu.",
        "hr": "Vaš je program poruku poslao i izravno na {*}, mimo podrške.",
    },
}


def say_deed(deed: Deed, voice: Voice, language: str) -> str:
    """Say one thing that was done, in the language of the letter."""
    words = [_value(deed.did, word, voice, language) for word in deed.words]
    text = _WORDS[deed.did].get(language) or _WORDS[deed.did]["en"]
    places = {"*": " ".join(words), **{str(place): word for place, word in enumerate(words)}}
    # One pass: a word that holds braces itself is only a word.
    return _PLACE.sub(lambda found: places.get(found[1], ""), text)


def _value(did: Did, word: str, voice: Voice, language: str) -> str:
    say = _SAID.get(did)
    return say(word, voice, language) if say else word


def _agent(login: str, voice: Voice, _language: str) -> str:
    return agent_name(voice, login) or login


def _team(name: str, voice: Voice, _language: str) -> str:
    found = voice.people.teams.get(name)
    return (found.title if found else "") or name


def _moment(word: str, voice: Voice, language: str) -> str:
    said = say_until(word, language, voice.timezone)
    return said or word


def _answered(word: str, voice: Voice, language: str) -> str:
    """The first word is a login, the second a moment."""
    if "T" in word and (said := _clock(word, voice, language)):
        return said
    return _agent(word, voice, language)


def _clock(word: str, voice: Voice, language: str) -> str:
    try:
        return say_moment(dt.datetime.fromisoformat(word), language, voice.timezone)
    except ValueError:
        return ""


_SAID: dict[Did, Callable[[str, Voice, str], str]] = {
    Did.ASSIGNED: _agent,
    Did.TEAM: _team,
    Did.WAITS: _moment,
    Did.AWAY: _moment,
    Did.ANSWERED_TOO: _answered,
}
