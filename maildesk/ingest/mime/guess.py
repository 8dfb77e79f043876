"""Guess what 8-bit bytes without a (true) label mean, from the letters and words that a reading would give; linear."""

import re
from functools import lru_cache

from maildesk.ingest.mime.dense import dense_codec
from maildesk.ingest.mime.japanese import decode_windows_japanese
from maildesk.ingest.mime.labels import codec_of

_JAPANESE_ESCAPE = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
HIGH_BYTES = bytes(range(128, 256))
_ASCII = bytes(range(128))
_ASCII_LETTERS = bytes([*range(65, 91), *range(97, 123)])
_SAMPLE = 4096
_DENSE_FROM = 3
_SENSELESS_FROM = 16  # signs and bytes that mean nothing: no Latin letters, however much ASCII stands around them
_LATIN = ("cp1252", "cp1250", "iso8859-2")

# Letters beyond ASCII as the languages use them; which charset makes sense of the bytes is decided by these.
_ALPHABETS = (
    "áčďéěíňóřšťúůýž",  # Czech, Slovak below
    "áäčďéíĺľňóôŕšťúýž",
    "čćđšž",  # Croatian, Slovene, Serbian
    "ąćęłńóśźż",  # Polish
    "áéíóöőúüű",  # Hungarian
    "ăâîșşțţ",  # Romanian
    "äöüß",  # German
    "àâæçéèêëîïôœùûü",  # French
    "áéíñóúü¿¡ªº",  # Spanish
    "àèéìîòóù",  # Italian
    "áâãàçéêíóôõúºª",  # Portuguese
    "åäöéæøü",  # Nordic
    "ðþáéíóúýæö",  # Icelandic
    "äöüõšž",  # Estonian
)
_OPENING = "¿¡"  # Spanish: signs that speak for a language as letters do
_SIGNS = frozenset(_OPENING + "„“”‚‘’–—…€•·«»°§©®™\u00a0±×÷´²³½¼")

# What the words around the letters say, where the letters themselves allow both readings.
_EAST = frozenset(
    b"je se na za da ne sam smo su od do kako nije molim hvala postovani racun dobar dan prosim dekuji dobry den jsem jsme"
    b" pro ale nebo kde proc ktery jak takze ze ve po pri pred som sme pre aby alebo jest nie dla oraz dzien prosze czy hogy nem"
    b" tisztelt van kell meg vagy mert"
    b" egy upit raeunu veze vam mi jako aby tak uz jen kdyz bylo bude".split()
)
_WEST = frozenset(
    b"le la les des et est une que qui pour vous nous dans avec sur pas el los las una por con para como il lo gli della che"
    b" per non sono di un der die das und ist nicht mit ein eine och att det som en og til ikke ik het een van de os as um"
    b" uma com mais nao".split()
)
_ENGLISH = frozenset(
    b"the and you your for with this that please have are not from can our will of in is it we"
    b" do please hello dear call about there what when on".split()
)
# Whole words only: what a letter beyond ASCII cuts off a word ("ra?un") is none.
_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z]++(?![\x80-\xff])")
# Italian and French put these letters last in a word, Czech (with others in their place) does not; `aè` is `ač`.
# A lone `è.` or `è 5` is Czech `č.` (number); Croatian names end in `iæ`.
_EAST_SHAPE = re.compile(
    rb"[\xec\xf9\xf2][a-z]|[aeu]\xe8|i\xe6(?![a-z])|(?<![a-z\x80-\xff'])\xe8(?:\.|[ .]{0,2}\d)", re.IGNORECASE
)
# Read as windows-1250, `ą` and `ľ` before these vowels; in iso-8859-2 they are `š` and `ž`, which come there often.
_LATIN2_SHAPE = re.compile(rb"\xb9[aeiouy\xe1\xe9\xed\xec]|\xbe[ei\xe1\xe9\xed\xec]", re.IGNORECASE)
# Bytes that mean different letters in windows-1252 and windows-1250.
_DIFFERENT = bytes(
    byte
    for byte in range(128, 256)
    if bytes([byte]).decode("cp1252", "replace") != bytes([byte]).decode("cp1250", "replace")
)
_SURE_LETTERS, _SURE_WORDS = 2, 3

# Programs that label by country: the bytes are in the country's 8-bit charset.
_EIGHT_BIT = {"iso2022_jp_ext": "cp932", "iso2022_jp_2": "cp932", "iso2022_kr": "cp949", "hz": "gb18030"}


def guess_text(data: bytes, hint: str = "") -> str:
    """Decode 8-bit bytes that carry no (or a wrong) label: UTF-8 if it is, else what makes most sense; linear."""
    if is_utf8(data):
        return data.decode("utf-8").removeprefix("\ufeff")
    if data.isascii():
        return decode_ascii(data)
    hinted = codec_of(hint) if hint else None
    hinted = _EIGHT_BIT.get(hinted or "", hinted)
    if hinted not in (None, "utf-8", "cp1252"):
        try:
            return data.decode(hinted or "")
        except (UnicodeError, ValueError):
            pass
    codec = _likely_codec(data)
    return data.decode(codec, "replace")


def eastern_codec(data: bytes) -> str:
    """Name the Central European charset of bytes that call themselves Western, "" where the label may be true.

    Czech and Croatian programs label windows-1250 as iso-8859-1 to this day. A label is not lightly disbelieved: letters that no
    Western language uses together, or several words that say so, must speak against it.
    """
    if len(data) == len(data.translate(None, _DIFFERENT)):
        return ""  # the same text either way
    sample = _sample(data)
    likely = max(("cp1250", "iso8859-2"), key=lambda codec: _sense(sample, codec))
    margin = _sense(sample, likely) - _sense(sample, "cp1252")
    if margin < 0:
        return ""
    east, west = _words(sample)
    if margin >= _SURE_LETTERS and east >= west:
        return _of_the_east(sample, likely)
    enough = east > west if margin > 0 else east >= _SURE_WORDS and east > 2 * west
    return _of_the_east(sample, likely) if enough else ""


def _of_the_east(sample: bytes, likely: str) -> str:
    """Choose between windows-1250 and iso-8859-2 where the letters allow both."""
    if likely == "iso8859-2" or _sense(sample, "iso8859-2") < _sense(sample, "cp1250"):
        return likely
    return "iso8859-2" if _LATIN2_SHAPE.search(sample) else "cp1250"


def _words(sample: bytes) -> tuple[int, int]:
    """Count the different words (and shapes of words) of the East, and those of the West."""
    words = {word.lower() for word in _WORD.findall(sample)}
    shapes = len(set(_EAST_SHAPE.findall(sample)))
    return len(words & _EAST) + shapes, len(words & _WEST) + len(words & _ENGLISH)


def _sample(data: bytes) -> bytes:
    return data[:_SAMPLE] if not data[:_SAMPLE].isascii() else _around_high_bytes(data)


def _likely_codec(data: bytes) -> str:
    sample = _sample(data)
    scores = {codec: _sense(sample, codec) for codec in _LATIN}
    best = max(scores.values())
    # Where some Latin alphabet explains every letter, it is no other script, however many accents there are.
    high = _mostly_high(sample) or (_SENSELESS_FROM if best < -_SENSELESS_FROM else 0)
    if high and best < high and (dense := dense_codec(sample)):
        return dense
    tied = [codec for codec, score in scores.items() if score == best]
    if len(tied) == 1:
        return tied[0]
    east, west = _words(sample)
    if tied[0] != "cp1252" or east > west:
        return _of_the_east(sample, next(codec for codec in tied if codec != "cp1252"))
    return tied[0]


def dense_of(data: bytes) -> str:
    """Name the charset of bytes that call themselves Western and are mostly beyond ASCII, "" for all that may be Western."""
    sample = _sample(data)
    high = _mostly_high(sample)
    if not high or max(_sense(sample, codec) for codec in _LATIN) >= high:
        return ""
    return dense_codec(sample) or ""


def _mostly_high(sample: bytes) -> int:
    """Count the bytes beyond ASCII, 0 where there are more letters within."""
    high = len(sample) - len(sample.translate(None, HIGH_BYTES))
    return high if high > max(_DENSE_FROM, len(sample) - len(sample.translate(None, _ASCII_LETTERS))) else 0


def _around_high_bytes(data: bytes) -> bytes:
    first = re.search(rb"[\x80-\xff]", data)
    start = max(0, first.start() - _SAMPLE // 2) if first else 0
    return data[start : start + _SAMPLE]


def _sense(sample: bytes, codec: str) -> int:
    """Score a reading: how many of its letters beyond ASCII some one language would use, less what no text has."""
    alphabets, strange, undefined = _tables(codec)
    high = sample.translate(None, _ASCII)
    best = max(len(high) - len(high.translate(None, alphabet)) for alphabet in alphabets)
    odd = len(high) - len(high.translate(None, strange)) + 3 * (len(high) - len(high.translate(None, undefined)))
    return best - 2 * odd


@lru_cache(4)
def _tables(codec: str) -> tuple[tuple[bytes, ...], bytes, bytes]:
    """Say of a charset's upper half which bytes each alphabet uses, which are no letters, and which mean nothing."""
    meaning = {byte: bytes([byte]).decode(codec, "replace") for byte in HIGH_BYTES}
    alphabets = tuple(
        bytes(byte for byte, char in meaning.items() if char.lower() in letters) for letters in _ALPHABETS
    )
    strange = bytes(byte for byte, char in meaning.items() if not char.isalpha() and char not in _SIGNS)
    undefined = bytes(byte for byte, char in meaning.items() if char == "\ufffd")
    return alphabets, strange, undefined


def is_utf8(data: bytes) -> bool:
    """Tell whether bytes that are not ASCII are well-formed UTF-8: in other charsets that hardly happens by chance."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not data.isascii()


def decode_ascii(data: bytes) -> str:
    """Decode ASCII, which may be Japanese in escape sequences that nobody declared."""
    if b"\x1b" in data and any(mark in data for mark in _JAPANESE_ESCAPE):
        try:
            return data.decode("iso2022_jp_ext")
        except UnicodeDecodeError:
            return decode_windows_japanese(data) or data.decode("iso2022_jp_ext", "replace")
    return data.decode("ascii")
