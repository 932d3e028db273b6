"""What a run was measured on."""
import datetime
import os
import platform
import subprocess
from pathlib import Path

PACKAGES = {"OpenSSL": "libssl3", "GnuTLS": "libgnutls30", "BearSSL": "libbearssl0", "BoringSSL (Android's)": "android-libboringssl",
            "rustls": "librust-rustls-dev", "libipsec-mb": "libipsec-mb1"}


def said_by(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent).stdout.strip()
    except OSError:
        return ""


def cpu_facts():
    facts = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        facts.setdefault(name.strip(), value.strip())
    return facts


def system_name():
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("PRETTY_NAME="):
            return line.split("=", 1)[1].strip('"')
    return platform.system()


def machine():
    cpu = cpu_facts()
    versions = {name: said_by("dpkg-query", "-W", "-f", "${Version}", package) for name, package in PACKAGES.items()}
    family = f"family {cpu.get('cpu family', '?')}, model {cpu.get('model', '?')}"
    return {
        "date": datetime.date.today().isoformat(),
        "schannix": said_by("git", "describe", "--always", "--dirty") or "(no commit)",
        "cpu": f"{cpu.get('model name', platform.machine())}, {family}",
        "cpus": len(os.sched_getaffinity(0)),
        "vaes": "vaes" in cpu.get("flags", "").split(),
        "system": f"{system_name()}, Linux {platform.release()}",
        "versions": {name: version for name, version in versions.items() if version},
    }
