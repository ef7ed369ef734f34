// SPDX-License-Identifier: Apache-2.0
// The committed models on several accelerators: 100 pictures back to back without a reset between them, every map of every
// layer and every result equal to golden, every layer in the predicted cycles.
#include "data/data_set.h"
#include "device.h"

namespace {

using namespace ern;
using namespace ern::e2e;

constexpr int kPictures = 100;

// Test pictures where the data set is on this machine, else random bytes, which are harder.
std::vector<Picture> pictures_for(const model::Network& network) {
    const char* data = std::getenv("ERNFORGE_DATA");
    std::filesystem::path place = "/usr/share/datasets/fashion-mnist";
    if (network.input.channels == 3) place = data ? data : "";
    if (place.empty() || !std::filesystem::exists(place)) {
        WARN(network.name << ": its data set is not on this machine, random pictures instead");
        return random_pictures(network.input, kPictures, 7);
    }
    const auto set = data::load_data_set(place, data::Split::test, {network.input, network.classes(), network.labels});
    const auto order = data::shuffled_order(set.size(), 7);
    std::vector<Picture> pictures;
    for (std::size_t i = 0; i < kPictures; ++i) {
        const auto picture = set.picture(order[i]);
        pictures.emplace_back(picture.begin(), picture.end());
    }
    return pictures;
}

void simulate_pictures(const std::string& model, const std::string& shape, const harness::RunOptions& options) {
    INFO(model << " on " << shape);
    const auto network = committed_model(model);
    const auto plan = schedule::make_plan(network, accelerator(shape));
    const auto library = harness::build_top(plan.accelerator, false);
    const auto report = harness::simulate(library, network, plan, pictures_for(network), options);
    CHECK(report.mismatches == 0);
    CHECK(report.frames.size() == kPictures);
    std::int64_t values = 0;
    for (const auto& layer : report.layers) {
        INFO(layer.name << ": " << layer.first_mismatch);
        CHECK(layer.mismatches == 0);
        CHECK(layer.cycles == layer.predicted_cycles);
        // Only the classifier's map leaves no whole trace: its tiles overwrite each other; their sum is compared.
        CHECK((layer.compared > 0 || &layer + 1 == &report.layers.back()));
        values += layer.compared;
    }
    // Every map but the accumulators that never leave the array is compared, in every frame.
    CHECK(values == report.compared);
    CHECK(report.cycles_per_frame == plan.predicted_cycles);
    for (const auto& frame : report.frames) {
        CHECK(frame.equals_golden);
        CHECK(frame.cycles == plan.predicted_cycles);
    }
}

}  // namespace

TEST_CASE("100 pictures through ern-fashion on three accelerators equal golden in every layer") {
    const std::string shape = GENERATE("ulx3s-25f", "part-words", "two-words");
    simulate_pictures("ern-fashion", shape, {});
}

TEST_CASE("100 pictures through ern-cifar-small equal golden in every layer") {
    simulate_pictures("ern-cifar-small", "ulx3s-45f", {});
}

TEST_CASE("100 pictures through ern-cifar equal golden in every layer") { simulate_pictures("ern-cifar", "ulx3s-85f", {}); }

TEST_CASE("another power-up changes nothing") {
    harness::RunOptions options;
    options.simulation.seed = 99;
    simulate_pictures("ern-fashion", "ulx3s-25f", options);
}

TEST_CASE("program and weights through the host link and the serial pins give the same results") {
    const auto network = committed_model("ern-fashion");
    const auto plan = schedule::make_plan(network, accelerator("ulx3s-25f"));
    harness::RunOptions options;
    options.simulation.serial = true;
    options.load_through_link = true;
    const auto pictures = random_pictures(network.input, 2, 3);
    const auto report = harness::simulate(harness::build_top(plan.accelerator, false), network, plan, pictures, options);
    CHECK(report.mismatches == 0);
    CHECK(report.frames.size() == 2);
}

TEST_CASE("stalls on every handshake change cycles, never values") {
    const auto network = committed_model("ern-fashion");
    const auto plan = schedule::make_plan(network, accelerator("ulx3s-25f"));
    const int percent = GENERATE(30, 80);
    harness::RunOptions options;
    options.simulation.stall_percent = percent;
    const auto pictures = random_pictures(network.input, 8, 4);
    const auto report = harness::simulate(harness::build_top(plan.accelerator, false), network, plan, pictures, options);
    INFO(percent << " % stalls");
    CHECK(report.mismatches == 0);
    CHECK(report.stalled_cycles > 0);
    CHECK(report.frames.size() == 8);
}
