"""What an act costs while there are more and more of something, for ./dev bench --growth: the curves, and
their picture."""

import math

import workloads

# Bytes that one of them takes, about: what there is no memory for is left out.
BYTES = {"growth_actors": 500, "growth_timers": 300, "growth_names": 700, "growth_links": 700, "growth_mailbox": 200, "growth_pairs": 10000}
# What an act is, for the picture.
TITLES = {
    "growth_pairs": "pairs that talk: a round trip",
    "growth_actors": "servers at rest: wake one, its answer",
    "growth_mailbox": "messages in the mailbox: send one, take one",
    "growth_timers": "timers: set one and cancel it",
    "growth_names": "names: look one up",
    "growth_links": "links of one actor: one more, and unlink it",
}
WIDTH, HEIGHT, COLUMNS = 340, 190, 2
LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT = 50, 40, 260, 110
LINE, BAND, INK = "#2a7f62", "#e6f1ed", "#444"


def memory_available():
    with open("/proc/meminfo", encoding="ascii") as file:
        fields = dict(line.split(":") for line in file)
    return int(fields["MemAvailable"].split()[0]) * 1024


def runs_of(curve, scale=1.0):
    """Those that the machine has memory for, as workloads.runs_of."""
    return [(schedulers, n) for schedulers, n in workloads.runs_of(curve)
            if int(n) * scale * BYTES[curve] < memory_available() * 0.8]


def points(rows, curve):
    """Pairs of how many there are, and ns of an act."""
    return sorted((int(row["variant"].partition(",")[2]), row["value"]) for row in rows
                  if row["bench"] == curve and row["metric"] == "ns_per_op")


def text(x, y, words, anchor="middle"):
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{words}</text>'


def plot(x, y, curve, found):
    """One curve; the band is what is within a factor of two of its least."""
    least, most = min(v for _, v in found), max(v for _, v in found)
    top = max(most, 2 * least) * 1.1
    digits = [math.log10(n) for n, _ in found]
    across = PLOT_WIDTH / max(digits[-1] - digits[0], 1)
    at = [(x + LEFT + (d - digits[0]) * across, y + TOP + PLOT_HEIGHT * (1 - v / top))
          for d, (_, v) in zip(digits, found)]
    base, band = y + TOP + PLOT_HEIGHT, y + TOP + PLOT_HEIGHT * (1 - 2 * least / top)
    yield text(x + LEFT, y + 22, TITLES[curve], "start")
    yield (f'<rect x="{x + LEFT}" y="{band:.1f}" width="{PLOT_WIDTH}" height="{PLOT_HEIGHT * least / top:.1f}" fill="{BAND}"/>'
           f'<path d="M{x + LEFT} {y + TOP}V{base}H{x + LEFT + PLOT_WIDTH}" fill="none" stroke="#ccc"/>')
    yield (f'<path d="M{" L".join(f"{a:.1f} {b:.1f}" for a, b in at)}" fill="none" stroke="{LINE}" stroke-width="2"/>')
    for (a, b), (n, value) in zip(at, found):
        yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{LINE}"/>' + text(a, b - 7, f"{value:.0f}")
        yield text(a, base + 16, f"10<tspan dy='-4' font-size='9'>{round(math.log10(n))}</tspan>" if n > 1 else "1")
    yield text(x + LEFT - 8, y + TOP + 4, "ns", "end")


def picture(rows):
    """An SVG of all that there is of each curve."""
    curves = [(curve, found) for curve in workloads.GROWTH if (found := points(rows, curve))]
    height = HEIGHT * math.ceil(len(curves) / COLUMNS)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * COLUMNS} {height}" '
             f'font-family="sans-serif" font-size="11" fill="{INK}">'
             f'<rect width="{WIDTH * COLUMNS}" height="{height}" fill="#fff"/>']
    for place, (curve, found) in enumerate(curves):
        parts += plot(place % COLUMNS * WIDTH, place // COLUMNS * HEIGHT, curve, found)
    return "\n".join(parts + ["</svg>", ""])
