#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The workflow of tests/fuzz/Snakefile: shards sum up to what one campaign gives.

shards.py ERNFORGE WORK; status 77 (skipped) without snakemake or Icarus Verilog.
"""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

SEED, GROUPS, CASES = 3001, 3, 2
COMPARED = ("groups", "finished_groups", "cases", "frames", "compared", "mismatches", "simulated_cycles", "verdicts", "coverage")


def main():
    ernforge, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    if not all(map(shutil.which, ("snakemake", "iverilog", "vvp"))):
        return 77
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    settings = {"ernforge": ernforge, "simulator": "icarus", "seed": SEED, "groups": GROUPS, "cases": CASES, "shards": 2, "out": "shards"}
    environment = dict(os.environ, HOME=str(work))   # snakemake keeps a cache there
    subprocess.run(["snakemake", "-s", Path(__file__).with_name("Snakefile"), "--cores", "1", "--quiet", "--config"]
                   + [f"{key}={value}" for key, value in settings.items()], cwd=work, env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([ernforge, "fuzz", "--simulator", "icarus", "--seed", str(SEED), "--groups", str(GROUPS), "--cases", str(CASES),
                    "-o", "one", "--regressions", "found", "--json", "one.json"], cwd=work, check=True, stdout=subprocess.DEVNULL)
    shards = json.loads((work / "shards" / "summary.json").read_text())
    one = json.loads((work / "one.json").read_text())
    wrong = [key for key in COMPARED if shards[key] != one[key]]
    for key in wrong:
        print(f"{key}: {shards[key]} in shards, {one[key]} in one piece")
    if one["cases"] != GROUPS * CASES:
        print(f"{one['cases']} cases instead of {GROUPS * CASES}")
        return 1
    return 1 if wrong else 0


sys.exit(main())
