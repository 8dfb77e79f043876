"""Text comes out right whatever its label says, and only known character sets are ever looked up."""

import codecs

import pytest

from maildesk.ingest.mime.charset import decode_text
from maildesk.ingest.mime.guess import guess_text
from maildesk.ingest.mime.labels import CODECS, codec_of


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("Žluťoučký kůň".encode(), "utf-8", "Žluťoučký kůň"),
        ("Žluťoučký kůň".encode(), "iso-8859-1", "Žluťoučký kůň"),
        ("Žluťoučký kůň".encode(), "us-ascii", "Žluťoučký kůň"),
        ("Dobrý den, žádám o účet a děkuji".encode("cp1250"), "utf-8", "Dobrý den, žádám o účet a děkuji"),
        ("Molim račun za mjesec siječanj, što prije".encode("cp1250"), "", "Molim račun za mjesec siječanj, što prije"),
        ("“Grüße” – 5 €".encode("cp1252"), "iso-8859-1", "“Grüße” – 5 €"),
        ("日本語のメール".encode("iso2022_jp"), "iso-2022-jp", "日本語のメール"),
        ("日本語のメール".encode("iso2022_jp"), "us-ascii", "日本語のメール"),
        ("日本語のメール".encode("cp932"), "iso-2022-jp", "日本語のメール"),
        ("精益生产".encode("gb18030"), "gb2312", "精益生产"),
        ("Привет, помогите".encode("koi8-r"), "koi8-r", "Привет, помогите"),
        ("Grüße".encode("utf-7"), "utf-7", "Grüße"),
        ("Grüße aus München".encode("cp1252"), "x-unknown-4711", "Grüße aus München"),
        ("caf\xe9 cr\xe8me".encode("latin-1"), "utf-8", "café crème"),
        (b"\xef\xbb\xbfhello", "utf-8", "hello"),
        ("hello".encode("utf-16"), "utf-16", "hello"),
        (b"plain words", "utf-16", "plain words"),
        ("č".encode(), "utf-16-le", "č"),
        ("日本".encode("utf-16-le"), "utf-16-le", "日本"),
        ("āжж".encode("utf-16-be"), "utf-16be", "āжж"),
        (b"\x1b$B-!-j\x1b(B no. \x1b$BF|K\\\x1b(B\r\nend", "iso-2022-jp", "①㈱ no. 日本\r\nend"),
        (b"\x1b$B-!\x1b(I1\x1b(J!", "iso-2022-jp", "①ｱ!"),
        ("Здравствуйте, заказ не пришел".encode("cp1251"), "us-ascii", "Здравствуйте, заказ не пришел"),
        ("您好，请问订单什么时候发货".encode("gb18030"), "iso-8859-1", "您好，请问订单什么时候发货"),
        ("áéíóú".encode("latin-1"), "iso-8859-1", "áéíóú"),
        (
            "Grüße aus Köln\n".encode() + "Vertraulich für Sie".encode("cp1252"),
            "utf-8",
            "Grüße aus Köln\nVertraulich für Sie",
        ),
        ("Grüße aus Köln\nund Gr".encode() + b"\xc3", "utf-8", "Grüße aus Köln\nund Gr\ufffd"),
    ],
)
def test_bytes_become_the_text_that_was_meant(data: bytes, label: str, text: str) -> None:
    """The label counts where it can be true; where it cannot, what the bytes look like does (B101)."""
    assert decode_text(data, label)[0] == text


MISLABELLED = [
    "Dobrý den, prosím o zaslání faktury za září. Děkuji, Šárka Žižková",
    "Poštovani, molim vas račun za siječanj. Hvala, Željko Čuić",
    "Poštovani, račun još nije stigao. Lijep pozdrav, Đurđa",
    "Dobrý den, nemůžu se přihlásit, prosím o pomoc. Děkuji",
    "Faktúra za máj, ďakujem pekne",
    "Zażółć gęślą jaźń, proszę o pomoc",
    "Žádost o změnu",
    "Reklamace zboží č. 5",
]


@pytest.mark.parametrize("codec", ["cp1250", "iso8859-2"])
@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "us-ascii", ""])
@pytest.mark.parametrize("text", MISLABELLED)
def test_central_european_text_that_says_it_is_western(text: str, label: str, codec: str) -> None:
    """B101: Czech, Croatian, Slovak and Polish are read as such, whatever Western charset their program put on the label."""
    assert decode_text(text.encode(codec), label)[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, je ne peux pas accéder à ma boîte, où est le problème ? Merci à vous",
        "Perché non è più possibile", "Più di così", "Sì, lo so", "Lunedì", "Virtù", "Città", "è vero", "Très bien", "Où ça ?",
        "Não consigo acessar a conta, por favor ajuda. Atenção à questão", "João, não", "señor, el año que viene ¿cómo?",
        "Jørgen Sørensen", "Hello, please do call Søren about the Pro plan, sam", "Kære kunde, din ordre på bøger og øl",
        "Håkon Ødegård", "rødgrød med fløde", "Þórður Ægisson, góðan dag", "Zoë Noël", "garçon", "œuvre", "Tschüß, Köln",
    ],
)  # fmt: skip
@pytest.mark.parametrize("label", ["iso-8859-1", ""])
def test_western_text_keeps_its_letters(text: str, label: str) -> None:
    """B101: French, Italian, Portuguese, Spanish, Nordic and German words are not turned into Czech."""
    assert decode_text(text.encode("cp1252"), label)[0] == text


def test_windows_1250_that_says_it_is_iso_8859_2() -> None:
    """B101: in iso-8859-2 the bytes of š, ž and ť are control characters, which nobody writes."""
    text = "Žádost o změnu, šťastný Šimon"
    assert decode_text(text.encode("cp1250"), "iso-8859-2") == (text, "labelled iso-8859-2, is cp1250")
    assert decode_text(text.encode("iso8859-2"), "iso-8859-2") == (text, "")


def test_a_wrong_label_is_named() -> None:
    """Whoever reads the defects learns which label was not believed."""
    assert decode_text("Kovač".encode(), "iso-8859-1")[1] == "labelled iso-8859-1, is utf-8"
    assert decode_text(b"\xe9t\xe9", "x-none")[1] == "unknown charset x-none"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("您好，请确认订单", "gb2312"),
        ("您好，請確認訂單", "big5"),
        ("注文を確認してください", "shift_jis"),
        ("주문을 확인해 주세요", "euc-kr"),
    ],
)
def test_utf8_that_says_it_is_in_pairs(text: str, label: str) -> None:
    """UTF-8 in a mail that is labelled Chinese, Japanese or Korean is read, and what truly is in pairs stays so."""
    assert decode_text(text.encode(), label)[0] == text
    assert decode_text(text.encode(label), label) == (text, "")
    assert decode_text("联通".encode("gb2312"), "gb2312") == ("联通", "")  # well-formed UTF-8 by chance


def test_japanese_among_much_ascii_that_says_it_is_western() -> None:
    """Bytes that no Latin alphabet explains are another script's, however much ASCII stands around them."""
    text = "The customer's name on the invoice must be this one, please:\nピーター・ジョーンズ\nKind regards"
    assert decode_text(text.encode("shift_jis"), "iso-8859-1")[0] == text


def test_damaged_text_stays_in_its_charset() -> None:
    """One cut character does not turn a whole UTF-8 text into windows-1252."""
    data = "Žluťoučký kůň úpěl ďábelské ódy".encode()[:-1] + b"\xc3"
    text, problem = decode_text(data, "utf-8")
    assert text.startswith("Žluťoučký kůň úpěl ďábelské ód")
    assert problem == "damaged characters: 1"


@pytest.mark.parametrize(
    "label", ["idna", "punycode", "zlib", "base64", "rot13", "undefined", "unicode_escape", "hex", "uu", "bz2"]
)
def test_codecs_that_are_no_charsets_are_never_used(label: str) -> None:
    """`charset=idna` costs seconds and `charset=zlib` unpacks bombs, so neither is on the list."""
    assert codec_of(label) is None
    assert decode_text(b"x\xc4\x8d", label)[0] == "xč"


def test_every_charset_on_the_list_exists() -> None:
    """A name on the list that Python does not know would fail on the first mail that uses it."""
    assert all(codecs.lookup(codec) for codec in CODECS)
    assert 40 <= len(CODECS) <= 55


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Upit o računu za mjesec listopad, molim odgovor", "cp1250"),
        ("Dobrý den, nemůžu se přihlásit do systému", "cp1250"),
        ("Dobrý den, nemůžu se přihlásit, šlo žádat", "iso8859-2"),
        ("Bonjour, je n'arrive pas à accéder à mon compte, merci très bien", "cp1252"),
        ("perché non è più così", "cp1252"),
        ("señor, el año que viene", "cp1252"),
        ("Zażółć gęślą jaźń", "cp1250"),
        ("Árvíztűrő tükörfúrógép", "cp1250"),
        ("smørrebrød på bordet", "cp1252"),
        ("Привет, как дела, нужна помощь", "koi8-r"),
        ("Привет, как дела, нужна помощь", "cp1251"),
        ("Ivana Kovač", "cp1250"),
        ("Předmět", "cp1250"),
    ],
)
def test_unlabelled_bytes_are_guessed_by_letters_and_words(text: str, codec: str) -> None:
    """Old programs put bare bytes into headers and bodies; people still want to read their names."""
    assert guess_text(text.encode(codec)) == text


DENSE = {
    "koi8-r": ["привет", "Счет на оплату", "Вопрос", "Здравствуйте, нужна помощь"],
    "cp1251": ["привет", "Вопрос", "Срочно: не работает почта"],
    "koi8-u": ["Доброго дня, допоможіть будь ласка"],
    "iso8859-5": ["Срочно: не работает почта"],
    "cp866": ["Здравствуйте, нужна помощь"],
    "cp1253": ["Παραγγελία", "Καλημέρα, χρειάζομαι βοήθεια", "Τιμολόγιο"],
    "cp1255": ["שלום, אני צריך עזרה", "חשבונית"],
    "cp1256": ["مرحبا، أحتاج مساعدة"],
    "gb18030": ["转发：通知", "公司发票问题", "订单问题，请尽快回复", "整体提升企业水平"],
    "big5": ["請問發票問題", "訂單沒有收到，請幫忙"],
    "cp932": ["お問い合わせ", "請求書の件", "プリンタが動きません。助けてください"],
    "euc_jp": ["お問い合わせ", "請求書の件", "ご注文について"],
    "cp949": ["안녕하세요", "주문이 아직 도착하지 않았습니다"],
}


@pytest.mark.parametrize(("codec", "text"), [(codec, text) for codec, texts in DENSE.items() for text in texts])
def test_subjects_of_a_few_words_in_other_scripts(codec: str, text: str) -> None:
    """B101: bare bytes of Cyrillic, Greek, Hebrew, Arabic, Chinese, Japanese and Korean are read as what they are."""
    assert guess_text(text.encode(codec)) == text


@pytest.mark.parametrize("text", ["ěščřž", "čćžšđ", "žluťoučký kůň", "ÁÉÍÓÚ", "ŠĐČĆŽ", "łąęś", "Zażółć gęślą jaźń"])
def test_many_accents_are_still_latin(text: str) -> None:
    """Czech has words of nothing but accents; they are no Cyrillic."""
    assert guess_text(text.encode("cp1250")) == text


def test_no_lone_surrogates_come_out() -> None:
    """UTF-7 can spell half a character, which no JSON and no database would take."""
    text, _ = decode_text(b"+2AA-x", "utf-7")
    assert text.encode("utf-8")


def test_one_odd_byte_makes_no_other_script() -> None:
    """A byte that no Latin charset explains, in a text of plain letters, is not taken for Cyrillic or Chinese."""
    text = decode_text(b"A SmartFriend\x81 in town", "us-ascii")[0]
    assert text.replace("\x81", "").replace("\ufffd", "") == "A SmartFriend in town"
