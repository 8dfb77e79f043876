"""Load maildesk.yaml: every key checked, every problem named with its line and column, or settings one can rely on."""

import datetime as dt
import importlib.util
import ipaddress
from pathlib import Path

from maildesk.settings.values import Imap, Relay, Settings
from maildesk.yaml_file import WARNING, Mapping, Node, Problem, Problems, Scalar, Sequence, read_yaml
from maildesk.yaml_file.take import Place, take_struct

LONGEST_SEND_DELAY = dt.timedelta(minutes=10)
SHORTEST_ALARM = dt.timedelta(minutes=1)


def load_settings(path: Path) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Read and check maildesk.yaml; None if any problem is an error."""
    problems = Problems()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None, (Problem(path.name, 0, 0, "error", f"there is no {path}", hint="maildesk init writes one"),)
    except (OSError, UnicodeDecodeError) as trouble:
        return None, (Problem(path.name, 0, 0, "error", f"cannot be read: {trouble}"),)
    settings = read_settings(path.name, text, problems)
    return (None if problems.has_errors else settings), problems.sorted()


def read_settings(file: str, text: str, problems: Problems) -> Settings | None:
    """Make settings of the text of maildesk.yaml; what is wrong stands in `problems`, then the result is not to be used."""
    node, source = read_yaml(file, text, problems)
    if node is None:
        if not problems.has_errors:
            problems.at(source, 0, 0, "the file is empty", hint="at least “desk” and “mailboxes” must be there")
        return None
    place = Place(source, problems)
    settings = take_struct(node, Settings, place)
    _check(settings, node, place)
    return settings


def _check(settings: Settings, node: Node, place: Place) -> None:
    """Check what no single key can know."""
    for keys in (("mailboxes",), ("desk", "languages")):
        found = _at(node, *keys)
        if isinstance(found, Sequence) and not found.items:
            place.error(found, f"“{keys[-1]}” is empty: at least one is needed")
    if settings.send_delay > LONGEST_SEND_DELAY:
        place.error(_at(node, "send_delay"), "“send_delay” must be at most 10m: a customer waits for this mail")
    if settings.auth.agents == "strict" and not (settings.auth.trusted_authserv_ids or settings.auth.dkim):
        hint = "name the servers whose Authentication-Results count in trusted_authserv_ids, or set dkim: yes"
        place.error(
            _at(node, "auth", "agents"), "“strict” would refuse every agent: no proof of a sender can be had", hint
        )
    if settings.auth.dkim and importlib.util.find_spec("dkim") is None:
        place.error(_at(node, "auth", "dkim"), "“dkim: yes” needs a package", "pip install 'maildesk[dkim]'")
    resolver = settings.auth.resolver
    if resolver is not None and not (is_ip(resolver.host) and resolver.port):
        place.error(_at(node, "auth", "resolver"), "“resolver” must be an IP address and a port, like 127.0.0.1:53")
    if settings.limits.message_size < 64 * 1024:
        place.error(_at(node, "limits", "message_size"), "“message_size” must be at least 64KB")
    both = settings.listen.lmtp == settings.listen.smtp
    if settings.listen.lmtp and both and (settings.listen.lmtp.path or settings.listen.lmtp.port):  # 0: any free port
        place.error(_at(node, "listen", "lmtp"), "smtp and lmtp listen on the same address")
    _check_addresses(settings, node, place)
    _check_imap(settings, node, place)
    _check_relay(settings.relay, _at(node, "relay"), place)


def _check_addresses(settings: Settings, node: Node, place: Place) -> None:
    """No address may belong to two mailboxes: mail to it would have two homes."""
    seen: dict[str, str] = {}
    for box, box_node in zip(settings.mailboxes, _items(_at(node, "mailboxes")), strict=False):
        for address in filter(None, (box.address, *box.aliases)):
            owner = seen.setdefault(address.casefold(), box.address)
            if owner != box.address or (address in box.aliases and address.casefold() == box.address.casefold()):
                place.error(
                    _at(box_node, "address"), f"the address {address} is named twice", f"it belongs to {owner} already"
                )
        if "+" in box.address.partition("@")[0]:
            place.error(_at(box_node, "address"), "a mailbox address cannot have a “+”: our tokens follow it")
    if settings.desk.admins and any(a.casefold() in seen for a in settings.desk.admins):
        own = next(a for a in settings.desk.admins if a.casefold() in seen)
        place.error(_at(node, "desk", "admins"), f"{own} is a mailbox of this desk: alarms would come back as tickets")


def _check_imap(settings: Settings, node: Node, place: Place) -> None:
    for box, box_node in zip(settings.mailboxes, _items(_at(node, "mailboxes")), strict=False):
        if box.imap is None:
            continue
        where = _at(box_node, "imap")
        if not box.imap.password_file and box.imap.oauth is None:
            place.error(where, "“imap” needs a password_file, or oauth")
        if box.imap.quarantine and box.imap.after != "keep":
            text = "“quarantine” is for mail that stays where it is: it needs “after: keep”"
            place.error(_at(where, "quarantine"), text)
        if box.imap.alarm_after < SHORTEST_ALARM:
            place.error(_at(where, "alarm_after"), "“alarm_after” must be at least 1m")
        if box.imap.tls == "none" and box.imap.oauth is not None and not is_loopback(box.imap.host):
            text = "tokens are only sent over an encrypted connection"
            place.error(_at(where, "tls"), text, "set tls: implicit or starttls")
        elif box.imap.tls == "none" and not is_loopback(box.imap.host):
            text = "“tls: none” sends the password over the network in the clear"
            place.error(_at(where, "tls"), text, "use tls: implicit or starttls", WARNING)
        _check_token(box.imap, where, place)


def _check_relay(relay: Relay, where: Node, place: Place) -> None:
    if relay.user and not relay.password_file and relay.oauth is None:
        place.error(where, "“relay” has a user, but neither password_file nor oauth")
    if relay.user and relay.tls == "none" and not is_loopback(relay.host):
        text = "credentials are only sent over an encrypted connection"
        place.error(_at(where, "tls"), text, "set tls: starttls (port 587) or implicit (port 465)")
    _check_token(relay, where, place)


def _check_token(account: Imap | Relay, where: Node, place: Place) -> None:
    oauth = account.oauth
    if oauth is None:
        return
    if oauth.provider and oauth.provider not in ("microsoft", "google"):
        place.error(_at(where, "oauth"), "“provider” must be microsoft or google")
    if oauth.provider and not oauth.token_url:
        return
    if not oauth.token_url.startswith(("https://", "http://127.0.0.1:")):
        place.error(_at(where, "oauth"), "“token_url” must begin with https://")


def is_ip(host: str) -> bool:
    """Tell whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _at(node: Node, *keys: str) -> Node:
    """Find the node at a path of keys, or the deepest one on the way to it."""
    for key in keys:
        found = node.find(key) if isinstance(node, Mapping) else None
        if found is None:
            return node
        node = found
    return node


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else () if isinstance(node, Scalar) else (node,)
