"""Packs on a desk: unpacked, changed as a forger would, sealed again, and checked."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.context import Context
from pipeline.event_chain import sign_as_keeper
from pipeline.evidence.checking import check_pack
from pipeline.evidence.layout import MANIFEST, STATEMENT, SUMS, Manifest, PackedFile, read_manifest, sums_of
from pipeline.evidence.verdicts import PackProof
from pipeline.job import file_sha256


@dataclass(frozen=True, slots=True)
class Desk:
    """A pack as a folder, and the folder of roots that whoever checks it trusts."""

    pack: Path
    roots: Path

    def check(self) -> PackProof:
        return check_pack(self.pack, self.roots)

    def copy(self, target: Path) -> "Desk":
        shutil.copytree(self.pack, target)
        return Desk(target, self.roots)

    def manifest(self) -> Manifest:
        return read_manifest((self.pack / MANIFEST).read_bytes(), "pack")

    def files(self) -> list[str]:
        return sorted(path.relative_to(self.pack).as_posix() for path in self.pack.rglob("*") if path.is_file())

    def edit(self, path: str, change: Callable[[bytes], bytes]) -> None:
        (self.pack / path).write_bytes(change((self.pack / path).read_bytes()))

    def reseal(self, signer: Context | None = None) -> None:
        """Bring manifest and sums in line with the files, as a forger would; signed only by one who has the key."""
        paths = [path for path in self.files() if path not in {MANIFEST, STATEMENT, SUMS}]
        packed = tuple(
            PackedFile(path, file_sha256(self.pack / path), (self.pack / path).stat().st_size) for path in paths
        )
        content = replace(self.manifest(), files=packed).canonical()
        (self.pack / MANIFEST).write_bytes(content)
        if signer is not None:
            (self.pack / STATEMENT).write_bytes(sign_as_keeper(signer, content))
        sums = [(path, file_sha256(self.pack / path)) for path in (*paths, MANIFEST, STATEMENT)]
        (self.pack / SUMS).write_bytes(sums_of(sums))


def edited_json(content: bytes, change: Callable[[Any], object]) -> bytes:
    """Give a JSON file with one thing in it changed."""
    body = json.loads(content)
    change(body)
    return json.dumps(body).encode()
