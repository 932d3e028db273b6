"""The targets, each met or missed by how much."""
from statistics import median

from rounds import Ratio

OURS, OURS_EVP, BASE = "schannix (libipsec-mb)", "schannix (EVP)", "OpenSSL, memory BIO"
LIMITS = ("raw EVP", "raw libipsec-mb")
SIDES = ("client", "server")
FLAT = 1.10  # what counts as flat


def verdict(value, wanted, most=False):
    """most: the wanted value is an upper bound."""
    if (value <= wanted) if most else (value >= wanted):
        return "met"
    short = abs(value - wanted) / wanted * 100
    return f"missed by {short:.1f} %" if short >= 0.05 else "missed by less than 0.1 %"


def target(what, wanted, measured, said):
    return {"what": what, "wanted": wanted, "measured": measured, "verdict": said}


def at_least(what, ratio, wanted):
    return target(what, f"≥ {wanted}", f"{ratio} (spread {ratio.spread:.1f} %)", verdict(ratio.value, wanted))


def cells(rows):
    """peer → row, of TLS 1.3 AES-128-GCM, by size."""
    found = {}
    for row in rows:
        if row["minor"] == 3 and row["suite"] == "AES-128-GCM":
            found.setdefault(row["size"], {})[row["peer"]] = row
    return found


def against(cell, base, ours, way):
    if base not in cell or ours not in cell:
        return None
    return Ratio(cell[base][way], cell[ours][way])


def record_pairs():
    for size, seal, open_ in ((16384, 3.8, 3.6), (1024, 6, 5), (64, 9, 8)):
        yield size, BASE, OURS, seal, open_
    yield 16384, "raw libipsec-mb", OURS, 0.92, 0.92
    yield 16384, "raw EVP", OURS_EVP, 0.95, 0.95


def best_peer(cell, way):
    peers = [name for name in cell if not name.startswith("schannix") and name not in LIMITS]
    return min(peers, key=lambda name: median(cell[name][way]), default=None)


def record_targets(records):
    by_size = cells(records["rows"])
    for size, base, ours, *wanted in record_pairs():
        for way, least in zip(("seal_ns", "open_ns"), wanted):
            what = f"{way[:-3]}, {size} bytes, {ours} against {base}"
            ratio = against(by_size.get(size, {}), base, ours, way)
            yield at_least(what, ratio, least) if ratio else target(what, f"≥ {least}", "peer missing", "not measured")
    for size, cell in sorted(by_size.items()):
        for way in ("seal_ns", "open_ns"):
            best = best_peer(cell, way)
            ratio = against(cell, best, OURS, way)
            if ratio:
                yield at_least(f"{way[:-3]}, {size} bytes, {OURS} against the best Debian peer ({best})", ratio, 2)


def by_connection(rows):
    found = {}
    for row in rows:
        found.setdefault((row["minor"], row["key"], row["verify"], row["resume"]), {})[row["peer"]] = row
    return found


def handshake_target(key, peers, side):
    minor, kind, verify, resume = key
    what = f"{'resumed' if resume else 'full'} handshake, {side}, TLS 1.{minor}, {kind}" + (", verified" if verify else "")
    ratio = Ratio(peers["OpenSSL"][f"{side}_ns"], peers["schannix"][f"{side}_ns"])
    least = (1.05 if minor == 3 else 1.2) if resume else (0.98 if ratio.spread > 2 else 1.00)
    if resume and not peers["schannix"]["resumed"]:
        return target(what, f"≥ {least}", "not resumed", "missed: not resumed")
    return at_least(what + ", against OpenSSL", ratio, least)


def credential_target(key, peers, side):
    minor, kind, verify, _ = key
    own, shared = (peers[name][f"{side}_ns"] for name in ("schannix, a credential per connection", "schannix"))
    more = median(a - b for a, b in zip(own, shared)) / 1000
    what = f"a credential per connection, {side}, TLS 1.{minor}, {kind}" + (", verified" if verify else "")
    return target(what + ", against a shared one", "≤ 20 µs more", f"{more:.1f} µs", verdict(more, 20, most=True))


def handshake_targets(handshakes):
    for key, peers in by_connection(handshakes["rows"]).items():
        for side in SIDES:
            yield handshake_target(key, peers, side)
    for key, peers in by_connection(handshakes["rows"]).items():
        if not key[3]:
            yield from (credential_target(key, peers, side) for side in SIDES)


def heap_targets(rows):
    for row in rows:
        if row["peer"] != "schannix":
            continue
        for side, most in (("server", 4.5), ("client", 6)):
            kib = row[f"{side}_bytes"] / 1024
            yield target(f"heap of an idle connection, SSL object freed, {side}, TLS 1.{row['minor']}", f"≤ {most} KiB", f"{kib:.1f} KiB",
                         verdict(kib, most, most=True))


def call_targets(calls):
    for name in ("EncryptMessage", "DecryptMessage"):
        more = median(a - b for a, b in zip(calls[name]["whole_ns"], calls[name]["bare_ns"]))
        yield target(f"{name}, 64 bytes, over the record function under it", "≤ 30 ns more", f"{more:.0f} ns",
                     verdict(more, 30, most=True))


def growth_targets(rows):
    first, *_, last, again = rows
    for name, what in (("record_64_ns", "a record of 64 bytes"), ("connection_ns", "a connection")):
        times = 2 * median(last[name]) / (median(first[name]) + median(again[name]))
        yield target(f"cost of {what} beside {last['idle']:,} idle connections, against 1 (mean of before and after)",
                     f"≤ {FLAT} ×", f"{times:.2f} ×", verdict(times, FLAT, most=True))
    base = next(row for row in rows if row["idle"] >= 1000)
    times = last["heap_bytes"] / base["heap_bytes"]
    yield target(f"heap per connection with {last['idle']:,}, against {base['idle']:,}", f"≤ {FLAT} ×", f"{times:.2f} ×",
                 verdict(times, FLAT, most=True))


def thread_targets(threads):
    if not threads:
        yield target("one thread seals while another opens, one context", "≤ 1.3 ×", "one CPU", "not measured")
        return
    machine = median(threads["hash_together_ns"]) / median(threads["hash_alone_ns"])
    for way in ("seal", "open"):
        times = median(threads["two_threads_one_context"][f"{way}_ns"]) / median(threads["one_thread"][f"{way}_ns"])
        yield target(f"{way}, 64 bytes, while another thread {'opens' if way == 'seal' else 'seals'} on the same context, "
                     "against one thread", "≤ 1.3 ×", f"{times:.2f} × (the machine alone: {machine:.2f} ×)",
                     verdict(times, 1.3, most=True))


def all_targets(result):
    yield from record_targets(result["records"])
    yield from call_targets(result["calls"])
    yield from handshake_targets(result["handshakes"])
    yield from heap_targets(result["connections"]["heap"])
    yield from growth_targets(result["connections"]["growth"])
    yield from thread_targets(result["connections"]["threads"])
