"""Load a policy: read every file, check everything, and give the policy whole, or all that is wrong with it.

Files that are not there are taken from those shipped with the program (words, phrases, templates: file by file) or mean
nothing (no calendar is always open, no SLA promises no date). Reads files; everything else in this room is pure.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from maildesk.rules.compiled import compiled
from maildesk.rules.policy import Policy
from maildesk.rules.reading.articles import KB, article_name
from maildesk.rules.reading.canned import CANNED
from maildesk.rules.reading.whole import DESK, FILES, TEMPLATES, read_policy
from maildesk.settings import Settings, shipped_dir
from maildesk.yaml_file import ERROR, WARNING, Problem, Problems, read_yaml, suggest
from maildesk.yaml_file import Mapping as YamlMapping
from maildesk.yaml_file import Sequence as YamlSequence
from maildesk.yaml_file.compose import MAX_BYTES
from maildesk.yaml_file.take import Place

SETTINGS = "maildesk.yaml"
MAX_FILES = 2000
FALL_BACK = ("words.yaml", "phrases.yaml")
FOLDERS = ("rules", "tests")


class BadTexts(ValueError):
    """Stored texts that this version of the program cannot make a policy of; `problems` say why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.file}:{p.line}: {p.text}" for p in problems[:3]))
        self.problems = problems


def load_policy(config_dir: Path, templates_dir: Path, settings: Settings) -> tuple[Policy | None, tuple[Problem, ...]]:
    """Load the policy of a configuration directory; None if any problem is an error."""
    problems = Problems()
    texts = read_texts(config_dir, templates_dir, settings, problems)
    policy = read_policy(texts, problems, digest=digest_of(texts))
    _check_mailboxes(config_dir / SETTINGS, settings, policy, problems)
    if not problems.has_errors:
        compiled(policy)  # here, where it may take its time, and not at the first mail
    return (None if problems.has_errors else policy), problems.sorted()


def load_policy_texts(texts: Mapping[str, str], settings: Settings | None = None) -> Policy:
    """Make a policy of stored texts; raises BadTexts. `settings` stand in for what texts of old do not say."""
    problems = Problems()
    complete = dict(texts)
    if DESK not in complete and settings is not None:
        complete[DESK] = desk_text(settings, ())
    policy = read_policy(complete, problems, digest=digest_of(texts))
    if problems.has_errors:
        raise BadTexts(tuple(p for p in problems.sorted() if p.severity == ERROR))
    return policy


def digest_of(texts: Mapping[str, str]) -> str:
    """Name a policy by all its texts (SHA-256, hex)."""
    whole = hashlib.sha256()
    for name, text in sorted(texts.items()):
        for part in (name.encode(), text.encode()):
            whole.update(len(part).to_bytes(8, "big"))
            whole.update(part)
    return whole.hexdigest()


def desk_text(settings: Settings, articles: tuple[str, ...] | None) -> str:
    """Write down what of maildesk.yaml the rules depend on, so that a stored policy is complete."""
    desk = {
        "languages": settings.desk.languages,
        "timezone": settings.desk.timezone,
        "addresses": settings.own_addresses,
        "articles": articles,
    }
    return json.dumps(desk, ensure_ascii=False, sort_keys=True)


def read_texts(config_dir: Path, templates_dir: Path, settings: Settings, problems: Problems) -> dict[str, str]:
    """Read all files of a policy by their names; what cannot be read is reported."""
    texts = dict(_own_files(config_dir, problems))
    for name in FALL_BACK:
        if name not in texts and (text := _read(shipped_dir("config") / name, name, problems)) is not None:
            texts[name] = text
    for folder_name in (CANNED, KB):
        texts |= _markdown(config_dir / folder_name, folder_name, problems)
    for folder in (shipped_dir("templates"), templates_dir):
        texts |= _templates(folder, problems)
    texts[DESK] = desk_text(settings, _articles(config_dir / "kb"))
    return texts


def _own_files(config_dir: Path, problems: Problems) -> Iterator[tuple[str, str]]:
    count = 0
    for path in _yaml_files(config_dir, problems):
        name = path.relative_to(config_dir).as_posix()
        if name == SETTINGS:
            continue
        if "/" not in name and name not in FILES:
            close = suggest(name, (*FILES, SETTINGS))
            problems.add(
                Problem(name, 0, 0, WARNING, "is not a file of maildesk", hint=close if "did you" in close else "")
            )
            continue
        count += 1
        if count > MAX_FILES:
            problems.add(Problem(name, 0, 0, ERROR, f"more than {MAX_FILES} files"))
            return
        if (text := _read(path, name, problems)) is not None:
            yield name, text


def _yaml_files(config_dir: Path, problems: Problems) -> Iterator[Path]:
    """List the YAML files of the directory and of rules/ and tests/, in name order; hidden and backup files do not count."""
    for folder in (config_dir, *(config_dir / name for name in FOLDERS)):
        if not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or not path.is_file():
                continue
            if path.suffix == ".yaml":
                yield path
            elif path.suffix == ".yml":
                name = path.relative_to(config_dir).as_posix()
                problems.add(Problem(name, 0, 0, WARNING, "is not read", hint="its name must end in .yaml"))


def _templates(folder: Path, problems: Problems) -> dict[str, str]:
    """Read a folder of templates by their paths below it."""
    found: dict[str, str] = {}
    if not folder.is_dir():
        return found
    for path in sorted(folder.rglob("*.j2")):
        name = TEMPLATES + path.relative_to(folder).as_posix()
        if not path.name.startswith(".") and path.is_file() and (text := _read(path, name, problems)) is not None:
            found[name] = text
    return found


def _markdown(folder: Path, prefix: str, problems: Problems) -> dict[str, str]:
    """Read a folder of canned answers or articles."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else ():
        name = prefix + path.name
        if path.name.startswith(".") or path.name == "README.md" or not path.is_file():
            continue
        if len(found) >= MAX_FILES:
            problems.add(Problem(name, 0, 0, ERROR, f"more than {MAX_FILES} files"))
            break
        if (text := _read(path, name, problems)) is not None:
            found[name] = text.replace("\r\n", "\n")
    return found


def _articles(folder: Path) -> tuple[str, ...] | None:
    """List the names of the knowledge base's articles; None if there is none."""
    if not folder.is_dir():
        return None
    files = (path.name for path in folder.glob("*.md") if not path.name.startswith(".") and path.name != "README.md")
    return tuple(sorted({article_name(name) for name in files}))


def _read(path: Path, name: str, problems: Problems) -> str | None:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) <= MAX_BYTES:
            return raw.decode("utf-8-sig")
        problems.add(Problem(name, 0, 0, ERROR, f"the file is larger than {MAX_BYTES // 1_000_000} MB"))
    except OSError as trouble:
        problems.add(Problem(name, 0, 0, ERROR, f"cannot be read: {trouble.strerror}"))
    except UnicodeDecodeError as trouble:
        line = trouble.object.count(b"\n", 0, trouble.start) + 1
        problems.add(Problem(name, line, 1, ERROR, "is not UTF-8 text", hint="save the file as UTF-8"))
    return None


def _check_mailboxes(path: Path, settings: Settings, policy: Policy, problems: Problems) -> None:
    """The teams of maildesk.yaml's mailboxes must stand in teams.yaml."""
    teams = policy.people.teams
    missing = [box.team for box in settings.mailboxes if box.team and box.team not in teams]
    if not teams or not missing:
        return
    try:
        node, source = read_yaml(SETTINGS, path.read_text("utf-8-sig"), Problems())
    except (OSError, UnicodeDecodeError):
        node, source = None, None
    boxes = node.find("mailboxes") if isinstance(node, YamlMapping) else None
    for box in boxes.items if isinstance(boxes, YamlSequence) else ():
        team = box.find("team") if isinstance(box, YamlMapping) else None
        text = getattr(team, "text", "")
        if team is not None and source is not None and text and text not in teams:
            Place(source, problems).error(team, f"no team “{text}” in teams.yaml", suggest(text, teams))
            missing = [name for name in missing if name != text]
    for name in missing:
        problems.add(Problem(SETTINGS, 0, 0, ERROR, f"no team “{name}” in teams.yaml", hint=suggest(name, teams)))
