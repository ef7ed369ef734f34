// SPDX-License-Identifier: Apache-2.0
#include "fpga/flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>
#include <tuple>

#include "fpga/cache.h"
#include "fpga/constraints.h"
#include "fpga/floorplan.h"
#include "fpga/prepare.h"
#include "fpga/tools.h"
#include "support/error.h"
#include "support/file.h"
#include "support/process.h"

namespace ern::fpga {

namespace fs = std::filesystem;

namespace {

constexpr const char* kLpf = "board.lpf";
constexpr const char* kNetlist = "netlist.json";
constexpr const char* kScript = "synth.ys";
constexpr int kNetlistPercent = 10;  // of the whole flow

// Lines of a log that say what went wrong, at most three.
std::string complaints(const fs::path& log) {
    std::string found;
    int lines = 0;
    const std::string text = support::read_text(log);
    for (std::size_t at = 0; at < text.size() && lines < 3;) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (text.compare(at, 5, "ERROR") == 0) {
            found += "\n  " + text.substr(at, end - at);
            ++lines;
        }
        at = end + 1;
    }
    return found;
}

std::string yosys_script(const std::vector<fs::path>& verilog, const Top& top, const FlowOptions& options) {
    std::string includes, sources, parameters;
    std::vector<fs::path> folders;
    for (const fs::path& file : verilog) {
        const fs::path name = fs::relative(file, options.directory);
        if (file.extension() != ".vh") {
            sources += fmt::format(" \\\n    \"{}\"", name.generic_string());
        } else if (std::find(folders.begin(), folders.end(), name.parent_path()) == folders.end()) {
            folders.push_back(name.parent_path());
            includes += fmt::format(" -I\"{}\"", name.parent_path().generic_string());
        }
    }
    for (const auto& [name, value] : top.parameters) parameters += fmt::format("chparam -set {} {} {}\n", name, value, top.module);
    for (const std::string& port : top.unused_ports) parameters += fmt::format("delete -port {}/{}\n", top.module, port);
    return fmt::format("read_verilog{}{}\n{}synth_ecp5{} -top {}\n", includes, sources, parameters,
                       options.abc9 ? " -abc9" : "", top.module) +
           "# Names of nets that are nothing but names, and source lines, make most of the file.\n"
           "opt_clean -purge\nsetattr -unset src *\nsetattr -unset src */*\n" +
           fmt::format("write_json {}\n", kNetlist);
}

// Verilog -> netlist.json by Yosys -> netlist-ends.json for nextpnr. Returns how many chain ends were opened.
int make_netlist(const std::vector<fs::path>& verilog, const Top& top, const Board& board, const FlowOptions& options,
                 const Tool& yosys) {
    const fs::path netlist = options.directory / kNetlist, log = options.directory / "yosys.log";
    const std::string script = yosys_script(verilog, top, options);
    std::string inputs = yosys.version + "\n" + script;
    for (const fs::path& file : verilog) inputs += fingerprint(file) + "\n";
    const Step step(options.directory / "netlist.stamp", inputs, {netlist, log});
    if (!step.done()) {
        step.begin();
        options.say("synthesis with " + yosys.version);
        support::write_text(options.directory / kScript, script);
        const int status = support::run_process({yosys.program.string(), "-s", kScript}, log, options.directory);
        if (status != 0) fail("Yosys stops with status {}; {} has more{}", status, log.string(), complaints(log));
        step.end();
    } else {
        options.say("synthesis: nothing has changed");
    }
    options.progress(kNetlistPercent, "netlist");
    const fs::path opened = options.directory / "netlist-ends.json";
    const int fan_out = board.is_85f() ? kFanOutLarge : kFanOut;
    const Prepared prepared = prepare_netlist(support::read_text(netlist, 1ull << 32), fan_out);
    options.say(fmt::format("{} registers moved into block RAM", prepared.output_registers));
    options.say(fmt::format("{} copies of the drivers of {} nets with more than {} readers", prepared.copies, prepared.split_nets, fan_out));
    const Floorplan plan = place_block_rams(prepared.json, board);
    if (plan.placed > 0) options.say(fmt::format("{} block RAMs placed beside the logic that uses them", plan.placed));
    support::write_text(opened, plan.json);
    return prepared.opened_chain_ends;
}

// Why a run was given up, by its log; empty where it was not.
std::string hopeless_in(const std::string& log) {
    Progress progress;
    for (std::size_t at = 0; at < log.size() && progress.hopeless.empty();) {
        const std::size_t end = std::min(log.find('\n', at), log.size());
        progress.line(std::string_view(log).substr(at, end - at));
        at = end + 1;
    }
    return progress.hopeless;
}

// What a run has left in its folder.
SeedResult result_in(const fs::path& directory, int seed) {
    SeedResult result{.seed = seed};
    if (fs::is_regular_file(directory / "report.json")) {
        result.placement = parse_report(support::read_text(directory / "report.json"));
    }
    const std::string log = support::read_text(directory / "nextpnr.log");
    parse_log(log, result.placement);
    result.objection = hopeless_in(log);
    return result;
}

// A run that was given up, by a flow that had less patience than this one.
bool cut_short(const fs::path& directory, int seed) {
    if (fs::exists(directory / "report.json")) return false;
    const SeedResult result = result_in(directory, seed);
    return result.placement.errors.empty() && result.objection.empty();
}

// How much stronger a critical connection pulls its ends together in the placer, 0 for nextpnr's own 10: paths through
// several LUTs are stretched across a device that the array leaves half empty, which is an 85F. On a crowded small device
// the tighter places may not route. docs/fpga.md has what was measured.
int usual_timing_weight(const Board& board) {
    return board.is_85f() ? 100 : board.is_45f() ? 30 : 0;
}

std::vector<std::string> nextpnr_arguments(const Board& board, const FlowOptions& options, const std::string& folder, int seed) {
    std::vector<std::string> arguments = {board.device_option, "--package", board.package, "--speed",
                                          fmt::format("{}", board.speed_grade), "--json", "netlist-ends.json", "--lpf", kLpf,
                                          "--router", "router2", "--tmg-ripup", "--timing-allow-fail", "--seed", fmt::format("{}", seed),
                                          "--report", folder + "/report.json", "--textcfg", folder + "/config.txt"};
    const int weight = options.timing_weight > 0 ? options.timing_weight : usual_timing_weight(board);
    if (weight > 0) arguments.insert(arguments.end(), {"--placer-heap-timingweight", fmt::format("{}", weight)});
    if (options.pictures) {
        arguments.insert(arguments.end(), {"--placed-svg", folder + "/placed.svg", "--routed-svg", folder + "/routed.svg"});
    }
    return arguments;
}

// One run of nextpnr, or what is left of it.
SeedResult run_seed(const Board& board, const Top& top, const FlowOptions& options, const Tool& nextpnr, int seed,
                    const std::function<void(const Progress&)>& on_progress) {
    const std::string folder = fmt::format("seed-{}", seed);
    const fs::path directory = options.directory / folder, log = directory / "nextpnr.log";
    const auto arguments = nextpnr_arguments(board, options, folder, seed);
    std::string inputs = nextpnr.version + "\n" + fingerprint(options.directory / "netlist-ends.json") + "\n" + lpf(board, top);
    for (const std::string& argument : arguments) inputs += argument + "\n";
    const Step step(directory / "stamp", inputs, {log});
    double seconds = 0;
    if (!step.done() || cut_short(directory, seed)) {
        step.begin();
        fs::remove(directory / "report.json");
        fs::create_directories(directory);
        const auto start = std::chrono::steady_clock::now();
        std::vector<std::string> command = {nextpnr.program.string()};
        command.insert(command.end(), arguments.begin(), arguments.end());
        Progress progress;
        const int status = support::run_process(
            command, log, options.directory,
            [&](std::string_view line) {
                if (progress.line(line)) on_progress(progress);
            },
            [&] { return progress.hopeless.empty(); });
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (status < 128 || !progress.hopeless.empty()) step.end();  // an interrupted run is no result
    }
    SeedResult result = result_in(directory, seed);
    result.seconds = seconds;
    return result;
}

// The share of the whole that the seeds have done, shown each time one of them gets on.
class SeedProgress {
  public:
    SeedProgress(const FlowOptions& options) : options_(options), percent_(static_cast<std::size_t>(options.seeds)) {}

    void update(std::size_t index, const Progress& progress) {
        const std::lock_guard lock(mutex_);
        percent_[index] = progress.percent;
        int sum = 0;
        for (int one : percent_) sum += one;
        const int share = (98 - kNetlistPercent) * sum / (100 * options_.seeds);
        options_.progress(kNetlistPercent + share,
                          fmt::format("seed {}: {}", options_.first_seed + static_cast<int>(index), progress.phase));
    }

    void finish(std::size_t index, const SeedResult& result) {
        Progress done;
        done.percent = 100;
        done.phase = fmt::format("{:.2f} MHz", result.fmax_mhz);
        update(index, done);
        const std::lock_guard lock(mutex_);
        options_.say(fmt::format("seed {}: {}{}", result.seed,
                                 result.objection.empty() ? fmt::format("{:.2f} MHz", result.fmax_mhz) : result.objection,
                                 result.seconds == 0 ? " (nothing has changed)" : fmt::format(", {:.0f} s", result.seconds)));
    }

  private:
    const FlowOptions& options_;
    std::vector<int> percent_;
    std::mutex mutex_;
};

// All seeds, `jobs` of them at a time. An exception of one ends the others after the one they are at.
std::vector<SeedResult> run_seeds(const Board& board, const Top& top, const FlowOptions& options, const Tool& nextpnr) {
    std::vector<SeedResult> results(static_cast<std::size_t>(options.seeds));
    SeedProgress progress(options);
    std::atomic<std::size_t> next = 0;
    std::exception_ptr error;
    std::mutex error_mutex;
    std::vector<WantedClock> wanted = {{board.clock_mhz, board.clock_mhz}, {asked_mhz(top), top.mhz}};
    for (double mhz : top.more_mhz) wanted.push_back({mhz, mhz});
    const auto work = [&] {
        for (std::size_t i = next++; i < results.size(); i = next++) {
            try {
                results[i] = run_seed(board, top, options, nextpnr, options.first_seed + static_cast<int>(i),
                                      [&](const Progress& p) { progress.update(i, p); });
                if (results[i].objection.empty()) {
                    results[i].objection = objection(results[i].placement, wanted);
                }
                results[i].fmax_mhz = achieved_mhz(results[i].placement, asked_mhz(top));
                if (const Path* path = slowest_path(results[i].placement, asked_mhz(top))) results[i].slowest = *path;
                progress.finish(i, results[i]);
            } catch (...) {
                const std::lock_guard lock(error_mutex);
                error = std::current_exception();
                next = results.size();
            }
        }
    };
    std::vector<std::thread> threads;
    for (int i = 1; i < std::min(options.jobs, options.seeds); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    if (error) std::rethrow_exception(error);
    return results;
}

// The index of the fastest good result, else of the fastest.
std::size_t best_of(const std::vector<SeedResult>& seeds) {
    const auto worse = [](const SeedResult& a, const SeedResult& b) {
        const auto rank = [](const SeedResult& s) { return std::tuple(s.objection.empty(), s.fmax_mhz, s.placement.placed_mhz); };
        return rank(a) < rank(b);
    };
    return static_cast<std::size_t>(std::max_element(seeds.begin(), seeds.end(), worse) - seeds.begin());
}

void pack(const Board& board, const FlowOptions& options, const Tool& ecppack, FlowResult& result) {
    const std::string config = fmt::format("seed-{}/config.txt", result.seeds[result.best].seed);
    std::vector<std::string> command = {ecppack.program.string(), "--compress", "--svf", options.name + ".svf"};
    if (!board.idcode.empty()) command.insert(command.end(), {"--idcode", board.idcode});
    command.insert(command.end(), {config, options.name + ".bit"});
    const fs::path log = options.directory / "ecppack.log";
    if (const int status = support::run_process(command, log, options.directory); status != 0) {
        fail("ecppack stops with status {}; {} has more", status, log.string());
    }
    result.bitstream = options.directory / (options.name + ".bit");
    result.svf = options.directory / (options.name + ".svf");
}

}  // namespace

FlowResult synthesize(const std::vector<fs::path>& verilog, const Top& top, const Board& board,
                      const FlowOptions& options) {
    ensure(options.seeds >= 1 && options.jobs >= 1, "the flow has seeds and jobs");
    const Tools tools = find_tools();
    FlowResult result;
    result.yosys = tools.yosys.version;
    result.nextpnr = tools.nextpnr.version;
    result.ecppack = tools.ecppack.version;
    result.target_mhz = top.mhz;
    fs::create_directories(options.directory);
    // An older bitstream must not be taken for the one of this run, however it ends.
    for (const char* ending : {".bit", ".svf"}) fs::remove(options.directory / (options.name + ending));
    support::write_text(options.directory / kLpf, lpf(board, top));

    result.opened_chain_ends = make_netlist(verilog, top, board, options, tools.yosys);
    result.seeds = run_seeds(board, top, options, tools.nextpnr);
    result.best = best_of(result.seeds);
    result.good = result.seeds[result.best].objection.empty();
    if (result.good) pack(board, options, tools.ecppack, result);
    options.progress(100, "done");
    return result;
}

}  // namespace ern::fpga
