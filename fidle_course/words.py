"""How moments, times and numbers are written."""

from datetime import UTC, datetime


def now() -> str:
    """This moment as files hold it: `2026-01-02T10:00:00+00:00`."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def number(value: float) -> str:
    """A score with four significant digits; a count with all of them: `1.23456` is `1.235`, `12345` is `12,345`."""
    if value == int(value) and 1000 <= abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def minute(moment: str) -> str:
    """`2026-11-21T03:11:00+00:00` is `2026-11-21 03:11`, in this machine's time zone; nothing stays nothing."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M") if moment else ""


def duration(seconds: float) -> str:
    """`0.3` is `< 1 s`, `75` is `75 s`, `315` is `5 min 15 s`."""
    if seconds < 99.5:
        return f"{round(seconds)} s" if seconds >= 0.95 else "< 1 s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min" + (f" {rest} s" if rest else "")
