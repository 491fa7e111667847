#!/usr/bin/env python3
"""Checks WARC files with warcio, an independent reader: digests of every record, and counts by type.

Usage: python3 tests/interop/warc.py DIR      (needs `pip install warcio`)

Prints one JSON object and ends with 1 if a file can't be read, a digest is wrong or there is no record.
"""

import collections
import json
import pathlib
import sys

from warcio.archiveiterator import ArchiveIterator


def check(path, counts, problems):
    """Reads every record of a file to its end, so that warcio computes the digests."""
    with open(path, "rb") as stream:
        records = ArchiveIterator(stream, check_digests=True)
        for record in records:
            counts[record.rec_type] += 1
            while record.raw_stream.read(1 << 16):
                pass
            name = f"{path.name} at {records.get_record_offset()}"
            if record.digest_checker.passed is False:
                problems.append(f"{name}: {record.digest_checker.problems}")
            elif record.digest_checker.passed is None and record.rec_type != "revisit":  # warcio never checks those
                problems.append(f"{name}: no digest was checked")
            if record.rec_type in ("request", "response", "revisit") and record.http_headers is None:
                problems.append(f"{name}: no HTTP headers")


def main(folder):
    counts, problems, files = collections.Counter(), [], sorted(pathlib.Path(folder).glob("*.warc.gz"))
    for path in files:
        try:
            check(path, counts, problems)
        except Exception as error:  # whatever warcio raises is a finding
            problems.append(f"{path.name}: {type(error).__name__}: {error}")
    print(json.dumps({"files": len(files), "records": sum(counts.values()), "by_type": counts, "problems": problems[:50]}))
    return 0 if counts and not problems else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
