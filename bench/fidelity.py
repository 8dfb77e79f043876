"""Print how maildesk agrees with what other programs make of real mail, and with what right it differs: `make fidelity`.

Needs MAILDESK_CORPORA. With `--write` the table goes into docs/fidelity.md, too.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.corpora.fidelity import bounces, replies
from tests.corpora.fidelity.collections import COLLECTIONS, tally_of
from tests.corpora.fidelity.tally import Rate, Reasons, Tally, load_reasons

PAGE = Path("docs/fidelity.md")
_UNSEEN = "## Mail it was not built with"
_HEAD = """# Fidelity

How maildesk reads mail, compared with what other programs' own test suites expect, and with libraries that one could have
taken instead. `make fidelity ARGS=--write` writes this page; each difference has its reason in
`tests/corpora/fidelity/explained.yaml`, and a test fails when one is missing or no longer needed.
"""


def main() -> int:
    """Compare, print, and fail where a difference has no reason."""
    options = argparse.ArgumentParser(prog="python -m bench.fidelity", description=__doc__)
    options.add_argument("--write", action="store_true", help=f"write {PAGE}")
    options.add_argument("--differences", action="store_true", help="show every difference with both answers")
    given = options.parse_args()
    corpora = os.environ.get("MAILDESK_CORPORA", "")
    if not corpora:
        sys.exit("MAILDESK_CORPORA names no folder of real mails: there is nothing to compare with")
    reasons = load_reasons()
    tallies = [tally_of(name, Path(corpora)) for name in COLLECTIONS]
    rates = [*replies.rates(Path(corpora)), *bounces.rates(Path(corpora))]
    page = "\n".join([_HEAD, *_table(tallies, reasons), "", *_rates(rates), "", *_listed(tallies, reasons)]) + "\n"
    page += _by_hand(PAGE.read_text("utf-8") if PAGE.exists() else "")
    print(page)
    if given.differences:
        print("\n".join(_differences(tallies)))
    if given.write:
        PAGE.write_text(page, "utf-8")
    missing = [one for tally in tallies for one in reasons.unexplained(tally)]
    for one in missing:
        print(f"no reason: {one}", file=sys.stderr)
    return 1 if missing else 0


def _by_hand(page: str) -> str:
    """Keep the section about mail that is not at hand to be measured again."""
    _, heading, text = page.partition(_UNSEEN)
    return f"\n{heading}{text}" if heading else ""


def _table(tallies: list[Tally], reasons: Reasons) -> Iterator[str]:
    yield f"Measured {time.strftime('%Y-%m-%d')}. Where we differ: who is right, in our opinion."
    yield ""
    yield "| collection | question | agree | differ | maildesk is right | a matter of taste | they are right |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for tally in tallies:
        for what in sorted({*tally.same, *(one.what for one in tally.different)}):
            differ = [one for one in tally.different if one.what == what]
            right = Counter(reasons.verdict(tally.collection, one) for one in differ)
            shown = " | ".join(str(right[who] or "") for who in ("here", "equal", "there"))
            title = COLLECTIONS[tally.collection][0]
            yield f"| {title} | {what} | {tally.same[what]} | {len(differ) or ''} | {shown} |"


def _rates(rates: list[Rate]) -> Iterator[str]:
    yield "The same cases through libraries; the time is CPU time for one case, next to maildesk's."
    yield ""
    yield "| question | program | right | share | time, maildesk = 1 |"
    yield "|---|---|---:|---:|---:|"
    ours = {rate.question: rate.seconds for rate in rates if rate.program == "maildesk"}
    for rate in sorted(rates, key=lambda one: one.question):
        ratio = rate.seconds / ours[rate.question]
        yield f"| {rate.question} | {rate.program} | {rate.met} of {rate.asked} | {rate.share:.1%} | {ratio:.1f} |"


def _listed(tallies: list[Tally], reasons: Reasons) -> Iterator[str]:
    yield "Why we differ, and in how many answers:"
    yield ""
    count = Counter(
        name
        for tally in tallies
        for one in tally.different
        if (name := reasons.cases.get((tally.collection, one.what, one.file)))
    )
    titles = {"here": "maildesk is right", "equal": "a matter of taste", "there": "they are right"}
    for name, (right, why) in reasons.words.items():
        yield f"- {count[name]} × {name} ({titles[right]}): {why}"


def _differences(tallies: list[Tally]) -> Iterator[str]:
    for tally in tallies:
        for one in tally.different:
            yield f"{tally.collection} {one.what} {one.file}\n   ours   {one.ours!r}\n   theirs {one.theirs!r}"


if __name__ == "__main__":
    sys.exit(main())
