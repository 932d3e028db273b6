"""Medians, quartiles and ratios of rounds."""
from statistics import median, quantiles


class Ratio:
    """Of two series of one run, round by round: base over other, so that more is faster."""

    def __init__(self, base, other):
        each = [b / o for b, o in zip(base, other)]
        self.value = median(each)
        self.spread = spread(each)

    def __str__(self):
        return f"{self.value:.2f}"


def spread(series):
    """Half of the distance between the quartiles, in per cent of the median."""
    if len(series) < 2:
        return 0.0
    low, _, high = quantiles(series, n=4, method="inclusive")
    return 50 * (high - low) / median(series)


def bar(value, largest, width=20):
    eighths = round(8 * width * value / largest) if largest else 0
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]
