#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/placed-paths on a design of a few cells, whose delays are counted here by hand.

placed_paths_test.py SCRIPT WORK
"""
import json
import subprocess
import sys
from pathlib import Path

OUTPUTS = {"Q", "F", "FCO", "DOA0"}


def cell(kind, at, parameters=None, **pins):
    return {"type": kind, "parameters": parameters or {}, "attributes": {"NEXTPNR_BEL": at},
            "port_directions": {pin: "output" if pin in OUTPUTS else "input" for pin in pins},
            "connections": {pin: [bit] for pin, bit in pins.items()}}


CELLS = {
    # register, 8 columns and 2 rows to a LUT: 3 + 3 + 2 * (5 + 2) = 20 steps; in the LUT's own place to the register behind it: 0
    "a": cell("TRELLIS_FF", "X10/Y20/SLICEA.FF0", CLK=2, DI=14, Q=3),
    "lut": cell("TRELLIS_COMB", "X18/Y22/SLICEB.COMB0", A=3, F=4),
    "b": cell("TRELLIS_FF", "X18/Y22/SLICEB.FF0", CLK=2, DI=4, Q=5),
    # from there into a carry chain of two cells at the same place, 3 steps, and 1 row on to a block RAM, 5 steps
    "carry0": cell("TRELLIS_COMB", "X18/Y22/SLICEC.COMB0", A=5, FCO=6),
    "carry1": cell("TRELLIS_COMB", "X18/Y22/SLICEC.COMB1", FCI=6, F=7),
    "ram": cell("DP16KD", "X18/Y23/EBR0", {"REGMODE_B": "OUTREG "}, CLKA=2, DIA0=7, DOA0=14),
    # a constant: no path
    "$PACKER_VCC": cell("TRELLIS_COMB", "X90/Y90/SLICEA.COMB0", F=20),
    "held": cell("TRELLIS_FF", "X1/Y1/SLICEA.FF0", CLK=2, DI=20, Q=21),
}
EXPECTED = {   # ps at speed grade 6
    "b.DI": 520 + 120 * 20 + 240,
    "ram.DIA0": 520 + 120 * 3 + 260 + 250 + 120 * 5,
    "a.DI": 700 + 120 * (3 + 3 + 2 * (5 + 3)),
}


def main():
    script, work = Path(sys.argv[1]), Path(sys.argv[2])
    work.mkdir(parents=True, exist_ok=True)
    placed = work / "placed.json"
    placed.write_text(json.dumps({"modules": {"top": {"cells": CELLS}}}))
    text = subprocess.run([script, placed, "--paths", "9", "--whole"], text=True, capture_output=True, check=True).stdout
    found = {line.split()[3]: round(1000 * float(line.split()[0])) for line in text.splitlines() if " ns to " in line}
    if found != {end: round(ps, -1) for end, ps in EXPECTED.items()}:
        sys.exit(f"{found} instead of {EXPECTED}\n{text}")
    if list(found) != sorted(EXPECTED, key=EXPECTED.get, reverse=True):
        sys.exit(f"not the slowest first: {list(found)}")
    for name, bad in (("absent.json", None), ("text.json", "no JSON"), ("empty.json", '{"modules": {"top": {"cells": {}}}}')):
        if bad is not None:
            (work / name).write_text(bad)
        refused = subprocess.run([script, work / name], text=True, capture_output=True)
        if refused.returncode != 2 or len(refused.stderr.splitlines()) != 1 or name not in refused.stderr:
            sys.exit(f"{name}: status {refused.returncode}: {refused.stderr}")


if __name__ == "__main__":
    main()
