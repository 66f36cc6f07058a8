"""Plots as SVG, without a library: panels of bars with whiskers, and lines over an axis."""

import html
import math

FONT = 'font-family="sans-serif"'
INK, GRID, BAR, OURS, BASE = "#333", "#ddd", "#9aa5b1", "#c2410c", "#475569"
COLORS = (OURS, "#2563eb", "#475569", "#16a34a", "#9333ea", "#b45309", "#0891b2", "#be123c", "#4d7c0f", "#7c3aed", "#64748b", "#a16207")


def text(x, y, words, size=11, anchor="start", color=INK, extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{color}" {FONT} {extra}>{html.escape(words)}</text>'


def line(x1, y1, x2, y2, color=INK, width=1.0):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{width}"/>'


def document(width, height, title, parts):
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
            f'<title>{html.escape(title)}</title><rect width="{width}" height="{height}" fill="white"/>')
    return "\n".join([head, text(12, 22, title, 15), *parts, "</svg>"]) + "\n"


def bar_panel(x, y, width, title, bars, most):
    """Bars on a logarithmic axis that begins at 0.5: [(name, (median, least, most))]."""
    label, row = 118, 15
    space = width - label - 44

    def at(value):
        return x + label + space * max(0.0, math.log2(max(value, 0.5)) + 1) / (math.log2(most) + 1)

    parts = [text(x, y - 6, title, 12, extra='font-weight="bold"')]
    tick = 0.5
    while tick <= most:
        parts.append(line(at(tick), y, at(tick), y + row * len(bars), BASE if tick == 1 else GRID))
        tick *= 2
    for i, (name, (value, least, largest)) in enumerate(bars):
        top, middle = y + i * row + 2, y + i * row + row / 2
        color = OURS if name.startswith("howdah") else BAR
        parts.append(text(x + label - 6, middle + 4, name, 10, "end", OURS if color == OURS else INK))
        parts.append(f'<rect x="{at(0.5):.1f}" y="{top:.1f}" width="{max(at(value) - at(0.5), 1):.1f}" height="{row - 4}" fill="{color}"/>')
        parts.append(line(at(least), middle, at(largest), middle, INK, 1.4))
        parts.append(text(at(max(largest, value)) + 4, middle + 4, f"×{value:.2f}" if value < 10 else f"×{value:.0f}", 9))
    return parts


def bars(title, panels, columns=2, width=960):
    """[(panel's title, [(name, (median, least, most))])]"""
    most = max((values[2] for _, of in panels for _, values in of), default=2)
    most = 2 ** math.ceil(math.log2(max(most, 2)))
    parts, y = [], 60
    cell = width / columns
    for first in range(0, len(panels), columns):
        row = panels[first:first + columns]
        for column, (name, of) in enumerate(row):
            parts += bar_panel(16 + column * cell, y, cell - 24, name, of, most)
        y += 15 * max(len(of) for _, of in row) + 40
    return document(width, y, title, parts)


def ticks(most):
    """About five round numbers from 0."""
    step = 10 ** math.floor(math.log10(most / 5)) if most > 0 else 1
    for factor in (1, 2, 5, 10):
        if most / (step * factor) <= 6:
            step *= factor
            break
    return [i * step for i in range(int(most / step + 1e-9) + 1)]


def short(x):
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if x >= limit:
            return f"{x / limit:g}{letter}"
    return f"{x:g}"


def line_panel(x, y, width, height, title, x_name, y_name, series):
    """{name: [(x, y)]} on axes that begin at 0."""
    left, bottom = x + 58, y + height - 34
    right, top = x + width - 8, y + 20
    x_most = max((px for points in series.values() for px, _ in points), default=1) or 1
    y_most = (max((py for points in series.values() for _, py in points), default=1) or 1) * 1.08
    parts = [text(x, y - 6, title, 12, extra='font-weight="bold"')]
    for tick in ticks(y_most):
        level = bottom - (bottom - top) * tick / y_most
        parts += [line(left, level, right, level, GRID), text(left - 5, level + 4, short(tick), 10, "end")]
    for tick in ticks(x_most):
        place = left + (right - left) * tick / x_most
        parts += [line(place, bottom, place, bottom + 4), text(place, bottom + 15, short(tick), 10, "middle")]
    parts += [line(left, bottom, right, bottom), text((left + right) / 2, bottom + 29, x_name, 11, "middle"),
              text(x + 12, (top + bottom) / 2, y_name, 11, "middle", extra=f'transform="rotate(-90 {x + 12:.1f} {(top + bottom) / 2:.1f})"')]
    for i, (name, points) in enumerate(series.items()):
        color = COLORS[i % len(COLORS)]
        path = " ".join(f"{left + (right - left) * px / x_most:.1f},{bottom - (bottom - top) * py / y_most:.1f}" for px, py in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="1.8"/>')
        if len(series) > 1:
            key = left + i * (right - left) / len(series)
            parts.append(line(key, y + 8, key + 16, y + 8, color, 2.5))
            parts.append(text(key + 20, y + 12, name, 10))
    return parts


def lines(title, panels, columns=2, width=960, height=280):
    """[(panel's title, x's name, y's name, {name: [(x, y)]})]"""
    columns = min(columns, len(panels))
    parts, cell = [], width / columns
    for i, panel in enumerate(panels):
        parts += line_panel(12 + i % columns * cell, 56 + i // columns * (height + 24), cell - 24, height, *panel)
    return document(width, 56 + ((len(panels) + columns - 1) // columns) * (height + 24), title, parts)
