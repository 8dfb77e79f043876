"""Print how many inflected forms are found, next to substring search and Snowball alone: `python -m bench.words`.

With `--write` the table goes into docs/words.md; `--misses` lists what is not found.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from tests.unit.rules.inflected import Figures, figures, folded_substring, maildesk, misses, snowball, substring

PAGE = Path("docs/words.md")
HALVES = {"held out": "forms_held_out.txt", "tuned on": "forms_tuning.txt"}
LANGUAGES = {"cs": "Czech", "hr": "Croatian", "sk": "Slovak", "de": "German", "pl": "Polish"}
WAYS = {
    "substring": substring,
    "substring without accents": folded_substring,
    "Snowball alone": snowball,
    "maildesk": maildesk,
}
_HEAD = """# Words in all their forms

A rule that names `účet` means “v účtu”, “účtem” and, typed in a hurry, “uctu”. How often that works, measured on words of help-desk
mail in all their cases and persons; innocent neighbours are other words that begin alike (`účet`: úcta, účast, účel). The lists are
`tests/unit/rules/forms_tuning.txt` and `forms_held_out.txt`: whole words, of which every second in the order of a hash went to each
half before the first rule of inflection was written; nothing was tuned on the half held out. `python -m bench.words --write` writes
this page, and `tests/unit/rules/test_forms.py` fails when a figure falls.

Czech, Slovak, Croatian and Polish are inflected by tables of endings of our own (`maildesk/rules/inflection/`), other languages by
Snowball, which has no Slovak: its Czech stands in for it below. A verb is found in its persons, tenses and participles, but not
with another prefix: `zaplatit` is another word than `platit`.

**What is not found**: words that change within (`peníze`, peněz), most small forms (`kutija`, kutijica), and other forms of words
of up to three letters (`síť`), which are found as they stand. There a prefix helps; `maildesk words test peníze "vrácení peněz"`
shows the miss and proposes one.
"""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m bench.words", description=__doc__)
    options.add_argument("--write", action="store_true", help=f"write {PAGE}")
    options.add_argument("--misses", action="store_true", help="list the forms that are not found, of both halves")
    given = options.parse_args()
    page = "\n".join([_HEAD, *_table()]) + "\n"
    print(page)
    if given.misses:
        for half, file in HALVES.items():
            print(*(f"{half}: {' '.join(each)}" for each in misses(file, maildesk)), sep="\n")
    if given.write:
        PAGE.write_text(page, "utf-8")


def _table() -> Iterator[str]:
    yield f"| half | language | forms | neighbours | {' | '.join(WAYS)} |"
    yield f"|---|---|---:|---:|{'---:|' * len(WAYS)}"
    for half, file in HALVES.items():
        for language, name in LANGUAGES.items():
            found = [figures(file, language, way) for way in WAYS.values()]
            counts = f"{found[0].forms} | {found[0].others}"
            yield f"| {half} | {name} | {counts} | {' | '.join(map(_shown, found))} |"
    yield ""
    yield "Each cell: forms found as written / found when typed without accents · neighbours taken for a form."


def _shown(found: Figures) -> str:
    shares = " / ".join(f"{100 * count / found.forms:.1f} %" for count in (found.written, found.plain))
    return f"{shares} · {found.taken}"


if __name__ == "__main__":
    main()
