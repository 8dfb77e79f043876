"""The character sets we know, by every name that mail gives them.

Only what is on this list is ever looked up: names like `idna`, `punycode` or `zlib` are codecs too, and slow ones. Labels are
read as browsers read them (WHATWG Encoding): what calls itself iso-8859-1 is windows-1252.
"""

from functools import lru_cache

CODECS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 utf-8-sig utf8mb4 cp65001 utf-8n",
    "cp1252": "windows-1252 cp1252 iso-8859-1 iso8859-1 latin1 latin-1 l1 us-ascii ascii ansi_x3.4-1968 iso-ir-100"
    " x-cp1252 ibm819 cp819 8859-1 iso_8859-1 iso8859_1 iso88591 windows1252",
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
    "utf-16": "utf-16 utf16 unicode ucs-2 iso-10646-ucs-2",
    "utf-16-le": "utf-16le utf-16-le",
    "utf-16-be": "utf-16be utf-16-be",
    "utf-32": "utf-32",
}
_BY_LABEL = {label: codec for codec, labels in CODECS.items() for label in labels.split()}


@lru_cache(256)
def codec_of(label: str) -> str | None:
    """Name the codec for a charset label, None if the label is not on the list."""
    wanted = label.strip().strip("\"'<>").lower().split("*", 1)[0]
    return _BY_LABEL.get(wanted) or _BY_LABEL.get(wanted.replace("_", "-"))
