"""Keys in PKCS#11 tokens and HSMs: the only module that speaks with them, and translates what they say.

A process keeps each maker's library initialized once, without the library's own locking: so one lock serves all
threads, and one session with one login serves all signatures. A token that was pulled out and put back is found again
by starting the library anew and logging in anew, under the guard that keeps PINs from being tried twice.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import pkcs11
from asn1crypto import x509
from pkcs11 import Attribute, CertificateType, Mechanism, ObjectClass, TokenFlag
from pkcs11.util.ec import encode_ecdsa_signature

from config.errors import KeyUnavailableError
from config.i18n import gettext
from config.i18n import mark as _
from signing.key_holder import KeyHolder, Secret
from signing.pin_guard import PinGuard, PinLockedError, PinState
from signing.proof_of_key import ensure_key_fits, issuers_of

_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What PKCS#1 v1.5 puts before a SHA-256 digest (RFC 8017, 9.2)."""
_WRONG_PIN = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinExpired)


class TokenMissingError(KeyUnavailableError):
    """No token of a label is there."""

    code = "token_missing"
    message = _("the token {key} is not there")
    remedy = _(
        "Put it in, or switch the HSM on, and look with `sohoa token list`. The documents wait and are sealed by the "
        "next run."
    )


class TokenLibraryError(KeyUnavailableError):
    """The library of a token's maker cannot be loaded."""

    code = "token_library"
    message = _("the token library {key} cannot be loaded: {cause}")
    remedy = _(
        "Set signing.pkcs11_module to the PKCS#11 library (.so) that the token's maker provides for this machine "
        "(docs/signing.md); the documents wait."
    )


@dataclass(frozen=True, slots=True)
class TokenListing:
    """What a token tells without a PIN."""

    label: str
    serial: str
    model: str
    pin: PinState
    certificates: tuple[x509.Certificate, ...]


class Token:
    """One token by its label; the threads of this process share one session and one login."""

    def __init__(self, library: Path, label: str, pin: Secret, marks_folder: Path) -> None:
        self.label = label
        self._library = _library(library)
        self._pin = pin
        self._guard = PinGuard(marks_folder, label)
        self._session: Any = None
        self._generation = -1

    def certificates(self) -> list[tuple[bytes, x509.Certificate]]:
        """Give the certificates on the token, each with the id of its key; no PIN is needed.

        Raise TokenMissingError, or KeyUnavailableError when the token cannot be read.
        """
        with self._library.lock:
            try:
                return _read_certificates(self._found())
            except pkcs11.PKCS11Error as err:
                raise self._unusable(err) from err

    def sign(self, key_id: bytes, mechanism: Mechanism, data: bytes) -> bytes:
        """Give the raw signature of a key.

        Raise TokenMissingError, PinRefusedError, PinLockedError, SecretMissingError where the PIN cannot be had, or
        KeyUnavailableError for any other trouble.
        """
        with self._library.lock:
            try:
                return self._signed(key_id, mechanism, data)
            except pkcs11.PKCS11Error:
                # Pulled out, put back or reset: tokens name it in many ways. Once more, over a new session.
                self._library.restart()
            try:
                return self._signed(key_id, mechanism, data)
            except pkcs11.PKCS11Error as err:
                self._session = None
                raise self._unusable(err) from err

    def log_in_by_hand(self, pin: str) -> None:
        """Offer the token a PIN that a person has just typed, and take back that one was refused when it is right.

        Raise TokenMissingError, PinRefusedError or PinLockedError.
        """
        with self._library.lock, self._guard.alone():
            self._library.restart()
            try:
                self._offer(self._found(), pin).close()
            except pkcs11.PKCS11Error as err:
                raise self._unusable(err) from err

    def pin_state(self) -> PinState:
        """Give what the token says of its PIN. Raise TokenMissingError."""
        with self._library.lock:
            return _pin_state(self._found())

    def _signed(self, key_id: bytes, mechanism: Mechanism, data: bytes) -> bytes:
        if self._session is None or self._generation != self._library.generation:
            self._session = self._logged_in()
            self._generation = self._library.generation
        wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: key_id}
        keys = list(self._session.get_objects(wanted))
        if not keys:
            # So does a session that outlived its token answer.
            raise pkcs11.NoSuchKey
        return bytes(keys[0].sign(data, mechanism=mechanism))

    def _logged_in(self) -> Any:
        pin = self._pin()
        if pin is None:
            cause = gettext(_("no PIN is set for it (signing.key_password)"))
            raise KeyUnavailableError(file="-", key=self.label, cause=cause)
        with self._guard.alone():
            token = self._found()
            self._guard.ensure_safe(_pin_state(token))
            return self._offer(token, pin)

    def _offer(self, token: pkcs11.Token, pin: str) -> Any:
        try:
            session = token.open(user_pin=pin)
        except _WRONG_PIN:
            raise self._guard.refused() from None
        except pkcs11.PinLocked:
            raise PinLockedError(file="-", key=self.label) from None
        except pkcs11.UserAlreadyLoggedIn:
            # A login holds for all sessions of a process.
            return token.open()
        self._guard.accepted()
        return session

    def _found(self) -> pkcs11.Token:
        found = [token for token in self._library.tokens() if token.label == self.label]
        if not found:
            # Some libraries look for tokens when they start, and never again.
            self._library.restart()
            found = [token for token in self._library.tokens() if token.label == self.label]
        if not found:
            raise TokenMissingError(file="-", key=self.label)
        if len(found) > 1:
            cause = gettext(_("there are {count} tokens of this label")).format(count=len(found))
            raise KeyUnavailableError(file="-", key=self.label, cause=cause)
        return found[0]

    def _unusable(self, err: pkcs11.PKCS11Error) -> KeyUnavailableError:
        is_keyless = isinstance(err, pkcs11.NoSuchKey)
        cause = gettext(_("it holds no private key for the certificate")) if is_keyless else _said(err)
        return KeyUnavailableError(file="-", key=self.label, cause=cause)


class TokenKeys:
    """The keys of one token: each certificate on it that is no authority's, with its issuers from it or from a file."""

    def __init__(self, token: Token, issuers: tuple[x509.Certificate, ...]) -> None:
        self._token = token
        self._issuers = issuers

    def holders(self) -> tuple[KeyHolder, ...]:
        """Give the keys there. Raise KeyUnavailableError when the token is not there or cannot be read."""
        there = self._token.certificates()
        known = [*(one for _id, one in there if _is_authority(one)), *self._issuers]
        leaves = [(key_id, one) for key_id, one in there if not _is_authority(one)]
        return tuple(TokenKey(self._token, key_id, leaf, issuers_of(leaf, known)) for key_id, leaf in leaves)


class TokenKey:
    """One key of a token, with its certificate."""

    def __init__(
        self, token: Token, key_id: bytes, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
    ) -> None:
        self.certificate = certificate
        self.chain = chain
        self._token = token
        self._key_id = key_id

    def sign_digest(self, digest: bytes) -> bytes:
        """Give the signature over a SHA-256 digest. Raise as `Token.sign`."""
        if self.certificate.public_key.algorithm == "rsa":
            return self._token.sign(self._key_id, Mechanism.RSA_PKCS, _SHA256_INFO + digest)
        pair = self._token.sign(self._key_id, Mechanism.ECDSA, digest)
        return bytes(encode_ecdsa_signature(pair))

    def ensure_ready(self) -> None:
        """Sign something of no meaning, and see that the signature is the certificate's. Raise as `Token.sign`."""
        ensure_key_fits(self)


def tokens_of(library: Path) -> tuple[TokenListing, ...]:
    """List the tokens that a library finds. Raise TokenLibraryError, or KeyUnavailableError when one cannot be read."""
    found = _library(library)
    with found.lock:
        found.restart()
        return tuple(_listed(token) for token in found.tokens() if token.flags & TokenFlag.TOKEN_INITIALIZED)


class _Library:
    """A maker's library as this process has it; every call to it is made under its lock."""

    def __init__(self, path: Path) -> None:
        self.lock = RLock()
        self.generation = 0
        self._path = str(path)

    def tokens(self) -> list[pkcs11.Token]:
        """Give the tokens that are there; one that does not answer is not there."""
        try:
            slots = pkcs11.lib(self._path).get_slots(token_present=True)
        except pkcs11.PKCS11Error as err:
            if type(err) is pkcs11.PKCS11Error:
                # What PKCS#11 itself says has a class of its own: this is the loader of the operating system.
                raise TokenLibraryError(file="-", key=self._path, cause=str(err)) from err
            return []
        found = []
        for slot in slots:
            try:
                found.append(slot.get_token())
            except pkcs11.PKCS11Error:
                continue
        return found

    def restart(self) -> None:
        """Start the library anew: all sessions end, and tokens put in since are found."""
        self.generation += 1
        try:
            pkcs11.lib(self._path).reinitialize()
        except pkcs11.PKCS11Error:
            # It has nothing to start with now; whoever looks for a token next starts it again.
            return


@cache
def _library(path: Path) -> _Library:
    """Give a library; the operating system has one of each in a process, and so have we."""
    return _Library(path)


def _listed(token: pkcs11.Token) -> TokenListing:
    try:
        certificates = tuple(one for _id, one in _read_certificates(token))
    except pkcs11.PKCS11Error as err:
        raise KeyUnavailableError(file="-", key=token.label, cause=_said(err)) from err
    return TokenListing(
        token.label, token.serial.decode("ascii", "replace").strip(), token.model, _pin_state(token), certificates
    )


def _read_certificates(token: pkcs11.Token) -> list[tuple[bytes, x509.Certificate]]:
    with token.open() as session:
        wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: CertificateType.X_509}
        found = [(bytes(one[Attribute.ID]), bytes(one[Attribute.VALUE])) for one in session.get_objects(wanted)]
    return [(key_id, _loaded(token.label, der)) for key_id, der in found]


def _loaded(label: str, der: bytes) -> x509.Certificate:
    try:
        certificate: x509.Certificate = x509.Certificate.load(der, strict=True)
        certificate.native  # noqa: B018 - reads the whole certificate, so that a broken one shows here
    except (ValueError, TypeError) as err:
        cause = gettext(_("a certificate on it cannot be read: {cause}")).format(cause=err)
        raise KeyUnavailableError(file="-", key=label, cause=cause) from err
    return certificate


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints = certificate.basic_constraints_value
    return constraints is not None and bool(constraints["ca"].native)


def _pin_state(token: pkcs11.Token) -> PinState:
    flags = token.flags
    if flags & TokenFlag.USER_PIN_LOCKED:
        return PinState.LOCKED
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return PinState.FINAL_TRY
    return PinState.LOW if flags & TokenFlag.USER_PIN_COUNT_LOW else PinState.GOOD


def _said(err: pkcs11.PKCS11Error) -> str:
    return f"{type(err).__name__}: {err}" if str(err) else type(err).__name__
