"""Our number in the subject, and the prefixes of answers and forwards."""

import pytest

from maildesk.tokens import strip_subject, subject_numbers, subject_token


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Re: [#1042] Upit o računu", (1042,)),
        ("[#1042] a [#7] b [#1042]", (1042, 7)),
        ("Invoice #123", ()),
        ("Bug 123", ()),
        ("[123] news", ()),
        ("[ #123] x [#0123] y [#12a] z [#]", ()),
        ("[Ticket#2026112210000042]", ()),
        ("[#٣٤]", ()),
        ("[#4294967296]", ()),
        ("[#99999999999]", ()),
        (" ".join(f"[#{n}]" for n in range(1, 50)), (1, 2, 3, 4, 5)),
    ],
)
def test_only_our_own_form_is_a_number(subject: str, numbers: tuple[int, ...]) -> None:
    """`[#1042]` counts; other numbers in subjects never do, and at most five are read (B13)."""
    assert subject_numbers(subject) == numbers


def test_what_we_write_is_what_we_read() -> None:
    """The token that stands in our subjects is read back."""
    assert subject_numbers(subject_token(1042)) == (1042,)


@pytest.mark.parametrize(
    "prefix",
    [
        *("Re", "RE[2]", "Re(3)", "RE^2", "Re-2", "Fwd", "FW", "Fw", "AW", "WG", "SV", "VS", "VB", "VL", "TR", "RV"),
        *("R", "I", "Odp", "Ynt", "回复", "转发", "答复", "Antw", "Doorst", "Odg", "Re ", "Réf", "返信"),
    ],
)
def test_prefixes_of_all_programs_are_taken_off(prefix: str) -> None:
    """Each prefix of an answer or forward is stripped, in any case and with a fullwidth colon too (B8)."""
    assert strip_subject(f"{prefix}: Upit o računu") == "Upit o računu"
    assert strip_subject(f"{prefix.lower()}：Upit o računu") == "Upit o računu"


@pytest.mark.parametrize(
    ("subject", "left"),
    [
        ("R[#1042]: Chyba", "Chyba"),
        ("Re: RE[2]: Fwd: AW: WG: SV: 回复：Odp: Chyba ve faktuře", "Chyba ve faktuře"),
        ("Re: [#1042] Fwd: [#1042]  Chyba   ve faktuře", "Chyba ve faktuře"),
        ("Chyba [#1042] ve faktuře", "Chyba ve faktuře"),
        ("Regarding: the invoice", "Regarding: the invoice"),
        ("Reset: heslo", "Reset: heslo"),
        ("Invoice #123", "Invoice #123"),
        ("Re:", ""),
        ("", ""),
    ],
)
def test_stacked_prefixes_and_our_number_go(subject: str, left: str) -> None:
    """Mixtures of prefixes and our number are stripped; words that merely begin alike stay (B8)."""
    assert strip_subject(subject) == left
