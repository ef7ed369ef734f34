// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "cli/engine_bench.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "engine/kernels.h"
#include "fold/fold.h"
#include "model/architecture.h"
#include "model/file.h"
#include "support/parallel.h"

namespace ern::cli {

namespace {

struct BenchArguments {
    std::string what;
    std::vector<std::string> networks{"ern18x0.75", "ern18", "ern34", "ern50", "ern101"};
    std::vector<std::string> simd;
    std::vector<int> threads;
    int runs = 50, golden_runs = 1;
    bool layers = false;
};

// A model, or a description with random weights, which cost the same time.
model::Network network_of(const std::string& name) {
    if (name.ends_with(".ern")) return model::read_network(find_in_models(name, ".ern"));
    return fold::random_network(model::read_architecture(find_in_models(name, ".toml")), 1);
}

nlohmann::ordered_json json_of(const EngineSpeed& speed, double golden_seconds) {
    nlohmann::ordered_json json = {{"simd", speed.simd},
                                   {"threads", speed.threads},
                                   {"runs", speed.runs},
                                   {"median_ms", 1e3 * speed.seconds},
                                   {"least_ms", 1e3 * speed.least_seconds},
                                   {"bound_ms", 1e3 * speed.bound_seconds}};
    if (golden_seconds > 0) json["times_golden"] = golden_seconds / speed.seconds;
    for (const EngineSpeed::Step& step : speed.steps) {
        json["layers"].push_back(
            {{"name", step.name}, {"macs", step.macs}, {"median_us", 1e6 * step.seconds}, {"bound_us", 1e6 * step.bound_seconds}});
    }
    return json;
}

void say_layers(const Session& session, const EngineSpeed& speed) {
    session.say("  {:28} {:>10} {:>8} {:>10} {:>10}\n", "layer", "us", "GMAC/s", "bound us", "of bound");
    for (const EngineSpeed::Step& step : speed.steps) {
        session.say("  {:28} {:10.1f} {:8.0f} {:10.1f} {:8.0f} %\n", step.name, 1e6 * step.seconds,
                    static_cast<double>(step.macs) / step.seconds / 1e9, 1e6 * step.bound_seconds, 100 * step.bound_seconds / step.seconds);
    }
}

void bench_network(Session& session, const BenchArguments& arguments, const std::string& name) {
    const model::Network network = network_of(name);
    const auto macs = model::total_macs(network);
    auto& json = session.report["networks"].emplace_back(nlohmann::ordered_json{{"name", network.name}, {"macs", macs}});
    const double golden = arguments.golden_runs > 0 ? measure_golden(network, arguments.golden_runs) : 0;
    if (golden > 0) json["golden_ms"] = 1e3 * golden;
    for (const std::string& simd : arguments.simd) {
        for (const int threads : arguments.threads) {
            const EngineSpeed speed = measure_engine(network, {.simd = simd}, threads, arguments.runs);
            const double ratio = golden / speed.seconds;
            session.say("{:12} {:8} {:7} {:10.3f} {:10.3f} {:10.3f} {:8.0f} {:>14}\n", network.name, speed.simd, threads, 1e3 * speed.seconds,
                        1e3 * speed.least_seconds, 1e3 * speed.bound_seconds, static_cast<double>(macs) / speed.seconds / 1e9,
                        golden > 0 ? fmt::format("{:.0f}", ratio) : "");
            if (arguments.layers) say_layers(session, speed);
            json["engine"].push_back(json_of(speed, golden));
        }
    }
}

void bench_engine(Session& session, BenchArguments arguments) {
    if (arguments.simd.empty()) arguments.simd.push_back("");
    if (arguments.simd == std::vector<std::string>{"all"}) arguments.simd = engine::targets();
    if (arguments.threads.empty()) {
        arguments.threads.push_back(1);
        if (support::default_jobs() > 1) arguments.threads.push_back(support::default_jobs());
    }
    const Machine machine = this_machine();
    session.say("{}, {} threads, {}; batch 1, medians of {} frames\n", machine.processor, machine.threads, machine.compiler, arguments.runs);
    session.say("{:12} {:8} {:>7} {:>10} {:>10} {:>10} {:>8} {:>14}\n", "network", "SIMD", "threads", "median ms", "least ms", "bound ms",
                "GMAC/s", "times golden");
    session.report["machine"] = {{"processor", machine.processor}, {"threads", machine.threads}, {"compiler", machine.compiler}};
    for (const std::string& simd : arguments.simd) session.report["lookups_per_second"][engine::kernels(simd).target] = lookup_rate(simd);
    for (const std::string& name : arguments.networks) bench_network(session, arguments, name);
}

}  // namespace

void add_bench(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<BenchArguments>();
    CLI::App* sub = add_subcommand(app, session, "bench", "Measure speed on this machine",
                                   "engine: the CPU engine, one picture at a time. The bound of a layer is what its table lookups take at the\n"
                                   "rate of the inner loop alone, measured in the same run; golden is the baseline.\n"
                                   "  ernforge bench engine ern18x0.75 --layers\n"
                                   "  ernforge bench engine ern18x0.75 ern50 --simd all --threads 1 2");
    sub->add_option("what", arguments->what, "What is measured")->required()->check(CLI::IsMember({"engine"}));
    sub->add_option("networks", arguments->networks,
                    "Models (*.ern), or descriptions in models/, which get random weights (default: the five ERN)");
    sub->add_option("--simd", arguments->simd, "SIMD instructions by Highway's names, or all (default: the best)");
    sub->add_option("--threads", arguments->threads, "Threads of a frame (default: 1 and all of the machine)")->check(CLI::Range(1, 256));
    sub->add_option("--runs", arguments->runs, "Frames that the medians are of")->check(CLI::Range(1, 100'000));
    sub->add_option("--golden-runs", arguments->golden_runs, "The same of golden; 0 leaves it out")->check(CLI::Range(0, 1'000));
    sub->add_flag("--layers", arguments->layers, "Print every layer's time and its distance from the bound");
    sub->callback([&session, arguments] { bench_engine(session, *arguments); });
}

}  // namespace ern::cli
