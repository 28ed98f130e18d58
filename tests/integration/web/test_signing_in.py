"""The door: who gets in, what a form must bear, where one goes on to."""

import re

import pytest

from pipeline import accounts
from pipeline.accounts.attempts import MOST_BY_ACCOUNT
from tests.integration.web.browser import PASSWORD, Browser, token_of
from tests.integration.web.conftest import Archive, OpenArchive
from web.paths import safe_path

pytestmark = pytest.mark.needs("tesseract", "ghostscript")


def test_nobody_sees_a_page_without_signing_in_and_is_led_back_to_it(archive: Archive) -> None:
    for path in ("/", "/records", "/snapshots", "/users", f"/records/{archive.record_id}"):
        answer = archive.browser().get(path)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
    asked = archive.browser().get("/records?name=H41.99-260311-0001").headers["location"]
    answer = archive.browser().post(
        "/sign-in", {"login": "minh", "password": PASSWORD, "next": "/records?name=H41.99-260311-0001"}
    )
    assert asked == "/sign-in?next=%2Frecords%3Fname%3DH41.99-260311-0001"
    assert answer.headers["location"] == "/records?name=H41.99-260311-0001"


def test_a_session_goes_by_a_cookie_that_no_script_and_no_other_site_gets_at(archive: Archive) -> None:
    answer = archive.browser().post("/sign-in", {"login": "minh", "password": PASSWORD})
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("sohoa="))
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie


def test_under_https_cookies_go_by_nothing_else(open_archive: OpenArchive) -> None:
    archive = open_archive(web={"public_url": "https://sohoa.example.vn"})
    browser = Browser(archive.app, "https://sohoa.example.vn")
    answer = browser.post("/sign-in", {"login": "minh", "password": PASSWORD})
    cookies = answer.headers.get_list("set-cookie")
    assert any(cookie.startswith("__Host-sohoa=") for cookie in cookies)
    assert all("Secure" in cookie for cookie in cookies)
    assert answer.headers["strict-transport-security"]


def test_signing_out_ends_the_session_and_not_the_cookie_alone(archive: Archive) -> None:
    browser = archive.browser("minh")
    token = browser.client.cookies["sohoa"]
    assert browser.post("/sign-out", seen_on="/").headers["location"] == "/sign-in"
    browser.client.cookies.set("sohoa", token)
    assert browser.get("/").status_code == 303


def test_who_is_locked_is_out_at_once(archive: Archive) -> None:
    browser = archive.browser("minh")
    accounts.lock_user(archive.house.ctx, "minh")
    assert browser.get("/").status_code == 303


def test_a_wrong_password_is_told_and_what_was_typed_is_not_shown_again(archive: Archive) -> None:
    answer = archive.browser().post("/sign-in", {"login": "minh", "password": "sai-mat-khau"})
    assert answer.status_code == 401
    assert "tên đăng nhập hoặc mật khẩu không đúng" in answer.text
    assert "sai-mat-khau" not in answer.text


def test_too_many_attempts_are_told_when_to_try_again(archive: Archive) -> None:
    answers = [
        archive.browser().post("/sign-in", {"login": "khong-ai", "password": "sai"}) for _ in range(MOST_BY_ACCOUNT + 1)
    ]
    assert [answer.status_code for answer in answers] == [401] * MOST_BY_ACCOUNT + [429]
    assert "đăng nhập sai quá nhiều lần; xin thử lại từ" in answers[-1].text


def forms(archive: Archive) -> list[str]:
    record, desk = f"/records/{archive.record_id}", f"/review/{archive.record_id}"
    return [
        "/sign-out",
        f"{record}/personal-data",
        f"{record}/evidence",
        f"{record}/verify",
        "/records",
        "/records/open-search",
        desk,
        f"{desk}/reject",
        "/sign-in",
    ]


def test_no_form_is_taken_without_its_token_or_from_another_site(archive: Archive) -> None:
    browser = archive.browser("minh")
    good = token_of(browser.get("/").text)
    other = token_of(archive.browser("minh").get("/").text)
    for path in forms(archive):
        for token in ("", "0" * 64, other, "\u00e9"):
            answer = browser.client.post(path, data={"form_token": token}, headers={"Origin": browser.origin})
            assert (path, answer.status_code) == (path, 403)
        for headers in ({}, {"Origin": "null"}, {"Origin": "https://evil.example"}, {"Origin": "http://localhost:81"}):
            answer = browser.client.post(path, data={"form_token": good}, headers=headers)
            assert (path, headers, answer.status_code) == (path, headers, 403)
    assert browser.get("/").status_code == 200, "still signed in"


def test_every_form_of_the_application_is_among_those_tried(archive: Archive) -> None:
    app = archive.app._app  # type: ignore[attr-defined]

    def named(path: str) -> str:
        return re.sub(r"\{(record|document)_id\}", str(archive.record_id), path)

    posts = {named(route.path) for route in app.routes if "POST" in getattr(route, "methods", ())}
    posts |= {
        named(route.path)
        for included in app.routes
        for route in getattr(getattr(included, "original_router", None), "routes", ())
        if "POST" in getattr(route, "methods", ())
    }
    assert posts == set(forms(archive))


def test_a_large_body_is_not_even_read(archive: Archive) -> None:
    browser = archive.browser()
    headers = {"Origin": browser.origin}
    assert browser.client.post("/sign-in", data={"login": "x" * 70_000}, headers=headers).status_code == 413
    parts = iter([b"login=", b"x"])
    assert browser.client.post("/sign-in", content=parts, headers=headers).status_code == 411


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: a=b",
        "http:/evil.example",
        "evil",
        "",
        "///evil.example",
        "/" + "x" * 600,
        "//[",
    ],
)
def test_nobody_is_led_to_another_site(archive: Archive, wanted: str) -> None:
    assert safe_path(wanted) == "/"
    assert archive.browser().get("/language/en", params={"next": wanted}).headers["location"] == "/"


def test_paths_of_this_page_are_gone_on_to() -> None:
    assert safe_path("/records?name=H41%201#documents") == "/records?name=H41%201#documents"


def test_the_page_answers_to_its_own_name_alone(archive: Archive) -> None:
    assert archive.browser().get("/sign-in", headers={"Host": "evil.example"}).status_code == 421


def test_pages_speak_the_language_that_was_chosen_and_say_so(archive: Archive) -> None:
    browser = archive.browser()
    assert '<html lang="vi"' in browser.get("/sign-in").text
    browser.get("/language/en")
    text = browser.get("/sign-in").text
    assert '<html lang="en"' in text
    assert "Sign in" in text
