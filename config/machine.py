"""What the machine says of a file, folder or connection, in words that exist in both languages.

The operating system and Python speak English, with numbers and paths; messages of ours name the path themselves.
"""

import errno
import re
import socket
import ssl
import tomllib

from config.i18n import gettext
from config.i18n import mark as _

_FORBIDDEN = _("the user this program runs as may not use it")
_GONE = _("the disk or share that it lies on does not answer")
_FULL = _("no space is left")
_CUT = _("the connection was refused or cut")
_OPEN = _("too many files are open")
_BUSY = _("another program has it in use")

_SAYS = {
    errno.ENOENT: _("there is no such file or folder"),
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _("the disk may only be read"),
    errno.EIO: _("the disk or share fails to read or write"),
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EISDIR: _("it is a folder"),
    errno.ENOTDIR: _("it is not a folder"),
    errno.EEXIST: _("something stands there already"),
    errno.ENOTEMPTY: _("the folder is not empty"),
    errno.ELOOP: _("it is a link, or its links lead in a circle"),
    errno.ENAMETOOLONG: _("the name is too long"),
    errno.ENOMEM: _("there is not enough memory"),
    errno.EMFILE: _OPEN,
    errno.ENFILE: _OPEN,
    errno.EBUSY: _BUSY,
    errno.ETXTBSY: _BUSY,
    errno.EADDRINUSE: _BUSY,
    errno.ECONNREFUSED: _CUT,
    errno.ECONNRESET: _CUT,
    errno.EPIPE: _CUT,
    **dict.fromkeys(
        (
            errno.ESTALE,
            errno.ENOTCONN,
            errno.EHOSTDOWN,
            errno.EHOSTUNREACH,
            errno.ENETUNREACH,
            errno.ENODEV,
            errno.ETIMEDOUT,
        ),
        _GONE,
    ),
}
# Their numbers are of tables of their own: read as the system's, a certificate that is not trusted would be a
# permission that is missing.
_OF_THE_NETWORK: dict[type[OSError], str] = {
    socket.gaierror: _("the name of its host is not known"),
    ssl.SSLError: _("its certificate is not trusted, or the connection is not encrypted as it must be"),
}
_PLACE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)$")


def in_our_words(value: object) -> object:
    """Give a fault of the machine or of a text file in words of ours; anything else as it is."""
    if isinstance(value, OSError):
        return _of_system(value)
    if isinstance(value, UnicodeDecodeError):
        return _("it is no text in UTF-8")
    if isinstance(value, tomllib.TOMLDecodeError):
        return _of_toml(str(value))
    return value


def _of_system(fault: OSError) -> str:
    for kind, words in _OF_THE_NETWORK.items():
        if isinstance(fault, kind):
            return words
    # Libraries raise it with a message alone, which is then all there is to know.
    return _SAYS.get(fault.errno or 0) or fault.strerror or str(fault) or type(fault).__name__


def _of_toml(said: str) -> str:
    place = _PLACE.search(said)
    if place is None:
        return _("not understood at its end")
    return gettext(_("not understood at line {line}, column {column}")).format(**place.groupdict())
