"""Decide again from what is stored: the same snapshot and the same policy must give the same actions."""

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from maildesk.cli.opening import open_or_complain, read_policy
from maildesk.cli.say import Exit, nothing_found, say, say_json
from maildesk.daemon import Office
from maildesk.daemon.intake import unreadable
from maildesk.decide import Desk, decide
from maildesk.explain import Told
from maildesk.ingest.parse import parse_mail
from maildesk.model.decision import Decision
from maildesk.model.mail import Mail
from maildesk.model.reason import Reason
from maildesk.model.snapshot import Snapshot
from maildesk.rules.load import BadTexts
from maildesk.store import recall
from maildesk.store.apply import without_mail_text
from maildesk.store.recall import Stored

_WITH_ENVELOPE = ("smtp", "lmtp", "pipe")
_UNREADABLE = "unreadable"


class NotReplayable(Exception):
    """What a decision was made of is not there any more; the text says what."""


class Replayed(NamedTuple):
    """What came of one decision: `difference` is a unified diff of its actions, "" if they are the same; `problem` why not."""

    stored: Stored
    difference: str = ""
    problem: str = ""


def replay_stored(what: str, config_dir: Path, data_dir: Path, *, as_json: bool) -> Exit:
    """Replay every decision about a ticket or mail, and say how each came out."""
    office = open_or_complain(config_dir, data_dir, activate=False)
    try:
        found = office.store.read(lambda db: recall.find_stored(db, what))
        if not found:
            nothing_found(what)
        replayed = [replay(stored, office) for stored in found]
    finally:
        office.store.close()
    for one in replayed:
        _print(one, as_json=as_json)
    return Exit.NO if any(one.difference or one.problem for one in replayed) else Exit.FINE


def by_other_rules(
    what: str, config_dir: Path, data_dir: Path, policy_dir: Path
) -> Iterator[tuple[Told, dict[str, list[str]]]]:
    """Decide what is stored by the rules of another configuration, and say where that comes out differently."""
    office = open_or_complain(config_dir, data_dir, activate=False)
    try:
        policy = read_policy(policy_dir, office.settings)
        found = office.store.read(lambda db: recall.find_stored(db, what))
        if not found:
            nothing_found(what)
        for stored in found:
            try:
                snapshot = complete(stored, office)
            except NotReplayable as problem:
                say(f"{stored.snapshot.cause.key}: {problem}")
                continue
            again = decide(snapshot, Desk(office.settings, policy, office.keys))
            told = Told(again, snapshot, stored.ticket, office.settings.desk.timezone, policy=policy)
            yield told, {"By the rules of then": changes(stored.decision, again) or ["the same"]}
    finally:
        office.store.close()


def changes(then: Decision, now: Decision) -> list[str]:
    """List the fields of the result that come out differently: `team       l1, now billing`."""
    fields = dict.fromkeys((*then.result, *now.result))
    pairs = ((field, then.result.get(field, ""), now.result.get(field, "")) for field in fields)
    return [f"{field:<9} {was or 'nothing'}, now {comes or 'nothing'}" for field, was, comes in pairs if was != comes]


def replay(stored: Stored, office: Office) -> Replayed:
    """Decide again with the stored policy, and compare."""
    try:
        desk = office.keeper.desk_with(stored.policy)
        snapshot = complete(stored, office)
        again = decide(snapshot, desk)
    except NotReplayable as problem:
        return Replayed(stored, problem=str(problem))
    except (KeyError, BadTexts):
        return Replayed(
            stored, problem=f"its policy {stored.policy[:12]} is not stored, or this version cannot read it"
        )
    return Replayed(stored, difference=difference(stored.decision, again, snapshot.mail))


def complete(stored: Stored, office: Office) -> Snapshot:
    """Put back what is not stored twice: texts from the timeline, and the mail's from its raw bytes."""
    if any(why.reason is Reason.ERASED for why in stored.decision.why):
        raise NotReplayable("what it knew was erased")
    snapshot = office.store.read(lambda db: recall.refill(db, stored))
    original = None
    if hold := snapshot.hold:
        raw = office.store.read(lambda db: recall.held_raw(db, hold.id))
        original = parse_mail(raw) if raw is not None else None
    return msgspec.structs.replace(snapshot, mail=_mail(snapshot, office), original=original)


def _mail(snapshot: Snapshot, office: Office) -> Mail | None:
    """Read the words of the mail again; all else is as it was understood then."""
    mail = snapshot.mail
    if mail is None:
        return None
    if _UNREADABLE in mail.defects and mail.kind_why:
        return unreadable(snapshot.journal_id, mail.kind_why[0].text, snapshot.envelope.mail_from)
    raw = office.store.read(lambda db: recall.raw_mail(db, snapshot.journal_id))
    if raw is None:
        raise NotReplayable("its mail is not stored any more")
    read = parse_mail(raw, snapshot.envelope.mail_from if snapshot.source in _WITH_ENVELOPE else None)
    return msgspec.structs.replace(
        mail,
        text=read.text,
        new_text=read.new_text,
        event=read.event,
        headers=read.headers,
        forwarded=read.forwarded,
    )


def difference(stored: Decision, again: Decision, mail: Mail | None = None) -> str:
    """Compare what was done with what would be done; the mail's own words are not stored with a decision."""
    then, now = _lines(stored), _lines(without_mail_text(again, mail))
    return "\n".join(difflib.unified_diff(then, now, "stored", "decided again", lineterm=""))


def _lines(decision: Decision) -> list[str]:
    whole = {"ticket": decision.ticket, "actions": decision.actions, "result": decision.result}
    plain = msgspec.json.decode(json.dumps(msgspec.to_builtins(whole)).encode("utf-8", "replace"))
    return json.dumps(plain, indent=1, ensure_ascii=False).splitlines()


def _print(one: Replayed, *, as_json: bool) -> None:
    cause = one.stored.snapshot.cause.key
    same = not one.difference and not one.problem
    if as_json:
        say_json(
            {"cause": cause, "ticket": one.stored.ticket, "same": same, "problem": one.problem, "diff": one.difference}
        )
    elif same:
        say(f"{cause}: the same")
    else:
        say(f"{cause}: {one.problem or 'comes out differently'}")
        if one.difference:
            say(one.difference)
