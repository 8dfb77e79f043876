"""Turn bytes into text by the label they carry, or by what they look like where the label is missing or wrong.

Only character sets on the list are ever looked up: names like `idna`, `punycode` or `zlib` are codecs too, and slow ones.
Labels are read as browsers read them (WHATWG Encoding): what calls itself iso-8859-1 is windows-1252.
"""

import re
from functools import lru_cache

_CODECS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 utf-8-sig utf8mb4 cp65001 utf-8n",
    "cp1252": "windows-1252 cp1252 iso-8859-1 iso8859-1 iso-8859-1-windows-3.1-latin-1 latin1 latin-1 l1 us-ascii ascii ansi_x3.4-1968 iso-ir-100 "
    "x-cp1252 ibm819 cp819 8859-1 iso_8859-1 iso8859_1 iso88591 windows1252",
    "cp1250": "windows-1250 cp1250 x-cp1250 windows1250",
    "cp1251": "windows-1251 cp1251 x-cp1251 windows1251",
    "cp1253": "windows-1253 cp1253",
    "cp1254": "windows-1254 cp1254 iso-8859-9 iso8859-9 latin5 l5",
    "cp1255": "windows-1255 cp1255",
    "cp1256": "windows-1256 cp1256",
    "cp1257": "windows-1257 cp1257",
    "cp1258": "windows-1258 cp1258",
    "cp874": "windows-874 cp874 tis-620 iso-8859-11 iso8859-11",
    "iso8859-2": "iso-8859-2 iso8859-2 latin2 l2 iso_8859-2 iso88592",
    "iso8859-3": "iso-8859-3 iso8859-3 latin3",
    "iso8859-4": "iso-8859-4 iso8859-4 latin4",
    "iso8859-5": "iso-8859-5 iso8859-5 cyrillic",
    "iso8859-6": "iso-8859-6 iso8859-6 arabic iso-8859-6-i iso-8859-6-e",
    "iso8859-7": "iso-8859-7 iso8859-7 greek",
    "iso8859-8": "iso-8859-8 iso8859-8 iso-8859-8-i iso-8859-8-e hebrew logical",
    "iso8859-10": "iso-8859-10 iso8859-10 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13",
    "iso8859-14": "iso-8859-14 iso8859-14",
    "iso8859-15": "iso-8859-15 iso8859-15 latin-9 latin9",
    "iso8859-16": "iso-8859-16 iso8859-16",
    "koi8-r": "koi8-r koi8 koi",
    "koi8-u": "koi8-u koi8-ru",
    "cp437": "ibm437 cp437 437",
    "cp850": "ibm850 cp850 850",
    "cp852": "ibm852 cp852 852",
    "cp858": "ibm858 cp858",
    "cp866": "ibm866 cp866 866",
    "mac_roman": "macintosh x-mac-roman mac macroman",
    "mac_latin2": "x-mac-ce x-mac-centraleurroman x-mac-latin2",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "gb18030 gbk gb2312 gb_2312-80 gb2312-80 x-gbk cp936 ms936 chinese euc-cn iso-ir-58 csgb2312",
    "hz": "hz-gb-2312 hz",
    "big5hkscs": "big5 big5-hkscs big5hkscs cn-big5 x-x-big5 csbig5 cp950",
    "euc_jp": "euc-jp x-euc-jp eucjp",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j cp932 csshiftjis",
    "iso2022_jp_ext": "iso-2022-jp iso-2022-jp-1 iso-2022-jp-ms csiso2022jp cp50220 cp50221 iso-2022-jp-ext",
    "iso2022_jp_2": "iso-2022-jp-2",
    "cp949": "euc-kr ks_c_5601-1987 ks_c_5601 ksc5601 ksc_5601 korean cp949 windows-949 uhc",
    "iso2022_kr": "iso-2022-kr",
    "utf-7": "utf-7 unicode-1-1-utf-7",
    "utf-16": "utf-16 unicode ucs-2 iso-10646-ucs-2",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "utf-32": "utf-32",
}
_BY_LABEL = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}

_MULTIBYTE = frozenset(
    "utf-8 gb18030 hz big5hkscs euc_jp cp932 iso2022_jp_ext iso2022_jp_2 cp949 iso2022_kr utf-7 utf-16 utf-16-le utf-16-be utf-32".split()
)
_SEVEN_BIT = frozenset("hz iso2022_jp_ext iso2022_jp_2 iso2022_kr utf-7".split())
_JAPANESE_ESCAPE = (b"\x1b$B", b"\x1b$@", b"\x1b(J")


@lru_cache(256)
def codec_of(label: str) -> str | None:
    """Name the codec for a charset label, None if the label is not on the list."""
    wanted = label.strip().strip("\"'<>").lower().split("*", 1)[0]
    return _BY_LABEL.get(wanted) or _BY_LABEL.get(wanted.replace("_", "-"))


def decode_text(data: bytes, label: str = "", hint: str = "") -> tuple[str, str]:
    """Decode bytes that claim to be `label`; give the text and what was wrong ("" if nothing).

    `hint` is another label seen in the same mail, for bytes that carry none.
    """
    codec = codec_of(label) if label else None
    if data.isascii() and codec not in _SEVEN_BIT and (codec is None or not codec.startswith("utf-")):
        return _decode_ascii(data)
    if codec is None:
        return guess_text(data, hint), f"unknown charset {label[:40]}" if label else "8-bit text without a charset"
    if codec not in _MULTIBYTE and _is_utf8(data):
        return data.decode("utf-8"), f"labelled {label[:40]}, is utf-8"
    if codec.startswith(("utf-16", "utf-32")) and b"\0" not in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return guess_text(data, hint), f"labelled {label[:40]}, is not"
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        return _decode_by_force(data, codec, label)
    if codec == "utf-7":  # the one codec here that lets half a surrogate pair through
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.removeprefix("\ufeff"), ""


def _decode_ascii(data: bytes) -> tuple[str, str]:
    if b"\x1b" in data and any(mark in data for mark in _JAPANESE_ESCAPE):
        return data.decode("iso2022_jp_ext", "replace"), ""
    return data.decode("ascii"), ""


def _decode_by_force(data: bytes, codec: str, label: str) -> tuple[str, str]:
    """Decode what does not fit its label: damaged if most of it fits, else mislabelled."""
    if codec == "cp1252":
        # Bytes 81 8D 8F 90 9D have no letter in windows-1252 but do in windows-1250 (T caron, Z acute).
        return guess_text(data), f"not all of it is {label[:40]}"
    damaged = data.decode(codec, "replace")
    bad = damaged.count("\ufffd")
    if codec in _SEVEN_BIT and not data.isascii():
        return guess_text(data), f"labelled {label[:40]}, is not"
    if codec in _MULTIBYTE and bad > _fitting(data, codec, damaged):
        return guess_text(data), f"labelled {label[:40]}, is not"
    return damaged.removeprefix("\ufeff"), f"{bad} damaged characters"


def _fitting(data: bytes, codec: str, damaged: str) -> int:
    """Count the non-ASCII characters that did decode: for real text with a flaw they outnumber the flaws."""
    if codec.startswith(("utf-16", "utf-32")):
        return len(damaged)
    return len(damaged) - damaged.count("\ufffd") - len(data.translate(None, _HIGH_BYTES))


def _is_utf8(data: bytes) -> bool:
    """Tell whether bytes that are not ASCII are well-formed UTF-8: in other charsets that hardly happens by chance."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not data.isascii()


_HIGH_BYTES = bytes(range(128, 256))
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
    b"je se na za da ne sam smo su od do kako nije molim hvala postovani racun dobar dan prosim dekuji dobry den jsem jsme pro ale nebo"
    b" kde proc ktery jak takze ze ve po pri pred som sme pre aby alebo jest nie dla oraz dzien prosze czy hogy nem egy"
    b" upit raeunu veze vam mi jako aby tak uz jen kdyz bylo bude".split()
)
_WEST = frozenset(
    b"le la les des et est une que qui pour vous nous dans avec sur pas el los las una por con para como il lo gli della che per non sono"
    b" di un der die das und ist nicht mit ein eine och att det som en og til ikke ik het een van de os as um uma com mais nao".split()
)
_WORD = re.compile(rb"[A-Za-z]+")
# Where Italian and French put these letters last in a word, Czech (with other letters in their place) does not; `aè` is Croatian `ač`.
_EAST_SHAPE = re.compile(rb"[\xec\xf9\xf2][a-z]|[aeu]\xe8")


def guess_text(data: bytes, hint: str = "") -> str:
    """Decode 8-bit bytes that carry no (or a wrong) label: UTF-8 if it is, else what makes most sense; linear."""
    if _is_utf8(data):
        return data.decode("utf-8").removeprefix("\ufeff")
    if data.isascii():
        return _decode_ascii(data)[0]
    hinted = codec_of(hint) if hint else None
    if hinted not in (None, "utf-8", "cp1252"):
        try:
            return data.decode(hinted or "")
        except (UnicodeError, ValueError):
            pass
    codec = _likely_codec(data)
    return data.decode(codec, "replace")


def _likely_codec(data: bytes) -> str:
    sample = data[:_SAMPLE] if not data[:_SAMPLE].isascii() else _around_high_bytes(data)
    high = len(sample) - len(sample.translate(None, _HIGH_BYTES))
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
