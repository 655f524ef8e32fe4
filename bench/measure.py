"""Taking figures: interleaved runs, the median of each side, and the ratio between them."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

RUNS = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: medians of both sides in ``unit``, and every run's pair."""

    name: str
    ours: float
    against: float
    unit: str
    runs: tuple[tuple[float, float], ...]

    @property
    def ratio(self) -> float:
        """Ours as a share of the yardstick: the median of the ratios of the pairs."""
        return statistics.median(ours / against for ours, against in self.runs)

    def as_json(self) -> dict[str, object]:
        """The figure as ``bench --json`` prints it."""
        return {
            "name": self.name,
            "ours": round(self.ours, 1),
            "against": round(self.against, 1),
            "ratio": round(self.ratio, 3),
            "unit": self.unit,
            "runs": [[round(value, 1) for value in pair] for pair in self.runs],
        }


def compare(
    name: str, unit: str, ours: Callable[[], float], against: Callable[[], float], *, runs: int = RUNS
) -> Figure:
    """Take both figures in turn, so that a machine that slows down slows both."""
    pairs = tuple((ours(), against()) for _ in range(runs))
    left, right = zip(*pairs, strict=True)
    return Figure(name, statistics.median(left), statistics.median(right), unit, pairs)


def per_second(count: int, work: Callable[[], object]) -> float:
    """Run some work once and return how many of its items a second took."""
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }


def table(figures: Sequence[Figure]) -> list[tuple[object, ...]]:
    """The figures as rows for people."""
    return [
        (
            figure.name,
            f"{figure.ours:,.0f}",
            f"{figure.against:,.0f}",
            f"{figure.ratio:.2f}",
            figure.unit,
            f"{min(o / a for o, a in figure.runs):.2f} – {max(o / a for o, a in figure.runs):.2f}",
        )
        for figure in figures
    ]


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
