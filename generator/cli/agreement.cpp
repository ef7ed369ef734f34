// SPDX-License-Identifier: Apache-2.0
#include "cli/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <numeric>

#include "golden/golden.h"
#include "support/error.h"
#include "support/parallel.h"

namespace ern::cli {

namespace {

// For each of the float graph's layers, golden's layer of that name.
std::vector<std::size_t> layers_of(const model::Network& network, const train::FloatCodes& codes) {
    std::vector<std::size_t> result;
    for (const auto& layer : codes.layers) {
        const auto found = std::find_if(network.layers.begin(), network.layers.end(),
                                        [&](const model::Layer& l) { return l.name == layer.name; });
        ensure(found != network.layers.end(), "the integer network has the layers of its float graph");
        result.push_back(static_cast<std::size_t>(found - network.layers.begin()));
    }
    return result;
}

std::int64_t count_different(const golden::Codes& a, std::span<const std::uint8_t> b) {
    ensure(a.size() == b.size(), "maps of one layer have one size");
    return std::transform_reduce(a.begin(), a.end(), b.begin(), std::int64_t{0}, std::plus<>(),
                                 [](std::uint8_t x, std::uint8_t y) { return std::int64_t{x != y}; });
}

std::string with_commas(std::int64_t number) {
    std::string text = std::to_string(number);
    for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), 1, ',');
    return text;
}

}  // namespace

std::string Agreement::codes_text() const {
    return fmt::format("{} of {} codes differ, in {} picture{}", with_commas(different), with_commas(codes),
                       pictures_with_different, pictures_with_different == 1 ? "" : "s");
}

void compare(const model::Network& network, const data::DataSet& set, const train::FloatCodes& codes, int jobs,
             Agreement& agreement) {
    const auto layers = layers_of(network, codes);
    std::mutex mutex;
    support::parallel_for(jobs, static_cast<std::int64_t>(codes.classes.size()), [&](std::int64_t i) {
        const auto picture = static_cast<std::size_t>(codes.first + i);
        const golden::Result result = golden::run(network, set.picture(codes.first + i));
        const int found = golden::best_class(result.logits);
        std::int64_t all = 0;
        std::vector<std::int64_t> different(layers.size());
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const auto& map = std::get<golden::Codes>(result.maps[layers[l]]);
            const std::span<const std::uint8_t> floats(codes.layers[l].codes);
            different[l] = count_different(map, floats.subspan(static_cast<std::size_t>(i) * map.size(), map.size()));
            all += static_cast<std::int64_t>(map.size());
        }
        const std::scoped_lock lock(mutex);
        ++agreement.pictures;
        agreement.correct += found == set.classes[picture];
        agreement.other_class += found != codes.classes[static_cast<std::size_t>(i)];
        agreement.codes += all;
        const std::int64_t sum = std::accumulate(different.begin(), different.end(), std::int64_t{0});
        agreement.different += sum;
        agreement.pictures_with_different += sum > 0;
        for (std::size_t l = 0; l < layers.size(); ++l) {
            if (different[l] > 0) agreement.different_in[codes.layers[l].name] += different[l];
        }
    });
}

}  // namespace ern::cli
