import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.errors import StoreError
from storage.objects.disk import translated

LIMITED = """
import hashlib, resource, sys
from pathlib import Path
from config.errors import DiskFullError
from storage.objects.folder import FolderStore
folder = Path(sys.argv[1])
source = folder / "source"
source.write_bytes(b"x" * 300_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
store = FolderStore(folder / "store")
try:
    store.put("a/b.pdf", source, hashlib.sha256(b"x" * 300_000).hexdigest())
except DiskFullError as err:
    print(err.code, store.exists("a/b.pdf"), len(list((folder / "store" / ".incoming").iterdir())))
"""

FULL = """
import hashlib, sys
from pathlib import Path
from config.errors import DiskFullError
from storage.objects.folder import FolderStore
data = b"x" * 300_000
source = Path(sys.argv[1]) / "source"
source.write_bytes(data)
full, roomy = FolderStore(Path(sys.argv[2]) / "store"), FolderStore(Path(sys.argv[1]) / "roomy")
digest = hashlib.sha256(data).hexdigest()
for attempt in (lambda: full.put("a/b.pdf", source, digest), lambda: roomy.fetch("a.pdf", Path(sys.argv[2]) / "copy")):
    roomy.put("a.pdf", source, digest)
    try:
        attempt()
    except DiskFullError as err:
        print(err.code)
small = Path(sys.argv[1]) / "small"
small.write_bytes(b"small")
full.put("a/b.pdf", small, hashlib.sha256(b"small").hexdigest())
print(sorted(p.name for p in Path(sys.argv[2]).rglob("*") if p.is_file()))
"""


def run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    return done.stdout


def test_a_file_beyond_what_the_system_allows_is_disk_full_and_leaves_nothing(tmp_path: Path) -> None:
    assert run(sys.executable, "-c", LIMITED, tmp_path) == "disk_full False 0\n"


def test_a_disk_that_is_really_full_is_said_so_and_works_again_with_a_smaller_file(tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    mount.mkdir()
    inside = f'mount -t tmpfs -o size=200k none "{mount}" && exec "$@"'
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inside, "sh"]
    if shutil.which("unshare") is None or subprocess.run([*unshare, "true"], check=False).returncode:
        pytest.skip("this system lets no one mount a small disk of their own")
    assert run(*unshare, sys.executable, "-c", FULL, tmp_path, mount) == "disk_full\ndisk_full\n['b.pdf']\n"


def test_the_device_that_is_always_full_is_disk_full() -> None:
    with pytest.raises(StoreError) as refused, translated("folder", "a.pdf"), Path("/dev/full").open("wb") as full:
        full.write(hashlib.sha256(b"").digest())
    assert refused.value.code == "disk_full"
