"""The identity provider, spoken to by OpenID Connect through authlib: code flow with PKCE. The one place that does."""

from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.clock import Clock
from config.errors import ExitCode, SohoaError
from config.i18n import gettext
from config.i18n import mark as _
from config.secret_values import secret
from pipeline.accounts.handover import Handover, Vouched
from pipeline.context import Context

TIMEOUT_S = 10
LEEWAY_S = 60
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
BACK = "/sign-in/provider/back"


class ProviderError(SohoaError):
    """The identity provider does not answer, or says something that does not hold."""

    code = "identity_provider"
    exit_code = ExitCode.TOOL
    retry_helps = True
    message = _("the identity provider could not be used: {cause}")
    remedy = _("Try again, or sign in with a password; the administrator sees to web.oidc_issuer and its secret.")


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """One provider, and how this page is known there."""

    issuer: str
    client_id: str
    client_secret: str | None
    back_url: str
    clock: Clock

    def address(self, handover: Handover) -> str:
        """Give the address to send a browser to. Raise ProviderError."""
        with self._client() as client:
            url, _state = client.create_authorization_url(
                self._said("authorization_endpoint"),
                state=handover.state,
                nonce=handover.nonce,
                code_verifier=handover.verifier,
            )
            return str(url)

    def vouch(self, handover: Handover, code: str) -> Vouched:
        """Give whom the provider vouches for with a code. Raise ProviderError when anything of it does not hold."""
        try:
            with self._client() as client:
                given = client.fetch_token(
                    self._said("token_endpoint"), code=code, code_verifier=handover.verifier, timeout=TIMEOUT_S
                )
            known: Any = self._fetched(self._said("jwks_uri"))
            keys = KeySet.import_key_set(known)
            claims = jwt.decode(given["id_token"], keys, algorithms=ALGORITHMS).claims
            self._check(claims, handover)
        except (AuthlibBaseError, JoseError, requests.RequestException, KeyError, ValueError, TypeError) as err:
            raise ProviderError(cause=type(err).__name__) from err
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Vouched(str(claims["sub"]), str(email) if email else None)

    def _check(self, claims: dict[str, Any], handover: Handover) -> None:
        now = int(self.clock().timestamp())
        registry = jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            sub={"essential": True},
            exp={"essential": True},
            nonce={"essential": True, "value": handover.nonce},
        )
        registry.validate(claims)
        if claims.get("azp", self.client_id) != self.client_id:
            raise ValueError("azp")

    def _client(self) -> OAuth2Session:
        return OAuth2Session(
            self.client_id,
            self.client_secret,
            scope="openid email",
            redirect_uri=self.back_url,
            code_challenge_method="S256",
        )

    def _said(self, name: str) -> str:
        """Give an address from what the provider says of itself."""
        described = self._fetched(f"{self.issuer}/.well-known/openid-configuration")
        address = described.get(name)
        if described.get("issuer") != self.issuer or not isinstance(address, str):
            raise ProviderError(cause=gettext(_("it says something else of itself than web.oidc_issuer")))
        return address

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as err:
            raise ProviderError(cause=type(err).__name__) from err
        if not isinstance(found, dict):
            raise ProviderError(cause="JSON")
        return found


def provider_of(ctx: Context) -> IdentityProvider | None:
    """Give the provider that is set, or None. Raise SecretMissingError when its secret is not there."""
    web = ctx.settings.web
    if not web.oidc_issuer:
        return None
    key = secret("web.oidc_client_secret", web.oidc_client_secret)
    return IdentityProvider(web.oidc_issuer, web.oidc_client_id, key, web.public_url + BACK, ctx.clock)
