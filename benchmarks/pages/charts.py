"""Bar charts as SVG text: no package, the same bytes for the same figures, sharp at any size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

BAR, GAP, LEFT, TOP, PLOT, BOTTOM = 26, 28, 48, 64, 220, 44
LEGEND_STEP = 116


class Bar(NamedTuple):
    """A value, and the ends of the line drawn over its bar."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Groups of bars, a bar for each series that a group has. `series`: the colour of each by name; `highest`: the top of
    the axis; None fits the bars."""

    title: str
    groups: Sequence[str]
    series: Mapping[str, str]
    bars: Mapping[tuple[str, str], Bar]
    highest: float | None = None

    def svg(self) -> str:
        """The chart as one SVG document."""
        highest = self.highest or _round_up(max(bar.high for bar in self.bars.values()))
        shown = {group: [name for name in self.series if (group, name) in self.bars] for group in self.groups}
        widths = [max(BAR * len(names), 9 * len(group)) + GAP for group, names in shown.items()]
        width = max(LEFT + sum(widths), LEFT + LEGEND_STEP * len(self.series))
        parts = [*self._frame(width, highest), *self._legend()]
        left = float(LEFT + GAP / 2)
        for (group, names), wide in zip(shown.items(), widths, strict=True):
            start = left + (wide - GAP - BAR * len(names)) / 2
            for place, name in enumerate(names):
                parts += self._bar(start + place * BAR, self.bars[group, name], name, highest)
            parts.append(_text(left + (wide - GAP) / 2, TOP + PLOT + 20, group, size=12))
            left += wide
        height = TOP + PLOT + BOTTOM
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" width="{width:g}" height="{height}"'
        return "\n".join([f'{head} font-family="sans-serif" role="img">', *parts, "</svg>", ""])

    def _frame(self, width: float, highest: float) -> list[str]:
        """Background, title, and five lines across with what they stand for."""
        parts = [
            f"<title>{escape(self.title)}</title>",
            '<rect width="100%" height="100%" fill="#ffffff"/>',
            _text(LEFT, 22, self.title, size=15, anchor="start"),
        ]
        for fifth in range(6):
            y = TOP + PLOT * (1 - fifth / 5)
            parts.append(f'<path d="M{LEFT} {y:g}H{width:g}" stroke="#e3e6ea"/>')
            parts.append(_text(LEFT - 6, y + 4, f"{highest * fifth / 5:g}", anchor="end"))
        return parts

    def _legend(self) -> list[str]:
        parts = []
        for place, name in enumerate(self.series):
            x = LEFT + LEGEND_STEP * place
            parts.append(f'<rect x="{x}" y="34" width="11" height="11" fill="{self.series[name]}"/>')
            parts.append(_text(x + 16, 44, name, anchor="start"))
        return parts

    def _bar(self, x: float, bar: Bar, name: str, highest: float) -> list[str]:
        """The bar with its value above and a line from low to high."""

        def y(value: float) -> float:
            return TOP + PLOT * (1 - min(value, highest) / highest)

        middle = x + BAR / 2 - 1
        told = f"{name}: {bar.value:.1f} ({bar.low:.1f} to {bar.high:.1f})"
        return [
            f'<rect x="{x:g}" y="{y(bar.value):.1f}" width="{BAR - 3}" height="{TOP + PLOT - y(bar.value):.1f}" '
            f'fill="{self.series[name]}"><title>{escape(told)}</title></rect>',
            f'<path d="M{middle:g} {y(bar.low):.1f}V{y(bar.high):.1f}" stroke="#2b2f36"/>',
            _text(middle, y(bar.high) - 4, f"{bar.value:.0f}" if bar.value >= 10 else f"{bar.value:.1f}", size=10),
        ]


def _text(x: float, y: float, words: str, size: int = 11, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:g}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="#2b2f36">{escape(words)}</text>'
    )


def _round_up(value: float) -> float:
    """The next number with one digit that is not 0, so that five steps to it are round."""
    step = 1.0
    while step * 10 < value:
        step *= 10
    return next(step * times for times in (1, 2, 5, 10) if step * times >= value)
