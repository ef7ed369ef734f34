// SPDX-License-Identifier: Apache-2.0
// Two networks as the original library exported them, with what it computed: every activation's codes, the residual maps,
// the classifier's sums and logits. Golden on the imported network must give the same.
#include <catch2/catch.hpp>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "fold/fold.h"
#include "golden/golden.h"
#include "onnx/import.h"
#include "support/file.h"
#include "support/process.h"

namespace {

namespace fs = std::filesystem;
using namespace ern;

// ERNFORGE_REFERENCE, or ../shared/reference beside the source tree.
fs::path reference_folder() {
    if (const char* folder = std::getenv("ERNFORGE_REFERENCE")) return folder;
    const char* source = std::getenv("ERNFORGE_SOURCE_DIR");
    REQUIRE(source != nullptr);
    return fs::path(source) / "../shared/reference";
}

// The archive's folder, or nothing where it is not on this machine.
fs::path unpacked(const std::string& name) {
    const fs::path archive = reference_folder() / (name + ".tar.xz");
    if (!fs::exists(archive)) {
        WARN(archive.string() << " is missing: nothing is compared (ERNFORGE_REFERENCE names its folder)");
        return {};
    }
    const fs::path folder = fs::temp_directory_path() / ("ern_reference_" + name);
    fs::create_directories(folder);
    REQUIRE(support::run_process({"tar", "xf", archive.string(), "-C", folder.string()}, folder / "tar.log") == 0);
    return folder;
}

// The values of a numpy file of version 1, little-endian, C order.
template <typename Value>
std::vector<Value> read_npy(const fs::path& file, char kind) {
    const auto bytes = support::read_file(file);
    REQUIRE(bytes.size() > 10);
    const std::size_t header = static_cast<std::size_t>(bytes[8]) + 256u * bytes[9];
    const std::string text(bytes.begin() + 10, bytes.begin() + 10 + static_cast<long>(header));
    INFO(file << ": " << text);
    REQUIRE(text.find("'fortran_order': False") != std::string::npos);
    REQUIRE(text.find(std::string(1, kind) + std::to_string(sizeof(Value)) + "'") != std::string::npos);
    std::vector<Value> values((bytes.size() - 10 - header) / sizeof(Value));
    std::memcpy(values.data(), bytes.data() + 10 + header, values.size() * sizeof(Value));
    return values;
}

// [c][y][x] -> [y][x][c]
template <typename Value>
std::vector<Value> channels_last(const std::vector<Value>& values, const model::Shape& shape) {
    REQUIRE(static_cast<std::int64_t>(values.size()) == shape.size());
    std::vector<Value> result;
    const auto pixels = static_cast<std::size_t>(shape.pixels()), channels = static_cast<std::size_t>(shape.channels);
    for (std::size_t p = 0; p < pixels; ++p) {
        for (std::size_t c = 0; c < channels; ++c) result.push_back(values[c * pixels + p]);
    }
    return result;
}

// The layer that a tensor's name means: the last parts of both agree ("act_downsample" may stand in a module of its own).
int layer_named(const model::Network& network, const std::string& name) {
    const std::string last = name.substr(name.rfind('.') + 1);
    int found = -1;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        if (network.layers[i].name == name) return static_cast<int>(i);
        if (network.layers[i].name.ends_with(".downsample." + last)) found = static_cast<int>(i);
    }
    return found;
}

struct Reference {
    model::Network network;
    golden::Result result;
    fs::path folder;
};

Reference computed(const fs::path& folder) {
    fold::FoldReport report;
    Reference r{fold::fold(onnx_import::read_onnx(folder / "model.onnx"), &report), {}, folder};
    CHECK(report.smallest_margin > 0.02);
    r.result = golden::run(r.network, channels_last(read_npy<std::uint8_t>(folder / "input.npy", 'u'), r.network.input));
    return r;
}

// Every codes file but those of branches that the network does not have; returns how many.
int compare_codes(const Reference& r) {
    int compared = 0;
    for (const auto& entry : fs::directory_iterator(r.folder / "codes")) {
        const std::string name = entry.path().stem().string();
        const int layer = layer_named(r.network, name);
        INFO(name);
        if (name.ends_with("last_act_layer2") || name.ends_with("last_act_layer3")) continue;  // dead
        REQUIRE(layer >= 0);
        const auto& shape = r.network.layers[static_cast<std::size_t>(layer)].shape;
        const auto expected = channels_last(read_npy<std::uint8_t>(entry.path(), 'u'), shape);
        CHECK((std::get<golden::Codes>(r.result.maps[static_cast<std::size_t>(layer)]) == expected));
        ++compared;
    }
    return compared;
}

int compare_residuals(const Reference& r) {
    int compared = 0;
    if (!fs::exists(r.folder / "res")) return 0;
    for (const auto& entry : fs::directory_iterator(r.folder / "res")) {
        const std::string name = entry.path().stem().string();
        INFO(name);
        const int layer = layer_named(r.network, name + ".add");
        REQUIRE(layer >= 0);
        const auto& shape = r.network.layers[static_cast<std::size_t>(layer)].shape;
        const auto values = read_npy<std::int16_t>(entry.path(), 'i');   // in units of 1/32
        const auto expected = channels_last(std::vector<std::int32_t>(values.begin(), values.end()), shape);
        CHECK((std::get<golden::Accumulators>(r.result.maps[static_cast<std::size_t>(layer)]) == expected));
        ++compared;
    }
    return compared;
}

void compare_logits(const Reference& r) {
    const auto sums = read_npy<std::int64_t>(r.folder / "final_acc_sum.npy", 'i');
    CHECK((std::get<golden::Sums>(r.result.maps.back()) == sums));
    const auto logits = read_npy<double>(r.folder / "logits_f64.npy", 'f');
    REQUIRE(logits.size() == r.result.logits.size());
    double worst = 0;
    for (std::size_t c = 0; c < logits.size(); ++c) worst = std::max(worst, std::abs(logits[c] - r.result.logits[c]));
    CHECK(worst <= 1e-9);
}

}  // namespace

TEST_CASE("ERN18x0.75 at 256x256: golden on the imported network gives the original library's codes, residuals and logits") {
    const fs::path folder = unpacked("ern18x0.75_256");
    if (folder.empty()) return;
    const Reference r = computed(folder);
    CHECK(compare_codes(r) == 21);
    CHECK(compare_residuals(r) == 8);
    compare_logits(r);
}

TEST_CASE("ERN50 at 64x96: golden on the imported network gives the original library's codes and logits") {
    const fs::path folder = unpacked("ern50_64x96");
    if (folder.empty()) return;
    const Reference r = computed(folder);
    CHECK(compare_codes(r) == 53);
    compare_logits(r);
}
