// SPDX-License-Identifier: Apache-2.0
#include "train/maps.h"

#include <catch2/catch.hpp>

namespace ern::train {

namespace {

using torch::Tensor;

constexpr auto kLast = torch::MemoryFormat::ChannelsLast;

struct Case {
    std::int64_t channels = 21;
    Tensor x, grad;
    ChannelLines lines{torch::linspace(-0.03, 0.04, channels), torch::linspace(-0.20137, 1.5, channels)};
    ChannelCorrection correction{torch::linspace(-1, 1, channels), torch::linspace(0.1, -0.1, channels)};

    explicit Case(torch::ScalarType type) {
        torch::manual_seed(3);
        x = torch::randint(-90, 120, {3, channels, 7, 5}).to(type).contiguous(kLast);
        grad = torch::randint(-9, 9, {3, channels, 7, 5}).to(type).contiguous(kLast);
    }
};

}  // namespace

TEST_CASE("the loops and torch's own operations make the same maps") {
    const Case c(GENERATE(torch::kFloat32, torch::kBFloat16));
    const auto kind = GENERATE(Nonlinearity::codes, Nonlinearity::relu);
    const ChannelMoments a = channel_moments(c.x), b = plain::channel_moments(c.x);
    CHECK(a.mean.allclose(b.mean, 1e-5, 1e-4));
    CHECK(a.variance.allclose(b.variance, 1e-5, 1e-2));

    CHECK(activate(c.x, c.lines, kind).allclose(plain::activate(c.x, c.lines, kind), 1e-2, 1e-6));
    const GradientSums s = gradient_sums(c.x, c.grad, c.lines, kind);
    const GradientSums t = plain::gradient_sums(c.x, c.grad, c.lines, kind);
    CHECK(s.sum.allclose(t.sum, 1e-6, 1e-3));
    CHECK(s.sum_x.allclose(t.sum_x, 1e-5, 1e-1));
    const Tensor g = gradient_input(c.x, c.grad, c.lines, kind, c.correction);
    CHECK(g.allclose(plain::gradient_input(c.x, c.grad, c.lines, kind, c.correction), 1e-2, 1e-5));
    CHECK(g.abs().sum().item<double>() > 0);
}

TEST_CASE("the embedding fills up with zeros") {
    const Tensor bytes = torch::arange(0, 240, torch::kInt64).to(torch::kUInt8).view({2, 8, 5, 3});
    const Tensor codes = embed(bytes, 10, 30, torch::kFloat32);
    CHECK(codes.equal(plain::embed(bytes, 10, 30, torch::kFloat32)));
    const Tensor filled = embed(bytes, 10, 32, torch::kFloat32);
    CHECK(filled.narrow(1, 0, 30).equal(codes));
    CHECK(filled.narrow(1, 30, 2).eq(0).all().item<bool>());
}

}  // namespace ern::train
