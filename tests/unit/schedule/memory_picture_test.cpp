// SPDX-License-Identifier: Apache-2.0
// The picture of the memories: a box for every map, inside its panel, alive for as long as it is needed.
#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>

#include "configurations.h"
#include "fuzz/random_network.h"
#include "schedule/plan.h"

namespace ern::schedule {

namespace {

struct Box {
    double x, y, width, height;
    std::string name;
    int first, last;
    long from, to;
};

std::vector<Box> boxes(const std::string& svg) {
    static const std::regex pattern("<rect x=\"([0-9.]+)\" y=\"([0-9.]+)\" width=\"([0-9.]+)\" height=\"([0-9.]+)\"[^>]*"
                                    "><title>([^:]*): words ([0-9]+)[.][.]([0-9]+), cycles ([0-9]+)[.][.]([0-9]+)");
    std::vector<Box> found;
    for (std::sregex_iterator m(svg.begin(), svg.end(), pattern), end; m != end; ++m) {
        const auto number = [&](int group) { return std::stod((*m)[static_cast<std::size_t>(group)]); };
        found.push_back({number(1), number(2), number(3), number(4), (*m)[5], static_cast<int>(number(6)),
                         static_cast<int>(number(7)), static_cast<long>(number(8)), static_cast<long>(number(9))});
    }
    return found;
}

bool apart(const Box& a, const Box& b) { return a.last < b.first || b.last < a.first || a.to <= b.from || b.to <= a.from; }

}  // namespace

TEST_CASE("The memory picture has a box for each map, and no two maps of codes share words while both live") {
    for (const char* name : {"two-words.toml", "strips-ddr3.toml"}) {
        const auto accelerator = read_accelerator(test::source_directory() / "tests/accelerators" / name);
        for (std::uint32_t seed = 1; seed <= 10; ++seed) {
            const auto network = fuzz::random_network(seed, {});
            INFO(name << " seed " << seed);
            Plan plan;
            try {
                plan = make_plan(network, accelerator);
            } catch (const std::exception&) {
                continue;
            }
            const auto all = boxes(memory_picture(plan));
            std::size_t of_codes = 0;
            for (const ActivationBuffer& buffer : plan.activations) {
                const std::string& layer = plan.network.layers[static_cast<std::size_t>(buffer.layer)].name;
                const auto of_buffer = [&](const Box& b) { return b.name == layer; };
                CHECK(std::any_of(all.begin(), all.end(), of_buffer));
                for (const Box& box : all) {
                    if (of_buffer(box)) CHECK((box.first >= buffer.base && box.last < buffer.base + buffer.words));
                }
                for (const Piece& piece : buffer.pieces) of_codes += piece.life.size();
            }
            for (std::size_t i = 0; i < of_codes && i < all.size(); ++i) {
                CHECK(all[i].to <= plan.predicted_cycles);
                for (std::size_t j = 0; j < i; ++j) CHECK(apart(all[i], all[j]));
            }
        }
    }
}

}  // namespace ern::schedule
