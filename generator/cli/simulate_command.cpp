// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>

#include "cli/dump.h"
#include "cli/evaluation.h"
#include "cli/junit.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "data/data_set.h"
#include "data/picture.h"
#include "harness/build.h"
#include "harness/icarus.h"
#include "harness/simulate.h"
#include "model/file.h"
#include "support/file.h"

namespace ern::cli {

namespace {

struct SimulateArguments {
    std::string model, accelerator, data, dump, wave, junit;
    std::string simulator = "verilator";
    std::vector<std::string> pictures;
    int frames = 0;
    int stalls = 0;
    double clock_mhz = 0;  // 0: the configuration's
    std::uint32_t seed = 1;
    bool random_pictures = false;
    bool serial = false;
    bool load_through_link = false;
};

// What is simulated: bytes, and a name and the true class (or -1) for people.
struct Pictures {
    std::vector<std::vector<std::uint8_t>> bytes;
    std::vector<std::string> names;
    std::vector<int> classes;
};

Pictures from_files(const SimulateArguments& arguments, const model::Network& network) {
    Pictures pictures;
    const std::size_t count = arguments.frames > 0 ? static_cast<std::size_t>(arguments.frames) : arguments.pictures.size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::string& file = arguments.pictures[i % arguments.pictures.size()];
        pictures.bytes.push_back(data::read_picture(file, network.input));
        pictures.names.push_back(file);
        pictures.classes.push_back(-1);
    }
    return pictures;
}

// A seeded choice of test pictures: data sets are sorted by class, so never the first ones.
Pictures from_data(const SimulateArguments& arguments, const model::Network& network) {
    const auto set = data::load_data_set(data_place(arguments.data, network.input), data::Split::test, expected_data(network));
    const auto order = data::shuffled_order(set.size(), arguments.seed);
    const std::int64_t count = std::min<std::int64_t>(arguments.frames > 0 ? arguments.frames : 4, set.size());
    Pictures pictures;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t index = order[static_cast<std::size_t>(i)];
        const auto bytes = set.picture(index);
        pictures.bytes.emplace_back(bytes.begin(), bytes.end());
        pictures.names.push_back(fmt::format("test picture {}", index));
        pictures.classes.push_back(set.classes[static_cast<std::size_t>(index)]);
    }
    return pictures;
}

// Noise: its cycles and its comparison are those of any picture.
Pictures from_seed(const SimulateArguments& arguments, const model::Network& network) {
    std::mt19937 random(arguments.seed);
    Pictures pictures;
    for (int i = 0; i < std::max(1, arguments.frames); ++i) {
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(network.input.size()));
        for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
        pictures.bytes.push_back(std::move(bytes));
        pictures.names.push_back(fmt::format("random picture {}", i));
        pictures.classes.push_back(-1);
    }
    return pictures;
}

Pictures pictures_of(const SimulateArguments& arguments, const model::Network& network) {
    if (arguments.random_pictures) return from_seed(arguments, network);
    return arguments.pictures.empty() ? from_data(arguments, network) : from_files(arguments, network);
}

std::string label_of(const model::Network& network, int index) {
    return network.labels.empty() ? fmt::format("class {}", index) : network.labels[static_cast<std::size_t>(index)];
}

void say_frames(const Session& session, const model::Network& network, const Pictures& pictures,
                const harness::SimulationReport& report) {
    constexpr std::size_t kMost = 16;
    for (std::size_t i = 0; i < std::min(kMost, report.frames.size()); ++i) {
        const auto& frame = report.frames[i];
        const double confidence = confidences(frame.logits)[static_cast<std::size_t>(frame.best)];
        const std::string truth = pictures.classes[i] < 0 ? "" : fmt::format(", labelled {}", label_of(network, pictures.classes[i]));
        session.say("{}: {} ({:.1f} %){}\n", pictures.names[i], label_of(network, frame.best), 100 * confidence, truth);
    }
    if (report.frames.size() > kMost) session.say("... and {} more pictures\n", report.frames.size() - kMost);
}

void say_layers(const Session& session, const harness::SimulationReport& report) {
    session.say("\n{:<22} {:>9} {:>9} {:>6} {:>12} {:>9}  {}\n", "layer", "cycles", "predicted", "util", "compared", "differ",
                "maps");
    for (const auto& layer : report.layers) {
        std::string maps = layer.codes_name;
        if (!layer.sums_name.empty()) maps += (maps.empty() ? "" : ", ") + layer.sums_name;
        session.say("{:<22} {:>9} {:>9} {:>5.1f}% {:>12} {:>9}  {}\n", layer.name, layer.cycles, layer.predicted_cycles,
                    100 * layer.utilisation, layer.compared, layer.mismatches, maps);
        if (!layer.first_mismatch.empty()) session.say("  first difference: {}\n", layer.first_mismatch);
    }
}

void report_simulation(Session& session, const model::Network& network, const std::string& accelerator, double clock_mhz,
                       const Pictures& pictures, const harness::SimulationReport& report) {
    const double frames_a_second = clock_mhz * 1e6 / static_cast<double>(report.cycles_per_frame);
    const double speed = report.seconds > 0 ? static_cast<double>(report.cycles) / report.seconds : 0;
    say_frames(session, network, pictures, report);
    say_layers(session, report);
    session.say("\n{} frames, {} values compared with golden, {} differ\n", report.frames.size(), report.compared, report.mismatches);
    session.say("{} cycles a frame (predicted {}), utilisation {:.1f} %, {:.0f} frames a second at {:g} MHz\n",
                report.cycles_per_frame, report.predicted_cycles, 100 * report.utilisation, frames_a_second, clock_mhz);
    session.say("{} cycles simulated, {:.0f} a second\n", report.cycles, speed);

    auto& json = session.report;
    json["network"] = network.name;
    json["accelerator"] = accelerator;
    json["frames"] = report.frames.size();
    json["mismatches"] = report.mismatches;
    json["compared"] = report.compared;
    json["cycles_per_frame"] = report.cycles_per_frame;
    json["period_cycles"] = report.period_cycles;
    json["predicted_cycles"] = report.predicted_cycles;
    json["utilisation"] = report.utilisation;
    json["clock_mhz"] = clock_mhz;
    json["frames_per_second"] = frames_a_second;
    json["stalled_cycles"] = report.stalled_cycles;
    json["simulated_cycles"] = report.cycles;
    json["sim_cycles_per_second"] = speed;
    json["layers"] = nlohmann::ordered_json::array();
    for (const auto& layer : report.layers) {
        json["layers"].push_back({{"name", layer.name},
                                  {"cycles", layer.cycles},
                                  {"predicted_cycles", layer.predicted_cycles},
                                  {"utilisation", layer.utilisation},
                                  {"compared", layer.compared},
                                  {"mismatches", layer.mismatches},
                                  {"remark", layer.remark}});
    }
    json["results"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < report.frames.size(); ++i) {
        const auto& frame = report.frames[i];
        json["results"].push_back({{"file", pictures.names[i]},
                                   {"class", frame.best},
                                   {"label", label_of(network, frame.best)},
                                   {"equals_golden", frame.equals_golden},
                                   {"logits", frame.logits}});
    }
}

harness::SimulationReport run_simulation(const Session& session, const SimulateArguments& arguments, const model::Network& network,
                                         const schedule::Plan& plan, const Pictures& pictures) {
    if (arguments.simulator == "icarus") {
        support::Progress bar = session.bar("simulate with Icarus", std::ssize(plan.program) * std::ssize(pictures.bytes));
        bar.update(0);
        return harness::simulate_with_icarus(network, plan, pictures.bytes, [&](std::int64_t done, std::int64_t) { bar.update(done); });
    }
    harness::RunOptions options;
    options.simulation = {.seed = arguments.seed, .stall_percent = arguments.stalls, .serial = arguments.serial,
                          .wave_file = arguments.wave};
    options.load_through_link = arguments.load_through_link;
    if (!arguments.dump.empty()) {
        options.on_map = [&](const std::string& layer, const model::Shape& shape, const golden::Map& map) {
            dump_map(arguments.dump, layer, shape, map);
        };
    }
    const auto library = [&] {
        support::Progress bar = session.bar("building the simulation", 1);
        bar.update(0);
        return harness::build_top(plan.accelerator, !arguments.wave.empty());
    }();
    support::Progress bar = session.bar("simulate", static_cast<std::int64_t>(pictures.bytes.size()));
    options.on_frame = [&](std::size_t done) { bar.update(static_cast<std::int64_t>(done)); };
    return harness::simulate(library, network, plan, pictures.bytes, options);
}

void run(Session& session, const SimulateArguments& arguments) {
    const auto network = model::read_network(find_in_models(arguments.model, ".ern"));
    const auto accelerator = schedule::read_accelerator(find_accelerator(arguments.accelerator));
    const double clock_mhz = arguments.clock_mhz > 0 ? arguments.clock_mhz : accelerator.clock_mhz;
    const auto plan = schedule::make_plan(network, accelerator);
    const Pictures pictures = pictures_of(arguments, network);
    const auto report = run_simulation(session, arguments, network, plan, pictures);
    report_simulation(session, network, accelerator.name, clock_mhz, pictures, report);
    if (!arguments.junit.empty()) support::write_text(arguments.junit, junit_text(network.name, accelerator.name, report));
    if (report.mismatches > 0) session.status = kExitWrong;
}

}  // namespace

void add_simulate(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<SimulateArguments>();
    CLI::App* sub = add_subcommand(
        app, session, "simulate", "Run pictures through the cycle-accurate simulation",
        "Builds the accelerator's top with Verilator (once; kept in the cache folder), sends the pictures through its "
        "host link one after the other, and compares every layer's map and every result with golden. Exit status 1 on a "
        "difference.\n"
        "  ernforge simulate ern-fashion --accel ulx3s-25f --frames 4\n"
        "  ernforge simulate ern-fashion --accel ulx3s-25f shoe.png --stalls 20 --wave shoe.fst");
    sub->add_option("model", arguments->model, "Model file, or its name in models/")->required();
    sub->add_option("pictures", arguments->pictures, "Picture files; without any, test pictures of --data");
    sub->add_option("--accel", arguments->accelerator, "Accelerator configuration, or its name in accelerators/")
        ->required()
        ->type_name("CONFIG");
    sub->add_option("--data", arguments->data, "Data set to take test pictures from, chosen by --seed")->type_name("DIR");
    sub->add_flag("--random-pictures", arguments->random_pictures, "Pictures of noise, chosen by --seed");
    sub->add_option("--frames", arguments->frames, "Pictures, back to back")->check(CLI::Range(1, 1000000));
    sub->add_option("--stalls", arguments->stalls, "Percent of cycles in which each handshake is held back")
        ->check(CLI::Range(0, 95));
    sub->add_option("--clock", arguments->clock_mhz, "Clock for the frames a second, instead of the configuration's")
        ->check(CLI::Range(1.0, 1000.0))
        ->type_name("MHZ");
    sub->add_option("--seed", arguments->seed, "Pictures, power-up values and stalls");
    sub->add_flag("--serial", arguments->serial, "Use the serial pins instead of the byte port");
    sub->add_flag("--load", arguments->load_through_link, "Load program and weights through the host link too");
    sub->add_option("--simulator", arguments->simulator, "What simulates")->check(CLI::IsMember({"verilator", "icarus"}));
    sub->add_option("--dump", arguments->dump, "Write every map of the last frame to DIR as numpy files")->type_name("DIR");
    sub->add_option("--wave", arguments->wave, "Write a waveform (FST)")->type_name("FILE");
    sub->add_option("--junit", arguments->junit, "Write one test case a layer as JUnit XML")->type_name("FILE");
    sub->callback([&session, arguments] { run(session, *arguments); });
}

}  // namespace ern::cli
