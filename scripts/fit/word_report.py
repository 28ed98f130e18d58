"""How good fitted probabilities are on words they were not fitted on, and the data file they are kept in."""

import argparse
from collections import Counter
from collections.abc import Sequence

from config.clock import legal_date, system_clock
from ocr.second.rules import Rules
from ocr.second.weigh import weigh, word_class
from scripts.fit.word_samples import Sample

_BINS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
_HEAD = """\
# How two readings of a word are weighed, and how sure the outcome is. Written by
#   {command}
# on {date}, from {real} words of {pages} real pages with truth and {specimens} of rendered specimens,
# which together weigh a quarter of the real ones.
# Engines: {engines}.
# `choice`: weights of the logarithm of the odds that the second reading is right and the engine's wrong.
# `agreement`: what the second's odds count beside the engine's where both read alike.
# `curve`: from a score on, the chance that the word is right; each step told as if one more word had been wrong.
# Found `alone`: by the engine's confidence only, where the second recognizer has no opinion.
"""


def print_report(rows: Sequence[tuple[Sample, Rules]], signs: frozenset[str]) -> None:
    """Print what the choice gains, and the reliability of the probabilities, by pages left out."""
    outcomes = []
    pages: dict[str, Counter[str]] = {}
    for sample, rules in rows:
        best = weigh(sample.word, sample.opinion, signs, rules)
        is_right = sample.is_right if best.text == sample.word.text else sample.second_is_right
        kind = word_class(best.text)
        chance = rules.curves[best.found, kind].chance(best.score)
        outcomes.append((chance, is_right, f"{best.found} {kind}"))
        counts = pages.setdefault(sample.page, Counter())
        counts.update(n=1, before=not sample.is_right, after=not is_right)
        counts["expected"] += 1 - chance  # type: ignore[assignment]
    print(f"{'page':28s} {'words':>6s} {'wrong before':>12s} {'after':>6s} {'expected':>8s}")
    for page, counts in pages.items():
        print(f"{page:28s} {counts['n']:6d} {counts['before']:12d} {counts['after']:6d} {counts['expected']:8.1f}")
    _print_reliability(outcomes)


def _print_reliability(outcomes: Sequence[tuple[float, bool, str]]) -> None:
    print(f"\n{'probability from':>16s} {'words':>6s} {'wrong':>6s} {'told':>7s} {'was':>7s}")
    error = 0.0
    for start, end in zip(_BINS, (*_BINS[1:], 1.01), strict=True):
        inside = [(chance, is_right) for chance, is_right, _ in outcomes if start <= chance < end]
        if inside:
            told = sum(chance for chance, _ in inside) / len(inside)
            was = sum(is_right for _, is_right in inside) / len(inside)
            error += abs(told - was) * len(inside)
            wrong = sum(not is_right for _, is_right in inside)
            print(f"{start:16.3f} {len(inside):6d} {wrong:6d} {told:7.4f} {was:7.4f}")
    brier = sum((chance - is_right) ** 2 for chance, is_right, _ in outcomes) / max(1, len(outcomes))
    print(f"n {len(outcomes)}, Brier {brier:.4f}, expected calibration error {error / max(1, len(outcomes)):.4f}")
    print(f"\n{'found and kind':20s} {'words':>6s} {'wrong':>6s} {'expected':>8s}")
    for name in sorted({name for _, _, name in outcomes}):
        inside = [(chance, is_right) for chance, is_right, other in outcomes if other == name]
        wrong = sum(not is_right for _, is_right in inside)
        print(f"{name:20s} {len(inside):6d} {wrong:6d} {sum(1 - chance for chance, _ in inside):8.1f}")


def written(rules: Rules, samples: Sequence[Sample], engines: str, chosen: argparse.Namespace) -> str:
    """Give the data file with its provenance."""
    real = [sample for sample in samples if sample.is_real]
    options = f"--specimens {chosen.specimens} --seed {chosen.seed}"
    text = _HEAD.format(
        command=f"python -m scripts.fit.word_probability CORPUS {options} --write",
        date=legal_date(system_clock()).isoformat(),
        real=len(real),
        pages=len({sample.page for sample in real}),
        specimens=len(samples) - len(real),
        engines=engines,
    )
    by = rules.choice
    text += f"[agreement]\nsecond = {rules.agreement}\n\n[choice]\nstart = {by.start}\nengine = {by.engine}\n"
    text += f"second = {by.second}\nspelled = {by.spelled}\nmarks = {by.marks}\n"
    for (found, kind), curve in rules.curves.items():
        steps = ", ".join(f"[{score}, {chance}]" for score, chance in zip(curve.scores, curve.chances, strict=True))
        text += f'\n[[curve]]\nfound = "{found}"\nkind = "{kind}"\nsteps = [{steps}]\n'
    return text
