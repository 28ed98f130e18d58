"""Keys that lie ready in a store, and which of them is an agency's."""

from collections.abc import Callable
from threading import Lock

from config.clock import Clock
from config.errors import KeyUnavailableError
from config.i18n import gettext
from config.i18n import mark as _
from signing.identity import Identity, belongs_to, require_strength
from signing.key_holder import KeyStore


class WrongAgencyCertificateError(KeyUnavailableError):
    """A certificate was named for an agency, and its subject is another."""

    code = "certificate_of_another"
    message = _("the certificate {key} was named for {agency}, and its subject is not that agency")
    remedy = _(
        "Correct the file that says which key is whose, or the agency's name (docs/agencies.md); a seal is never put "
        "on in another's name. The documents wait."
    )


class HeldKeys:
    """The identities of one store, opened and read when first asked for; safe to share between threads."""

    def __init__(self, name: str, open_store: Callable[[], KeyStore], clock: Clock) -> None:
        self.name = name
        self._open = open_store
        self._store: KeyStore | None = None
        self._clock = clock
        self._held: tuple[Identity, ...] | None = None
        self._lock = Lock()

    def held(self) -> tuple[Identity, ...]:
        """Give all identities there. Raise KeyUnavailableError or SettingsError when they cannot be looked at."""
        with self._lock:
            self._store = self._store or self._open()
            if self._held is None:
                self._held = tuple(Identity.of(holder) for holder in self._store.holders())
            return self._held

    def written_down(self) -> tuple[str, ...]:
        """Give no agency: whose a key is, its certificate says."""
        return ()

    def identity(self, agency_name: str, agency_code: str = "") -> Identity:  # noqa: ARG002 - the signature is IdentitySource's
        """Give the identity whose certificate names the agency. Raise KeyUnavailableError when none does."""
        return self.named(agency_name)

    def named(self, agency_name: str, sha256: str = "") -> Identity:
        """Give an agency's identity, the certificate with this hash if one is given.

        Where an old certificate lies beside its new one, the one in force that lasts longest is taken.
        Raise WrongAgencyCertificateError when the one with the hash is another's, KeyUnavailableError for none.
        """
        there = [one for one in self.held() if not sha256 or one.sha256 == sha256]
        if not there:
            cause = gettext(_("no certificate there has the SHA-256 {sha256}")).format(sha256=sha256)
            raise KeyUnavailableError(file="-", key=self.name, cause=cause)
        fitting = [one for one in there if belongs_to(one.certificate, agency_name)]
        if not fitting and sha256:
            raise WrongAgencyCertificateError(key=there[0].subject, agency=agency_name)
        if not fitting:
            cause = gettext("no certificate there is of {agency}").format(agency=agency_name)
            raise KeyUnavailableError(file="-", key=self.name, cause=cause)
        now = self._clock()
        best = max(fitting, key=lambda one: (one.is_in_force(now), one.certificate.not_valid_after))
        require_strength(best.certificate, best.subject)
        return best
