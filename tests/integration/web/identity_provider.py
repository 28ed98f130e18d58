"""A small OpenID Connect provider on this machine: says who somebody is, by code and PKCE, as real ones do."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "sohoa", "chia-khoa-chung"


@dataclass
class Provider:
    """What the provider knows, and what it is told to say wrongly."""

    issuer: str = ""
    now: int = 0
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "s-1", "email": "Hoa@mau.example"})
    is_email_verified: bool = True
    twist: dict[str, Any] = field(default_factory=dict)
    """Claims that are not as they must be."""
    signing_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    shown_key: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def consent(self, address: str) -> tuple[str, str]:
        """Let the person say yes at the address a browser was sent to; give state and code to come back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert (query["code_challenge_method"], len(query["code_challenge"])) == ("S256", 43)
        code = secrets.token_urlsafe(16)
        self.asked[code] = query
        return query["state"], code

    def described(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in ends.items()}}

    def keys(self) -> dict[str, Any]:
        key = self.shown_key or self.signing_key
        return {"keys": [{**key.as_dict(private=False), "kid": "k1"}]}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        query = self.asked.pop(form.get("code", ""), None)
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if query is None or authorization != f"Basic {expected}" or challenge != query["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": query["nonce"],
            "email_verified": self.is_email_verified,
            **self.person,
            **self.twist,
        }
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.signing_key)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """Let a provider answer on a free port."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {"/.well-known/openid-configuration": provider.described, "/keys": provider.keys}
            page = pages.get(self.path)
            self._say(404 if page is None else 200, page() if page else {})

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            self._say(*provider.token(form, self.headers.get("Authorization", "")))

        def _say(self, status: int, answer: dict[str, Any]) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
