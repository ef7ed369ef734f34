// SPDX-License-Identifier: Apache-2.0
// What the end-to-end tests share: accelerators by name, pictures, and a simulated device with a link that can be
// disturbed.
#pragma once

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <stdexcept>

#include "golden/golden.h"
#include "harness/build.h"
#include "harness/simulate.h"
#include "link/protocol.h"
#include "link/session.h"
#include "model/file.h"
#include "schedule/plan.h"

namespace ern::e2e {

using Picture = std::vector<std::uint8_t>;

inline std::filesystem::path source_directory() {
    const char* directory = std::getenv("ERNFORGE_SOURCE_DIR");
    if (!directory) throw std::runtime_error("run by ctest, or set ERNFORGE_SOURCE_DIR");
    return directory;
}

// Of accelerators/ or of tests/accelerators/.
inline schedule::Accelerator accelerator(const std::string& name) {
    for (const char* folder : {"accelerators", "tests/accelerators"}) {
        const auto file = source_directory() / folder / (name + ".toml");
        if (std::filesystem::exists(file)) return schedule::read_accelerator(file);
    }
    FAIL("no accelerator " << name);
    return {};
}

inline model::Network committed_model(const std::string& name) {
    return model::read_network(source_directory() / "models" / (name + ".ern"));
}

inline std::vector<Picture> random_pictures(const model::Shape& shape, int count, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<Picture> pictures(static_cast<std::size_t>(count), Picture(static_cast<std::size_t>(shape.size())));
    for (Picture& picture : pictures) {
        for (std::uint8_t& byte : picture) byte = static_cast<std::uint8_t>(random());
    }
    return pictures;
}

// A simulated device that holds a plan's program, and a host session with it.
class Device : private link::Transport {
  public:
    Device(const model::Network& network, const schedule::Plan& plan, std::uint32_t seed)
        : simulation(harness::build_top(plan.accelerator, false), network, plan, {.seed = seed}),
          session(*this),
          classes_(network.classes()) {
        load(plan);
    }

    // Another program, by back door, and its registers through the link.
    void load(const schedule::Plan& plan) {
        const schedule::Image image = schedule::make_image(plan);
        if (auto* memory = simulation.external_memory()) harness::load_by_back_door(image, *memory);
        else harness::load_by_back_door(plan, simulation.top());
        session.configure(image);
    }

    link::Result classify(const Picture& picture) {
        return session.wait_result(session.send_picture(picture), classes_);
    }

    harness::Simulation simulation;
    link::Session session;
    std::int64_t patience_cycles = 300000;  // for an answer
    // May change, drop or add bytes on their way to the device, or from it.
    std::function<void(std::vector<std::uint8_t>&)> disturb_sent = [](auto&) {};
    std::function<bool(std::uint8_t&)> disturb_received = [](auto&) { return true; };  // false: lost

  private:
    void write(std::span<const std::uint8_t> bytes) override {
        std::vector<std::uint8_t> sent(bytes.begin(), bytes.end());
        disturb_sent(sent);
        simulation.write(sent);
    }
    std::optional<std::uint8_t> read() override {
        for (auto byte = simulation.read(patience_cycles); byte; byte = simulation.read(patience_cycles)) {
            if (disturb_received(*byte)) return byte;
        }
        return std::nullopt;
    }
    std::string name() const override { return "simulated device"; }

    int classes_;
};

// Pictures back to back, of which every map has to equal golden's; layers for which `compares` is true have to have been compared.
template <typename Compares>
harness::SimulationReport check_frames(const model::Network& network, const schedule::Plan& plan, const std::vector<Picture>& pictures,
                                       const harness::RunOptions& options, const Compares& compares) {
    const auto library = harness::build_top(plan.accelerator, false);
    const auto report = harness::simulate(library, network, plan, pictures, options);
    CHECK(report.mismatches == 0);
    CHECK(report.frames.size() == pictures.size());
    for (const auto& layer : report.layers) {
        INFO(layer.name << ": " << layer.first_mismatch);
        CHECK(layer.mismatches == 0);
        if (compares(layer)) CHECK(layer.compared > 0);
    }
    return report;
}

// Handshakes that are held back, and a memory that is late, in that share of cycles.
inline harness::RunOptions disturbed(std::uint32_t seed, int percent) {
    harness::RunOptions options;
    options.simulation.seed = seed;
    options.simulation.stall_percent = options.simulation.late_percent = percent;
    return options;
}

// What golden says that the device answers.
inline std::vector<std::int32_t> golden_sums(const model::Network& network, const Picture& picture) {
    const auto result = golden::run(network, picture);
    const auto& sums = std::get<golden::Sums>(result.maps.back());
    return {sums.begin(), sums.end()};
}

// Frames that the host abandons up to `most` cycles after their picture leave nothing behind for the next one.
inline void check_abandoned(const model::Network& network, const schedule::Plan& plan, std::size_t resets, std::int64_t most) {
    Device device(network, plan, 1);
    std::mt19937 random(5);
    const auto pictures = random_pictures(network.input, static_cast<int>(2 * resets), 6);
    for (std::size_t i = 0; i < resets; ++i) {
        device.session.send_picture(pictures[2 * i]);
        const auto moment = static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(most));
        INFO("reset " << i << " after " << moment << " cycles");
        for (std::int64_t c = 0; c < moment; ++c) device.simulation.step();
        device.session.reset();
        CHECK(device.classify(pictures[2 * i + 1]).sums == golden_sums(network, pictures[2 * i + 1]));
    }
}

}  // namespace ern::e2e
