// SPDX-License-Identifier: Apache-2.0
#include "train/quantizers.h"

#include <catch2/catch.hpp>

namespace ern::train {

namespace {

using torch::Tensor;

constexpr auto kLast = torch::MemoryFormat::ChannelsLast;

// floor(clamp(y,0,2)*1.5+0.5) with the straight-through gradient, from torch's own operations.
Tensor reference_codes(const Tensor& y) {
    const Tensor steps = y.clamp(0, 2) * 1.5;
    return steps + ((steps + 0.5).floor() - steps).detach();
}

Norm some_norm(std::int64_t channels) {
    return {torch::linspace(-1, 1.5, channels).requires_grad_(),
            torch::linspace(0, 1.5, channels).requires_grad_(), torch::zeros({channels}),
            torch::ones({channels})};
}

}  // namespace

TEST_CASE("sign of both zeros is +1, gradient passes where |latent| <= 1") {
    const Tensor latent =
        torch::tensor({0.0f, -0.0f, 0.5f, -0.5f, 2.0f, -2.0f}).view({6, 1, 1, 1}).requires_grad_();
    const Tensor signs = binarize(latent, torch::kBFloat16);
    CHECK(signs.to(torch::kFloat32).view({6}).equal(torch::tensor({1.0f, 1.0f, 1.0f, -1.0f, 1.0f, -1.0f})));
    signs.sum().backward();
    CHECK(latent.grad().view({6}).equal(torch::tensor({1.0f, 1.0f, 1.0f, 1.0f, 0.0f, 0.0f})));
}

TEST_CASE("EWGS weights the gradient by 1 + delta * sign(gradient) * (latent - sign(latent)) inside the window") {
    const Tensor latent = torch::tensor({0.25f, 0.25f, -0.75f, -0.75f, 0.0f, 1.5f}).view({6, 1, 1, 1}).requires_grad_();
    const Tensor upstream = torch::tensor({2.0f, -2.0f, 4.0f, -4.0f, 1.0f, 3.0f}).view({6, 1, 1, 1});
    (binarize(latent, torch::kFloat32, 0.5) * upstream).sum().backward();
    // 2 (1 - 0.375), -2 (1 + 0.375), 4 (1 + 0.125), -4 (1 - 0.125), 1 (1 - 0.5), outside
    const Tensor expected = torch::tensor({1.25f, -2.75f, 4.5f, -3.5f, 0.5f, 0.0f});
    CHECK(latent.grad().view({6}).allclose(expected));
}

TEST_CASE("BatchNorm and activation in one are what torch makes of them one after the other") {
    torch::manual_seed(1);
    const std::int64_t channels = 21;
    const Tensor unit = torch::linspace(0.01, 0.05, channels);
    const Tensor x =
        torch::randint(-90, 120, {4, channels, 5, 3}, torch::kFloat32).contiguous(kLast).requires_grad_();
    const Tensor weight = torch::randn({4, channels, 5, 3});
    Norm norm = some_norm(channels);
    const Tensor codes = activation(x, unit, norm, true);
    (codes * weight).sum().backward();

    const Tensor x2 = x.detach().clone().requires_grad_();
    const Tensor gamma = norm.gamma.detach().clone().requires_grad_();
    const Tensor beta = norm.beta.detach().clone().requires_grad_();
    Tensor mean = torch::zeros({channels}), variance = torch::ones({channels});
    const Tensor value = x2 * unit.view({1, -1, 1, 1});
    const Tensor y = torch::batch_norm(value, gamma, beta, mean, variance, true, 0.1, 1e-5, false);
    const Tensor expected = reference_codes(y);
    (expected * weight).sum().backward();

    CHECK(codes.allclose(expected));
    CHECK(x.grad().allclose(x2.grad(), 1e-3, 1e-5));
    CHECK(norm.gamma.grad().allclose(gamma.grad(), 1e-3, 1e-3));
    CHECK(norm.beta.grad().allclose(beta.grad(), 1e-3, 1e-3));
    CHECK((norm.mean * unit).allclose(mean, 1e-4, 1e-5));
    CHECK(((norm.variance - 0.9) * unit * unit).allclose(variance - 0.9, 1e-3, 1e-5));
}

TEST_CASE("running statistics decide when not training") {
    Norm norm = some_norm(2);
    norm.gamma = torch::tensor({1.0f, -1.0f});
    norm.beta = torch::tensor({0.0f, 1.2f});
    norm.mean = torch::tensor({10.0f, 10.0f});
    norm.variance = torch::tensor({100.0f, 100.0f});
    const Tensor x = torch::tensor({10.0f, 24.0f, 10.0f, 30.0f}).view({1, 2, 2, 1});
    const Tensor codes = activation(x, torch::ones({2}), norm, false);
    // y = 0 and 1.4; 1.2 and -0.8
    CHECK(codes.reshape({4}).equal(torch::tensor({0.0f, 2.0f, 2.0f, 0.0f})));
}

TEST_CASE("the embedding's channels are colour * codes + e") {
    const Tensor bytes = torch::tensor({0, 255, 9, 89, 169, 17}, torch::kUInt8).view({1, 1, 2, 3});
    const Tensor codes = pixel_embedding(bytes, 2, torch::kFloat32);
    REQUIRE(codes.sizes() == torch::IntArrayRef({1, 6, 1, 2}));
    const Tensor first = codes.select(3, 0).reshape({6}), second = codes.select(3, 1).reshape({6});
    CHECK(first.equal(torch::tensor({0.0f, 0.0f, 3.0f, 3.0f, 1.0f, 0.0f})));
    CHECK(second.equal(torch::tensor({2.0f, 1.0f, 3.0f, 2.0f, 1.0f, 1.0f})));
}

}  // namespace ern::train
