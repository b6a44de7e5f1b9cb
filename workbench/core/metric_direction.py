"""Which end of a metric is the good one."""

import re
from collections.abc import Iterable

_LOWER = {
    "loss", "error", "err", "rmse", "mse", "mae", "mape", "msle", "rmsle", "logloss", "nll",
    "perplexity", "ppl", "fid", "wer", "cer", "brier", "deviance", "regret", "time", "seconds",
    "duration", "latency", "memory", "mem", "distance", "divergence", "kl", "bpc", "bits",
    "residual", "cost", "bias", "ece", "miss", "misses",
}  # fmt: skip
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def lower_is_better(name: str) -> bool:
    """Return whether a smaller value of this metric is better, judged by the words of its name."""
    return any(word.lower() in _LOWER for word in _WORDS.findall(name))


def best_of(name: str, values: Iterable[float]) -> float | None:
    """Return the best of some values of a metric, ``None`` if there is none (NaN is no value)."""
    usable = [value for value in values if value == value]  # noqa: PLR0124 - NaN differs from itself
    if not usable:
        return None
    return min(usable) if lower_is_better(name) else max(usable)
