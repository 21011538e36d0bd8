"""What a comparison found, and how it is printed."""

import dataclasses

from harness.measuring import ratio


@dataclasses.dataclass
class Target:
    """A promise, and what was measured."""

    text: str
    measured: str
    met: bool


@dataclasses.dataclass
class Panel:
    """One drawing: curves over a size, both axes logarithmic."""

    title: str
    size: str
    cost: str
    curves: dict


@dataclasses.dataclass
class Section:
    """One comparison."""

    title: str
    what: str
    tables: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)
    targets: list = dataclasses.field(default_factory=list)
    panels: list = dataclasses.field(default_factory=list)
    verbatim: str = ""

    def table(self, caption, columns, rows):
        self.tables.append((caption, columns, rows))

    def compare(self, caption, contenders):
        """Medians side by side; the first contender is ours."""
        ours = contenders[0]
        self.table(
            caption, ["", "wall", "CPU", "peak memory", "ours ÷ this: wall", "CPU"],
            [
                [
                    contender.name, seconds(contender.median("wall")), seconds(contender.median("cpu")),
                    f"{contender.median('memory') / 1e6:.1f} MB",
                    "" if contender is ours else f"{ratio(ours, contender):.2f}",
                    "" if contender is ours else f"{ratio(ours, contender, 'cpu'):.2f}",
                ]
                for contender in contenders
            ])

    def promise(self, text, value, limit, unit="", at_least=False):
        met = value >= limit if at_least else value <= limit
        sign = "≥" if at_least else "≤"
        self.targets.append(Target(f"{text} {sign} {limit:g}{unit}", f"{value:.3g}{unit}", met))

    def text(self):
        lines = [f"## {self.title}", "", self.what, ""]
        for caption, columns, rows in self.tables:
            lines += [f"{caption}:", "", *table(columns, rows), ""]
        if self.verbatim:
            lines += [self.verbatim, ""]
        lines += [f"- {note}" for note in self.notes]
        for target in self.targets:
            lines.append(f"- target {target.text}: measured {target.measured}, {'met' if target.met else 'MISSED'}")
        return "\n".join(lines).rstrip() + "\n"


def table(columns, rows):
    """A Markdown table that is readable as plain text too."""
    cells = [columns, *rows]
    widths = [max(len(str(row[index])) for row in cells) for index in range(len(columns))]

    def line(row):
        first, *rest = (str(cell) for cell in row)
        return "| " + " | ".join(
            [first.ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(rest, widths[1:])]) + " |"

    rule = "|" + "|".join(["-" * (widths[0] + 2)] + ["-" * (width + 1) + ":" for width in widths[1:]]) + "|"
    return [line(columns), rule, *map(line, rows)]


def seconds(value):
    """A duration in the unit in which it has up to three digits before the point."""
    for factor, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= factor:
            return f"{value / factor:.3g} {unit}" if value < 100 * factor else f"{value / factor:.0f} {unit}"
    return f"{value / 1e-9:.0f} ns"
