#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lints Verilog with `verilator -Wall`, `iverilog -g2005` and Yosys (`hierarchy -check`, `check -assert`).

lint.py modules             every module of rtl_templates with its default parameters
lint.py projects ERNFORGE   the top of the project that ERNFORGE writes for each accelerator, for every target
lint.py refused             each line of refused.txt must be refused by all three, with the name given there
lint.py bad FILE CODE       a module that must not pass, for the reason CODE

A tool that is not there is left out; exit status 77 when none is. A warning is an error. Waivers stand in the modules,
with their reasons; the one below is Yosys' note on a memory that is meant to be registers.
"""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
RTL = ROOT / "rtl_templates"
CELLS = [ROOT / "tests" / "rtl" / folder for folder in ("boards/cells", "array/models")]   # primitives of ECP5
FOLDERS = sorted(folder for folder in RTL.iterdir() if folder.is_dir())
MODULES = {file.stem: file for file in sorted(RTL.glob("*/*.v"))}
BOARDS = {"ern_board", "ern_board_sdr", "ern_board_ddr3"}   # they hold a generated top
BOARD_TOPS = {"none": ("ern_board", []), "sdr": ("ern_board_sdr", []), "ddr3": ("ern_board_ddr3", []),
              "sdr32": ("ern_board_sdr", ["W_DATA=32", "W_ROW=11", "W_COLUMN=8"])}   # by [external] kind
BOXES = [HERE / "boxes" / "ern_ddr3_core.v"]   # what LiteDRAM writes
YOSYS_NOTES = "Replacing memory .* with list of registers"


def run(command, folder=ROOT):
    done = subprocess.run([str(part) for part in command], cwd=folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def libraries():
    return [flag for folder in FOLDERS + CELLS for flag in ("-y", folder, f"-I{folder}")]


def verilator(top, sources, parameters=(), folder=ROOT, library=True, defines=()):
    command = ["verilator", "--lint-only", "-Wall", "--top-module", top, *[f"-G{p}" for p in parameters],
               *[f"-D{d}" for d in defines]]
    return run(command + (libraries() if library else []) + sources, folder)


def iverilog(top, sources, parameters=(), folder=ROOT, library=True):
    command = ["iverilog", "-g2005", "-Wall", "-t", "null", "-s", top, *[f"-P{top}.{p}" for p in parameters]]
    status, output = run(command + (libraries() if library else []) + sources, folder)
    return status or int(bool(output.strip())), output


def yosys(tops, sources, parameters=(), folder=ROOT, strict=True):
    """All tops in one process, each from the same design. Strict: a warning is an error."""
    includes = " ".join(f"-I{folder}" for folder in FOLDERS)
    chparams = "".join(f" -chparam {p.replace('=', ' ')}" for p in parameters)
    script = ["read_verilog -lib +/ecp5/cells_sim.v +/ecp5/cells_bb.v",
              f"read_verilog -defer {includes} {' '.join(str(s) for s in sources)}", "design -save all"]
    for top in tops:
        script += ["design -load all", f"hierarchy -check -top {top}{chparams}", "proc", "check -assert"]
    with tempfile.NamedTemporaryFile("w", suffix=".ys") as file:
        file.write("\n".join(script))
        file.flush()
        return run(["yosys", "-q", "-w", YOSYS_NOTES, *(["-e", ".*"] if strict else []), file.name], folder)


def report(what, outcome):
    """Prints what went wrong; True when nothing did."""
    status, output = outcome
    if status:
        print(f"---- {what}\n{output.strip()}")
    return status == 0


def lint_modules(tools):
    right = True
    for name, file in MODULES.items():
        if name in BOARDS:
            continue
        if "verilator" in tools:
            right &= report(f"verilator {name}", verilator(name, [file]))
        if "iverilog" in tools:
            right &= report(f"iverilog {name}", iverilog(name, [file]))
    if "verilator" in tools:   # the body that only synthesis sees
        right &= report("verilator ern_ram for synthesis",
                        verilator("ern_ram", [MODULES["ern_ram"]], ["DEPTH=6656", "W_ADDR=13"], defines=["SYNTHESIS"]))
    if "iverilog" in tools:
        right &= report("iverilog ern_ecp5_dot of 192 lanes",
                        iverilog("ern_ecp5_dot", [MODULES["ern_ecp5_dot"]], ["N_LANES=192", "LATENCY=9"]))
    if "yosys" in tools:
        names = [name for name in MODULES if name not in BOARDS]
        right &= report("yosys", yosys(names, MODULES.values()))
    print(f"{len(MODULES) - len(BOARDS)} modules")
    return right


def lint_projects(tools, ernforge):
    right = True
    accelerators = sorted(ROOT.glob("accelerators/*.toml")) + sorted(ROOT.glob("tests/accelerators/*.toml"))
    for accelerator in accelerators:
        settings = tomllib.loads(accelerator.read_text())
        external = settings.get("external", {"kind": "none"})
        top, parameters = BOARD_TOPS[external["kind"]] if "board" in settings else ("ern_top", [])
        if top == "ern_board_sdr":
            parameters = [f"W_PORT={external['port_bits']}", *parameters]
        for target in ("portable", "ecp5"):
            name = f"{accelerator.stem} for {target}"
            with tempfile.TemporaryDirectory() as work:
                command = [ernforge, "generate", "--accel", accelerator, "--target", target, "-o", work]
                right = report(f"generate {name}", run(command)) and lint_project(tools, Path(work), name, top, parameters, target) and right
    print(f"{len(accelerators)} accelerators")
    return right and len(accelerators) > 0


def lint_project(tools, project, name, top, parameters, target):
    """The top from the project's own files, as simulation sees them, or for the ECP5 target as synthesis does."""
    listed = [line for line in (project / "files.f").read_text().split() if not line.startswith("+")]
    boards = [file for module, file in MODULES.items()
              if file.parent.name == "boards" and (module == top or module not in BOARDS)] if top in BOARDS else []
    if top != "ern_board_sdr":
        boards = [file for file in boards if not file.stem.startswith("ern_pad")]
    if boards:
        other = "ern_clocks" if top == "ern_board_ddr3" else "ern_clocks_ddr3"
        boards = [file for file in boards if file.stem != other]
    if top == "ern_board_ddr3":
        boards += BOXES
    cells = [file for folder in CELLS for file in folder.glob("*.v")]
    files = ["-f", project / "files.f", *boards, *cells]
    right = True
    if "verilator" in tools:
        defines = ["SYNTHESIS"] if target == "ecp5" else []
        right &= report(f"verilator {top}, {name}", verilator(top, files, parameters, project, library=False, defines=defines))
    if "iverilog" in tools and target != "ecp5":   # there Icarus needs minutes: see lint_modules
        right &= report(f"iverilog {top}, {name}", iverilog(top, files, parameters, project, library=False))
    if "yosys" in tools:
        right &= report(f"yosys {name}", yosys([top], [*listed, *boards], parameters, project))
    return right


def check_refused(tools):
    right = True
    named = set()
    for line in (HERE / "refused.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        module, parameters, constraint = [part.strip() for part in line.split("|")]
        named.add(constraint)
        outcomes = {"verilator": lambda: verilator(module, [MODULES[module]], parameters.split()),
                    "iverilog": lambda: iverilog(module, [MODULES[module]], parameters.split()),
                    "yosys": lambda: yosys([module], MODULES.values(), parameters.split(), strict=False)}
        for tool in tools:
            if tool == "yosys" and module in BOARDS:
                continue   # Yosys stops at the generated top that a board lacks here
            status, output = outcomes[tool]()
            if status == 0 or constraint not in output:
                print(f"---- {tool} does not refuse {module} with {parameters} as {constraint}\n{output[-800:]}")
                right = False
    written = set(re.findall(r"\bERROR_\w+(?= u_error)", "".join(file.read_text() for file in MODULES.values())))
    for constraint in sorted(written - named):
        print(f"---- no line of refused.txt has {constraint}")
        right = False
    print(f"{len(named)} constraints")
    return right


def check_bad(file, code):
    status, output = verilator(file.stem, [file])
    print(output)
    return status != 0 and re.search(rf"%Warning-{code}\b", output) is not None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["modules", "projects", "refused", "bad"])
    parser.add_argument("rest", nargs="*")
    arguments = parser.parse_args()
    tools = [tool for tool in ("verilator", "iverilog", "yosys") if shutil.which(tool)]
    if not tools or (arguments.what == "bad" and "verilator" not in tools):
        print(f"only these were found, skipped: {tools}")
        return 77
    checks = {"modules": lambda: lint_modules(tools), "refused": lambda: check_refused(tools),
              "projects": lambda: lint_projects(tools, Path(arguments.rest[0]).resolve()),
              "bad": lambda: check_bad(Path(arguments.rest[0]).resolve(), arguments.rest[1])}
    return 0 if checks[arguments.what]() else 1


sys.exit(main())
