# SPDX-License-Identifier: MIT
"""search - the peak of a closed loop, then the best open loop within the SLA"""

SLA_P99_US = 500  # of the median window of 50 ms, see ixload/run.c
KEEPS_UP = 0.97  # an open loop below this part of its rate is overloaded
MISSED = 0.005   # part of the due requests that may be left at the end


def best_tuning(session, shape, times, better):
    """Tries what Linux offers for the link; sets and returns the best."""
    tried = {}
    for t in session.system.tunings:
        session.tune(t)
        c, d = shape
        tried[t] = better(session.step(connections=c, depth=d, rate=0,
                                       **times))
    session.tune(max(tried, key=tried.get))
    return tried


def peak(session, shapes, times):
    """Rows of the closed loop, and the one with the highest throughput."""
    rows = [session.step(connections=c, depth=d, rate=0, **times)
            for c, d in shapes]
    return rows, max(rows, key=lambda row: row["rps"])


def within_sla(row):
    due = row["rps"] + row["missed"]
    return (0 < row["window_p99_us"] <= SLA_P99_US
            and row["rps"] >= KEEPS_UP * row["rate"]
            and row["missed"] <= MISSED * due)


def sla(session, peak_rps, connections, depth, steps, times):
    """Open loop, bisection between nothing and a bit above the peak: rows,
    and the fastest within the SLA (None: not even the slowest was)."""
    low, high = 0.0, 1.1 * peak_rps
    rows, top = [], None
    rate = 0.75 * peak_rps
    for _ in range(steps):
        row = session.step(connections=connections, depth=depth,
                           rate=int(rate), **times)
        row["within_sla"] = within_sla(row)
        rows.append(row)
        if row["within_sla"]:
            low = rate
            if top is None or row["rps"] > top["rps"]:
                top = row
        else:
            high = rate
        rate = (low + high) / 2
    return rows, top
