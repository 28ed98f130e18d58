"""Users and sessions: who gets in, for how long, and what the event log has of it."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import load_settings
from pipeline import accounts
from pipeline.accounts import AccountRole, NewUser
from pipeline.accounts.attempts import MOST_BY_ACCOUNT, MOST_BY_ADDRESS, WINDOW, SignInLimitedError, begin_attempt
from pipeline.accounts.passwords import _HASHER, _NOBODY, PasswordWeakError
from pipeline.accounts.sign_in import SignInRefusedError
from pipeline.accounts.users import LoginError, UserTakenError, UserUnknownError
from pipeline.context import Context
from pipeline.founding import found
from storage.ledger import migrate
from storage.ledger.events import check_chain
from storage.ledger.models import Event, SignInAttempt, WebSession, WebUser
from storage.ledger.states import Environment

PASSWORD, OTHER = "mua-xuan-tre-xanh", "bon-con-trau-den"
HERE = "192.0.2.7"


class Watch:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def watch() -> Watch:
    return Watch()


def opened(home: Path, watch: Watch, **settings: object) -> Context:
    return Context(load_settings(home, **settings), actor="quan.tri", clock=watch)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("accounts") / "home"
    context = opened(home, Watch())
    found(context, Environment.TEST)
    accounts.add_user(context, NewUser("Lan", AccountRole.AUDITOR, PASSWORD))
    context.ledger.close()
    return home


@pytest.fixture
def ctx(template: Path, tmp_path: Path, watch: Watch) -> Iterator[Context]:
    context = opened(shutil.copytree(template, tmp_path / "home"), watch)
    yield context
    context.ledger.close()


@pytest.fixture
def any_ctx(tmp_path: Path, watch: Watch, ledger_url: str, database: str) -> Iterator[Context]:
    """On SQLite and on PostgreSQL."""
    context = opened(tmp_path, watch, ledger={"url": ledger_url})
    migrate(context.ledger)
    accounts.add_user(context, NewUser("Lan", AccountRole.AUDITOR, PASSWORD))
    yield context
    context.ledger.close()


def kinds(ctx: Context) -> list[tuple[str, str]]:
    with ctx.ledger.reading() as session:
        found = session.execute(select(Event.kind, Event.actor).where(Event.kind.startswith("user.")))
        return [(kind, actor) for kind, actor in found]


def test_who_has_the_password_gets_in_and_is_known_by_the_token(any_ctx: Context) -> None:
    opened = accounts.sign_in(any_ctx, " LAN ", PASSWORD, HERE)
    visitor = accounts.find_visitor(any_ctx, opened.token)
    assert visitor is not None
    assert (visitor.account.login, visitor.account.role) == ("lan", AccountRole.AUDITOR)
    accounts.end_session(any_ctx, visitor)
    assert accounts.find_visitor(any_ctx, opened.token) is None
    assert kinds(any_ctx) == [("user.added", "quan.tri"), ("user.signed_in", "web:lan"), ("user.signed_out", "web:lan")]


def test_neither_password_nor_token_rests_in_the_ledger(ctx: Context) -> None:
    opened = accounts.sign_in(ctx, "lan", PASSWORD, HERE)
    with ctx.ledger.reading() as session:
        user, row = session.scalars(select(WebUser)).one(), session.scalars(select(WebSession)).one()
    kept = " ".join(str(value) for one in (user, row) for value in vars(one).values())
    assert PASSWORD not in kept
    assert opened.token not in kept
    assert str(user.password_hash).startswith("$argon2id$")


def test_events_name_users_by_id_alone(ctx: Context) -> None:
    accounts.add_user(ctx, NewUser("minh", AccountRole.ADMIN, PASSWORD, email="minh@mau.example"))
    with ctx.ledger.reading() as session:
        told = [str((event.subject_id, event.payload)) for event in session.scalars(select(Event))]
        check_chain(session)
    assert not any("minh" in text for text in told)


@pytest.mark.parametrize("login", ["lan", "khong-ai", "x" * 9000, "lan\x00", ""])
def test_a_wrong_password_and_an_unknown_login_are_told_alike(ctx: Context, login: str) -> None:
    with pytest.raises(SignInRefusedError) as refused:
        accounts.sign_in(ctx, login, "sai-mat-khau-roi", HERE)
    assert refused.value.details == {}


def test_an_unknown_login_is_compared_with_a_hash_of_the_same_cost() -> None:
    assert not _HASHER.check_needs_rehash(_NOBODY)


Change = Callable[[Context], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda ctx: accounts.lock_user(ctx, "lan"),
        lambda ctx: accounts.set_password(ctx, "lan", OTHER),
        lambda ctx: accounts.set_role(ctx, "lan", AccountRole.ARCHIVIST),
    ],
    ids=["lock", "password", "role"],
)
def test_what_changes_a_user_ends_all_sessions(any_ctx: Context, change: Change) -> None:
    tokens = [accounts.sign_in(any_ctx, "lan", PASSWORD, HERE).token for _ in range(2)]
    change(any_ctx)
    assert [accounts.find_visitor(any_ctx, token) for token in tokens] == [None, None]


def test_a_locked_user_gets_in_again_only_once_unlocked(ctx: Context) -> None:
    accounts.lock_user(ctx, "lan")
    with pytest.raises(SignInRefusedError):
        accounts.sign_in(ctx, "lan", PASSWORD, HERE)
    accounts.unlock_user(ctx, "lan")
    assert accounts.sign_in(ctx, "lan", PASSWORD, HERE).account.locked_at is None


def test_a_session_left_unused_ends_and_one_in_use_ends_too(ctx: Context, watch: Watch) -> None:
    unused = accounts.sign_in(ctx, "lan", PASSWORD, HERE).token
    used = accounts.sign_in(ctx, "lan", PASSWORD, HERE).token
    for _ in range(29):
        watch.pass_by(minutes=20)
        assert accounts.find_visitor(ctx, used) is not None
    assert accounts.find_visitor(ctx, unused) is None
    watch.pass_by(minutes=21)
    assert accounts.find_visitor(ctx, used) is None, "ten hours are over"


def test_too_many_attempts_on_one_account_wait_until_a_time_that_is_told(any_ctx: Context, watch: Watch) -> None:
    for number in range(MOST_BY_ACCOUNT):
        with pytest.raises(SignInRefusedError):
            accounts.sign_in(any_ctx, "lan", f"doan-mo-lan-{number}", f"192.0.2.{number}")
    with pytest.raises(SignInLimitedError) as limited:
        accounts.sign_in(any_ctx, "LAN", PASSWORD, HERE)
    assert limited.value.details == {"instant": "24/11/2026 12:16"}
    watch.pass_by(minutes=15)
    assert accounts.sign_in(any_ctx, "lan", PASSWORD, HERE).token


def test_too_many_attempts_from_one_address_wait_whatever_login_they_name(ctx: Context) -> None:
    for number in range(MOST_BY_ADDRESS):
        begin_attempt(ctx, f"ai-do-{number}", f"2001:db8::{number:x}")
    with pytest.raises(SignInLimitedError):
        accounts.sign_in(ctx, "lan", PASSWORD, "2001:db8::ffff")
    assert accounts.sign_in(ctx, "lan", PASSWORD, HERE).token


def test_attempts_are_forgotten_when_the_password_was_right_and_when_they_are_old(ctx: Context, watch: Watch) -> None:
    with pytest.raises(SignInRefusedError):
        accounts.sign_in(ctx, "lan", "sai", HERE)
    accounts.sign_in(ctx, "lan", PASSWORD, HERE)
    watch.pass_by(seconds=WINDOW.total_seconds())
    accounts.sign_in(ctx, "lan", PASSWORD, HERE)
    with ctx.ledger.reading() as session:
        assert len(session.scalars(select(SignInAttempt)).all()) == 1, "the address's last"


@pytest.mark.parametrize("password", ["ngan", "a" * 20, "lan-va-cac-ban-be", "x" * 300])
def test_a_password_that_is_easily_guessed_is_not_taken(ctx: Context, password: str) -> None:
    with pytest.raises(PasswordWeakError):
        accounts.set_password(ctx, "lan", password)


@pytest.mark.parametrize("login", ["Nguyễn Lan", "", "0912345678", "a" * 70, "lan tran"])
def test_what_can_be_no_login_is_refused(ctx: Context, login: str) -> None:
    with pytest.raises(LoginError):
        accounts.add_user(ctx, NewUser(login, AccountRole.AUDITOR, PASSWORD))


@pytest.mark.parametrize(
    "new",
    [
        NewUser("LAN", AccountRole.AUDITOR, PASSWORD),
        NewUser("lan2", AccountRole.AUDITOR, email=" Lan@Mau.Example "),
        NewUser("lan3", AccountRole.AUDITOR, subject="s-1"),
    ],
    ids=["login", "email", "subject"],
)
def test_nobody_takes_what_is_another_users(ctx: Context, new: NewUser) -> None:
    accounts.add_user(ctx, NewUser("hoa", AccountRole.AUDITOR, email="lan@mau.example", subject="s-1"))
    with pytest.raises(UserTakenError):
        accounts.add_user(ctx, new)


def test_a_user_who_is_not_there_is_not_changed(ctx: Context) -> None:
    with pytest.raises(UserUnknownError):
        accounts.lock_user(ctx, "khong-ai")
