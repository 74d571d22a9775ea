"""The main score of a notebook beside its baseline: what the catalogue wants shown, and how it is said of a run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fidle_course.words import number


@dataclass(frozen=True)
class Finding:
    """The headline of one run: the main score, and its baseline if there is one."""

    name: str  # of the score
    text: str  # as one says it: `1.28 °C`, or a share in percent
    what: str  # the score in words
    baseline: str = ""  # as `text`
    words: str = ""  # the difference: "3 % lower than a linear model"
    better: bool | None = None  # whether the score beats the baseline; None for a draw


@dataclass(frozen=True)
class Headline:
    """What a notebook's entry in the catalogue wants shown first."""

    score: str
    baseline: str = ""
    better: Literal["lower", "higher"] = "lower"
    what: str = ""  # the score in words
    against: str = ""  # the baseline in words
    percent: bool = True  # a share is said in percent; False for a correlation, which is none

    def of(self, scores: Mapping[str, float], units: Mapping[str, str]) -> Finding | None:
        """The main score and its baseline in a run; the first score stands for a missing one. None without scores."""
        name = self.score if self.score in scores else next(iter(scores), None)
        if name is None:
            return None
        found = name, self._text(scores[name], units.get(name, "")), self.what or name
        if self.baseline not in scores:
            return Finding(*found)
        baseline = self._text(scores[self.baseline], units.get(self.baseline, ""))
        shares = "%" in found[1] and "%" in baseline
        return Finding(*found, baseline, *self._compared(scores[name], scores[self.baseline], shares))

    def _compared(self, value: float, reference: float, shares: bool) -> tuple[str, bool | None]:
        against, more = self.against or "the baseline", value - reference
        if more == 0 or (shares and abs(more) < 0.0005):  # 0.0 points are no defeat
            return f"the same as {against}", None
        better = (more > 0) == (self.better == "higher")
        if shares:
            return f"{abs(more) * 100:.1f} points {'above' if more > 0 else 'below'} {against}", better
        ratio = value / reference if reference else 0
        amount = f"{abs(ratio - 1) * 100:.0f} % " if 0 < ratio < 10 else ""
        return f"{amount}{'higher' if more > 0 else 'lower'} than {against}", better

    def _text(self, value: float, unit: str) -> str:
        share = self.percent and self.better == "higher" and not unit and 0 <= value <= 1
        return f"{value * 100:.1f} %" if share else f"{number(value)} {unit}".rstrip()
