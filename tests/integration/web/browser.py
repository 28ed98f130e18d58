"""A browser without a screen: keeps cookies, sends forms as a page of ours would."""

import re
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response
from starlette.types import ASGIApp

ORIGIN = "http://localhost"
PASSWORD = "mua-xuan-tre-xanh"


class Browser:
    """One browser of one person."""

    def __init__(self, app: ASGIApp, origin: str = ORIGIN) -> None:
        self.client = TestClient(app, base_url=origin, follow_redirects=False, raise_server_exceptions=False)
        self.origin = origin

    def get(self, path: str, **more: Any) -> Response:
        answer: Response = self.client.get(path, **more)
        return answer

    def post(self, path: str, form: dict[str, str] | None = None, *, seen_on: str = "/sign-in") -> Response:
        """Send a form with the token of a page that was looked at."""
        token = token_of(self.get(seen_on).text)
        answer: Response = self.client.post(
            path, data={"form_token": token, **(form or {})}, headers={"Origin": self.origin}
        )
        return answer

    def sign_in(self, login: str, next_path: str = "/") -> "Browser":
        answer = self.post("/sign-in", {"login": login, "password": PASSWORD, "next": next_path})
        assert answer.status_code == 303, answer.text
        return self


def token_of(text: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', text)
    assert found is not None, text
    return found[1]
