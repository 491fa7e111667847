#!/usr/bin/env python3
"""Vigie and Scrapy crawl the same static site from nginx, in turns. Standard library only; see README.md beside this file.

Installs what is missing: nginx-light by apt-get (as root), Scrapy from PyPI into target/peers. Prints medians and ratios; with --json one
object. Ends with exit code 1 when either side did less than the whole work.
"""

import argparse
import json
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRAPY = "scrapy==2.19.0"
FIELDS = ("title", "price", "vendor", "category")


def fail(message):
    sys.exit(f"peers: {message}")


def tell(message):
    print(message, file=sys.stderr, flush=True)


def vigie(args):
    program = Path(args.vigie) if args.vigie else ROOT / "target/release/vigie"
    if not args.vigie:
        tell("building Vigie (cargo build --release --workspace)")
        subprocess.run(["cargo", "build", "--release", "--workspace", "--bins"], cwd=ROOT, check=True)
    if not program.is_file():
        fail(f"{program} is no file; hint: --vigie names the program")
    return program


def nginx():
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found:
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        fail("nginx is missing; hint: apt-get install nginx-light")
    tell("installing nginx-light by apt-get")
    # It must not start a server of its own.
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        quiet = {"stdout": subprocess.DEVNULL, "env": environment, "check": True}
        if subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "nginx-light"], stdout=subprocess.DEVNULL, env=environment).returncode:
            subprocess.run(["apt-get", "update"], **quiet)
            subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "nginx-light"], **quiet)
    finally:
        if ours:
            policy.unlink()
    return nginx()


def scrapy():
    place = ROOT / "target/peers"
    program = place / "bin/scrapy"
    if not program.is_file():
        tell(f"installing {SCRAPY} from PyPI into {place}")
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([place / "bin/pip", "install", "--quiet", "--disable-pip-version-check", SCRAPY], check=True)
    return program


class Nginx:
    """One worker on loopback that serves a folder and counts."""

    def __init__(self, program, folder, site):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        user = "user root;" if os.geteuid() == 0 else ""
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"{user} worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ {temporary} access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type text/html;\n"
            "  types { text/html html; text/plain txt; }\n"
            f"  server {{ listen 127.0.0.1:{self.port}; root {site}; location = /status {{ stub_status; }} }}\n}}\n"
        )
        self.base = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen([program, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")])
        for _ in range(100):
            try:
                self.requests()
                return
            except OSError:
                time.sleep(0.05)
        fail(f"nginx does not answer: {(folder / 'error.log').read_text()}")

    def requests(self):
        """Requests so far, without those of this method."""
        with urllib.request.urlopen(f"{self.base}/status", timeout=5) as answer:
            self.asked = getattr(self, "asked", 0) + 1
            return int(answer.read().decode().split("\n")[2].split()[2]) - self.asked

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=10)


def measured(command, **more):
    """Runs a command; seconds, seconds of the processor, and its stdout."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **more)
    wall, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        fail(f"{command[0]} ended with {done.returncode}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def turn_of_vigie(program, server, args, part):
    before = server.requests()
    command = [program, "bench", f"crawl/{part}", "--runs", "1", "--json", "--base", f"{server.base}/"]
    wall, cpu, out = measured([*command, "--pages", str(args.pages), "--concurrency", str(args.concurrency)])
    figure = next(line for line in map(json.loads, out.splitlines()) if line["figure"] == part)
    # robots.txt is asked for once by the crawl, not by the bare loop.
    fetched = server.requests() - before - (part == "full")
    work = {"fetched": fetched, "items": figure["work"].get("indexed", figure["work"]["pages"])}
    return {"pages_s": figure["value"], "wall_s": wall, "cpu_s": cpu, **work, "rss_mb": figure["rss_peak_mb"]}


def turn_of_scrapy(program, server, args, folder):
    items, counts = folder / "items.jsonl", folder / "counts.json"
    items.unlink(missing_ok=True)
    settings = {
        "CONCURRENT_REQUESTS": args.concurrency, "CONCURRENT_REQUESTS_PER_DOMAIN": args.concurrency, "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": True, "AUTOTHROTTLE_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False,
        "LOG_LEVEL": "WARNING", "FEED_EXPORT_ENCODING": "utf-8",
    }
    command = [program, "runspider", ROOT / "benches/peers/spider.py", "-o", f"{items}:jsonlines", "-a", f"base={server.base}", "-a", f"counts={counts}"]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    before = server.requests()
    wall, cpu, _ = measured(command, cwd=folder)
    fetched = server.requests() - before - 1
    stats = json.loads(counts.read_text())
    rows = [json.loads(line) for line in items.read_text(encoding="utf-8").splitlines()]
    if not all(row[field] for row in rows for field in FIELDS):
        fail("Scrapy found an empty field")
    seconds = stats["seconds"]
    return {"pages_s": fetched / seconds, "wall_s": wall, "cpu_s": cpu, "fetched": fetched, "items": len(rows), "rss_mb": stats.get("memusage/max", 0) / 1e6}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="turns (default 5)")
    parser.add_argument("--pages", type=int, default=6000, help="pages of the site (default 6000)")
    parser.add_argument("--concurrency", type=int, default=64, help="fetches in flight, on both sides (default 64)")
    parser.add_argument("--vigie", help="the program (default: target/release/vigie, built first)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    ours, peer, web = vigie(args), scrapy(), nginx()
    version = lambda command: subprocess.run(command, capture_output=True, text=True, check=True)
    versions = {
        "vigie": version([ours, "--version"]).stdout.strip(),
        "scrapy": version([peer, "version"]).stdout.strip(),
        "python": sys.version.split()[0],
        "nginx": re.sub(".*: ", "", version([web, "-v"]).stderr.strip()),
    }
    sides = {"vigie": [], "scrapy": [], "bare": []}
    with tempfile.TemporaryDirectory(prefix="vigie-peers-") as folder:
        folder = Path(folder)
        subprocess.run([ours, "bench", "--write-site", folder / "site", "--pages", str(args.pages)], check=True)
        server = Nginx(web, folder, folder / "site")
        try:
            for turn in range(args.runs):
                sides["scrapy"].append(turn_of_scrapy(peer, server, args, folder))
                sides["vigie"].append(turn_of_vigie(ours, server, args, "full"))
                sides["bare"].append(turn_of_vigie(ours, server, args, "bare"))
                for side, turns in sides.items():
                    tell(f"turn {turn + 1}: {side:6} {turns[-1]['pages_s']:8.0f} pages/s")
        finally:
            server.stop()
    short = [f"{side}: {turn}" for side, turns in sides.items() for turn in turns if turn["fetched"] != args.pages or turn["items"] != args.pages]
    median = lambda side, name: statistics.median(turn[name] for turn in sides[side])
    ratio = lambda name, over, under: statistics.median(a[name] / b[name] for a, b in zip(sides[over], sides[under]))
    result = {
        "pages": args.pages, "concurrency": args.concurrency, "runs": args.runs, "versions": versions,
        "median": {side: {name: round(median(side, name), 2) for name in turns[0]} for side, turns in sides.items()},
        "ratio": {
            "pages_s_vigie_over_scrapy": round(ratio("pages_s", "vigie", "scrapy"), 2),
            "pages_s_vigie_over_bare": round(ratio("pages_s", "vigie", "bare"), 3),
            "cpu_s_scrapy_over_vigie": round(ratio("cpu_s", "scrapy", "vigie"), 2),
        },
        "turns": sides,
    }
    if args.json:
        print(json.dumps(result))
    else:
        print("  ".join(versions.values()))
        for side, values in result["median"].items():
            print(f"{side:6} " + "  ".join(f"{name} {value}" for name, value in values.items()))
        for name, value in result["ratio"].items():
            print(f"{name} {value}")
    if short:
        fail("less than the whole work was done: " + "; ".join(short))


if __name__ == "__main__":
    main()
