#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks modules at random and counts how many of the breaks their tests notice; scripts/mutate calls it.

mutate.py --tree DIR --build DIR --work DIR --json FILE [--count N] [--seed N] [MODULE...]

Yosys puts N mutants of a module into one netlist, of which the variable ERN_MUTANT chooses one at run time; the netlist takes
the module's place in DIR's copy of rtl_templates, its test is built once and runs N times. A mutant is
  noticed     the test fails, or does not end in its time (of the processor, so that nothing depends on what else runs), or else the module's proof refuses the same mutant
  equal       not noticed, and proved to be the same circuit
  explained   not noticed, and excused in survivors.txt by a line that says why nothing can be seen
  survived    not noticed
"""
import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "formal"))
import prove  # noqa: E402

def run(command, **keywords):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **keywords)


def limited(seconds):
    """Ends the process after so many seconds of processor time."""
    return lambda: resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))


def seconds_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def yosys(script, work, limit=300):
    (work / "script.ys").write_text(script)
    return run(["yosys", "-q", "script.ys"], cwd=work, preexec_fn=limited(limit))


class Target:
    """A module and the test that judges it, with what Verilator is told to build the test."""

    def __init__(self, module, test, build):
        self.module, self.test, self.build = module, test, build
        lines = run(["ninja", "-C", str(build), "-t", "commands", test]).stdout.splitlines()
        words = next(line for line in lines if "--top-module" in line).split()
        self.top = words[words.index("--top-module") + 1]
        self.parameters = [w[2:].split("=") for w in words if w.startswith("-G")]
        self.defines = [w for w in words if w.startswith("-D")]
        self.files = [w.strip('"') for w in words if w.strip('"').endswith(".v") and "/rtl_templates/" not in w]

    def program(self):
        return next(path for path in self.build.glob(f"tests/**/{self.test}") if path.is_file() and os.access(path, os.X_OK))


class Netlist:
    """The module as Yosys elaborates it under the test's top."""

    def __init__(self, target, rtl, work):
        self.target, self.work = target, work
        folders = " ".join(f"-I{folder}" for folder in sorted(rtl.glob("*/")))
        known = {Path(f).stem for f in target.files}
        sources = [str(f) for f in sorted(rtl.glob("*/*.v")) if f.stem not in known]
        changed = "".join(f" -chparam {name} {value}" for name, value in target.parameters)
        self.read = (f"read_verilog -nosynthesis {' '.join(target.defines)} {folders} {' '.join(sources + target.files)}\n"
                     f"hierarchy -top {target.top}{changed}\nproc\nopt_expr\nopt_clean\nmemory_collect\nopt_clean\n")
        done = yosys(self.read + "write_json design.json\nwrite_ilang design.il\n", work)
        if done.returncode != 0:
            raise RuntimeError(done.stdout[-2000:])
        modules = json.loads((work / "design.json").read_text())["modules"]
        mine = {name: m for name, m in modules.items() if m["attributes"].get("hdlname", name).lstrip("\\") == target.module}
        if not mine:
            raise RuntimeError(f"{target.module} is not in {target.test}")
        self.alone = len(mine) == 1
        # An instance of an elaborated module is written as one of the module with these parameters.
        self.instances = {name: (m["attributes"].get("hdlname", name).lstrip("\\"), m.get("parameter_default_values", {}))
                          for name, m in modules.items() if name.startswith("$paramod")}
        used = [cell["type"] for m in modules.values() for cell in m["cells"].values()]
        self.name = max(mine, key=lambda name: (len(mine[name]["cells"]), used.count(name)))
        self.values = {k: int(v, 2) if set(v) <= {"0", "1"} else v for k, v in mine[self.name].get("parameter_default_values", {}).items()}
        self.ports = list(mine[self.name]["ports"])
        self.both = [name for name, port in mine[self.name]["ports"].items() if port["direction"] == "inout"]
        self.starts = any("init" in net["attributes"] for net in mine[self.name]["netnames"].values())

    def mutants(self, count, seed):
        """Lines of Yosys' list, each one mutant. Of all of them a change of a register's output would lose the value
        that it starts with, and one of a pin of both directions would cut it off from one of them."""
        asked = 2 * count if self.starts or self.both else count
        done = yosys(f"read_ilang design.il\nmutate -list {asked} -seed {seed} -ctrl mutsel 16 1 -o list.txt {escaped(self.name)}\n", self.work)
        if done.returncode != 0:
            raise RuntimeError(done.stdout[-2000:])
        lines = [line for line in (self.work / "list.txt").read_text().splitlines()
                 if not (self.starts and " -port Q " in line) and not any(f" -wire {w} " in line for w in self.both)][:count]
        lines = [re.sub(r"-ctrl mutsel 16 \d+", f"-ctrl mutsel 16 {number}", line) for number, line in enumerate(lines, 1)]
        (self.work / "list.txt").write_text("\n".join(lines) + "\n")
        return lines

    def write_mutated(self, file):
        """All mutants in one module of the original's name and parameters."""
        mutant = f"{self.target.module}__mutant"
        done = yosys(f"read_ilang design.il\nscript list.txt\nrename {escaped(self.name)} {mutant}\n"
                     f"select {mutant}\nwrite_verilog -noattr -selected mutant.v\n", self.work)
        if done.returncode != 0:
            raise RuntimeError(done.stdout[-2000:])
        text = (self.work / "mutant.v").read_text()
        text = re.sub(r"\\(\$paramod\S*)", lambda m: instance(*self.instances[m[1]]), text)
        text = re.sub(r"\bmodule [^(;]*\(", f"module {mutant}(", text, count=1)
        text = re.sub(r"input \[15:0\] mutsel;\s*wire \[15:0\] mutsel;",
                      "reg [15:0] mutsel;\n  initial mutsel = $c32(\"(getenv(\\\"ERN_MUTANT\\\") ? atoi(getenv(\\\"ERN_MUTANT\\\")) : 0)\");", text)
        text = re.sub(r"(module [^(]*\([^)]*?)mutsel,\s*|,\s*mutsel(?=[^)]*\))", lambda m: m[1] or "", text, count=1)
        original = file.read_text()
        before = original[:original.index(f"module {self.target.module}")]   # its includes
        header = original[len(before):]
        header = header[:header.index(");") + 2]
        plain = original.replace(f"module {self.target.module}", f"module {self.target.module}__plain", 1)
        ports = ", ".join(f".{p}({p})" for p in self.ports)
        names = re.findall(r"parameter\s+(?:integer\s+|\[[^]]*\]\s*)?(\w+)\s*=", header)
        same = " && ".join(f"{n} == {self.values[n]}" for n in names) or "1"
        given = ", ".join(f".{n}({n})" for n in names)
        wrapper = re.sub(r"output reg\b", "output wire", header)
        if self.alone:   # no level between, for tests that look inside
            body = text[text.index(";") + 1:]
            body = re.sub(rf"^\s*(?:input|output|inout)\s*(?:\[[^]]*\]\s*)?(?:{'|'.join(map(re.escape, self.ports))});\n", "", body, flags=re.M)
            body = re.sub(rf"^\s*(?:wire|reg)\s*(?:\[[^]]*\]\s*)?({'|'.join(map(re.escape, self.ports))})\s*(=\s*[^;]*)?;\n",
                          lambda m: f"  initial {m[1]} {m[2]};\n" if m[2] else "", body, flags=re.M)
            regs = set(re.findall(r"^\s*reg\s*(?:\[[^]]*\]\s*)?(\w+)", text, flags=re.M)) & set(self.ports)
            head = re.sub(r"output\s+(?:reg|wire)(\s*(?:\[[^]]*\]\s*)?(\w+))", lambda m: ("output reg" if m[2] in regs else "output wire") + m[1], header)
            head = re.sub(r"\bsigned\b", "", head)
            file.write_text(f"{before}\n/* verilator lint_off WIDTH */\n{head}\n{body}\n`default_nettype wire\n")
            return
        file.write_text(f"{plain}\n{text}\n`default_nettype none\n{wrapper}\n"
                        f"    generate\n        if ({same}) begin : g_mutant\n            {mutant} u_mutant ({ports});\n"
                        f"        end else begin : g_plain\n            {self.target.module}__plain #({given}) u_plain ({ports});\n"
                        f"        end\n    endgenerate\nendmodule\n`default_nettype wire\n")

    def equal(self, line):
        """True when the mutant is proved to be the same circuit, from any state on."""
        plain = re.sub(r" -ctrl mutsel 16 \d+", "", line)
        prepare = f"hierarchy -top {escaped(self.name)}\nflatten\nmemory_map\nopt_clean\n"
        done = yosys(f"read_ilang design.il\n{prepare}rename -top gold\ndesign -stash gold\n"
                     f"read_ilang design.il\n{plain}\n{prepare}rename -top gate\ndesign -stash gate\n"
                     "design -copy-from gold -as gold gold\ndesign -copy-from gate -as gate gate\n"
                     "equiv_make gold gate equiv\nhierarchy -top equiv\nopt_clean\nequiv_simple -short\nequiv_induct -seq 3\nequiv_status -assert\n",
                     self.work, 25)
        return done.returncode == 0


def instance(module, parameters):
    given = ", ".join(f".{name}({int(v, 2) if v and set(v) <= set('01') else chr(34) + v.rstrip() + chr(34)})" for name, v in parameters.items())
    return f"{module} #({given})" if given else module


def escaped(name):
    return name if name.startswith("$") or name.startswith("\\") else "\\" + name


def judge(program, mutant, limit):
    """True when the test notices the mutant."""
    environment = dict(os.environ, ERN_MUTANT=str(mutant), ERNFORGE_SOURCE_DIR=str(ROOT))
    return subprocess.run([program, "--abort"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          preexec_fn=limited(limit)).returncode != 0


def refused(module, line, work):
    """True when the module's proof, at its own parameters, refuses a mutant of the same kind at the same place of the source."""
    path = str(ROOT / ".venv" / "bin") + os.pathsep + os.environ.get("PATH", "")
    sby, proof = prove.command(path), prove.HERE / f"{module}.sby"
    places = re.findall(r"-src \S*/([\w.]+:[\d.]+-[\d.]+)", line)
    if sby is None or not proof.exists() or not places:
        return False
    tree = work / "proof"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(ROOT / "rtl_templates", tree / "rtl_templates")
    shutil.copytree(prove.HERE, tree / "tests" / "formal")
    shutil.copytree(ROOT / "tests" / "rtl" / "array" / "models", tree / "tests" / "rtl" / "array" / "models")
    f = dict(re.findall(r"-(mode|port) (\S+)", line))
    text = proof.read_text()
    (tree / "tests" / "formal" / f"{module}.sby").write_text(
        re.sub(r"^prep -top (\S+)", lambda m: f"hierarchy -top {m[1]}\nproc\nopt_expr\nopt_clean\n"
               f"mutate -list 1 -mode {f['mode']} -port {f['port']} -src {places[-1]} -o mutant.ys\nscript mutant.ys\n{m[0]}", text, flags=re.M))
    status, _, _ = prove.run(sby, tree, module, "prove", work, dict(os.environ, PATH=path), "")
    return status in (2, 4)


def describe(line, sources):
    """Where the mutant is, without folders: mode, port and the source's text."""
    f = dict(re.findall(r"-(mode|port|portbit|ctrlbit|wire|wirebit) (\S+)", line))
    places = re.findall(r"-src \S*/([\w.]+):(\d+)\.\d+-(\d+)", line)
    file, first = (places[-1][0], int(places[-1][1])) if places else ("", 0)
    text = sources.get(file, [""] * first)[first - 1].strip() if first else ""
    return {"mode": f.get("mode", ""), "port": f"{f.get('port', '')}[{f.get('portbit', '')}]",
            "wire": f"{f['wire']}[{f.get('wirebit', 0)}]" if "wire" in f else "", "file": file, "line": first, "text": text}


def explanations():
    rules = []
    for text in (HERE / "survivors.txt").read_text().splitlines():
        if text and not text.startswith("#"):
            module, pattern, reason = (part.strip() for part in text.split(" | ", 2))
            rules.append((module, re.compile(pattern), reason))
    return rules


def explain(module, place, rules):
    label = f"{place['mode']} {place['wire'] or place['port']} @ {place['text']}"
    return next((reason for name, pattern, reason in rules if name in (module, "*") and pattern.search(label)), None)


def try_module(target, arguments, sources):
    rtl = arguments.tree / "rtl_templates"
    restore(rtl)
    work = arguments.work / target.module
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    netlist = Netlist(target, rtl, work)
    lines = netlist.mutants(arguments.count, arguments.seed)
    netlist.write_mutated(next(rtl.glob(f"*/{target.module}.v")))
    built = run(["ninja", "-C", str(arguments.build), "-j2", target.test])
    if built.returncode != 0:
        (work / "build.log").write_text(built.stdout)
        first = next((line for line in built.stdout.splitlines() if "rror:" in line or "%Error" in line), "")
        raise RuntimeError(f"does not build, see {work / 'build.log'}: {first[:200]}")
    program = str(target.program())
    start = seconds_of_children()
    if judge(program, 0, 600):
        raise RuntimeError(f"{target.test} fails with the netlist of the module as it is")
    usual = seconds_of_children() - start
    result = {"module": target.module, "test": target.test, "mutants": len(lines), "noticed": 0, "by_proof": 0, "equal": 0, "explained": [], "survived": []}
    rules = explanations()
    for number, line in enumerate(lines, 1):
        if judge(program, number, 3 * usual + 10):
            result["noticed"] += 1
        elif netlist.equal(line):
            result["equal"] += 1
        elif refused(target.module, line, work):
            result["noticed"] += 1
            result["by_proof"] += 1
        else:
            place = describe(line, sources)
            reason = explain(target.module, place, rules)
            if reason:
                result["explained"].append(dict(place, reason=reason))
            else:
                result["survived"].append(place)
    result["seconds"] = round(seconds_of_children() - start, 1)
    return result


def restore(rtl):
    for file in (ROOT / "rtl_templates").glob("*/*.v"):
        copy = rtl / file.parent.name / file.name
        if not copy.exists() or copy.read_bytes() != file.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)


def score(results):
    noticed = sum(r["noticed"] for r in results)
    changing = sum(r["mutants"] - r["equal"] - len(r["explained"]) for r in results)
    return 100 * noticed / max(1, changing)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    sources = {f.name: f.read_text().splitlines() for f in (ROOT / "rtl_templates").glob("*/*.v*")}
    targets = [text.split() for text in (HERE / "targets.txt").read_text().splitlines() if text and not text.startswith("#")]
    results, wrong = [], []
    kept = {}   # of modules that are not asked for
    if arguments.modules and arguments.json and arguments.json.exists():
        kept = {(r["module"], r["test"]): r for r in json.loads(arguments.json.read_text())["modules"]}
    for module, test in targets:
        if arguments.modules and module not in arguments.modules:
            continue
        try:
            r = try_module(Target(module, test, arguments.build), arguments, sources)
        except (RuntimeError, StopIteration) as error:
            wrong.append(f"{module}: {error}")
            print(wrong[-1], flush=True)
            continue
        results.append(r)
        print(f"{module:<24}{r['mutants']:>5} mutants{r['noticed']:>5} noticed ({r['by_proof']} by proof){r['equal']:>5} equal{len(r['explained']):>4} explained"
              f"{len(r['survived']):>4} survived  {r['seconds']:.0f} s", flush=True)
        for s in r["survived"]:
            print(f"    {s['mode']} {s['wire'] or s['port']} @ {s['text']} ({s['file']}:{s['line']})", flush=True)
        if arguments.json:
            kept[module, test] = r
            known = [kept[module, test] for module, test in targets if (module, test) in kept]
            arguments.json.write_text(json.dumps({"score": round(score(known), 2), "modules": known}, indent=1) + "\n")
    restore(arguments.tree / "rtl_templates")
    print(f"score {score(results):.2f} % of {sum(r['mutants'] for r in results)} mutants on {len(results)} modules")
    return 1 if wrong or score(results) < 95 else 0


sys.exit(main())
