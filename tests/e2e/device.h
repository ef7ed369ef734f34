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

// What golden says that the device answers.
inline std::vector<std::int32_t> golden_sums(const model::Network& network, const Picture& picture) {
    const auto result = golden::run(network, picture);
    const auto& sums = std::get<golden::Sums>(result.maps.back());
    return {sums.begin(), sums.end()};
}

}  // namespace ern::e2e
