"""A notice worded for a relay: cast from a mould where there is one, else rendered; the bytes are the same either way."""

from collections.abc import Mapping
from typing import NamedTuple

from maildesk.outbound.letter import Wire, ready
from maildesk.outbound.render import LAST_RESORT, LAYOUT, MOST_REMEMBERED, Dress, Wording, render
from maildesk.outbound.words.mould import Choice, Mould, Plan, cast, choices, marked, mould_of, plan_of

MOST_MOULDS = 256  # of one notice
_CANNOT = "no mould can be made"
_Key = tuple[tuple[Choice, ...], bool, bool]


class Spoken(NamedTuple):
    """What a notice says: `html` is None where the page would be too long."""

    language: str
    subject: str
    text: Wire
    html: Wire | None


class Notice(NamedTuple):
    """What is known of a notice in some languages: its language, its subject's template, its plan and its moulds.

    None stands for a mould that was wanted once.
    """

    language: str
    subject: str
    plan: Plan | None
    moulds: dict[_Key, Mould | str | None]


def speak(
    words: Wording,
    name: str,
    values: dict[str, str],
    languages: tuple[str, ...],
    *,
    scopes: tuple[str, ...] = (),
    dress: Dress | None = None,
) -> Spoken:
    """Word a notice, its language added to `values`; raises RenderError."""
    dress = dress or Dress()
    notice = find_notice(words, name, languages, scopes)
    values["language"] = notice.language
    mould = None
    if notice.plan is not None and not dress.marks and (wanted := choices(notice.plan, values)) is not None:
        mould = notice.moulds.get((wanted, dress.link, bool(dress.buttons)))
        if mould is None:
            mould = _make(words, name, values, languages, scopes, dress, wanted)
    made = (
        cast(mould, values, dress.buttons, link=dress.link, tidy=name != "reply") if isinstance(mould, Mould) else None
    )
    if made is not None:
        subject = " ".join(words.fill(notice.subject, values).split()) if notice.subject else ""
        return Spoken(notice.language, subject, *made)
    said = render(words, name, values, languages, scopes=scopes, dress=dress)
    return Spoken(said.language, said.subject, (ready(said.text),), (ready(said.html),) if said.html else None)


def find_notice(words: Wording, name: str, languages: tuple[str, ...], scopes: tuple[str, ...] = ()) -> Notice:
    """Give what is known of a notice; its templates are looked through once."""
    key = (name, languages, scopes)
    found = words.moulds.get(key)
    if isinstance(found, Notice):
        return found
    path = words.find(name, "txt", (*languages, LAST_RESORT), scopes)
    language = path.partition("/")[0]
    page = words.find(name, "html", (language,), scopes) or LAYOUT
    plan = plan_of(words.survey(path), words.survey(page))
    found = Notice(language, words.find(name, "subject", (language,), scopes), plan, {})
    if len(words.moulds) < MOST_REMEMBERED:
        words.moulds[key] = found
    return found


def _make(  # noqa: PLR0917 - all that a letter's words depend on
    words: Wording,
    name: str,
    values: Mapping[str, str],
    languages: tuple[str, ...],
    scopes: tuple[str, ...],
    dress: Dress,
    wanted: tuple[Choice, ...],
) -> Mould | None:
    """Make a mould for such values when they come a second time, since some come only once."""
    plan, moulds = find_notice(words, name, languages, scopes)[2:]
    key = (wanted, dress.link, bool(dress.buttons))
    if key not in moulds:
        while len(moulds) >= MOST_MOULDS:
            moulds.pop(next(iter(moulds)), None)
        moulds[key] = None
        return None
    made: Mould | None = None
    if plan is not None and (given := marked(plan, wanted, values)):
        marks = Dress(buttons=given.buttons if dress.buttons else "", link=dress.link)
        said = render(words, name, given.values, languages, scopes=scopes, dress=marks, page_values=given.page)
        made = mould_of(plan, wanted, said.language, said.text, said.html)
    moulds[key] = made or _CANNOT
    return made
