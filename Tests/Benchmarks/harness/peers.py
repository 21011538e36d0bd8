"""The programs of others: fetched from Debian and PyPI into a directory, not installed."""

import glob
import os
import subprocess
import sys

DEBIAN = ["systemd-cron", "python3-systemd"]
CRONITER = "7.0.0"


def fetch(directory):
    """Fetches what is not there yet; a comparison whose peer is missing fails, and says so."""
    os.makedirs(directory, exist_ok=True)
    for package in DEBIAN:
        if not os.path.exists(f"{directory}/{package}"):
            _debian(directory, package)
    if not os.path.exists(f"{directory}/croniter"):
        _run("/usr/bin/python3", "-m", "venv", f"{directory}/croniter")
        _run(f"{directory}/croniter/bin/pip", "install", "--quiet", f"croniter=={CRONITER}")


def _debian(directory, package):
    print(f"bench: fetching {package}", file=sys.stderr)
    _run("apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", package, directory=directory)
    archive = glob.glob(f"{directory}/{package}_*.deb")[0]
    _run("dpkg-deb", "--extract", archive, f"{directory}/{package}")
    with open(f"{directory}/{package}.version", "w") as file:
        file.write(_run("dpkg-deb", "--field", archive, "Version"))


def versions(directory):
    """What the contenders are, by name."""
    first_line = {
        "systemd": ["systemctl", "--version"], "sqlite3": ["sqlite3", "--version"],
        "Python": ["/usr/bin/python3", "--version"],
    }
    found = {name: _run(*command).splitlines()[0].removeprefix(f"{name} ") for name, command in first_line.items()}
    found["sqlite3"] = found["sqlite3"].split()[0]
    for package in DEBIAN:
        with open(f"{directory}/{package}.version") as file:
            found[package] = file.read().strip()
    found["croniter"] = CRONITER
    return found


def _run(*command, directory=None):
    answer = subprocess.run(command, capture_output=True, text=True, cwd=directory)
    if answer.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: {answer.stderr.strip()}")
    return answer.stdout
