"""Run the cases written beside the rules, and show the failures so that the rule to blame can be seen."""

import datetime as dt
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maildesk.cli.options import config_option
from maildesk.cli.say import Exit, say, tell

if TYPE_CHECKING:
    from maildesk.rules.selftest import Outcome

WIDTH = 80


@click.command()
@config_option
@click.option(
    "--junit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write JUnit XML to FILE."
)
@click.option("-v", "--verbose", is_flag=True, help="Name every case.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
def command(config_dir: Path, junit: Path | None, files: tuple[str, ...], *, verbose: bool) -> None:
    """Run the cases of tests/*.yaml against the rules; with FILEs, only theirs.

    The status is 1 if a case fails, or if the configuration has errors.
    """
    from maildesk.proof import read_case_mail, read_whole
    from maildesk.rules.selftest import run_tests
    from maildesk.yaml_file import print_problems

    now = dt.datetime.now(dt.UTC)
    proof = read_whole(config_dir, now.date())
    if proof.policy is None:
        say(print_problems(proof.errors, "No case was run."))
        sys.exit(int(Exit.NO))
    wanted = {Path(name).name for name in files}
    cases = tuple(case for case in proof.cases if not wanted or Path(case.file).name in wanted)
    started = time.perf_counter()
    outcomes = run_tests(proof.policy, cases, now, lambda name: read_case_mail(config_dir, name))
    took = time.perf_counter() - started
    say(report(outcomes, took, verbose=verbose))
    if junit is not None:
        junit.write_bytes(junit_xml(outcomes, took))
        tell(f"written: {junit}")
    sys.exit(int(Exit.FINE if all(outcome.passed for outcome in outcomes) else Exit.NO))


def report(outcomes: "Sequence[Outcome]", took: float, *, verbose: bool = False) -> str:
    """Print the outcomes as pytest would."""
    lines: list[str] = []
    for file in dict.fromkeys(outcome.file for outcome in outcomes):
        those = [outcome for outcome in outcomes if outcome.file == file]
        if verbose:
            lines += [f"{file}::{outcome.name} {'PASSED' if outcome.passed else 'FAILED'}" for outcome in those]
        else:
            lines.append(f"{file} {''.join('.' if outcome.passed else 'F' for outcome in those)}")
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if failed:
        lines += ["", " FAILURES ".center(WIDTH, "=")]
    for outcome in failed:
        lines += [f" {outcome.name} ".center(WIDTH, "_"), f"{outcome.file}:{outcome.line}", *_explained(outcome), ""]
    passed = len(outcomes) - len(failed)
    parts = [f"{len(failed)} failed"] * bool(failed) + [f"{passed} passed"] * bool(passed or not failed)
    return "\n".join([*lines, f" {', '.join(parts)} in {took:.2f}s ".center(WIDTH, "=")])


def _explained(outcome: "Outcome") -> list[str]:
    """List what failed, and the rules that made it so."""
    lines = [f"E   {failure}" for failure in outcome.failures]
    for trace in outcome.routing.traces if outcome.routing else ():
        if trace.matched:
            done = [f"{field}={value}" for field, value in trace.set.items()]
            done += [f"{field}={value}" for field, value in trace.ignored.items()]
            lines.append(f"    ✓ {trace.name}   ({trace.file}:{trace.line})")
            lines += [f"        {trace.why}", *(f"        → {each}" for each in done)]
    return lines if any("✓" in line for line in lines) else [*lines, "    no rule matched"]


def junit_xml(outcomes: "Sequence[Outcome]", took: float) -> bytes:
    """Write the outcomes as JUnit XML."""
    from xml.etree import ElementTree as ET

    failed = sum(not outcome.passed for outcome in outcomes)
    counts = {"tests": str(len(outcomes)), "failures": str(failed), "errors": "0", "time": f"{took:.3f}"}
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", {"name": "maildesk rules", "skipped": "0", **counts})
    for outcome in outcomes:
        place = {"classname": outcome.file, "file": outcome.file, "line": str(outcome.line)}
        case = ET.SubElement(suite, "testcase", {"name": outcome.name, **place})
        if not outcome.passed:
            failure = ET.SubElement(case, "failure", {"message": outcome.failures[0]})
            failure.text = "\n".join(_explained(outcome))
    ET.indent(suites)
    return bytes(ET.tostring(suites, encoding="utf-8", xml_declaration=True))
