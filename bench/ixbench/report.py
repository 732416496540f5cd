# SPDX-License-Identifier: MIT
"""report - DIR/NAME.json, NAME.md and, where gnuplot is, NAME.png"""
import json
import os
import shutil
import statistics
import subprocess
import tempfile

from .procs import Failed
from .search import SLA_P99_US

PLOT_S = 20


def median_rows(result):
    """All rows but those of a search that were not its best, the rounds put
    together: (system, what, rows), in the order measured."""
    groups = {}
    for r in result["rows"]:
        if "best" in r:
            if not r["best"]:
                continue
            what = "p99 of 50 ms <= %d us" % SLA_P99_US
        else:
            what = str(r["x"])
        groups.setdefault((r["system"], what), []).append(r)
    return [(s, w, rows) for (s, w), rows in groups.items()]


def med(rows, key):
    have = [r[key] for r in rows if r.get(key) is not None]
    return statistics.median(have) if have else None


def number(v, digits=1):
    return "-" if v is None else "{:,.{}f}".format(v, digits)


def who_limits(rows):
    """The row that is not a claim says so."""
    found = sorted({r.get("limited_by", "-") for r in rows})
    return " / ".join(found)


def table(result):
    unit = result["unit"]
    yield ("| system | load | %s (median, min - max) | p50 us | p99 us | "
           "server's core busy | CPU us/request | limited by |" % unit)
    yield "|---|---|---|---|---|---|---|---|"
    digits = 2 if unit == "us" else 0
    for system, what, rows in median_rows(result):
        v = [r["value"] for r in rows]
        yield "| %s | %s | %s (%s - %s) | %s | %s | %s %% | %s | %s |" % (
            system, what, number(statistics.median(v), digits),
            number(min(v), digits), number(max(v), digits),
            number(med(rows, "p50_us")), number(med(rows, "p99_us")),
            number(med(rows, "server_busy_percent")),
            number(med(rows, "cpu_us_per_request"), 2), who_limits(rows))


def ratio_text(r):
    text = "%s: %s is %.2f times as good as %s (%.2f - %.2f, %d rounds)" % (
        r["metric"], r["of"], r["median"], r["to"], r["min"], r["max"],
        r["rounds"])
    if not r["claim"]:
        text += "; no claim: the generator limits"
    return text


def markdown(result):
    m = result["machine"]
    yield "# %s" % result["name"]
    yield ""
    yield "%s. %s, %d CPUs, Linux %s, commit %s, %s%s." % (
        result["text"], m["cpu"], m["cpus"], m["kernel"], result["commit"],
        result["date"], ", --quick" if result["quick"] else "")
    yield ""
    yield from table(result)
    yield ""
    if result["ratio"]:
        yield "**%s**" % ratio_text(result["ratio"])
        yield ""
    for r in result["ratios"]:
        if r != result["ratio"]:
            yield "- " + ratio_text(r)
    for s in result["skipped"]:
        yield "- not measured: %s: %s" % (s["system"], s["reason"])
    for n in result["notes"]:
        yield "- " + n
    if m["load_before"] > 0.5:
        yield "- the machine was not idle before (load %.2f)" % (
            m["load_before"])


def points(result):
    """system -> lines of "x y" or, for latencies, "label value"."""
    found = {}
    for r in result["rows"]:
        if result["x"] == "connections":
            p = (r["x"], r["value"])
        elif result["unit"] == "us":
            p = (r["x"], r["value"])
        else:
            p = (r["value"], r["p99_us"])
        found.setdefault(r["system"], []).append(p)
    return found


def medians_by_x(pts):
    xs = {}
    for x, y in pts:
        xs.setdefault(x, []).append(y)
    return [(x, statistics.median(y)) for x, y in sorted(xs.items())]


AXES = {
    "latency": ["set style data histograms", "set style fill solid 0.7",
                "set ylabel 'one-way latency, us'", "set yrange [0:*]"],
    "connections": ["set logscale x", "set xlabel 'connections'",
                    "set ylabel 'messages/s'", "set yrange [0:*]"],
    "curve": ["set logscale y", "set xlabel 'requests/s'",
              "set ylabel 'p99, us'"],
}


def plot_script(result, png):
    kind = "latency" if result["unit"] == "us" else (
        "connections" if result["x"] == "connections" else "curve")
    data, plots = [], []
    for i, (system, pts) in enumerate(points(result).items()):
        pts = sorted(pts) if kind == "curve" else medians_by_x(pts)
        data += ["$d%d << EOD" % i,
                 *("\"%s\" %s" % p if kind == "latency" else "%s %s" % p
                   for p in pts), "EOD"]
        style = {"latency": "using 2:xtic(1)", "curve":
                 "using 1:2 with points", "connections":
                 "using 1:2 with linespoints"}[kind]
        plots.append("$d%d %s title '%s'" % (i, style, system))
    if kind == "curve":
        plots.append("%d with lines dashtype 2 title 'SLA'" % SLA_P99_US)
    return "\n".join(data + [
        "set terminal png size 900,560 noenhanced", "set output '%s'" % png,
        "set title '%s'" % result["name"], "set key below", "set grid",
        *AXES[kind], "plot " + ", ".join(plots), ""])


def plot(result, png):
    """None, or why there is none."""
    if not shutil.which("gnuplot"):
        return "no plot: gnuplot is not installed"
    with tempfile.NamedTemporaryFile("w", suffix=".gp") as f:
        f.write(plot_script(result, png))
        f.flush()
        try:
            p = subprocess.run(["gnuplot", f.name], timeout=PLOT_S,
                               capture_output=True, text=True)
        except subprocess.TimeoutExpired:
            return "no plot: gnuplot took more than %d s" % PLOT_S
    return "no plot: " + p.stderr.strip() if p.returncode else None


def write(result, out):
    """Writes the files; what to print."""
    os.makedirs(out, exist_ok=True)
    base = os.path.join(out, result["name"])
    why = plot(result, base + ".png")
    if why:
        result["notes"].append(why)
    text = "\n".join(markdown(result)) + "\n"
    with open(base + ".json", "w") as f:
        json.dump(result, f, indent=1)
        f.write("\n")
    with open(base + ".md", "w") as f:
        f.write(text)
    if "failed" in result:
        print(text)
        raise Failed("%s: %s" % (result["name"], result["failed"]))
    return text
