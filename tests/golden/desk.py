"""The desk that a golden case plays on: the shipped rules and templates, a key that is always the same, a real SQLite store."""

import functools
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from maildesk.decide import Desk
from maildesk.rules.load import load_policy
from maildesk.rules.policy import Policy
from maildesk.settings import Settings, shipped_dir
from maildesk.settings.load import read_settings
from maildesk.store.db import Store
from maildesk.tokens import Keys
from maildesk.yaml_file import Problems

_USUAL = {
    "desk": {
        "name": "Demo podpora",
        "domain": "demo.test",
        "languages": ["en", "cs", "hr"],
        "timezone": "Europe/Prague",
        "admins": ["admin@demo.test"],
    },
    "mailboxes": [{"address": "support@demo.test", "aliases": ["help@demo.test"], "team": "l1"}],
    "relay": {"host": "127.0.0.1", "port": "25"},
}


def build_desk(different: dict[str, Any]) -> Desk:
    """Make the usual desk with what a case's desk.yaml wants different: `settings` to merge, `files` below config/."""
    return _build(json.dumps(different, sort_keys=True))


@functools.cache
def _build(different: str) -> Desk:
    wanted = json.loads(different)
    settings = _settings(wanted.get("settings", {}))
    policy = _policy(settings, wanted.get("files", {}))
    return Desk(settings, policy, Keys.from_secret(bytes(32), settings.desk.domain))


def _settings(changes: dict[str, Any]) -> Settings:
    problems = Problems()
    settings = read_settings("maildesk.yaml", json.dumps(_merged(_USUAL, changes)), problems)
    assert settings is not None, problems.sorted()
    assert not problems.has_errors, problems.sorted()
    return settings


def _merged(usual: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Lay changes over what is usual; lists are replaced as a whole."""
    merged = dict(usual)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _policy(settings: Settings, files: dict[str, str]) -> Policy:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        shutil.copytree(shipped_dir("config"), config)
        for name, text in files.items():
            (config / name).parent.mkdir(parents=True, exist_ok=True)
            (config / name).write_text(text, encoding="utf-8")
        policy, problems = load_policy(config, shipped_dir("templates"), settings)
    assert policy is not None, "\n".join(map(str, problems))
    assert not [p for p in problems if p.severity == "error"], "\n".join(map(str, problems))
    return policy


def open_store(template: Path, folder: Path) -> Store:
    """Open a fresh SQLite store: a copy of one that is migrated already, which saves half a second."""
    if not template.exists():
        Store.open(f"sqlite:///{template}", template.parent).close()
    path = folder / "maildesk.db"
    shutil.copyfile(template, path)
    return Store.open(f"sqlite:///{path}", folder)
