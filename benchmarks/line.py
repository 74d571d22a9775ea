"""A line of the benchmark: what, its target, what was measured, whether it is met."""

from dataclasses import asdict, dataclass, field

_MEETS = {">=": lambda value, limit: value >= limit, "<=": lambda value, limit: value <= limit}
_SIGNS = {">=": "≥", "<=": "≤"}


@dataclass(frozen=True)
class Line:
    """One promise and what became of it.

    Args:
        what: the thing that is measured, in words.
        unit: of the value and of the limit: "×" (how many times the other thing), "s", "°C", …
        better: ">=" if the value must reach the limit, "<=" if it must not exceed it; "" if it is only stated.
        limit: the target, None if the value is only to be stated.
        value: what was measured, None if it was not.
        measured: the numbers behind the value, in words; why there is none if it was not measured.
    """

    what: str
    unit: str = "×"
    better: str = ""
    limit: float | None = None
    value: float | None = None
    measured: str = ""

    def __post_init__(self):
        if (self.limit is None) != (self.better == "") or self.better not in ("", *_MEETS):
            raise ValueError(
                'A target has a limit and a direction, ">=" or "<="; a value that is only stated has neither. '
                f"Received: better={self.better!r}, limit={self.limit!r} for {self.what!r}."
            )

    @property
    def met(self) -> bool | None:
        """True or False; None if it was not measured or has no limit."""
        if self.value is None or self.limit is None:
            return None
        return _MEETS[self.better](self.value, self.limit)

    @property
    def target(self) -> str:
        """The target in words: `≥ 150 ×`."""
        return "stated" if self.limit is None else f"{_SIGNS[self.better]} {number(self.limit)} {self.unit}".strip()

    @property
    def ratio(self) -> str:
        """How many times the other thing; for anything but a comparison, the part of the target."""
        if self.value is None:
            return ""
        if self.unit == "×":
            return f"{number(self.value)} ×"
        return f"{number(self.value / self.limit)} of target" if self.limit else ""

    @property
    def verdict(self) -> str:
        """met, NOT MET, not measured, or stated."""
        if self.value is None:
            return "not measured"
        return {True: "met", False: "NOT MET", None: "stated"}[self.met]

    def as_dict(self) -> dict:
        """For JSON; `Line.from_dict` is the line again."""
        return asdict(self) | {"target": self.target, "ratio": self.ratio, "met": self.met}

    @classmethod
    def from_dict(cls, value: dict) -> "Line":
        """The line that `as_dict` described."""
        return cls(**{name: value[name] for name in ("what", "unit", "better", "limit", "value", "measured")})


@dataclass(frozen=True)
class Growth:
    """How a cost grows with a size: a small table."""

    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass
class Group:
    """What one group of benchmarks gives."""

    lines: list[Line] = field(default_factory=list)
    growth: list[Growth] = field(default_factory=list)


def number(value: float) -> str:
    """Three significant digits without an exponent; thousands apart: `1,220`, `12.3`, `0.042`."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return f"{float(text):f}".rstrip("0").rstrip(".") if "e" in text else text
