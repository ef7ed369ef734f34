// SPDX-License-Identifier: Apache-2.0
#include "cli/engine_bench.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "engine/kernels.h"

namespace ern::cli {

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::vector<std::uint8_t> random_picture(const model::Shape& shape) {
    std::mt19937 random(1);
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(shape.size()));
    for (std::uint8_t& byte : picture) byte = static_cast<std::uint8_t>(random());
    return picture;
}

template <typename Work>
double seconds_of(const Work& work) {
    const double start = now();
    work();
    return now() - start;
}

// Medians of every step; the frames are timed without that.
void measure_steps(engine::Engine& engine, std::span<const std::uint8_t> picture, int runs, double rate, EngineSpeed& speed) {
    engine.measure(true);
    std::vector<std::vector<double>> seconds;
    for (int i = 0; i < runs; ++i) {
        engine.run(picture);
        const auto timings = engine.timings();
        seconds.resize(timings.size());
        for (std::size_t s = 0; s < timings.size(); ++s) seconds[s].push_back(timings[s].seconds);
    }
    const auto timings = engine.timings();
    for (std::size_t s = 0; s < timings.size(); ++s) {
        const double bound = static_cast<double>(timings[s].lookups) / rate / speed.threads;
        speed.steps.push_back({timings[s].name, timings[s].macs, median(seconds[s]), bound});
        speed.bound_seconds += bound;
    }
    engine.measure(false);
}

}  // namespace

EngineSpeed measure_engine(const model::Network& network, const EngineChoice& choice, int threads, int runs) {
    engine::Engine engine(network, choice.options(threads, false));
    const auto picture = random_picture(network.input);
    for (const double end = now() + 0.1; now() < end;) engine.run(picture);
    EngineSpeed speed;
    speed.simd = engine.target();
    speed.threads = threads;
    speed.runs = runs;
    std::vector<double> seconds;
    for (int i = 0; i < runs; ++i) seconds.push_back(seconds_of([&] { engine.run(picture); }));
    speed.seconds = median(seconds);
    speed.least_seconds = *std::min_element(seconds.begin(), seconds.end());
    measure_steps(engine, picture, runs, lookup_rate(engine.target()), speed);
    return speed;
}

double measure_golden(const model::Network& network, int runs) {
    const auto picture = random_picture(network.input);
    std::vector<double> seconds;
    for (int i = 0; i < runs; ++i) seconds.push_back(seconds_of([&] { golden::run(network, picture); }));
    return median(seconds);
}

double lookup_rate(const std::string& simd) {
    constexpr int kSteps = 20'000, kVectors = 8, kRuns = 25;
    const engine::Kernels& kernels = engine::kernels(simd);
    alignas(64) std::uint8_t tables[64 * 12] = {}, weights[64 * 12] = {}, result[64 * kVectors];
    for (std::size_t i = 0; i < sizeof weights; ++i) weights[i] = static_cast<std::uint8_t>(i % static_cast<std::size_t>(kernels.table_bytes()));
    std::vector<double> seconds;
    for (int i = 0; i < kRuns; ++i) seconds.push_back(seconds_of([&] { kernels.lookups(tables, weights, kSteps, result); }));
    return kSteps * kVectors / *std::min_element(seconds.begin(), seconds.end());
}

Machine this_machine() {
    Machine machine{"unknown processor", static_cast<int>(std::thread::hardware_concurrency()), "g++ " __VERSION__};
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name") && line.find(": ") != std::string::npos) machine.processor = line.substr(line.find(": ") + 2);
    }
    return machine;
}

}  // namespace ern::cli
