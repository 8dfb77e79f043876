"""An invitation or an answer is told in a few lines."""

import pytest

from maildesk.ingest.calendar import summarise
from maildesk.ingest.parse import parse_mail


def event(*lines: str, method: str = "REQUEST") -> str:
    """Write a calendar with one event."""
    return "\r\n".join(
        ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )


@pytest.mark.parametrize(
    ("calendar", "summary"),
    [
        (
            event(
                "SUMMARY:Porada\\, tým",
                "DTSTART;TZID=Europe/Prague:20261122T100000",
                "DTEND;TZID=Europe/Prague:20261122T113000",
                "LOCATION:Room 4",
            ),
            "[Invitation] Porada, tým\nWhen: 2026-11-22 10:00 (Europe/Prague) – 11:30\nWhere: Room 4",
        ),
        (
            event(
                "SUMMARY:Review",
                "DTSTART:20261122T090000Z",
                'ATTENDEE;CN="Horvat; Ana";PARTSTAT=ACCEPTED:mailto:ana@x.hr',
                method="REPLY",
            ),
            "[Answer to an invitation] Review\nWhen: 2026-11-22 09:00 (UTC)\nHorvat; Ana: accepted",
        ),
        (
            event(
                "SUMMARY:Fair",
                "DTSTART;VALUE=DATE:20261122",
                "ATTENDEE;PARTSTAT=DECLINED:MAILTO:Jan@x.cz",
                method="REPLY",
            ),
            "[Answer to an invitation] Fair\nWhen: 2026-11-22\njan@x.cz: declined",
        ),
        (
            event("SUMMARY:Stand-up", "DTSTART:20261122T090000Z", "RRULE:INTERVAL=1;FREQ=WEEKLY;COUNT=3", "LOCATION:4"),
            "[Invitation] Stand-up\nWhen: 2026-11-22 09:00 (UTC)\nRepeats: every week\nWhere: 4",
        ),
        (event("SUMMARY:x", "RRULE:FREQ=;"), "[Invitation] x"),
        (event("SUMMARY:Off", "STATUS:CANCELLED"), "[Cancelled] Off"),
        (event("SUMMARY:A very", "  long one"), "[Invitation] A very long one"),
        ("", ""),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR", ""),
        ("BEGIN:VEVENT", "[Calendar entry]"),
        (event("DTSTART:99999999T999999", "SUMMARY:\x1b[2Jx"), "[Invitation] [2Jx\nWhen: 9999-99-99 99:99"),
    ],
)
def test_summaries(calendar: str, summary: str) -> None:
    """What, when, where, who said what (B109)."""
    assert summarise(calendar) == summary


def test_the_summary_stands_below_the_text() -> None:
    """People read what the mail says first; a mail that only holds an invitation shows the invitation."""
    part = "--b\nContent-Type: text/calendar; charset=utf-8\n\n" + event("SUMMARY:Porada") + "--b--\n"
    head = "From: a@b.cz\nContent-Type: multipart/mixed; boundary=b\n\n"
    assert parse_mail((head + "--b\n\nPlease come.\n" + part).encode()).text == "Please come.\n\n[Invitation] Porada"
    assert parse_mail((head + part).encode()).text == "[Invitation] Porada"
    assert parse_mail((head + part).encode()).shown == "[Invitation] Porada"


def test_agents_read_what_an_invitation_is_about() -> None:
    """B109: the summary is shown below the author's words, and is none of them: nobody obeys or cuts it."""
    part = "--b\nContent-Type: text/calendar; charset=utf-8\n\n" + event("SUMMARY:Porada") + "--b--\n"
    head = "From: a@b.cz\nContent-Type: multipart/mixed; boundary=b\n\n"
    mail = parse_mail((head + "--b\n\nPlease come.\n-- \nAnna\n" + part).encode())
    assert mail.words == "Please come."
    assert mail.shown == "Please come.\n\n[Invitation] Porada"
