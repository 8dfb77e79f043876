"""Tell answers between quotes, which keep the quotes, from an answer above or below one."""

from dataclasses import dataclass
from itertools import pairwise

from maildesk.ingest.quoting.labels import Lines, Part
from maildesk.ingest.quoting.signature import cut_signature
from maildesk.model.reason import Reason
from maildesk.model.why import Why


@dataclass(slots=True)
class _Run:
    """Neighbouring lines of one part, blank lines aside."""

    own: bool
    start: int
    end: int
    introduced: bool = False

    def is_single_line(self, lines: list[str]) -> bool:
        """Tell one ">" line without attribution: that is no quote ("Settings > Network" was broken there)."""
        return not self.introduced and self.end - self.start == 1 and lines[self.start].lstrip().startswith(">")


def _runs(page: Lines) -> list[_Run]:
    runs: list[_Run] = []
    part: Part | None = None
    start = end = 0
    introduced = announced = False
    for at, (label, head) in enumerate(zip(page.labels, page.heads, strict=True)):
        if not head or (label is not Part.OWN and label is not Part.QUOTE):
            announced = announced or label is Part.INTRO
        elif label is part and not announced:
            end = at + 1
        else:
            if part:
                runs.append(_Run(part is Part.OWN, start, end, introduced))
            part, start, end, introduced, announced = label, at, at + 1, announced, False
    if part:
        runs.append(_Run(part is Part.OWN, start, end, introduced))
    return runs


def decide_interleaved(page: Lines, why: list[Why]) -> None:
    """Give quotes back to their author where answers stand between them.

    A quote with an attribution and one text below it is an answer at the bottom: the quote goes. Several quotes with a text below
    each, a text between two quotes, or a quote that somebody made by hand (no attribution) above a text: the quotes stay.
    """
    if page.is_all_own:
        return
    lines, labels = page.texts, page.labels
    _mend_wrapped(page)
    runs = _runs(page)
    quotes = [run for run in runs if not run.own]
    if len(quotes) == 1 and quotes[0].is_single_line(lines):
        labels[quotes[0].start] = Part.OWN
    answered = [
        at
        for at, (run, after) in enumerate(pairwise(runs))
        if not run.own and after.own and not _is_footer(lines, after)
    ]
    if not answered:
        return
    inside = any(not run.own and not run.introduced and _has_words(lines, run) for run in runs[answered[-1] + 2 :])
    if len(answered) > 1 or inside or not runs[answered[0]].introduced:
        for at in answered:
            start = runs[at - 1].end if at and not runs[at].introduced else runs[at].start
            labels[start : runs[at + 1].start] = [Part.OWN] * (runs[at + 1].start - start)
        why.append(Why(Reason.QUOTE_KEPT, f"{len(answered)} answered"))


def _mend_wrapped(page: Lines) -> None:
    """Take back a piece of a quoted link that was broken onto a line without quote mark."""
    labels = page.labels
    for at, (above, here, below) in enumerate(zip(labels, labels[1:], labels[2:]), 1):  # noqa: B905 - three by three
        if here is Part.OWN and above is Part.QUOTE and below is Part.QUOTE and page.heads[at]:
            link, line = page.texts[at - 1][:2000], page.texts[at].lstrip()
            open_link = "http" in link and (link.count("(") > link.count(")") or link.count("<") > link.count(">"))
            if open_link or line.startswith(("(http", "<http", "<mailto")):
                labels[at] = Part.QUOTE


def _is_footer(lines: list[str], run: _Run) -> bool:
    return cut_signature(lines[run.start : run.end], whole=True) == 0


def _has_words(lines: list[str], run: _Run) -> bool:
    """Tell whether a quote says more than a signature."""
    content = [line.lstrip("> \t") for line in lines[run.start : run.end]]
    content = [line for line in content if line.strip()]
    return bool(content) and cut_signature(["", *content], whole=True) > 1
