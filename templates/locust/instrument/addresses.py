"""Where no request goes, whatever the name of the target leads to."""

import functools
import ipaddress


class RefusedAddress(OSError):
    """Nothing is sent to this address."""


def refusing(ranges):
    """Returns f(address) -> whether it lies in one of the ranges.

    ranges: texts such as "169.254.0.0/16"; address: text, as connect() takes it.
    """
    networks = [ipaddress.ip_network(text) for text in ranges]

    # A new connection for each iteration would ask each time.
    @functools.lru_cache(maxsize=1000)
    def is_refused(address):
        found = ipaddress.ip_address(address)
        return any(found in network for network in networks)

    return is_refused
