"""A picture of ./dev bench beside other systems: a bar for each workload, how our figure is to the best of
theirs, on a scale of powers of two. To the left of the middle ours is ahead."""

import math

import rivals

# What is shown of a workload that has several metrics.
METRICS = ["ns_per_op", "ns_per_msg", "msgs_per_s", "ns_per_process", "ns_per_set", "ns_per_cancel", "start_stop_ms"]
LEFT, MIDDLE, HALF, ROW = 240, 420, 170, 22
OCTAVES = 4 # on each side
AHEAD, BEHIND, INK = "#2a7f62", "#b5533c", "#444"


def best(ours, rows, key):
    """The highest ratio to a peer, and that peer; None if nobody does the same."""
    _, bench, variant, metric = key
    peers = {peer for peer, *_ in rows if peer != ours}
    found = [(rivals.ratio(metric, rows[key], theirs), peer) for peer in sorted(peers)
             for theirs in rivals.rows_to_compare(rows, peer, bench, variant, metric)[0]]
    return max((pair for pair in found if pair[0]), default=None)


def bar(y, label, ratio, peer):
    octaves = max(-OCTAVES, min(OCTAVES, math.log2(ratio)))
    x, end = sorted((MIDDLE, MIDDLE + octaves * HALF / OCTAVES))
    return (f'<text x="{LEFT}" y="{y + 12}" text-anchor="end">{label}</text>'
            f'<rect x="{x:.1f}" y="{y}" width="{end - x:.1f}" height="15" '
            f'fill="{AHEAD if ratio < 1 else BEHIND}"/>'
            f'<text x="{MIDDLE + HALF + 12}" y="{y + 12}">{ratio:.2f} of {peer}</text>')


def scale(height):
    for octave in range(-OCTAVES, OCTAVES + 1, 2):
        x = MIDDLE + octave * HALF / OCTAVES
        text = f"{2 ** octave}" if octave >= 0 else f"1/{2 ** -octave}"
        yield (f'<line x1="{x}" y1="30" x2="{x}" y2="{height - 8}" stroke="#ccc"/>'
               f'<text x="{x}" y="22" text-anchor="middle">{text}</text>')


def ratios(ours, rows):
    """The SVG; `rows` has the values of each metric by (peer, bench, variant, metric)."""
    bars = []
    for key in rows:
        if key[0] == ours and key[3] in METRICS and (found := best(ours, rows, key)):
            label = f"{key[1]} {key[2].replace(',', ' ')}" + (" " + key[3][7:] if key[1] == "timers" else "")
            bars.append((label, *found))
    height = 40 + ROW * len(bars)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" font-family="sans-serif" '
        f'font-size="12" fill="{INK}"><rect width="720" height="{height}" fill="#fff"/>',
        *scale(height),
        *(bar(36 + ROW * at, *each) for at, each in enumerate(sorted(bars, key=lambda b: b[1]))),
        "</svg>", ""])
