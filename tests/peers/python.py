#!/usr/bin/python3
"""Python's ssl as the peer of the close matrix (the command line and the scenarios are those of peer.hpp).

Its two idioms of closing are close() (scenarios that close) and unwrap() (the scenario "wait").
"""
import json
import signal
import socket
import ssl
import sys

QUESTION = b"question"
LONG = b"abcdefghijklmnopqrstuvwxyz" * 1538 + b"abcdefghijkl"  # 40000 bytes


def read_to_end(tls, seen):
    try:
        while part := tls.recv(16384):
            seen["received"] += len(part)
            for byte in part:
                seen["check"] = (seen["check"] * 31 + byte) & 0xFFFFFFFF
        seen["end"] = "end"  # recv says the same for FIN
    except OSError as error:
        seen["end"], seen["why"] = "error", str(error)


def play(tls, scenario, seen):
    question = b""
    while len(question) < len(QUESTION):
        question += tls.recv(len(QUESTION) - len(question)) or sys.exit("no question")
    tls.sendall(b"answer")
    if scenario == "wait":
        try:
            tls.unwrap()
            seen["end"] = "close_notify"
        except OSError as error:
            seen["end"], seen["why"] = "error", str(error)
    if scenario in ("read", "late"):
        read_to_end(tls, seen)
    if scenario == "late":
        try:
            tls.sendall(b"too late")
            seen["late"] = "written"
        except OSError:
            seen["late"] = "refused"
    if scenario == "write":
        tls.sendall(LONG)
    tls.close()


def main(role, version, scenario, port, certificate, key):
    signal.alarm(60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if role == "server" else ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3 if version == "1.3" else ssl.TLSVersion.TLSv1_2
    if role == "server":
        context.load_cert_chain(certificate, key)
    else:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    seen = {"peer": f"Python {sys.version.split()[0]}", "handshake": False, "received": 0, "check": 0, "end": "", "late": "",
            "why": ""}
    try:
        line = socket.create_connection(("127.0.0.1", int(port)))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tls = context.wrap_socket(line, server_side=role == "server", server_hostname=None if role == "server" else "a.test")
        seen["handshake"] = True
        play(tls, scenario, seen)
    except OSError as error:
        seen["end"], seen["why"] = "error", str(error)
    print(json.dumps(seen))


main(*sys.argv[1:])
