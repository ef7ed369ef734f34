// SPDX-License-Identifier: Apache-2.0
// Random networks on the accelerators of tests/accelerators, planned.
#pragma once

#include <catch2/catch.hpp>

#include <functional>

#include "configurations.h"
#include "fuzz/random_network.h"
#include "schedule/plan.h"
#include "support/error.h"

namespace ern::schedule::plans {

inline constexpr std::uint32_t kSeeds = 60;
inline constexpr fuzz::Bounds kTall{.side = 40, .channels = 30, .blocks = 6, .classes = 16};  // wants strips

inline const model::Layer& layer(const model::Network& network, int index) { return network.layers[static_cast<std::size_t>(index)]; }

template <typename Operation>
bool is(const model::Layer& layer) {
    return std::holds_alternative<Operation>(layer.operation);
}

inline bool is_conv(const Descriptor& d) { return get(d, "opcode") == static_cast<int>(Opcode::conv); }

// Calls use(network, plan) for each pair that fits. Returns how many do.
inline int for_each_plan(const std::function<void(const model::Network&, const Plan&)>& use) {
    int fitting = 0;
    for (const Accelerator& accelerator : test::test_accelerators()) {
        for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
            const bool strips = accelerator.external.kind != MemoryKind::none;
            const auto network = fuzz::random_network(seed, strips ? kTall : fuzz::Bounds{});
            INFO("seed " << seed << " on " << accelerator.name);
            Plan plan;
            try {
                plan = make_plan(network, accelerator);
            } catch (const Error& error) {
                const std::string reason = error.what();
                CHECK((reason.find(" short (") != std::string::npos || reason.find("has no pooling") != std::string::npos));
                continue;
            }
            ++fitting;
            use(plan.network, plan);
        }
    }
    CHECK(fitting > 100);
    return fitting;
}

}  // namespace ern::schedule::plans
