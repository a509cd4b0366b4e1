"""How are registrations over time drawn? Numbers in, SVG text out."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 640, 200
LEFT, TOP, BOTTOM = 8, 12, 188


def drawing(actual: Sequence[float], usual: Sequence[float], days: int) -> SafeString:
    """Two lines over so many days: this event's, filled below, and the usual one, dashed. Decoration beside a table."""
    highest = max([1, *actual, *usual])
    parts = [f'<path class="base" d="M{LEFT} {BOTTOM}H{WIDTH - LEFT}"/>']
    if usual:
        parts.append(f'<polyline class="usual" points="{_points(usual, days, highest)}"/>')
    if actual:
        parts.append(f'<polyline class="actual" points="{_points(actual, days, highest)}"/>')
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{"".join(parts)}</svg>'
    )


def _points(numbers: Sequence[float], days: int, highest: float) -> str:
    across = (WIDTH - 2 * LEFT) / days
    return " ".join(
        f"{LEFT + place * across:.1f},{BOTTOM - number / highest * (BOTTOM - TOP):.1f}"
        for place, number in enumerate(numbers)
    )
