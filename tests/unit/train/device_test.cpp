// SPDX-License-Identifier: Apache-2.0
// What the CPU has of a device; on a machine with a GPU the same for the GPU.
#include "train/device.h"

#include <catch2/catch.hpp>

#include "support/error.h"

namespace ern::train {

TEST_CASE("a device is the wanted one, or a GPU where there is one") {
    CHECK(choose_device("cpu").is_cpu());
    CHECK(device_name(torch::kCPU) == "CPU");
    if (torch::cuda::is_available()) {
        CHECK(choose_device("auto").is_cuda());
        CHECK(choose_device("cuda").is_cuda());
        return;
    }
    CHECK(choose_device("auto").is_cpu());
    try {
        choose_device("cuda");
        FAIL("there is no GPU");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).starts_with("--device cuda: "));
    }
}

TEST_CASE("recorded work is done every time, on what its tensors hold then") {
    const torch::Device device = choose_device("auto");
    const OwnStream stream(device);
    Fence fence(device);
    fence.wait();
    Recording recording(device);
    const torch::Tensor in = torch::zeros({1}, torch::TensorOptions().device(device)), sum = torch::zeros_like(in);
    const auto add = [&] { sum.add_(in); };
    float expected = 0;
    for (int i = 1; i <= 8; ++i) {
        in.fill_(i);
        recording.run(add);
        fence.mark();
        fence.wait();
        expected += static_cast<float>(i);
        CHECK(sum.item<float>() == expected);
        if (i != 6) continue;
        recording.reset();
        recording.run([&] { sum.mul_(2); });
        CHECK(sum.item<float>() == 2 * expected);
        expected *= 2;
        recording.reset();
    }
}

}  // namespace ern::train
