import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from storage.ledger import Ledger
from storage.ledger.events import append, check_chain
from storage.objects.folder import FolderStore

PUT = """
import sys
from pathlib import Path
from storage.objects.folder import FolderStore
FolderStore(Path(sys.argv[1])).put("a/b.pdf", Path(sys.argv[2]), "0" * 64)
"""

APPEND = """
import sys, time
from datetime import UTC, datetime
from storage.ledger import open_ledger
from storage.ledger.events import append
with open_ledger(sys.argv[1]).session() as session:
    append(session, kind="a", actor="cli", subject_type="b", subject_id="c", at=datetime.now(UTC))
    print("written", flush=True)
    time.sleep(60)
"""


def test_a_put_killed_half_way_leaves_no_object_and_the_next_succeeds(tmp_path: Path) -> None:
    source, whole = tmp_path / "source", b"x" * 3_000_000
    os.mkfifo(source)
    writer = subprocess.Popen([sys.executable, "-c", PUT, str(tmp_path / "store"), str(source)])
    with source.open("wb") as half:
        half.write(whole[:2_500_000])
        half.flush()
        writer.kill()
        writer.wait()
    store = FolderStore(tmp_path / "store")
    assert not store.exists("a/b.pdf")
    source.unlink()
    source.write_bytes(whole)
    store.put("a/b.pdf", source, hashlib.sha256(whole).hexdigest())
    assert store.read_back("a/b.pdf") == hashlib.sha256(whole).hexdigest()


def test_a_session_killed_before_its_end_leaves_nothing_and_holds_up_nobody(ledger: Ledger, ledger_url: str) -> None:
    writer = subprocess.Popen([sys.executable, "-c", APPEND, ledger_url], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"written\n"
    writer.kill()
    writer.communicate()
    with ledger.session() as session:
        append(session, kind="a", actor="cli", subject_type="b", subject_id="d", at=datetime.now(UTC))
    with ledger.reading() as session:
        assert check_chain(session).seq == 1
