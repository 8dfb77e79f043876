"""Count where another program agrees; a disagreement needs a reason in explained.yaml, and a reason needs a disagreement."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

EXPLAINED = Path(__file__).with_name("explained.yaml")


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is not the same."""

    file: str
    what: str
    ours: object
    theirs: object


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a program meets one kind of expectation, and how long it takes for one case."""

    question: str
    program: str
    met: int
    asked: int
    seconds: float

    @property
    def share(self) -> float:
        """Give the share of expectations that are met."""
        return self.met / self.asked


@dataclass(slots=True)
class Tally:
    """What one collection of expectations says to what maildesk says."""

    collection: str
    same: Counter[str] = field(default_factory=Counter)
    different: list[Difference] = field(default_factory=list)

    def compare(self, file: str, what: str, ours: object, theirs: object) -> None:
        """Compare one answer about one mail."""
        if ours == theirs:
            self.same[what] += 1
        else:
            self.different.append(Difference(file, what, ours, theirs))

    def score(self, what: str) -> tuple[int, int]:
        """Give how many answers to one question are the same, of how many."""
        differ = sum(one.what == what for one in self.different)
        return self.same[what], self.same[what] + differ


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why we differ: for each (collection, what, file) the name of a reason; each reason says who is right, and why."""

    words: dict[str, tuple[str, str]]
    """Name of a reason to who is right (`here`, `equal`, `there`) and why."""
    cases: dict[tuple[str, str, str], str]

    def verdict(self, collection: str, difference: Difference) -> str:
        """Say who is right about a difference, "" if nobody has explained it."""
        name = self.cases.get((collection, difference.what, difference.file), "")
        return self.words[name][0] if name else ""

    def unexplained(self, tally: Tally) -> list[Difference]:
        """List the differences that nobody has explained."""
        return [one for one in tally.different if not self.verdict(tally.collection, one)]

    def vanished(self, tally: Tally) -> list[tuple[str, str]]:
        """List the explanations of this collection that explain nothing any more."""
        differ = {(one.what, one.file) for one in tally.different}
        return [
            (what, file) for where, what, file in self.cases if where == tally.collection and (what, file) not in differ
        ]


def load_reasons(path: Path = EXPLAINED) -> Reasons:
    """Read the explanations: `reasons` by name, then collection, what, file, each with the name of its reason."""
    data: dict[str, Any] = YAML(typ="safe").load(path.read_text("utf-8"))
    words = {name: (entry["right"], entry["why"]) for name, entry in data.pop("reasons").items()}
    cases = {
        (collection, what, file): name
        for collection, whats in data.items()
        for what, files in whats.items()
        for file, name in files.items()
    }
    return Reasons(words, cases)
