"""What a mail's author newly wrote: above, below and between the quotes of many clients, in many languages."""
# ruff: noqa: E501 - mails are written here as clients write them

import pytest

from maildesk.ingest.quoting import words
from maildesk.ingest.reply_text import new_text, read_reply
from maildesk.model.reason import Reason

ANSWER = "Hvala, sada radi.\n\nJoš jedno pitanje: kada stiže račun?"

INTRODUCTIONS = {
    "gmail-cs": "út 3. 11. 2026 v 10:15 odesílatel Firma podpora <podpora@firma.example> napsal:",
    "gmail-cs-broken": "út 3. 11. 2026 v 10:15 odesílatel Firma podpora a přátelé <podpora@firma.example>\nnapsal:",
    "gmail-hr": "uto, 3. stu 2026. u 10:15 Firma podrška <podrska@firma.example> napisao je:",
    "gmail-sk": "ut 3. 11. 2026 o 10:15 Firma podpora <podpora@firma.example> napísal(a):",
    "gmail-sl": "V V tor., 3. nov. 2026 ob 10:15 je oseba Firma <podpora@firma.example> napisala:",
    "gmail-de": "Am Di., 3. Nov. 2026 um 10:15 Uhr schrieb Firma <support@firma.example>:",
    "gmail-broken-address": "On Tue, Nov 3, 2026 at 10:15 AM Firma Support <\nsupport@firma.example> wrote:",
    "gmail-2012": "2012/11/3 Firma <support@firma.example>",
    "iphone-cs": "3. 11. 2026 v 10:15, Firma podpora <podpora@firma.example>:",
    "apple-hr": "Dana 3. stu 2026. u 10:15, Firma podrška <podrska@firma.example> je napisao/la:",
    "apple-fr": "Le 3 nov. 2026 à 10:15, Firma <support@firma.example> a écrit :",
    "thunderbird-cs": "Dne 3. 11. 2026 v 10:15 Firma podpora napsal(a):",
    "thunderbird-hr": "3. 11. 2026 u 10:15, Firma podrška piše:",
    "thunderbird-pl": "W dniu 3.11.2026 o 10:15, Firma pisze:",
    "thunderbird-hu": "2026.11.03. 10:15 keltezéssel, Firma írta:",
    "roundcube-cs": "Dne 2026-11-03 10:15, Firma podpora napsal:",
    "k9-cs": 'Dne 3. listopadu 2026 10:15:22 SEČ, "Firma" <podpora@firma.example> napsal:',
    "notes": "Firma Support <support@firma.example> wrote on 03.11.2026 10:15:22:",
    "vietnamese": "Vào 10:15 3 tháng 11, 2026, Firma <support@firma.example> đã viết:",
    "turkish": "Firma <support@firma.example>, 3 Kas 2026 Sal, 10:15 tarihinde şunu yazdı:",
    "chinese": "在 2026年11月3日，上午10:15，Firma <support@firma.example> 写道：",
    "unknown language": "Blah 3.11.2026 10:15 Firma <support@firma.example> grumpfte:",
}

HEADERS = {
    "outlook-cs": "Od: Firma podpora <podpora@firma.example>\nOdesláno: úterý 3. listopadu 2026 10:15\nKomu: Jan\nPředmět: RE: Dotaz",
    "outlook-hr": "Od: Firma podrška <podrska@firma.example>\nPoslano: utorak, 3. studenoga 2026. 10:15\nPrima: Jan\nPredmet: RE: Upit",
    "outlook-sk": "Od: Firma podpora\nOdoslané: utorok 3. novembra 2026 10:15\nKomu: Jan\nPredmet: RE: Otázka",
    "outlook-sl": "Od: Firma podpora\nPoslano: torek, 3. november 2026 10:15\nZa: Janez\nZadeva: RE: Vprašanje",
    "outlook-bold": "*From:* Firma [mailto:support@firma.example]\n*Sent:* Tuesday, November 3, 2026 10:15 AM\n*To:* Jan\n*Subject:* RE: x",
    "outlook-rule": "________________________________\nFrom: Firma\nSent: Tuesday, November 3, 2026 10:15 AM\nTo: Jan\nSubject: RE: x",
    "outlook-express": "----- Original Message -----\nFrom: Firma\nTo: Jan\nSent: Tuesday\nSubject: x",
    "outlook-old-cs": "-----Původní zpráva-----\nOd: Firma\nOdesláno: 3. listopadu\nKomu: Jan\nPředmět: x",
    "outlook-ascii-cs": "-----Puvodni zprava-----\nOd: Firma\nKomu: Jan\nPredmet: x",
    "proton-old": "\u2010\u2010\u2010\u2010 Original Message \u2010\u2010\u2010\u2010\nOn Tuesday, November 3, 2026 10:15 AM, Firma <p@firma.example> wrote:",
    "seznam": "---------- Původní e-mail ----------\nOd: Firma <podpora@firma.example>\nKomu: jan@post.example\nDatum: 3. 11. 2026 10:15:22",
    "samsung": "-------- Původní zpráva --------\nOd: Firma <p@firma.example> Datum: 03.11.26 10:15 (GMT+01:00) Komu: jan@post.example Předmět: x",
    "gmx": 'Gesendet: Dienstag, 03. November 2026 um 10:15 Uhr\nVon: "Firma" <support@firma.example>\nAn: jan@gmx.example\nBetreff: x',
    "fr": "De : Firma <support@firma.example>\nEnvoyé : mardi 3 novembre 2026 10:15\nÀ : Jan\nObjet : x",
    "table": "From:\nFirma <support@firma.example>\nSent:\nTuesday, November 3, 2026\nTo:\nJan\nSubject:\nx",
    "another desk": "##- Please type your reply above this line -##\nYour request has been updated.",
}


@pytest.mark.parametrize("introduction", INTRODUCTIONS.values(), ids=INTRODUCTIONS)
def test_answer_above_a_marked_quote(introduction: str) -> None:
    """B105: the answer stands above an attribution and a quote with marks."""
    assert new_text(f"{ANSWER}\n\n{introduction}\n\n> Poštovani,\n> #close\n> Ana\n")[0] == ANSWER


WITHOUT_ADDRESS = {"thunderbird-cs", "thunderbird-hr", "thunderbird-pl", "thunderbird-hu", "roundcube-cs", "gmail-2012"}


@pytest.mark.parametrize("name", sorted(INTRODUCTIONS.keys() - {"gmail-2012"}))
def test_answer_above_an_unmarked_quote(name: str) -> None:
    """B105: an attribution ends the answer also where the client does not mark the quote."""
    assert new_text(f"{ANSWER}\n\n{INTRODUCTIONS[name]}\n\nPoštovani,\n#close\nAna\n")[0] == ANSWER


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_answer_above_quoted_headers(headers: str) -> None:
    """B105: Outlook and its kin put headers, not marks, above the quote."""
    assert new_text(f"{ANSWER}\n\n{headers}\n\nPoštovani,\n#close\nAna\n")[0] == ANSWER


def test_languages() -> None:
    """B105: introductions are known in 28 languages and more, Czech and Croatian among them."""
    assert len(set(words.LANGUAGES)) >= 28
    assert {"cs", "hr", "sk", "sl", "en", "de"} <= set(words.LANGUAGES)


@pytest.mark.parametrize(
    "text",
    [
        "Yesterday Peter wrote:\n\nthe server is down again. What now?",
        "On Monday I will be away.\nOn Tuesday, too.",
        "Please book a journey.\nFrom: Split\nTo: Zagreb\nDate: Monday",
        "Date: Wednesday 3, October 2026\nTime: 7:00\nAddress: Ilica 1\n\nPlease come.",
        "The menu is\nStart > Settings > Network\nand there it hangs.",
        "-----\nThe line above is mine.",
        "List:\n- apples\n- pears",
        "Naslov: krivi račun\nMolim ispravak.",
        "Od pondělí mi nejde e-mail. Dne 3. 11. jsem volal a nikdo to nezvedl.",
        "Write to: support@firma.example\nor call.",
    ],
)
def test_nothing_is_cut_from_what_people_write(text: str) -> None:
    """Sentences, lists and notes that only resemble an introduction stay whole."""
    reply = read_reply(text)
    assert reply.text == text
    assert not reply.nothing_new
    assert reply.why == ()


def test_answer_at_the_bottom() -> None:
    """An answer below the quote is the answer; the quote goes."""
    text = "On 3.11.2026 10:15, Firma <s@firma.example> wrote:\n> Which version?\n\nVersion 4.2.\n"
    assert new_text(text)[0] == "Version 4.2."


def test_text_above_and_below_one_quote() -> None:
    """What stands above and below one quote is kept together."""
    text = "Dobrý den,\n\nDne 3.11.2026 v 10:15 Firma napsal(a):\n> Jaká verze?\n\nVerze 4.2.\n"
    assert new_text(text)[0] == "Dobrý den,\n\nVerze 4.2."


def test_answers_between_quotes_keep_the_quotes() -> None:
    """B104: inline answers are shown complete, with what they answer; the attribution and the rest of the quote go."""
    text = (
        "Hello,\n\nOn 3.11.2026 10:15, Firma <s@firma.example> wrote:\n> Which version?\n\n4.2\n\n> Which system?\n\nLinux\n\n"
        "> Regards\n> Ana\n"
    )
    got, why = new_text(text)
    assert got == "Hello,\n\n> Which version?\n\n4.2\n\n> Which system?\n\nLinux"
    assert Reason.QUOTE_KEPT in {w.reason for w in why}


def test_answer_inside_one_quote_keeps_it() -> None:
    """B104: a text between two parts of a quote answers the part above it."""
    text = "Dne 3.11.2026 v 10:15 Firma napsal(a):\n> Jaká verze?\n\n4.2\n\n> A ještě něco dlouhého k tomu.\n"
    assert new_text(text)[0] == "> Jaká verze?\n\n4.2"


def test_quote_made_by_hand_is_kept() -> None:
    """Lines that somebody quoted himself, without an attribution, belong to the answer below them."""
    text = "You wrote\n> restart it\n> and wait\nbut that did not help.\n"
    assert new_text(text)[0] == text.strip()


def test_quoted_link_that_was_broken() -> None:
    """A piece of a quoted link that lost its mark is no answer."""
    text = "Danke!\n\nAm 3.11.2026 um 10:15 schrieb Firma:\n> Hier (http://firma.example/?\n_nonce=3dd518)\n> Gruß\n"
    assert new_text(text)[0] == "Danke!"


def test_nothing_new_keeps_everything_and_says_so() -> None:
    """B104: if stripping leaves nothing, the full text is shown; but it must not be read as a command."""
    text = "From: Jan <jan@x.example>\nSent: Tuesday\nTo: Ana\nSubject: x\n\nPlease.\n#close"
    reply = read_reply(text)
    assert reply.text == text
    assert reply.own == ""
    assert reply.nothing_new
    assert reply.why[-1].reason is Reason.KEPT_WHOLE


def test_forwarded_mail_is_told_apart() -> None:
    """B57: what somebody passes on is not his own text; `forwarded` holds it."""
    reply = read_reply(
        "Prosím vyřešit.\n#new\n\n---------- Forwarded message ---------\nFrom: Jan <jan@x.example>\nSubject: x\n\n#close\n"
    )
    assert reply.own == "Prosím vyřešit.\n#new"
    assert reply.forwarded.endswith("#close")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Done.\n-- \nAna Horvat\nFirma d.o.o.\n", "Done."),
        ("Done.\n--\nAna Horvat\n", "Done."),
        ("Done.\n\nSent from my iPhone\n", "Done."),
        ("Hotovo.\n\nOdesláno z iPhonu\n", "Hotovo."),
        ("Hotovo.\n\nOdesláno z mého iPhonu\n", "Hotovo."),
        ("Hotovo.\n\nOdesláno z Outlooku pro Android<https://aka.ms/AAb9ysg>\n", "Hotovo."),
        ("Gotovo.\n\nPoslano s mog iPhonea\n", "Gotovo."),
        ("Hotovo.\n\nOdoslané z môjho iPhonu\n", "Hotovo."),
        ("Končano.\n\nPoslano iz mojega iPhona\n", "Končano."),
        ("Fertig.\n\nVon meinem iPhone gesendet\n", "Fertig."),
        ("Gotowe.\n\nWysłane z iPhone'a\n", "Gotowe."),
        ("Fait.\n\nEnvoyé de mon iPhone\n", "Fait."),
        ("Hecho.\n\nEnviado desde mi iPhone\n", "Hecho."),
        ("Fatto.\n\nInviato da iPhone\n", "Fatto."),
        ("Klart.\n\nSkickat från min iPhone\n", "Klart."),
        ("Kész.\n\nAz iPhone-omról küldve\n", "Kész."),
        ("Готово.\n\nОтправлено с iPhone\n", "Готово."),
        ("Done.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n", "Done."),
        ("Done.\n\nThanks,\nAna\n", "Done.\n\nThanks,\nAna"),
        ("Riješeno.\n\nLijep pozdrav,\nAna Horvat\n\nFirma d.o.o.\nTel: +385 1 234 5678\nwww.firma.example\n",
         "Riješeno.\n\nLijep pozdrav,\nAna Horvat"),
        ("Done.\n\nKind regards,\nAna\n\nThis e-mail and any attachments are confidential and intended only for the addressee.\n",
         "Done.\n\nKind regards,\nAna"),
        ("Hotovo.\n\nS pozdravem\nJan\n\nUpozornění:\nObsah tohoto e-mailu je důvěrný a určen pouze pro adresáta.\n",
         "Hotovo.\n\nS pozdravem\nJan"),
        ("Gotovo.\n\nAna\n\nOva poruka i njeni prilozi su povjerljive informacije. Ako niste primatelj, obrišite je.\n", "Gotovo.\n\nAna"),
        ("Fixed.\n\n_______________________________________________\nusers mailing list\nhttp://lists.example/mailman/listinfo/users\n",
         "Fixed."),
        ("Yes.\n\n-Abhishek Kona\n", "Yes."),
        ("Call me:\n\nJan Novák\n+420 123 456 789\njan@x.example\n", "Call me:\n\nJan Novák\n+420 123 456 789\njan@x.example"),
        ("Sent from my desk, is much easier than my mobile phone.", "Sent from my desk, is much easier than my mobile phone."),
        ("--\nRoman", "--\nRoman"),
    ],
)  # fmt: skip
def test_signatures(text: str, own: str) -> None:
    """B67: signature, device line and disclaimer go; a closing with a name, and what is all there is, stay."""
    assert new_text(text)[0] == own


@pytest.mark.parametrize(
    "line",
    [
        "Von meinem Mobilgerät gesendet", "[Gesendet von meinem iPhone]", "(Sent from a mobile device)", "Sent from my Z-3000",
        "Wysłane z urządzenia mobilnego", "Mobilról küldve", "Verzonden vanaf mijn mobiele apparaat", "Lähetetty mobiililaitteesta",
        "Изпратено от мобилно устройство", "Στάλθηκε από το κινητό μου", "Saadetud minu mobiilist", "Nosūtīts no mobilās ierīces",
        "Outlook für iOS beziehen", "Vanaf mijn iPhone verzonden", "從我的 iPhone 傳送",
    ],
)  # fmt: skip
def test_devices_without_a_makers_name(line: str) -> None:
    """B67: a phone that only says that it is one, in brackets too, is no text of its owner."""
    assert new_text(f"Done.\n\n{line}\n")[0] == "Done."


@pytest.mark.parametrize(
    "line",
    [
        "Von meinem Handy aus kann ich mich nicht anmelden.", "Vanaf mijn telefoon lukt het niet.", "Outlook für Android stürzt ab.",
        "Outlook voor Android werkt niet.", "Az én telefonom nem működik.", "Lähetin kuvan iPhonella eilen.", "從我的手機無法登入",
        "Sent from my heart.", "Sent by courier with no reply, my telephone is off.", "Skickat med posten, en mobil.",
    ],
)  # fmt: skip
def test_a_last_line_about_a_phone_is_its_authors(line: str) -> None:
    """B67: who writes last of all that his phone does not work begins as the phones' own lines begin."""
    assert line in new_text(f"Hello.\n\nThe page does not open.\n\n{line}\n")[0]


@pytest.mark.parametrize(
    "text",
    [
        "Which one?\n\n- Red",
        "The error is:\n\n- Timeout",
        "We would like to order\n- Oslo",
        "A\n\n--\nERROR 42\n--\nwhat is it?",
    ],
)
def test_what_is_asked_for_or_announced_is_no_signature(text: str) -> None:
    """A dash and a word below a question, a colon or an unfinished sentence is an answer, not a name; nor is a question a card."""
    assert new_text(f"Hello,\n\n{text}\n")[0] == f"Hello,\n\n{text}"


@pytest.mark.parametrize(
    "above",
    [
        "суббота, 14 марта 2026 г. пользователь firma написал:\n\nold",
        "subota, 14. ožujka 2026. firma je napisao:\n\nold",
        "2026-03-03 17:21 GMT+01:00 Firma podpora\n\n> old",
    ],
)
def test_attributions_that_begin_with_a_day(above: str) -> None:
    """B67: webmail names the day of the week first, without a word for "on" and without an address."""
    assert new_text(f"Done.\n\n{above}\n")[0] == "Done."


def test_a_tale_with_a_date_is_the_authors() -> None:
    """A date alone makes no attribution, and what stands below it is not cut."""
    text = "On the screen it says this:\n\n2026-03-03 17:21 GMT+01:00 backup failed\n\nIs that bad?"
    assert new_text(text)[0] == text


def test_quote_alone_can_be_stripped() -> None:
    """The signature can be kept while the quote goes."""
    text = "Done.\n\n-- \nAna\n\nOn 3.11.2026 10:15, J <j@x.example> wrote:\n> x\n"
    assert read_reply(text).with_signature == "Done.\n\n-- \nAna"


def test_signature_above_the_quote() -> None:
    """B67: the signature stands between answer and quote, as Outlook and phones put it."""
    text = f"{ANSWER}\n\nPoslano s mog iPhonea\n\n{INTRODUCTIONS['apple-hr']}\n\n> x\n"
    assert new_text(text)[0] == ANSWER


def test_reply_that_shares_its_line_with_the_attribution() -> None:
    """Some phones leave no line break before the attribution."""
    assert new_text("yes On Wed, Apr 4, 2026 at 3:59 PM, bob@x.example wrote:\n> Hi")[0] == "yes"


HTML = {
    "outlook": '<div>Hi. <p>Fine.</p></div><hr><div id="divRplyFwdMsg"><b>From:</b> x<br><b>Sent:</b> y</div><div>old</div>',
    "outlook web": '<div>Hi.<br>Fine.</div><div id="x_divRplyFwdMsg">Xyz: nobody knows this language</div><div>old</div>',
    "gmail": '<div>Hi.<br>Fine.</div><div class="gmail_quote"><div class="gmail_attr">Grumpfte 1.1. X:<br></div>'
    '<blockquote class="gmail_quote">old</blockquote></div>',
    "thunderbird": '<p>Hi.<br>Fine.</p><div class="moz-cite-prefix">Grumpf:<br></div><blockquote type="cite" cite="mid:1@x">old</blockquote>',
    "apple": '<div>Hi.<br>Fine.<br><blockquote type="cite">On x wrote:<br>old</blockquote></div>',
    "yahoo": '<div>Hi.<br>Fine.</div><div class="yahoo_quoted"><div>On Tuesday, 3 November 2026 10:15, X &lt;x@y.example&gt; wrote:</div>'
    "<div>old</div></div>",
    "proton": '<div>Hi.<br>Fine.</div><div class="protonmail_quote">Grumpf:<br><blockquote class="protonmail_quote" type="cite">old'
    "</blockquote></div>",
    "ours": '<div>Hi.<br>Fine.</div><div data-md="abc">Firma support</div><div>old</div>',
    "headers in the text": "<div>Hi.<br>Fine.</div><div><b>From:</b> X &lt;x@y.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> Z<br>"
    "<b>Subject:</b> s</div><p>old</p>",
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML)
def test_html_fingerprints(html: str) -> None:
    """B105: the quote is found by the marks of the client, whatever language it speaks."""
    assert new_text("", html)[0].split() == ["Hi.", "Fine."]


def test_bare_blockquote_is_no_separator() -> None:
    """A blockquote without a client's mark is the author's own."""
    assert "My name is William." in new_text("", "<div>Message</div><blockquote>My name is William.</blockquote>")[0]


def test_a_page_that_the_author_quotes_is_his_text() -> None:
    """A blockquote that names a web page is no earlier mail; one that names a mail is."""
    page, mail = (
        f'<p>Message</p><blockquote cite="{cite}">My name is William.<br>It was so at all times.</blockquote>'
        for cite in ("https://x.example/a", "mid:1@x")
    )
    assert "My name is William." in new_text("", page)[0]
    assert new_text("", mail)[0] == "Message"


def test_html_answers_between_quotes() -> None:
    """B104: answers between Gmail's blockquotes keep the quotes."""
    html = (
        '<div class="gmail_quote"><div class="gmail_attr">On x wrote:<br></div><blockquote class="gmail_quote">Which version?</blockquote>'
        '<div>4.2</div><blockquote class="gmail_quote">Which system?</blockquote><div>Linux</div></div>'
    )
    assert new_text("", html)[0].split("\n") == ["> Which version?", "", "4.2", "", "> Which system?", "", "Linux"]


def test_html_signature() -> None:
    """B67: a signature that the client has marked goes, wherever it stands."""
    html = '<div>Hi.</div><div class="gmail_signature">Ana<br>Firma</div><div class="gmail_quote">On 1.1.2026 10:00 X &lt;x@y.z&gt; wrote:<br>old</div>'
    assert new_text("", html)[0] == "Hi."


def test_text_written_into_the_quotes_container() -> None:
    """People write into the box that their client made for the quote; then the text decides."""
    html = '<div class="gmail_quote"><div class="gmail_attr">Hello,</div><div class="gmail_attr">please help me.</div></div>'
    assert new_text("Hello,\nplease help me.", html)[0].split("\n") == ["Hello,", "please help me."]


def test_our_marks_cannot_be_smuggled_in() -> None:
    """The private characters with which quotes are marked have no effect when they come in a mail."""
    assert new_text("", "<div>Hi \ue0a7 there</div><div>and here</div>")[0].count("here") == 2


def test_a_pasted_log_is_the_authors_text_to_its_end() -> None:
    """Beyond 20,000 lines nothing is looked for, but what its author wrote there is not lost; a quote before it ends it."""
    log = "\n".join(f"line {number} of the log" for number in range(30_000))
    assert read_reply(f"Please see:\n\n{log}").text.endswith("line 29999 of the log")
    below = read_reply(f"Thanks\n\nOn 3 November 2026 at 10:00, Ana <ana@example.org> wrote:\n\n{log}")
    assert below.text == "Thanks"
