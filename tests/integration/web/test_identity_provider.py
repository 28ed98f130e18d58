"""Signing in through an identity provider: a real one, small, on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from joserfc.jwk import RSAKey

from config.settings import load_settings
from pipeline import accounts
from pipeline.accounts import AccountRole, NewUser
from pipeline.context import Context
from pipeline.founding import found
from storage.ledger.states import Environment
from tests.integration.web.browser import Browser
from tests.integration.web.identity_provider import CLIENT, SECRET, Provider, running
from web.app import create_app

HERE = "http://localhost:8360"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running(Provider()) as answering:
        yield answering


@pytest.fixture
def ctx(tmp_path: Path, provider: Provider) -> Iterator[Context]:
    (tmp_path / "secret").write_text(SECRET, "utf-8")
    web = {
        "public_url": HERE,
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": f"file:{tmp_path}/secret",
    }
    context = Context(load_settings(tmp_path, web=web), actor="quan.tri")
    found(context, Environment.TEST)
    provider.now = int(context.clock().timestamp())
    accounts.add_user(context, NewUser("hoa", AccountRole.AUDITOR, email="hoa@mau.example"))
    yield context
    context.ledger.close()


@pytest.fixture
def browser(ctx: Context) -> Browser:
    return Browser(create_app(ctx), HERE)


def come_back(browser: Browser, provider: Provider, **changed: str) -> Response:
    sent = browser.get("/sign-in/provider?next=/snapshots")
    state, code = provider.consent(sent.headers["location"])
    return browser.get("/sign-in/provider/back", params={"state": state, "code": code, **changed})


def test_whom_the_provider_vouches_for_gets_in_and_goes_on(browser: Browser, provider: Provider) -> None:
    answer = come_back(browser, provider)
    assert answer.status_code == 200
    assert 'content="0; url=/snapshots"' in answer.text
    assert browser.get("/snapshots").status_code == 200
    cookies = answer.headers.get_list("set-cookie")
    assert any("sohoa=" in cookie and "SameSite=strict" in cookie for cookie in cookies)


def test_once_known_a_person_is_known_by_the_subject_and_no_longer_by_the_address(
    browser: Browser, provider: Provider, ctx: Context
) -> None:
    come_back(browser, provider)
    (user,) = accounts.list_users(ctx)
    assert user.is_linked
    provider.person = {"sub": "s-1", "email": "hoa.moi@mau.example"}
    assert come_back(browser, provider).status_code == 200
    provider.person = {"sub": "s-2", "email": "hoa@mau.example"}
    assert come_back(browser, provider).status_code == 403


@pytest.mark.parametrize("person", [{"sub": "s-9", "email": "ai.do@mau.example"}, {"sub": "s-9"}])
def test_nobody_is_made_a_user_by_signing_in(
    browser: Browser, provider: Provider, ctx: Context, person: dict[str, str]
) -> None:
    provider.person = person
    answer = come_back(browser, provider)
    assert (answer.status_code, "chưa phải người dùng" in answer.text) == (403, True)
    assert [user.login for user in accounts.list_users(ctx)] == ["hoa"]
    assert browser.get("/").status_code == 303


def test_an_address_that_the_provider_has_not_checked_says_nothing(browser: Browser, provider: Provider) -> None:
    provider.is_email_verified = False
    assert come_back(browser, provider).status_code == 403


def test_who_is_locked_stays_out(browser: Browser, provider: Provider, ctx: Context) -> None:
    accounts.lock_user(ctx, "hoa")
    assert come_back(browser, provider).status_code == 403


@pytest.mark.parametrize(
    "twist",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-page"},
        {"nonce": "another"},
        {"exp": 1},
        {"azp": "another-page"},
        {"sub": None},
    ],
    ids=lambda twist: next(iter(twist)),
)
def test_a_token_that_is_not_for_this_page_and_this_browser_lets_nobody_in(
    browser: Browser, provider: Provider, twist: dict[str, object]
) -> None:
    provider.twist = twist
    assert come_back(browser, provider).status_code == 502
    assert browser.get("/").status_code == 303


def test_a_token_signed_with_another_key_lets_nobody_in(browser: Browser, provider: Provider) -> None:
    provider.shown_key = RSAKey.generate_key(2048, {"kid": "k1"})
    assert come_back(browser, provider).status_code == 502


def test_a_way_back_is_taken_once_and_by_the_browser_that_began_it(
    browser: Browser, provider: Provider, ctx: Context
) -> None:
    sent = browser.get("/sign-in/provider")
    state, code = provider.consent(sent.headers["location"])
    way = {"state": state, "code": code}
    assert Browser(create_app(ctx), HERE).get("/sign-in/provider/back", params=way).status_code == 400
    assert browser.get("/sign-in/provider/back", params=way).status_code == 400, "it was tried already"
    assert come_back(browser, provider, state="made-up").status_code == 400
    assert come_back(browser, provider, code="").status_code == 400
    assert come_back(browser, provider, code="made-up").status_code == 502


def test_a_provider_that_is_away_or_says_it_is_another_is_told(browser: Browser, provider: Provider) -> None:
    issuer = provider.issuer
    provider.issuer = "https://another.example"
    assert browser.get("/sign-in/provider").status_code == 502
    provider.issuer = issuer
    assert "Đăng nhập qua dịch vụ định danh" in browser.get("/sign-in").text
