"""Draws the growth of all comparisons as one SVG."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT, COLUMNS = 420, 300, 2
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 34, 64
COLOURS = ["#c2410c", "#1d4ed8", "#15803d", "#7e22ce", "#525252"]


def draw(panels):
    """Every panel has logarithmic axes: a straight line that climbs one decade a decade is linear growth."""
    rows = -(-len(panels) // COLUMNS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH * COLUMNS}" height="{HEIGHT * rows}"'
        ' font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for index, panel in enumerate(panels):
        x, y = index % COLUMNS * WIDTH, index // COLUMNS * HEIGHT
        parts += [f'<g transform="translate({x},{y})">', *_panel(panel), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel):
    points = [point for curve in panel.curves.values() for point in curve]
    across = _Axis([size for size, _ in points], LEFT, WIDTH - RIGHT)
    up = _Axis([cost for _, cost in points], HEIGHT - BOTTOM, TOP)
    yield f'<text x="{LEFT}" y="20" font-size="13" font-weight="bold">{escape(panel.title)}</text>'
    for decade in across.decades:
        x = across.place(10.0**decade)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#e5e5e5"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 14}" text-anchor="middle">{_figure(decade)}</text>'
    for decade in up.decades:
        y = up.place(10.0**decade)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#e5e5e5"/>'
        yield f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{_figure(decade)}</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - BOTTOM + 28}" text-anchor="end">{escape(panel.size)}</text>'
    yield (
        f'<text transform="translate(14,{(HEIGHT - BOTTOM + TOP) / 2:.0f}) rotate(-90)" text-anchor="middle">'
        f"{escape(panel.cost)}</text>")
    for number, (name, curve) in enumerate(panel.curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        corners = " ".join(f"{across.place(size):.1f},{up.place(cost):.1f}" for size, cost in curve)
        yield f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for size, cost in curve:
            yield f'<circle cx="{across.place(size):.1f}" cy="{up.place(cost):.1f}" r="3" fill="{colour}"/>'
        x, y = LEFT + number % 2 * 170, HEIGHT - 24 + number // 2 * 13
        yield f'<rect x="{x}" y="{y - 8}" width="8" height="8" fill="{colour}"/>'
        yield f'<text x="{x + 12}" y="{y}">{escape(name)}</text>'


class _Axis:
    def __init__(self, values, start, end):
        self.low = math.floor(math.log10(min(values)) + 1e-9)
        self.high = max(math.ceil(math.log10(max(values)) - 1e-9), self.low + 1)
        self.decades = range(self.low, self.high + 1)
        self.start, self.end = start, end

    def place(self, value):
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)


def _figure(decade):
    return f"{10**decade:,}".replace(",", " ") if 0 <= decade <= 6 else f"{10.0**decade:g}"
