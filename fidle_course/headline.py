"""The main score of a notebook beside its baseline: what the catalogue wants shown, and how it is said of a run."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from fidle_course.words import number


@dataclass(frozen=True)
class Score:
    """A score as it is shown."""

    name: str
    value: str  # the number with four digits
    unit: str
    text: str  # as one says it: `1.28 °C`, or a share in percent


@dataclass(frozen=True)
class Finding(Score):
    """The headline of one run: the main score, and beside it its baseline."""

    what: str = ""  # the score in words
    baseline: Score | None = None
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

    def of(self, scores: Mapping[str, float], units: Mapping[str, str]) -> Finding | None:
        """The main score and its baseline in a run; the first score stands for a missing one. None without scores."""
        name = self.score if self.score in scores else next(iter(scores), None)
        if name is None:
            return None
        score, baseline = (self._shown(n, scores, units) for n in (name, self.baseline))
        words, better = "", None
        if baseline:
            words, better = self._compared(scores[name], scores[self.baseline], score, baseline)
        return Finding(**asdict(score), what=self.what or name, baseline=baseline, words=words, better=better)

    def _compared(self, value: float, reference: float, score: Score, baseline: Score) -> tuple[str, bool | None]:
        against, shares = self.against or "the baseline", "%" in score.text and "%" in baseline.text
        gain = reference - value if self.better == "lower" else value - reference
        if gain == 0 or (shares and abs(gain) < 0.0005):  # 0.0 points are no defeat
            return f"the same as {against}", None
        if shares:
            return f"{abs(gain) * 100:.1f} points {'above' if gain > 0 else 'below'} {against}", gain > 0
        if not reference:
            return "", gain > 0
        side, ratio = "lower" if value < reference else "higher", value / reference
        amount = f"{abs(ratio - 1) * 100:.0f} % " if 0 < ratio < 10 else "far " if ratio >= 10 else ""
        return f"{amount}{side} than {against}", gain > 0

    def _shown(self, name: str, scores: Mapping[str, float], units: Mapping[str, str]) -> Score | None:
        if name not in scores:
            return None
        value, unit = scores[name], units.get(name, "")
        share = self.better == "higher" and not unit and 0 <= value <= 1
        text = f"{value * 100:.1f} %" if share else f"{number(value, 3)} {unit}".rstrip()
        return Score(name, number(value), unit, text)
