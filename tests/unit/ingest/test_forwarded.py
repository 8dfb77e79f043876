"""Mail that somebody passes on: the original author, subject and text, in many layouts and languages."""
# ruff: noqa: E501, DTZ001 - mails are written here as clients write them, dates without a zone too

import datetime as dt

import msgspec
import pytest

from maildesk.ingest.forwarded import is_forward_subject, read_forwarded
from maildesk.ingest.quoting.written_date import read_written_date
from maildesk.model.mail import Address, Forwarded
from tests.builders_mail import letter, structure_of

TEXT = "Dobrý den,\n\nnejde mi tiskárna.\n#close\n\nJan"
WANTED = Forwarded(Address("jan@kunde.example", "Jan Novák"), "Tiskárna: nejde", TEXT)

LAYOUTS = {
    "gmail": ("Fwd: Tiskárna: nejde", "---------- Forwarded message ---------\nFrom: Jan Novák <jan@kunde.example>\nDate: Tue, Nov 3, 2026 at 10:15 AM\nSubject: Tiskárna: nejde\nTo: <ana@firma.example>\n\n"),
    "gmail cs": ("Fwd: Tiskárna: nejde", "---------- Forwarded message ---------\nOd: Jan Novák <jan@kunde.example>\nDate: út 3. 11. 2026 v 10:15\nSubject: Tiskárna: nejde\nTo: <ana@firma.example>\n\n"),
    "gmail hr": ("Fwd: Tiskárna: nejde", "---------- Forwarded message ---------\nŠalje: Jan Novák <jan@kunde.example>\nDate: uto, 3. stu 2026. u 10:15\nSubject: Tiskárna: nejde\nTo: <ana@firma.example>\n\n"),
    "outlook": ("FW: Tiskárna: nejde", "From: Jan Novák <jan@kunde.example>\nSent: Tuesday, November 3, 2026 10:15 AM\nTo: Ana Horvat <ana@firma.example>\nSubject: Tiskárna: nejde\n\n"),
    "outlook web": ("Fw: Tiskárna: nejde", "________________________________\nFrom: Jan Novák <jan@kunde.example>\nSent: Tuesday, November 3, 2026 10:15 AM\nTo: Ana\nSubject: Tiskárna: nejde\n\n"),
    "outlook cs": ("FW: Tiskárna: nejde", "Od: Jan Novák <jan@kunde.example>\nOdesláno: úterý 3. listopadu 2026 10:15\nKomu: Ana Horvat\nPředmět: Tiskárna: nejde\n\n"),
    "outlook hr": ("PD: Tiskárna: nejde", "Od: Jan Novák [mailto:jan@kunde.example]\nPoslano: utorak, 3. studenoga 2026. 10:15\nPrima: Ana Horvat\nPredmet: Tiskárna: nejde\n\n"),
    "outlook de": ("WG: Tiskárna: nejde", "Von: Jan Novák <jan@kunde.example>\nGesendet: Dienstag, 3. November 2026 10:15\nAn: Ana Horvat\nBetreff: Tiskárna: nejde\n\n"),
    "outlook pl": ("PD: Tiskárna: nejde", "Od: Jan Novák <jan@kunde.example>\nWysłano: wtorek, 3 listopada 2026 10:15\nDo: Ana Horvat\nTemat: Tiskárna: nejde\n\n"),
    "outlook hu": ("FW: Tiskárna: nejde", "Feladó: Jan Novák <jan@kunde.example>\nElküldve: 2026. november 3., kedd 10:15\nCímzett: Ana\nTárgy: Tiskárna: nejde\n\n"),
    "outlook fr": ("TR: Tiskárna: nejde", "De : Jan Novák <jan@kunde.example>\nEnvoyé : mardi 3 novembre 2026 10:15\nÀ : Ana\nObjet : Tiskárna: nejde\n\n"),
    "outlook it": ("I: Tiskárna: nejde", "Da: Jan Novák <jan@kunde.example>\nInviato: martedì 3 novembre 2026 10:15\nA: Ana\nOggetto: Tiskárna: nejde\n\n"),
    "outlook es": ("RV: Tiskárna: nejde", "De: Jan Novák <jan@kunde.example>\nEnviado: martes, 3 de noviembre de 2026 10:15\nPara: Ana\nAsunto: Tiskárna: nejde\n\n"),
    "outlook sl": ("FW: Tiskárna: nejde", "Od: Jan Novák <jan@kunde.example>\nPoslano: torek, 3. november 2026 10:15\nZa: Ana\nZadeva: Tiskárna: nejde\n\n"),
    "thunderbird cs": ("Fwd: Tiskárna: nejde", "-------- Přeposlaná zpráva --------\nPředmět: \tTiskárna: nejde\nDatum: \tTue, 3 Nov 2026 10:15:22 +0100\nOd: \tJan Novák <jan@kunde.example>\nKomu: \tana@firma.example\n\n"),
    "thunderbird hr": ("Fwd: Tiskárna: nejde", "-------- Proslijeđena poruka --------\nNaslov: \tTiskárna: nejde\nDatum: \tTue, 3 Nov 2026 10:15:22 +0100\nŠalje: \tJan Novák <jan@kunde.example>\nPrima: \tana@firma.example\n\n"),
    "thunderbird sk": ("Fwd: Tiskárna: nejde", "-------- Preposlaná správa --- Forwarded Message --------\nPredmet: Tiskárna: nejde\nDátum: Tue, 3 Nov 2026\nOd: Jan Novák <jan@kunde.example>\nPre: ana@firma.example\n\n"),
    "yahoo": ("Fw: Tiskárna: nejde", '----- Forwarded Message ----- From: "Jan Novák" <jan@kunde.example>To: Ana <ana@firma.example>Sent: Tuesday, November 3, 2026\n'),
    "outlook express": ("Fw: Tiskárna: nejde", '----- Original Message -----\nFrom: "Jan Novák" <jan@kunde.example>\nTo: <ana@firma.example>\nSent: Tuesday, November 03, 2026 10:15 AM\nSubject: Tiskárna: nejde\n\n'),
}  # fmt: skip
APPLE = {
    "apple": ("Begin forwarded message:", "From", "Subject", "Date", "To"),
    "apple cs": ("Začátek přeposílané zprávy:", "Od", "Předmět", "Datum", "Komu"),
    "apple hr": ("Započni proslijeđenu poruku:", "Šalje", "Predmet", "Datum", "Prima"),
    "apple de": ("Anfang der weitergeleiteten Nachricht:", "Von", "Betreff", "Datum", "An"),
    "apple fr": ("Début du message réexpédié :", "De", "Objet", "Date", "À"),
}


@pytest.mark.parametrize("name", sorted(LAYOUTS.keys() - {"yahoo"}))
def test_inline_layouts(name: str) -> None:
    """B61: who wrote the original, about what, and its text, whatever client and language passed it on."""
    subject, head = LAYOUTS[name]
    found = read_forwarded(f"#new\nPlease handle.\n\n{head}{TEXT}\n", letter(subject=subject))
    assert undated(found) == WANTED
    assert found is not None
    assert found.date is not None
    assert (found.date.year, found.date.month, found.date.day) == (2026, 11, 3)
    assert found.date.time() in (dt.time(10, 15), dt.time(10, 15, 22), dt.time(12))  # noon where no time is written


@pytest.mark.parametrize("name", sorted(APPLE))
def test_apple_quotes_what_it_forwards(name: str) -> None:
    """B61: Apple Mail puts quote marks before the forwarded mail; what stands below it is the forwarder's."""
    line, sender, subject, date, to = APPLE[name]
    head = f"{sender}: Jan Novák <jan@kunde.example>\n{subject}: Tiskárna: nejde\n{date}: 3. 11. 2026\n{to}: ana@firma.example\n\n"
    quoted = "".join(f"> {part}\n" for part in (head + TEXT).split("\n"))
    found = read_forwarded(f"#new\n\n{line}\n\n{quoted}\nAna\n", letter(subject="Fwd: Tiskárna: nejde"))
    assert undated(found) == WANTED
    assert found is not None
    assert found.date == dt.datetime(2026, 11, 3, 12)


def test_yahoo_writes_headers_on_one_line() -> None:
    """B61: Yahoo joins divider and headers; the author is found."""
    subject, head = LAYOUTS["yahoo"]
    found = read_forwarded(f"#new\n\n{head}\n{TEXT}\n", letter(subject=subject))
    assert found is not None
    assert found.author.address == "jan@kunde.example"


def test_yahoo_leaves_out_the_space_before_a_label() -> None:
    """B61: where Yahoo writes the labels right behind the words before them, subject and date are read all the same."""
    head = '   ----- Přeposlaná zpráva ----- Od: Jan Novák <jan@kunde.example>Komu: "ana@firma.example" <ana@firma.example>'
    rest = "Datum: úterý 3. listopadu 2026 10:15:00 SEČPředmět: Tiskárna: nejde"
    found = read_forwarded(f"#new\n\n{head}{rest}\n {TEXT}\n", letter(subject="Fw: x"))
    assert found == msgspec.structs.replace(WANTED, date=dt.datetime(2026, 11, 3, 10, 15))


@pytest.mark.parametrize(
    ("frame", "subject"),
    [
        ("Od: {}\nOdesláno: úterý 3. listopadu 2026 10:15\nKomu: Ana\nPředmět: Tiskárna: nejde\nDůležitost: Vysoká\n\n{}", "FW: x"),
        ("Od: {}\nPoslano: utorak, 3. studenoga 2026. 10:15\nPrima: Ana\nPredmet: Tiskárna: nejde\nPrivici: a.pdf\n\n{}", "Prosl.: x"),
        ('------ Přeposlaná zpráva ------\nOd {}\nKomu ana@firma.example\nDatum 03.11.2026 10:15:12\nPředmět Tiskárna: nejde\n\n{}', "Fw: x"),
        ("----- Forwarded message from x -----\n\nFrom: {}\nSubject: Tiskárna: nejde\nDate: Tue, 3 Nov 2026 10:15:00 +0100\n\n{}\n\n----- End forwarded message -----\n", "Fwd: x"),
        ("=== Forwarded message ===\nFrom: {}\nTo: a\nDate: 3. 11. 2026 10:15\nSubject: Tiskárna: nejde\n=== Forwarded message ===\n\n{}", "Fwd: x"),
        ("---------- メッセージを転送 ---------\n送信元：{}\n日付：2026年11月3日\n件名：Tiskárna: nejde\n送信先：a\n\n{}", "Fwd: x"),
    ],
)  # fmt: skip
def test_lines_that_frame_a_forwarded_mail_are_no_text(frame: str, subject: str) -> None:
    """B61: labels that follow the subject, labels without colons and lines that end a forward are not what its author wrote."""
    found = read_forwarded(f"#new\n\n{frame.format('Jan Novák <jan@kunde.example>', TEXT)}", letter(subject=subject))
    assert undated(found) == WANTED
    assert found is not None
    assert found.date is not None
    assert found.date.date() == dt.date(2026, 11, 3)


def test_a_text_may_begin_like_a_label() -> None:
    """B61: "Attachments: …" right below the headers is one of them; below a blank line it is what the author wrote."""
    head = "From: Jan Novák <jan@kunde.example>\nSent: Tuesday, November 3, 2026\nTo: Ana\nSubject: x\n\n"
    found = read_forwarded(f"#new\n\n{head}Attachments: none came.\nWhy?", letter(subject="FW: x"))
    assert found is not None
    assert found.text == "Attachments: none came.\nWhy?"


def test_a_body_that_is_quoted_as_a_whole_loses_its_marks() -> None:
    """B61: Missive and Proton quote the text below bare headers; a text that only begins with a quote keeps it."""
    head = "---------- Forwarded message ----------\nFrom: Jan Novák <jan@kunde.example>\nSubject: Tiskárna: nejde\n\n"
    quoted = "\n".join(f"> {line}".rstrip() for line in TEXT.split("\n"))
    assert undated(read_forwarded(f"#new\n\n{head}{quoted}\n>\n", letter(subject="Fwd: x"))) == WANTED
    found = read_forwarded(f"#new\n\n{head}> Jde už?\n\nNe.\n", letter(subject="Fwd: x"))
    assert found is not None
    assert found.text == "> Jde už?\n\nNe."


@pytest.mark.parametrize(
    "line",
    [
        "Dne 28/10/2026 12:46, Jan Novák <jan@kunde.example> napsal(a):",
        "28/10/2026 12:46 používateľ Jan Novák (<jan@kunde.example>) napísal:",
        "Op 28-10-2026 12:46 heeft Jan Novák <jan@kunde.example> geschreven:",
        "Le 28/10/2026 12:46, «\xa0Jan Novák\xa0» <jan@kunde.example> a écrit :",
        "28/10/2026 12:46 időpontban Jan Novák (jan@kunde.example) ezt írta:",
        'Am 28.10.26, 12:46 schrieb "Jan Novák" <jan@kunde.example>:',
    ],
)
def test_an_attribution_tells_name_and_date(line: str) -> None:
    """B61: Outlook that forwards with an attribution only says who wrote when, in each language in its own order."""
    found = read_forwarded(f"#new\n\n{line}\n\n    Nejde mi tiskárna.\n", letter(subject="FW: x"))
    assert found is not None
    assert found.author == Address("jan@kunde.example", "Jan Novák")
    assert found.date == dt.datetime(2026, 10, 28, 12, 46)


def test_attached_mail() -> None:
    """B61: a mail forwarded as message/rfc822 is read from its part, decoded."""
    raw = (
        'From: ana@firma.example\nSubject: Fwd: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\n#new\n\n--b\nContent-Type: message/rfc822\n\n"
        "From: =?utf-8?q?Jan_Nov=C3=A1k?= <jan@kunde.example>\nSubject: =?utf-8?q?Tisk=C3=A1rna=3A_nejde?=\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nDobr=C3=BD den\n\n--b--\n"
    )
    found = read_forwarded("#new", structure_of(raw))
    assert found == Forwarded(Address("jan@kunde.example", "Jan Novák"), "Tiskárna: nejde", "Dobrý den", part=1)


def test_two_attached_mails_are_doubtful() -> None:
    """B61: of two mails passed on at once neither is taken for the one that is meant."""
    inner = "--b\nContent-Type: message/rfc822\n\nFrom: {0}@kunde.example\nSubject: {0}\n\nx\n\n"
    raw = (
        'From: ana@firma.example\nSubject: Fwd: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n#new\n\n{inner.format('jan')}{inner.format('eva')}--b--\n"
    )
    found = read_forwarded("#new", structure_of(raw))
    assert found is not None
    assert found.doubt == "2 mails are attached"


@pytest.mark.parametrize(
    ("sender", "doubtful"),
    [
        ("Jan <jan@kunde.example>", False),
        ("Jan [mailto:jan@kunde.example]", False),
        ("jan@kunde.example <mailto:Jan@kunde.example>", False),
        ("eva@kunde.example on behalf of jan@kunde.example", True),
        ("Eva <eva@kunde.example>, Jan <jan@kunde.example>", True),
    ],
)
def test_a_sender_of_two_addresses_is_doubtful(sender: str, doubtful: bool) -> None:
    """B61: where two people stand in From, none of them is chosen."""
    text = f"#new\n\n---------- Forwarded message ---------\nFrom: {sender}\nDate: x\nSubject: y\nTo: z\n\n{TEXT}"
    found = read_forwarded(text, letter(subject="Fwd: y"))
    assert found is not None
    assert bool(found.doubt) is doubtful


def undated(found: Forwarded | None) -> Forwarded | None:
    """Leave the date out, which layouts write more or less exactly."""
    return msgspec.structs.replace(found, date=None) if found else None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tue, Nov 3, 2026 at 10:15 PM", dt.datetime(2026, 11, 3, 22, 15)),
        ("úterý 3. listopadu 2026 10:15", dt.datetime(2026, 11, 3, 10, 15)),
        ("9. srpnja 2026. u 9:05", dt.datetime(2026, 7, 9, 9, 5)),
        ("Dienstag, 3. März 2026 um 10:15", dt.datetime(2026, 3, 3, 10, 15)),
        ("utorok 3. mája 2026 o 10:15", dt.datetime(2026, 5, 3, 10, 15)),
        ("mardi 3 novembre 2026 10:15", dt.datetime(2026, 11, 3, 10, 15)),
        ("Tue, 3 Nov 2026 10:15:22 +0100", dt.datetime(2026, 11, 3, 9, 15, 22, tzinfo=dt.UTC)),
        ("3. 11. 2026 v 0:05 GMT+01:00", dt.datetime(2026, 11, 2, 23, 5, tzinfo=dt.UTC)),
        ("13/11/2026 7:00", dt.datetime(2026, 11, 13, 7)),
        ("11/3/2026 7:00", None),
        ("3. listopada 2026. u 9:05", dt.datetime(2026, 10, 3, 9, 5)),
        ("wtorek, 3 listopada 2026 9:05", dt.datetime(2026, 11, 3, 9, 5)),
        ("uto, 27. lis 2026. u 9:05", dt.datetime(2026, 10, 27, 9, 5)),
        ("wt., 27 lis 2026 o 9:05", dt.datetime(2026, 11, 27, 9, 5)),
        ("27. lis 2026 9:05", None),
        ("9. srpna 2026 9:05", dt.datetime(2026, 8, 9, 9, 5)),
        ("niedziela, 5 lipca 2026 9:05", dt.datetime(2026, 7, 5, 9, 5)),
        ("5. lipnja 2026. u 9:05", dt.datetime(2026, 6, 5, 9, 5)),
        ("tiistai 3. marraskuuta 2026 klo 9.05.12", dt.datetime(2026, 11, 3, 9, 5, 12)),
        ("marți, 3 noiembrie 2026, 09:05", dt.datetime(2026, 11, 3, 9, 5)),
        ("terça-feira, 6 de outubro de 2026 9:05", dt.datetime(2026, 10, 6, 9, 5)),
        ("вторник, 3 ноября 2026 г., 9:05", dt.datetime(2026, 11, 3, 9, 5)),
        ("середа, 5 серпня 2026 р. о 9:05", dt.datetime(2026, 8, 5, 9, 5)),
        ("3 Kasım 2026 Salı 09:05", dt.datetime(2026, 11, 3, 9, 5)),
        ("2026年11月3日火曜日 9:05", dt.datetime(2026, 11, 3, 9, 5)),
        ("Tuesday, November 3rd, 2026 at 9:05 AM", dt.datetime(2026, 11, 3, 9, 5)),
        ("03.11.26  9:05  (GMT+01:00)", dt.datetime(2026, 11, 3, 8, 5, tzinfo=dt.UTC)),
        ("03/11/26 9:05", None),
        ("31. 2. 2026", None),
        ("yesterday", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_dates_in_the_words_of_many_programs(written: str, read: dt.datetime | None) -> None:
    """B61: a date is read in the languages of our mails, and one that can mean two days is none."""
    assert read_written_date(written) == read


@pytest.mark.parametrize(
    "value",
    [
        "jan@kunde.example",
        "<jan@kunde.example>",
        "'Jan Novák' <jan@kunde.example>",
        '"Jan Novák" (jan@kunde.example)',
        "Jan Novák <jan@kunde.example<mailto:jan@kunde.example>>",
        "*Jan Novák* [jan@kunde.example]",
    ],
)
def test_forms_of_addresses(value: str) -> None:
    """Clients write the author in many forms."""
    found = read_forwarded(
        f"---------- Forwarded message ---------\nFrom: {value}\nSubject: x\n\ny\n", letter(subject="Fwd: x")
    )
    assert found is not None
    assert found.author.address == "jan@kunde.example"
    assert found.author.name in ("", "Jan Novák")


def test_replies_forward_nothing() -> None:
    """A reply with Outlook's headers, or with an original message below, is no forward."""
    head = LAYOUTS["outlook"][1]
    assert read_forwarded(f"Thanks.\n\n{head}{TEXT}", letter(subject="RE: Tiskárna: nejde")) is None
    assert (
        read_forwarded(
            "Thanks.\n\n-----Original Message-----\nFrom: x@y.example\nTo: z\nSubject: x\n\ny", letter(subject="RE: x")
        )
        is None
    )


def test_forward_without_an_address() -> None:
    """B61: without the original author's address nobody can be made the requester."""
    assert read_forwarded("From: Jan Novák\nSent: Tuesday\nTo: Ana\nSubject: x\n\ny", letter(subject="FW: x")) is None


def test_returned_mail_is_not_forwarded() -> None:
    """The mail that a bounce returns was not passed on by anybody."""
    from tests.builders_mail import report

    raw = report(
        "R: x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed", returned="From: us@firma.example\nSubject: x"
    )
    assert read_forwarded("", structure_of(raw)) is None


@pytest.mark.parametrize(
    "subject",
    [
        "Fwd: x",
        "FW: x",
        "fw:x",
        "WG: x",
        "PD: x",
        "TR : x",
        "I: x",
        "RV: x",
        "VS: x",
        "İLT: x",
        "Fwd:Re: x",
        "Prosl: x",
        "Redir.: x",
    ],
)
def test_forward_subjects(subject: str) -> None:
    """Forward prefixes of many languages are known, in any case."""
    assert is_forward_subject(subject)


@pytest.mark.parametrize("subject", ["Re: x", "Forward motion", "fw", "", "AW: Fwd: x"])
def test_other_subjects(subject: str) -> None:
    """A reply, also to a forwarded mail, is no forward."""
    assert not is_forward_subject(subject)
