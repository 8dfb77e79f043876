"""Guess what 8-bit bytes without a (true) label mean, from the letters and words that a reading would give; linear."""

import re

from maildesk.ingest.mime.labels import codec_of

_JAPANESE_ESCAPE = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
HIGH_BYTES = bytes(range(128, 256))
_SAMPLE = 4096
_DENSE_FROM = 5

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
_SIGNS = frozenset("„“”‚‘’–—…€•·«»°§©®™\u00a0±×÷´²³½¼")

# What the words around the letters say, where the letters themselves allow both readings.
_EAST = frozenset(
    b"je se na za da ne sam smo su od do kako nije molim hvala postovani racun dobar dan prosim dekuji dobry den jsem jsme"
    b" pro ale nebo kde proc ktery jak takze ze ve po pri pred som sme pre aby alebo jest nie dla oraz dzien prosze czy hogy nem"
    b" egy upit raeunu veze vam mi jako aby tak uz jen kdyz bylo bude".split()
)
_WEST = frozenset(
    b"le la les des et est une que qui pour vous nous dans avec sur pas el los las una por con para como il lo gli della che"
    b" per non sono di un der die das und ist nicht mit ein eine och att det som en og til ikke ik het een van de os as um"
    b" uma com mais nao".split()
)
_WORD = re.compile(rb"[A-Za-z]+")
# Italian and French put these letters last in a word, Czech (with others in their place) does not; `aè` is `ač`.
_EAST_SHAPE = re.compile(rb"[\xec\xf9\xf2][a-z]|[aeu]\xe8")

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


def _likely_codec(data: bytes) -> str:
    sample = data[:_SAMPLE] if not data[:_SAMPLE].isascii() else _around_high_bytes(data)
    high = len(sample) - len(sample.translate(None, HIGH_BYTES))
    if high > _DENSE_FROM and high > len(b"".join(_WORD.findall(sample))):
        dense = _dense_codec(sample)
        if dense:
            return dense
    scores = {codec: _sense(sample, codec) for codec in ("cp1252", "cp1250", "iso8859-2")}
    best = max(scores.values())
    tied = [codec for codec, score in scores.items() if score == best]
    if len(tied) == 1:
        return tied[0]
    words = [word.lower() for word in _WORD.findall(sample)]
    east = sum(word in _EAST for word in words) + len(_EAST_SHAPE.findall(sample))
    west = sum(word in _WEST for word in words)
    if east > west:
        return next((codec for codec in tied if codec != "cp1252"), tied[0])
    return tied[0]


def _around_high_bytes(data: bytes) -> bytes:
    first = re.search(rb"[\x80-\xff]", data)
    start = max(0, first.start() - _SAMPLE // 2) if first else 0
    return data[start : start + _SAMPLE]


def _sense(sample: bytes, codec: str) -> int:
    """Score a reading: how many of its letters beyond ASCII some one language would use, less what no text has."""
    text = sample.decode(codec, "replace").lower()
    high = [char for char in text if char > "\x7f"]
    strange = sum(1 for char in high if not char.isalpha() and char not in _SIGNS) + 3 * text.count("\ufffd")
    wanted = [char for char in high if char.isalpha()]
    best = max(sum(char in alphabet for char in wanted) for alphabet in _ALPHABETS)
    return best - 2 * strange


def _dense_codec(sample: bytes) -> str | None:
    """Name the charset of text that is mostly beyond ASCII (Cyrillic, Greek, Chinese …), None if it is Latin after all."""
    from charset_normalizer import from_bytes

    try:
        best = from_bytes(sample[:1024], steps=3, cp_isolation=_DENSE).best()
    except Exception:  # it must not cost the mail  # noqa: BLE001
        return None
    return best.encoding if best else None


_DENSE = [
    "gb18030",
    "big5",
    "cp932",
    "euc_jp",
    "cp949",
    "cp1251",
    "koi8_r",
    "cp866",
    "iso8859_5",
    "cp1253",
    "iso8859_7",
    "cp1255",
    "cp1256",
    "cp1250",
    "cp1252",
    "iso8859_2",
]


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
        return data.decode("iso2022_jp_ext", "replace")
    return data.decode("ascii")
