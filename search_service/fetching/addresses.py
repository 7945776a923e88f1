"""Which addresses of the network are the open internet's.

What the IANA registries of special-purpose addresses (IPv4, IPv6) call private, local or
reserved is none; nor is an IPv6 address that carries such an IPv4 address within it.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_INTERNAL_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a carrier's translation; metadata of one cloud
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's own services, though it looks public
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; metadata of one cloud
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
_INTERNAL_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments; Teredo, which carries an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64: how a host that has only IPv6 reaches an IPv4 address, public ones too."""
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


def is_public(address: Address) -> bool:
    """Whether the address is a machine of the open internet, by whatever form of writing it was given."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _INTERNAL_4)
    number = int(address)
    if address in _MAPPED or address in _TRANSLATED:
        return is_public(IPv4Address(number & 0xFFFF_FFFF))
    if address.scope_id is not None or address not in _GLOBAL_6 or any(address in network for network in _INTERNAL_6):
        return False
    return (number >> 32) & 0xFFFF_FFFF not in _ISATAP or is_public(IPv4Address(number & 0xFFFF_FFFF))
