"""Guess the charset of bare bytes that are mostly beyond ASCII: Cyrillic, Greek, Hebrew, Arabic, Chinese, Japanese, Korean.

Each charset is tried; the reading counts that consists of characters which its language uses often, in words whose capitals stand
in front. A few words suffice, where statistics over whole pages fail: subjects and names are short.
"""

import re

_SAMPLE = 1024
_ENOUGH = 0.3

# The commonest characters of each language, by how a glance at any page would show them.
_RUSSIAN = frozenset("оеаинтсрвлкмдпуяыьзбгч")
_UKRAINIAN = frozenset("оаинітвресклмдпузяьбгїєчжх")
_GREEK = frozenset("αοιετσνηυρπκλμςωγάέήίόύώχθδ")
_HEBREW = frozenset("יוהלאמתרבשנעחדקכםןפ")
_ARABIC = frozenset("اليمونرتبعدسفهكةقحجأ")
_KANA = frozenset(
    "のにをはがとでたしていまなるれらかもあこさりすんょくけせっどうえおきそつびみめやよわイスンントラルリアクコサシジタテドネバプマメモレロー・ュャ、。"
)
_SIMPLIFIED = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于"
    "起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长知问通订单票请回复快收件货款付邮您务系服密码登录帐户发现法您谢题"
)
_TRADITIONAL = frozenset(
    "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她裡後小麼心多天而能好都然沒日於"
    "起還發成事只作當想看文無開手用主行方又如前所本見經頭面公同三已老從動兩長知問通訂單票請回復快收件貨款付郵您務系服密碼登錄帳戶發現法謝題幫忙"
)
_HANGUL = frozenset(
    "이다는에의을가고하지로한도사리기어자대나라서시일그들과인정해수스아은보장전제부안요니습세녕문드립주메송확게않았합있없오여우구만내원상신"
)
LANGUAGES: tuple[tuple[str, frozenset[str], tuple[int, int]], ...] = (
    # codec, what is common in it, the range of its script
    ("koi8_r", _RUSSIAN, (0x400, 0x45F)),
    ("cp1251", _RUSSIAN, (0x400, 0x45F)),
    ("koi8_u", _UKRAINIAN, (0x400, 0x491)),
    ("cp1251", _UKRAINIAN, (0x400, 0x491)),
    ("iso8859_5", _RUSSIAN, (0x400, 0x45F)),
    ("cp866", _RUSSIAN, (0x400, 0x45F)),
    ("cp1253", _GREEK, (0x384, 0x3CE)),
    ("iso8859_7", _GREEK, (0x384, 0x3CE)),
    ("cp1255", _HEBREW, (0x5D0, 0x5EA)),
    ("cp1256", _ARABIC, (0x60C, 0x652)),
    ("cp932", _KANA, (0x3041, 0x9FFF)),
    ("euc_jp", _KANA, (0x3041, 0x9FFF)),
    ("gb18030", _SIMPLIFIED, (0x4E00, 0x9FFF)),
    ("big5hkscs", _TRADITIONAL, (0x4E00, 0x9FFF)),
    ("cp949", _HANGUL, (0xAC00, 0xD7A3)),
)
_SIGNS = frozenset("«»„“”‚‘’–—…№·•©®™°§\u00a0、。，！？：；（）《》【】「」『』・～￥\u3000")
# Where a charset keeps its everyday characters: by the first of the two bytes.
_EVERYDAY = {"gb18030": (0xB0, 0xD7), "big5hkscs": (0xA4, 0xC6), "euc_jp": (0xB0, 0xCF), "cp932": (0x88, 0x97)}
# A capital behind a small letter: what the wrong one of two Cyrillic charsets makes of every word.
_UPSIDE_DOWN = re.compile("[а-яёіїєα-ώ][А-ЯЁІЇЄΑ-Ω]")


def dense_codec(sample: bytes) -> str | None:
    """Name the charset in which the bytes make most sense, None if in none of these."""
    sample = sample[:_SAMPLE]
    scored = [(_score(sample, *language), -at) for at, language in enumerate(LANGUAGES)]
    best, at = max(scored)
    return LANGUAGES[-at][0] if best >= _ENOUGH else None


def _score(sample: bytes, codec: str, common: frozenset[str], script: tuple[int, int]) -> float:
    """Rate a reading from -1 to 1: common characters speak for it, others of the script hardly, the rest against it."""
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError as broken:
        if broken.start < len(sample) - 4:  # a character may be cut in two at the end of the sample
            return -1.0
        text = sample[: broken.start].decode(codec)
    high = [char for char in text if char > "\x7f"]
    if not high:
        return -1.0
    first, last = script
    everyday = _EVERYDAY.get(codec)
    points = 0.0
    for char in high:
        if char in common:
            points += 1.0
        elif char.lower() in common:
            points += 0.7
        elif first <= ord(char) <= last:
            points += 0.45 if everyday and everyday[0] <= char.encode(codec)[0] <= everyday[1] else 0.15
        elif char not in _SIGNS:
            points -= 1.0
    return (points - 2 * len(_UPSIDE_DOWN.findall(text))) / len(high)
