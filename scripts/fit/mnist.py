"""Reads the written figures of MNIST in its own format (IDX)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]

_HEADS = {"images": 16, "labels": 8}


def read_mnist(folder: Path, part: str) -> tuple[Pictures, NDArray[np.uint8]]:
    """Give pictures (28 x 28, ink is bright) and labels of `train` or `t10k`."""
    pictures = _bytes(folder / f"{part}-images-idx3-ubyte", "images").reshape(-1, 28, 28)
    labels = _bytes(folder / f"{part}-labels-idx1-ubyte", "labels")
    if len(pictures) != len(labels):
        raise SystemExit(f"{folder}: {len(pictures)} pictures, {len(labels)} labels")
    return pictures, labels


def _bytes(path: Path, kind: str) -> NDArray[np.uint8]:
    return np.frombuffer(path.read_bytes(), np.uint8, offset=_HEADS[kind])
