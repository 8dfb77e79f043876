"""Which addresses a request may go to: none inside, unless an admin has named the host.

A host's name is resolved once and the answer is what is connected to, so that a name cannot be public when it is looked at and
private when it is used. Pure: names are resolved elsewhere.
"""

import ipaddress
from collections.abc import Sequence

from maildesk.model.hook import Endpoint

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_6TO4 = ipaddress.ip_network("2002::/16")


def choose(endpoint: Endpoint, addresses: Sequence[str]) -> tuple[str, str]:
    """Choose one of a host's addresses to connect to, or say why none: one that is refused spoils them all."""
    inside = endpoint.host.casefold() in endpoint.inside
    for address in addresses:
        if why := why_not(address, inside=inside):
            return "", f"{endpoint.host} is at {address}: {why}"
    return (addresses[0], "") if addresses else ("", f"{endpoint.host} has no address")


def why_not(text: str, *, inside: bool) -> str:
    """Say why nothing may be sent to an address; "" if it may."""
    try:
        address = _meant(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return "no address"
    if address.is_multicast or address.is_unspecified:
        return "nobody in particular"
    if inside or (address.is_global and not _is_reserved(address)):
        return ""
    return "not on the public Internet, and not named in “inside”"


def _is_reserved(address: _Address) -> bool:
    return address.is_private or address.is_loopback or address.is_link_local or address.is_reserved


def _meant(address: _Address) -> _Address:
    """Give the IPv4 address that an IPv6 one stands for: mapped, translated (RFC 6052), or tunnelled (RFC 3056)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _6TO4:
        return ipaddress.IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    return address
