"""Passwords stay where they are kept: not in what is printed, logged or raised, in the ledger, nor told to Prefect.

Searched for byte by byte, in runs that go well and in runs whose passwords are wrong.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_der_x509_certificate

from storage.ledger import open_ledger
from tests.integration.pipeline.house import AGENCIES, AGENCY_NAME, House, page
from tests.pki import Holder, Pki
from tests.prefect_home import GivePrefect
from tests.services import PostgresServer, S3Server

pytestmark = [
    pytest.mark.needs("tesseract", "poppler", "postgres", "s3"),
    pytest.mark.timeout(300),
]
ROOT = Path(__file__).parents[3]
KEY, LEDGER = "khoa-bi-mat-9d41f0", "so-bi-mat-77ac02"
WRONG = {"KEY_WORD": "khoa-sai-3b19ee", "LEDGER_WORD": "so-sai-5501fd", "S3_WORD": "kho-sai-c0ffee"}

RUN = """
import logging, sys
from pathlib import Path
logging.basicConfig(level=logging.DEBUG, filename=Path(sys.argv[1]).with_name("everything.log"))
from flows.running import digitize_once
from pipeline.founding import found
from storage.ledger.states import Environment
from tests.integration.pipeline.house import House
house = House(Path(sys.argv[1]))
found(house.ctx, Environment.TEST, Path(sys.argv[2]))
digitize_once(house.ctx)
house.settle_questions()
digitize_once(house.ctx, release_as_test=True)
print(house.states(), flush=True)
"""


@pytest.fixture
def home(
    tmp_path: Path, pki: Pki, postgres_server: PostgresServer, s3_server: S3Server, give_prefect: GivePrefect
) -> Path:
    """An installation with a password for everything: key, database, store."""
    if "mau" not in pki.holders:
        pki.add(mau=Holder(AGENCY_NAME))
    key = load_pem_private_key(pki.key_pem("mau"), None)
    certificates = [load_der_x509_certificate(pki.certificate(name).dump()) for name in ("mau", "ca")]
    (tmp_path / "key.p12").write_bytes(
        serialize_key_and_certificates(
            b"key",
            key,  # type: ignore[arg-type] # RSA or EC, as made
            certificates[0],
            certificates[1:],
            BestAvailableEncryption(KEY.encode()),
        )
    )
    postgres_server.let_in_guarded(LEDGER)
    database = postgres_server.create("guarded")
    home = tmp_path / "home"
    give_prefect(home)
    (home / "trust").mkdir(parents=True)
    (home / "trust" / "root.crt").write_bytes(pki.certificate("root").dump())
    (tmp_path / "agencies.toml").write_text(AGENCIES, "utf-8")
    url = postgres_server.url(database).replace("postgres@", "guarded@")
    (home / "sohoa.toml").write_text(
        "[signing]\n"
        f'key = "pkcs12:{tmp_path / "key.p12"}"\nkey_password = "env:KEY_WORD"\ntimestamp = "{pki.tsa_url}"\n'
        f'[ledger]\nurl = "{url}"\npassword = "env:LEDGER_WORD"\n'
        f'[store]\nkind = "s3"\nendpoint = "{s3_server.endpoint}"\nbucket = "{s3_server.create_bucket()}"\n'
        'access_key = "env:S3_NAME"\nsecret_key = "env:S3_WORD"\n'
        "[inbox]\nstable_after_s = 0\n",
        "utf-8",
    )
    return home


def test_no_secret_is_found_anywhere_after_runs_that_went_well_and_runs_that_did_not(
    home: Path, s3_server: S3Server
) -> None:
    words = {"KEY_WORD": KEY, "LEDGER_WORD": LEDGER, "S3_NAME": s3_server.access_key, "S3_WORD": s3_server.secret_key}
    house_inbox = home / "inbox" / "H41.99" / "H41.99-260311-0001"
    house_inbox.mkdir(parents=True)
    page(house_inbox / "a.png")
    told = [python(words, "-c", RUN, str(home), str(home.with_name("agencies.toml")))]
    assert "['archived']" in told[0], told[0][-3000:]
    told += [sohoa({**words, name: wrong}, home, "doctor") for name, wrong in WRONG.items()]
    told.append(sohoa({**words, "S3_WORD": WRONG["S3_WORD"]}, home, "verify", "H41.99-260311-0001"))
    secrets = [KEY, LEDGER, s3_server.secret_key, *WRONG.values()]
    for place, content in everything(home, words, told):
        found = [secret for secret in secrets if secret.encode() in content]
        assert not found, f"{found} in {place}"


def everything(home: Path, words: dict[str, str], told: list[str]) -> list[tuple[str, bytes]]:
    """What was told, the ledger, and every file of the installation, Prefect's database and the log among them."""
    places = [(f"told {number}", text.encode()) for number, text in enumerate(told)]
    files = [path for path in home.parent.rglob("*") if path.is_file()]
    assert any(path.name == "prefect.db" for path in files)
    assert home.with_name("everything.log").stat().st_size > 0
    places += [(str(path), path.read_bytes()) for path in files]
    with pytest.MonkeyPatch.context() as patch:
        for name, word in words.items():
            patch.setenv(name, word)
        url = House(home).ctx.settings.ledger_url
    ledger = open_ledger(url, password=words["LEDGER_WORD"])
    with ledger.engine.connect() as connection:
        for table in connection.exec_driver_sql(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).scalars():
            rows = connection.exec_driver_sql(f'SELECT t::text FROM "{table}" t').scalars()
            places.append((f"table {table}", "\n".join(rows).encode()))
    ledger.close()
    return places


def sohoa(words: dict[str, str], home: Path, *arguments: str) -> str:
    return python(words, "-m", "scripts.sohoa", "--home", str(home), "--actor", "lan", "--verbose", *arguments)


def python(words: dict[str, str], *arguments: str) -> str:
    """Run Python with these words in its environment; give all it told."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SOHOA_"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        timeout=120,
        env={**clean, **words},
    )
    return done.stdout
