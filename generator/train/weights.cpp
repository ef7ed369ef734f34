// SPDX-License-Identifier: Apache-2.0
#include "train/weights.h"

#include <array>
#include <cstring>

#include "support/container.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::train {

namespace {

constexpr support::ContainerFormat kFormat{"ERNFLOAT", 1, "a file of float weights", "*.weights"};
constexpr std::array<const char*, 3> kPrecisions = {"quantised", "float weights", "float network"};

}  // namespace

void write_weights(const std::filesystem::path& path, const Weights& weights) {
    std::vector<float> numbers = weights.parameters;
    numbers.insert(numbers.end(), weights.statistics.begin(), weights.statistics.end());
    const nlohmann::ordered_json header = {
        {"description", weights.description},
        {"precision", kPrecisions[static_cast<std::size_t>(weights.precision)]},
        {"recipe", weights.recipe},
        {"test_accuracy", weights.test_accuracy},
        {"parameters", weights.parameters.size()},
        {"blob_bytes", numbers.size() * sizeof(float)}};
    support::write_file(path, support::pack_container(kFormat, header,
                                                      {reinterpret_cast<const std::uint8_t*>(numbers.data()),
                                                       numbers.size() * sizeof(float)}));
}

Weights read_weights(const std::filesystem::path& path) {
    const auto bytes = support::read_file(path);
    const support::Container container = support::unpack_container(bytes, kFormat, path.string());
    try {
        Weights weights;
        weights.description = container.header.at("description").get<std::string>();
        weights.recipe = container.header.value("recipe", std::string());
        weights.test_accuracy = container.header.at("test_accuracy").get<double>();
        const auto precision = container.header.at("precision").get<std::string>();
        std::size_t which = 0;
        while (which < kPrecisions.size() && precision != kPrecisions[which]) ++which;
        const auto count = support::whole_number<std::size_t>(container.header.at("parameters"), "parameters");
        const std::size_t all = container.blob.size() / sizeof(float);
        if (which == kPrecisions.size() || count > all)
            fail("a damaged file of float weights");
        weights.precision = static_cast<Precision>(which);
        weights.parameters.resize(count);
        weights.statistics.resize(all - count);
        std::memcpy(weights.parameters.data(), container.blob.data(), count * sizeof(float));
        std::memcpy(weights.statistics.data(), container.blob.data() + count * sizeof(float),
                    (all - count) * sizeof(float));
        return weights;
    } catch (const nlohmann::json::exception&) {
        fail("{}: a damaged file of float weights", path.string());
    } catch (const Error& error) {
        fail("{}: {}", path.string(), error.what());
    }
}

}  // namespace ern::train
