"""Say in a few lines what a calendar part is about: what, when, where, and who answered how (RFC 5545, RFC 5546)."""

import re

from maildesk.ingest.mime.encoded_words import showable

_LINES = 2000
_SHOWN = 300
_PEOPLE = 10
_WANTED = frozenset({"SUMMARY", "DTSTART", "DTEND", "LOCATION", "STATUS", "METHOD", "ATTENDEE", "ORGANIZER", "RRULE"})
_METHODS = {
    "REQUEST": "Invitation",
    "REPLY": "Answer to an invitation",
    "CANCEL": "Cancelled",
    "COUNTER": "Another time is proposed",
    "PUBLISH": "Calendar entry",
}
_ANSWERS = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "accepted tentatively",
    "DELEGATED": "delegated",
}
_REPEATS = {"DAILY": "every day", "WEEKLY": "every week", "MONTHLY": "every month", "YEARLY": "every year"}
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?$")
_ESCAPED = {"\\n": " ", "\\N": " ", "\\,": ",", "\\;": ";", "\\\\": "\\"}
_PARAMETER = re.compile(r';([A-Za-z-]+)=("[^"]*"|[^;:"]*)')


def summarise(text: str) -> str:
    """Put the first event of a calendar part into words, "" if there is none."""
    unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    found: dict[str, list[tuple[dict[str, str], str]]] = {}
    inside = False
    for line in unfolded.split("\n", _LINES)[:_LINES]:
        name, params, value = _property(line[:2000])
        if (name, value) in (("BEGIN", "VEVENT"), ("BEGIN", "VTODO")):
            inside = True
        elif (name, value) in (("END", "VEVENT"), ("END", "VTODO")):
            break
        elif name in _WANTED and (inside or name == "METHOD"):
            found.setdefault(name, []).append((params, value))
    return "\n".join(_sentences(found)) if inside else ""


def _property(line: str) -> tuple[str, dict[str, str], str]:
    """Split `NAME;PARAM=x:value`; a colon inside quotes does not end the parameters."""
    name_end = next((at for at, char in enumerate(line) if char in ";:"), len(line))
    params: dict[str, str] = {}
    at = name_end
    while match := _PARAMETER.match(line, at):
        params[match.group(1).upper()] = match.group(2).strip('"')
        at = match.end()
    return line[:name_end].strip().upper(), params, line[at + 1 :].strip() if line[at : at + 1] == ":" else ""


def _sentences(found: dict[str, list[tuple[dict[str, str], str]]]) -> list[str]:
    def first(name: str) -> tuple[dict[str, str], str]:
        return found.get(name, [({}, "")])[0]

    cancelled = first("STATUS")[1].upper() == "CANCELLED"
    what = "Cancelled" if cancelled else _METHODS.get(first("METHOD")[1].upper(), "Calendar entry")
    lines = [f"[{what}] {_plain(first('SUMMARY')[1])}".rstrip()]
    start, end = _when(*first("DTSTART")), _when(*first("DTEND"))
    if start:
        # The end of a meeting on the same day needs no date, nor the zone twice.
        lines.append(f"When: {start}" + (f" – {_shorter(end, start)}" if end and end != start else ""))
    if repeats := _REPEATS.get(first("RRULE")[1].upper().partition("FREQ=")[2].partition(";")[0]):
        lines.append(f"Repeats: {repeats}")
    if first("LOCATION")[1]:
        lines.append(f"Where: {_plain(first('LOCATION')[1])}")
    for params, value in found.get("ATTENDEE", [])[:_PEOPLE]:
        answer = _ANSWERS.get(params.get("PARTSTAT", "").upper())
        if answer:
            who = params.get("CN") or value.lower().removeprefix("mailto:")
            lines.append(f"{_plain(who)}: {answer}")
    return lines


def _plain(value: str) -> str:
    return showable(re.sub(r"\\[nN,;\\]", lambda match: _ESCAPED[match.group()], value))[:_SHOWN].strip()


def _when(params: dict[str, str], value: str) -> str:
    match = _TIME.match(value)
    if match is None:
        return ""
    year, month, day, hour, minute, utc = match.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    zone = "UTC" if utc else _plain(params.get("TZID", ""))
    return f"{year}-{month}-{day} {hour}:{minute}" + (f" ({zone})" if zone else "")


def _shorter(end: str, start: str) -> str:
    zone = end.partition(" (")[1] + end.partition(" (")[2]
    if zone and start.endswith(zone):
        end = end.removesuffix(zone)
    return end.removeprefix(start[:11]) if end[:11] == start[:11] and len(end) > 11 else end
