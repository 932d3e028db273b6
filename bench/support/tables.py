"""The Markdown tables of a run."""
from statistics import median

from rounds import Ratio, bar, spread
from targets import BASE, SIDES, by_connection

SUITES = ("AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305")


def group(rows, minor, suite):
    """peer → size → row, in the order of the rows."""
    found = {}
    for row in rows:
        if (row["minor"], row["suite"]) == (minor, suite):
            found.setdefault(row["peer"], {})[row["size"]] = row
    return found


def ratios(peers, name, sizes):
    return {size: tuple(Ratio(peers[BASE][size][way], peers[name][size][way]) for way in ("seal_ns", "open_ns"))
            for size in sizes if size in peers[name] and size in peers[BASE]}


def record_table(peers, missing):
    sizes = sorted({size for one in peers.values() for size in one})
    all_ratios = {name: ratios(peers, name, sizes) for name in peers}
    largest = max(both[0].value for of in all_ratios.values() for both in of.values())
    middle = 1024 if 1024 in sizes else sizes[0]
    yield "| | " + " | ".join(f"{size} B" for size in sizes) + f" | spread | seal, {middle} B |"
    yield "|---|" + "---|" * (len(sizes) + 2)
    for name, of in all_ratios.items():
        widest = max(one.spread for both in of.values() for one in both)
        yield f"| {name} | " + " | ".join(f"{of[size][0]} / {of[size][1]}" for size in sizes) + \
              f" | {widest:.1f} % | `{bar(of[middle][0].value, largest)}` |"
    for name in missing:
        yield f"| {name} | " + " | ".join("" for _ in sizes) + " | | missing |"


def absolute_table(peers):
    sizes = sorted({size for one in peers.values() for size in one})
    yield "| | " + " | ".join(f"{size} B" for size in sizes) + " |"
    yield "|---|" + "---|" * len(sizes)
    for name, of in peers.items():
        yield f"| {name} | " + " | ".join(f"{median(of[size]['seal_ns']):.0f} / {median(of[size]['open_ns']):.0f}"
                                          for size in sizes) + " |"


def record_tables(records):
    for minor in (3, 2):
        for suite in SUITES:
            peers = group(records["rows"], minor, suite)
            if BASE not in peers:
                continue
            missing = dict.fromkeys(one["peer"] for one in records["missing"] if one["peer"] not in peers)
            yield from ("", f"### Records: TLS 1.{minor}, {suite}", "",
                        f"Seal / open, times as fast as {BASE}; {records['rounds']} rounds; the widest spread of the line.", "")
            yield from record_table(peers, missing)
    first = group(records["rows"], 3, SUITES[0])
    yield from ("", "Absolute figures of this machine, TLS 1.3, AES-128-GCM: nanoseconds per record, seal / open.", "")
    yield from absolute_table(first)
    if records["missing"]:
        yield from ("", "Missing:", "")
        yield from (f"- {one['peer']}{', ' + one['where'] if one['where'] else ''}: {one['why']}" for one in records["missing"])


def handshake_line(key, peers):
    minor, kind, verify, resume = key
    cells = []
    for name in ("schannix", "schannix, a credential per connection", "GnuTLS"):
        row = peers.get(name)
        if row is None:
            cells.append("")
        elif resume and not row["resumed"]:
            cells.append("not resumed")
        else:
            both = [Ratio(peers["OpenSSL"][f"{side}_ns"], row[f"{side}_ns"]) for side in SIDES]
            cells.append(f"{both[0]} / {both[1]} (spread {max(one.spread for one in both):.1f} %)")
    absolute = " / ".join(f"{median(peers['OpenSSL'][f'{side}_ns']) / 1000:.0f}" for side in SIDES)
    return f"| TLS 1.{minor} | {kind} | {'yes' if verify else 'no'} | {'resumed' if resume else 'full'} | " + \
           " | ".join(cells) + f" | {absolute} |"


def handshake_tables(handshakes):
    yield from ("", "### Handshakes", "",
                f"Client / server, times as fast as OpenSSL used directly; {handshakes['rounds']} rounds. The last column is "
                "absolute: OpenSSL's microseconds of CPU time on this machine.", "",
                "| | certificate | verified | | shared credential | credential per connection | GnuTLS | OpenSSL, µs |",
                "|---|---|---|---|---|---|---|---|")
    yield from (handshake_line(key, peers) for key, peers in by_connection(handshakes["rows"]).items())


def call_table(calls):
    yield from ("", "### Cost of a call", "", f"64 bytes, TLS 1.3, AES-128-GCM; ns, absolute, of this machine; {calls['rounds']} rounds.",
                "", "| | the call | the record function under it | between them |", "|---|---|---|---|")
    for name in ("EncryptMessage", "DecryptMessage"):
        whole, bare = (calls[name][part] for part in ("whole_ns", "bare_ns"))
        yield f"| {name} | {median(whole):.0f} | {median(bare):.0f} | {median(a - b for a, b in zip(whole, bare)):.0f} |"


def growth_line(row, largest):
    record, big, scattered, one = (median(row[name]) for name in
                                   ("record_64_ns", "record_1024_ns", "scattered_64_ns", "connection_ns"))
    heap = f"{row['heap_bytes'] / 1024:.1f}" if row["idle"] >= 100 else ""  # of one, noise is the larger part
    return f"| {row['idle']:,} | {heap} | {record:.0f} | {big:.0f} | {scattered:.0f} | " \
           f"{one / 1000:.0f} (spread {spread(row['connection_ns']):.1f} %) | `{bar(record, largest)}` |"


def connection_tables(connections):
    yield from ("", "### Heap of an idle connection", "", "KiB, without verification, P-256; the server sends no tickets. A client that keeps sessions keeps its SSL object while "
                "it waits for them. With renegotiation off (`DisableRenegoOnClient`, `DisableRenegoOnServer`); else the SSL object stays, in TLS 1.3 "
                "for a certificate after the handshake, as OpenSSL's does.", "",
                "| | | client | server |", "|---|---|---|---|")
    yield from (f"| TLS 1.{row['minor']} | {row['peer']} | {row['client_bytes'] / 1024:.1f} | {row['server_bytes'] / 1024:.1f} |"
                for row in connections["heap"])
    growth = connections["growth"]
    largest = max(median(row["record_64_ns"]) for row in growth)
    yield from ("", "### Many connections", "",
                "schannix, TLS 1.3, both sides in one process. Absolute figures of this machine; what counts is the change "
                "from line to line. A record: sealed and opened, on one busy connection; scattered: each record on another "
                "connection, whose memory is then not in the caches.", "",
                "| idle | heap of a pair, KiB | 64 B, ns | 1024 B, ns | 64 B scattered, ns | one more connection, µs | 64 B |",
                "|---|---|---|---|---|---|---|")
    yield from (growth_line(row, largest) for row in growth)
    yield from thread_table(connections["threads"])


def thread_table(threads):
    yield from ("", "### Threads", "")
    if not threads:
        yield "One CPU: not measured."
        return
    yield from ("Records of 64 bytes; CPU time of the thread, against one thread alone (less is better).", "",
                "| | seal | open |", "|---|---|---|")
    for name, what in (("two_threads_one_context", "one seals, one opens, on one context"),
                       ("two_threads_two_contexts", "one seals, one opens, on two contexts")):
        yield f"| {what} | " + " | ".join(
            f"{median(threads[name][way]) / median(threads['one_thread'][way]):.2f} ×" for way in ("seal_ns", "open_ns")) + " |"
    machine = f"{median(threads['hash_together_ns']) / median(threads['hash_alone_ns']):.2f} ×"
    yield f"| the machine alone: two threads that share nothing each hash (SHA-256) | {machine} | {machine} |"
