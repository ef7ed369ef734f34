#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that what Yosys makes of a module for ECP5 is the module, at the parameters of each line of modules.txt.

equivalence.py --work DIR [--json FILE] [--abc9] [MODULE...]

Verilog -> synth_ecp5 -> Yosys' models of the cells, against the Verilog: every register and output that both have, by
induction (equiv_induct). Where registers that are always constant stand in the way, the Verilog's side goes through the word-level
optimisation first, and where a wire between has changed its meaning under its old name, only registers and ports keep theirs, bit by bit and only
where something hangs on them, as synthesis drops the others; there an unknown bit of the Verilog may be any of the netlist. The table
says so. Memories count as registers here: that of block RAM is tested, not proved.
Exit status 1 when a line is not proved, 77 without Yosys.
"""
import argparse
import json
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RTL = HERE.parent.parent / "rtl_templates"
LIMIT_SECONDS = 120   # of processor time, as are the times in the table
FIRST = "proc; flatten; opt -full; memory; opt -full"
OPTIMISED = f"{FIRST}; wreduce; peepopt; opt_clean; alumacc; share; opt -full; opt_dff -sat; opt -full; simplemap; opt -full"

HIDDEN = f"{FIRST}; select -set registers t:$*dff* %x:+[Q] w:* %i; rename -hide w:* @registers %d i:* %d o:* %d; select *; splitnets; opt_clean -purge"
WAYS = (("directly", FIRST, ""), ("after word-level optimisation", OPTIMISED, ""), ("registers and ports alone", HIDDEN, "-undef"))


def seconds_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prove(module, parameters, preparation, undefined, work, option):
    folders = " ".join(f"-I{folder}" for folder in sorted(RTL.glob("*/")))
    changed = "".join(f" -chparam {p.replace('=', ' ')}" for p in parameters)
    script = work / f"{module}.ys"
    script.write_text(f"read_verilog {folders} {' '.join(map(str, sorted(RTL.glob('*/*.v'))))}\nhierarchy -top {module}{changed}\n{preparation}\n"
                      f"equiv_opt -assert {undefined} -map +/ecp5/cells_sim.v synth_ecp5 -nobram -nolutram -nodsp {option}\n")
    start = seconds_of_children()
    done = subprocess.run(["yosys", "-q", script.name], cwd=work, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_SECONDS, LIMIT_SECONDS)))
    error = ""
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        error = f"not proved in {LIMIT_SECONDS} s"
    elif done.returncode < 0:
        error = f"ended by signal {-done.returncode}"
    elif done.returncode > 0:
        error = next((line for line in done.stdout.splitlines() if line.startswith("ERROR")), f"status {done.returncode}")
    return error, seconds_of_children() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--abc9", action="store_true")
    arguments = parser.parse_args()
    if not shutil.which("yosys"):
        print("yosys is not in PATH: skipped")
        return 77
    arguments.work.mkdir(parents=True, exist_ok=True)
    option = "-abc9" if arguments.abc9 else ""
    results = []
    for text in (HERE / "modules.txt").read_text().splitlines():
        if not text or text.startswith("#") or (arguments.modules and text.split()[0] not in arguments.modules):
            continue
        module, *parameters = text.split()
        error, seconds, way = "not tried", 0.0, ""
        for way, preparation, undefined in WAYS:
            error, more = prove(module, parameters, preparation, undefined, arguments.work, option)
            seconds += more
            if not error:
                break
        results.append({"module": module, "parameters": parameters, "proved": not error, "way": way, "seconds": round(seconds, 1)})
        print(f"{module:<20} {seconds:5.1f} s  {way if not error else 'NOT PROVED: ' + error}  {' '.join(parameters)}", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")
    wrong = sum(not r["proved"] for r in results)
    print(f"{len(results)} netlists, {wrong} not proved, {sum(r['seconds'] for r in results):.0f} s")
    return 1 if wrong or not results else 0


sys.exit(main())
