"""Every form of term against texts that hold it and texts that do not."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from maildesk.rules.index import Index
from maildesk.rules.policy import Term, TermKind
from maildesk.rules.stems import stems
from tests.unit.rules.desk import LANGUAGES, mail, matches, one_rule, run, why

WORDS = """\
invoice: {en: [invoice, credit note, VAT], cs: [faktura, "účt*"], hr: [račun]}
plain: [urgent, "/\\\\bERP-[0-9]+\\\\b/"]
"""


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("faktura", "Chyba ve FAKTUŘE"),
        ("faktura", "chyba ve fakture c. 5"),
        ("račun", "greška na računu"),
        ("invoice", "two invoices"),
        ("credit note", "Credit\nnotes are missing"),
        ("zablokovaný účet", "mám zablokovaný účet"),
        ("e-mail", "no E-Mails came"),
        ("can't", "I can’t log in"),
        ("účt*", "v účtu je chyba"),
        ("účet", "v účtu je chyba"),
        ("účt*", "UČTENKA"),
        ("=SAP", "the SAP server"),
        ("=Černá", "paní Černá"),
        (r"'/\bERP-\d+\b/'", "viz erp-1234"),
        ("'/účet \\d+/'", "Účet 42"),
        ("VAT", "vat is wrong"),
        ("pdf", "faktura.pdf"),
    ],
)
def test_a_term_is_found(term: str, text: str) -> None:
    """B74: each form of term finds what it should, in the subject as in the body."""
    quoted = term if term.startswith("'") else f'"{term}"'
    assert matches(f"{{words: [{quoted}]}}", mail(text))
    assert matches(f"{{words: [{quoted}]}}", mail(body=text))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("tba", "Football"),
        ("račun", "računalo"),
        ("kvar", "kvartal"),
        ("VAT", "VATs"),
        ("credit note", "credit is a note"),
        ("credit note", "credit. Note that"),
        ("účt*", "ucho"),
        ("=SAP", "sap"),
        ("=SAP", "SAPu"),
        ("=Černá", "cerna"),
        (r"'/\bERP-\d+\b/'", "ERP"),
        ("faktura", "https://x.cz/faktura"),
        ("peníze", "vrácení peněz"),
        ("účet", "vzájemná úcta"),
    ],
)
def test_a_term_is_not_found(term: str, text: str) -> None:
    """Parts of words, other words, addresses, and forms where none are asked for are no hits."""
    quoted = term if term.startswith("'") else f'"{term}"'
    assert not matches(f"{{words: [{quoted}]}}", mail(text, text))


def test_a_list_is_looked_for_in_all_its_languages() -> None:
    """A wrong guess of the language never loses a mail: every language of a list counts."""
    for text in ("Fehler in der Rechnung / greška na računu", "chyba ve faktuře", "invoices", "v účtu"):
        assert matches("{words: $invoice}", mail(text, language="en"), words=WORDS)
    assert matches("{words: $plain}", mail("viz ERP-7"), words=WORDS)


@pytest.mark.parametrize(
    ("when", "facts", "said"),
    [
        ("{words: $invoice}", mail("Chyba ve fakture"), "“fakture” ≈ faktura ($invoice, cs) in subject"),
        ("{words: $invoice}", mail("Hi", "Na Računima"), "“Računima” ≈ račun ($invoice, hr) in body"),
        ("{words: [credit note]}", mail("", "two Credit\nNotes"), "“Credit Notes” ≈ credit note in body"),
        ("{body: bill}", mail("bill"), "no “bill” in body"),
        ("{words: [one, two, tree]}", mail("x"), "none of 3 words in subject/body"),
    ],
)
def test_the_trace_names_the_word_that_hit(when: str, facts: object, said: str) -> None:
    """B69: a trace shows the mail's word, the form it is a form of, list and language, and the place; or that there is none."""
    assert why(when, facts, words=WORDS) == said  # type: ignore[arg-type]


def test_subject_and_body_are_places_of_their_own() -> None:
    """`subject` and `body` look only there."""
    assert matches("{subject: faktura}", mail("faktura"))
    assert not matches("{subject: faktura}", mail("", "faktura"))
    assert matches("{body: faktura}", mail("", "faktura"))
    assert not matches("{body: faktura}", mail("faktura"))


def test_a_word_of_no_language_has_the_forms_of_the_desks_languages() -> None:
    """A term written in a rule itself is taken for a word of any of the desk's languages."""
    for text in ("fakturou", "računima", "invoicing"):
        assert matches("{words: [faktura, račun, invoice]}", mail(text))


def test_words_that_stood_elsewhere_before_still_make_a_phrase() -> None:
    """What was seen once is looked at again where it stands in a phrase, and a closing's word where it stands alone."""
    terms = [Term(text, words=tuple(text.split())) for text in ("credit note", "note", "pozdrav", "a b a c")]
    index = Index(terms, LANGUAGES)
    said = "Credit card. A note on credit. S pozdravem\na b a b a c, two credit - notes; pozdrav"
    assert {hit.term.text: hit.text for hit in index.find(said, "body").values()} == {
        "credit note": "credit notes",
        "note": "note",
        "pozdrav": "pozdrav",
        "a b a c": "a b a c",
    }
    assert not index.find("Credit card and note. S pozdravem credit", "body").keys() & {0, 2}


def test_many_expressions_cost_one_pass() -> None:
    """B73: a thousand regular expressions and hostile text end in time, and the right one is named."""
    terms = [Term(f"/x{n}(a+)+b{n}/", TermKind.REGEX) for n in range(1000)]
    found = Index(terms, LANGUAGES).find("x7" + "a" * 5000 + "b7", "body")
    assert [hit.term.text for hit in found.values()] == ["/x7(a+)+b7/"]


def test_hostile_text_is_one_pass() -> None:
    """A body of 100,000 equal words, or of one endless word, is read once."""
    policy = one_rule('{words: [a a a a a a a a a b, "ab*", "/a+b/"]}')
    assert not run(policy, mail("", "a " * 50_000)).traces[0].matched
    assert not run(policy, mail("", "a" * 100_000)).traces[0].matched


def test_stemming_is_safe_in_threads() -> None:
    """Mails are decided in several threads: each sees the stems it would see alone."""
    forms = ["fakturami", "přihlášení", "računima", "invoicing", "upomínkách", "objednávkou", "poslužiteljima"]
    texts = [f"{form}{letter}" for letter in "aeiouxyz" for form in forms] * 5
    alone = [stems.__wrapped__(text, LANGUAGES) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: stems.__wrapped__(text, LANGUAGES), texts)) == alone
