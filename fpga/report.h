// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ern::fpga {

struct Clock {
    std::string net;
    double achieved_mhz = 0;
    double constraint_mhz = 0;
};

// The path that limits a clock, from one register to the next.
struct Path {
    std::string clock;            // as nextpnr names it
    std::string from, to;         // cells
    double ns = 0, wires_ns = 0;  // in all, and of that in wires
};

struct Usage {
    int lut4 = 0;
    int ff = 0;
    int ebr = 0;
    int dsp = 0;
};

// What one run of nextpnr came to.
struct Placement {
    Usage used;
    std::vector<Clock> clocks;
    std::vector<Path> slowest;        // of each clock, paths between two clocks left out
    bool routed = false;
    double placed_mhz = 0;            // slowest clock before routing
    std::vector<std::string> errors;  // its ERROR lines
};

// The JSON that nextpnr --report writes: clocks, their slowest paths and cells. Throws Error where it is not such a report.
Placement parse_report(std::string_view json);

// What the log knows beyond the report: clock before routing, whether routing ended, errors.
void parse_log(std::string_view log, Placement& placement);

// A clock of a design: what nextpnr was asked for, and what is needed.
struct WantedClock {
    double constraint_mhz = 0;
    double mhz = 0;
};

// Why a placement must not become a bitstream, in one line; empty where it may. Every clock has to be constrained as one of those that
// are wanted, and reach what that one needs. A clock at nextpnr's default of 12 MHz is one that nobody constrained.
std::string objection(const Placement& placement, const std::vector<WantedClock>& wanted);

// The slowest clock among those constrained to constraint_mhz, 0 where there is none.
double achieved_mhz(const Placement& placement, double constraint_mhz);

// The slowest path of the clock that achieved_mhz speaks of, none where the report has none.
const Path* slowest_path(const Placement& placement, double constraint_mhz);

// How far a run is, from its log lines as they come.
struct Progress {
    std::string phase = "starting";
    int percent = 0;
    // Why the run cannot come to a good end any more, in one line; empty where it can. Placement that misses its clock:
    // routing takes about as much again, and with --tmg-ripup never ends. Routing without conflicts that is
    // taken up again and again for timing.
    std::string hopeless;

    // Returns true where the line changed something.
    bool line(std::string_view text);

  private:
    double first_overuse_ = 0;
    int clean_iterations_ = 0;
    bool routing_ = false;
};

}  // namespace ern::fpga
