// SPDX-License-Identifier: Apache-2.0
#include "train/optimizer.h"

#include <catch2/catch.hpp>
#include <limits>

namespace ern::train {

namespace {

using torch::Tensor;

void update(Optimizer& optimizer, const Tensor& gradient, std::int64_t step, double learning_rate) {
    const Tensor controls = torch::zeros({Optimizer::kControls});
    Optimizer::fill_controls(step, learning_rate, controls.data_ptr<float>());
    optimizer.update(gradient, controls);
}

}  // namespace

TEST_CASE("steps are those of torch's Adam") {
    const double epsilon = GENERATE(1e-8, 1e-4), decay = GENERATE(0.0, 1e-2);
    torch::manual_seed(4);
    const Tensor start = torch::randn({30});
    const Tensor ours = start.clone();
    Tensor theirs = start.clone().requires_grad_();
    Optimizer optimizer(ours, {decay, epsilon, 0});
    torch::optim::Adam adam({theirs}, torch::optim::AdamOptions(0.01).eps(epsilon).weight_decay(decay));
    for (std::int64_t step = 1; step <= 20; ++step) {
        const Tensor gradient = torch::randn({30});
        theirs.mutable_grad() = gradient.clone();
        adam.step();
        update(optimizer, gradient, step, 0.01);
        REQUIRE(ours.allclose(theirs.detach(), 1e-5, 1e-6));
    }
    CHECK_FALSE(ours.allclose(start, 1e-2, 1e-2));
    CHECK_FALSE(optimizer.average().defined());
}

TEST_CASE("the average follows the parameters by its decay") {
    const Tensor parameters = torch::zeros({3});
    Optimizer optimizer(parameters, {0, 1e-8, 0.75});
    Tensor expected = torch::zeros({3});
    for (std::int64_t step = 1; step <= 10; ++step) {
        update(optimizer, torch::ones({3}), step, 0.1);
        expected = 0.75 * expected + 0.25 * parameters;
    }
    CHECK(optimizer.average().allclose(expected));
    CHECK(optimizer.state().size() == 3);
}

TEST_CASE("after a gradient that is not finite nothing changes any more") {
    const float bad = GENERATE(std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity());
    const Tensor parameters = torch::ones({4});
    Optimizer optimizer(parameters, {0, 1e-8, 0.5});
    update(optimizer, torch::ones({4}), 1, 0.1);
    CHECK(optimizer.healthy().item<bool>());
    const Tensor before = parameters.clone(), first = optimizer.state()[0].clone();
    Tensor gradient = torch::ones({4});
    gradient[2] = bad;
    update(optimizer, gradient, 2, 0.1);
    update(optimizer, torch::ones({4}), 3, 0.1);
    CHECK_FALSE(optimizer.healthy().item<bool>());
    CHECK(parameters.equal(before));
    CHECK(optimizer.state()[0].equal(first));
    CHECK_FALSE(optimizer.last_gradient()[2].isfinite().item<bool>());  // kept, to say where
}

}  // namespace ern::train
