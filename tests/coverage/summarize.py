#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sums up what Verilator counted, over all instances and parameters of each module.

summarize.py FILE.dat... [--info FILE] [--missed]

line    lines of blocks; one is covered when each block, case, if and else at it was entered
toggle  bits of signals and ports; one is covered when it changed; the words of a memory count as one word
waivers.txt holds what may be missed, with reasons: module | line or toggle | pattern | reason
"""
import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
RTL = HERE.parent.parent / "rtl_templates"
LIMITS = {"line": 98.0, "toggle": 90.0}
POINT = re.compile(r"C '(.*)' (\d+)$")


def fields(key):
    return dict(part.split("\x02", 1) for part in key.split("\x01") if part)


def word_of_any(name):
    """words[3][5] is words[*][5]: a memory's word is chosen by its address, which is a signal of its own."""
    parts = re.findall(r"\[[^]]*\]", name)
    return name if len(parts) < 2 else name[:name.index("[")] + "[*]" + parts[-1]


def read(files, sources):
    """counts[kind][file][point] and the lines of each line point."""
    counts = {"line": defaultdict(lambda: defaultdict(int)), "toggle": defaultdict(lambda: defaultdict(int))}
    for path in files:
        with open(path, encoding="latin-1") as stream:
            for text in stream:
                found = POINT.match(text)
                if not found:
                    continue
                f = fields(found[1])
                name = Path(f["f"]).name
                if name not in sources:
                    continue
                kind = "toggle" if f["page"].startswith("v_toggle") else "line"
                what = word_of_any(f["o"]) if kind == "toggle" else (f["o"], f.get("S", ""), int(f.get("n", 0)))
                counts[kind][name][(int(f["l"]), what)] += int(found[2])
    return counts


def lines_of(point):
    line, (_, spans, _) = point
    lines = {line}
    for span in filter(None, spans.split(",")):
        first, _, last = span.partition("-")
        lines.update(range(int(first), int(last or first) + 1))
    return lines


def line_counts(points):
    """The least count of all blocks at a line."""
    result = {}
    for point, count in points.items():
        for line in lines_of(point):
            result[line] = min(count, result.get(line, count))
    return result


class Waivers:
    def __init__(self, path):
        self.rules = []
        for text in path.read_text().splitlines():
            if text and not text.startswith("#"):
                module, kind, pattern, reason = (part.strip() for part in text.split(" | ", 3))
                self.rules.append({"module": module, "kind": kind, "pattern": re.compile(pattern), "reason": reason, "used": 0})

    def excuse(self, module, kind, text):
        for rule in self.rules:
            if rule["module"] == module and rule["kind"] == kind and rule["pattern"].fullmatch(text.strip()):
                rule["used"] += 1
                return True
        return False

    def idle(self):
        return [f"{r['module']} | {r['kind']} | {r['pattern'].pattern}" for r in self.rules if r["used"] == 0]


def judge(counts, sources, waivers):
    """Rows module, kind, points, covered, waived and the list of what is missed."""
    rows, missed = [], []
    for name, text in sorted(sources.items()):
        module = name[:-2]
        for kind in ("line", "toggle"):
            points = counts[kind].get(name, {})
            points = line_counts(points) if kind == "line" else points
            covered = waived = 0
            for point, count in sorted(points.items()):
                label = text[point - 1] if kind == "line" else point[1]
                if count > 0:
                    covered += 1
                elif waivers.excuse(module, kind, label):
                    waived += 1
                else:
                    missed.append(f"{name}:{point if kind == 'line' else point[0]}: {kind} {label.strip()}")
            rows.append((module, kind, len(points), covered, waived))
    return rows, missed


def write_info(path, counts, files):
    """For genhtml: lines as lines, toggles as branches of the line that declares the signal."""
    with open(path, "w") as out:
        for name, source in sorted(files.items()):
            lines = line_counts(counts["line"].get(name, {}))
            toggles = sorted(counts["toggle"].get(name, {}).items())
            for (line, _), count in toggles:
                lines.setdefault(line, count)
            out.write(f"TN:\nSF:{source}\n")
            for number, ((line, _), count) in enumerate(toggles):
                out.write(f"BRDA:{line},0,{number},{count if count else '-'}\n")
            for line, count in sorted(lines.items()):
                out.write(f"DA:{line},{count}\n")
            out.write("end_of_record\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--info", type=Path)
    parser.add_argument("--missed", action="store_true", help="list what is neither covered nor waived")
    arguments = parser.parse_args()
    files = {path.name: path for path in RTL.glob("*/*.v")}
    sources = {name: path.read_text().splitlines() for name, path in files.items()}
    counts = read(arguments.files, sources)
    waivers = Waivers(HERE / "waivers.txt")
    rows, missed = judge(counts, sources, waivers)
    if arguments.info:
        write_info(arguments.info, counts, files)
    wrong = []
    print(f"{'module':<24}{'lines':>7}{'covered':>9}{'waived':>8}{'toggles':>9}{'covered':>9}{'waived':>8}")
    for line, toggle in zip(rows[0::2], rows[1::2]):
        print(f"{line[0]:<24}{line[2]:>7}{line[3]:>9}{line[4]:>8}{toggle[2]:>9}{toggle[3]:>9}{toggle[4]:>8}")
        if toggle[2] == 0:
            wrong.append(f"{line[0]} is in no simulation")
    for kind in ("line", "toggle"):
        points, covered, waived = (sum(row[i] for row in rows if row[1] == kind) for i in (2, 3, 4))
        share = 100 * covered / max(1, points - waived)
        print(f"{kind}: {covered} of {points} covered, {waived} waived: {share:.2f} % (at least {LIMITS[kind]:.0f})")
        if share < LIMITS[kind]:
            wrong.append(f"{kind} coverage is below {LIMITS[kind]:.0f} %")
    wrong += [f"waiver excuses nothing: {text}" for text in waivers.idle()]
    print("\n".join(missed if arguments.missed else []) + "\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main())
