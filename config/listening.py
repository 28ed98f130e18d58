"""Addresses that a server is to listen on: whether they are free, asked before it is started."""

import socket

from config.errors import ExitCode, SohoaError
from config.i18n import mark as _


class AddressTakenError(SohoaError):
    """A server cannot listen where it is to."""

    code = "address_taken"
    exit_code = ExitCode.BUSY
    message = _("nothing can be served at {host}:{port}: {cause}")
    remedy = _("Stop what is served there already, or give another --host or --port.")


def ensure_free(host: str, port: int) -> None:
    """See that a server may listen here. Raise AddressTakenError when something else does, or it is not ours."""
    try:
        family, _kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            # As the server does: what an earlier one left half closed is in nobody's way.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as err:
        raise AddressTakenError(host=host, port=port, cause=err) from err
