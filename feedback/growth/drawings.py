"""How is one widening drawn over the months? Numbers in, SVG text out."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 200, 48
LEFT, TOP, BOTTOM = 6, 8, 42


def drawing(numbers: Sequence[int]) -> SafeString:
    """A line from the first month to now, with a dot for now. Decoration beside a table that says the numbers.

    It starts at nothing, so that a small step never looks like a leap, and it has no scale: there is nothing to reach.
    """
    highest = max([1, *numbers])
    across = (WIDTH - 2 * LEFT) / max(1, len(numbers) - 1)
    dots = [
        (WIDTH - LEFT - (len(numbers) - 1 - place) * across, BOTTOM - number / highest * (BOTTOM - TOP))
        for place, number in enumerate(numbers)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    last_x, last_y = dots[-1]
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="growth-line" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        f'<path d="M{LEFT} {BOTTOM}H{WIDTH - LEFT}"/><polyline points="{points}"/>'
        f'<circle cx="{last_x:.1f}" cy="{last_y:.1f}" r="4"/></svg>'
    )
