"""Requesters' short answers and agents' answers to our questions."""

import pytest

from maildesk.commands import Said, read_answer, read_requester

from .desk import PHRASES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SOLVED", Said.SOLVED),
        ("vyřešeno.", Said.SOLVED),
        ("Riješeno!", Said.SOLVED),
        ("Vyřešeno, děkuji", Said.SOLVED),
        ("Problem solved, thank you!", Said.SOLVED),
        ("not solved", None),
        ("Není vyřešeno", None),
        ("Solved?", None),
        ("Solved for the printer, but the scanner is still dead", None),
        ("STATUS", Said.STATUS),
        ("Stav?", Said.STATUS),
        ("stanje", Said.STATUS),
        ("The status light is red", None),
        ("STOP", Said.STOP),
        ("odjava", Said.STOP),
        ("Stop?", None),
        ("stop the machine", None),
        ("Thanks", Said.THANKS),
        ("Thank you very much!", Said.THANKS),
        ("Děkuji moc za rychlou pomoc", Said.THANKS),
        ("Hvala lijepa na brzoj pomoći", Said.THANKS),
        ("Dobrý den,\nděkuji.\nS pozdravem", Said.THANKS),
        ("👍", Said.THANKS),
        ("Díky 🙏🏽", Said.THANKS),
        ("Thanks, but it is still broken", None),
        ("Thanks, please help", None),
        ("Thanks. Can you call me?", None),
        ("Hvala, a kada?", None),
        ("thanks thanks thanks thanks thanks thanks thanks thanks thanks", None),
        ("Dobrý den", None),
        ("😡", None),
        ("Hvala 😡", None),
        ("", None),
        ("?", None),
        ("thanks " * 100_000, None),
    ],
)
def test_short_answers(text: str, said: Said | None) -> None:
    """Only a mail that says nothing else is SOLVED, STATUS, STOP or thanks; a question never is thanks."""
    assert read_requester(text, PHRASES) is said


def test_the_author_may_sign_thanks() -> None:
    """The author's own name below does not turn thanks into a request; another name does."""
    assert read_requester("Thanks!\nJana Nová", PHRASES, author="Jana Nová") is Said.THANKS
    assert read_requester("Thanks!\nPetr", PHRASES, author="Jana Nová") is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("#yes", "yes"),
        ("yes", "yes"),
        ("YES.", "yes"),
        ("Ano, děkuji", "yes"),
        ("#da", "yes"),
        ("#no", "no"),
        ("ne", "no"),
        ("#new", "new"),
        ("#ok", "ok"),
        ("Send as is", "ok"),
        ("u redu", "ok"),
        ("#drop", "drop"),
        ("#yes\nHe is the new accountant.", "yes"),
        ("He is the new accountant.\n\n#yes", "yes"),
        ("Yes\n\nAna", "yes"),
        ("*#yes*", "yes"),
        ("#yes\n#no", None),
        ("Yes, but ask him first who he is", None),
        ("Yes?", None),
        ("Ok.\n\nI have looked at it again and would not send this mail to him as it is.", None),
        ("I know him.", None),
        ("#note", None),
        ("text\n#yes\ntext", None),
        ("", None),
        ("yes " * 100_000, None),
    ],
)
def test_answers_to_a_question_of_ours(text: str, answer: str | None) -> None:
    """yes, no, new, ok and drop are understood with or without `#`; anything that is not clear is no answer."""
    assert read_answer(text, PHRASES) == answer
