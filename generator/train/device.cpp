// SPDX-License-Identifier: Apache-2.0
#include "train/device.h"

#include <fmt/format.h>

#include "support/error.h"

#ifdef ERN_TRAIN_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#endif

namespace ern::train {

namespace {

#ifdef ERN_TRAIN_CUDA
constexpr const char* kWithoutGpu = "libtorch found no GPU that it can use";
#else
constexpr const char* kWithoutGpu = "ernforge was built against a libtorch without CUDA";
#endif

}  // namespace

torch::Device choose_device(const std::string& wanted) {
    if (wanted == "cpu") return torch::kCPU;
    const bool available = torch::cuda::is_available();
    if (wanted == "cuda" && !available) fail("--device cuda: {}", kWithoutGpu);
    return available ? torch::Device(torch::kCUDA, 0) : torch::Device(torch::kCPU);
}

#ifdef ERN_TRAIN_CUDA

namespace {

constexpr int kRunsBeforeRecording = 2;  // libraries choose their algorithms and memory settles in these

}  // namespace

std::string device_name(torch::Device device) {
    if (device.is_cpu()) return "CPU";
    return at::cuda::getDeviceProperties(device.index())->name;
}

void* current_stream() {
    return at::cuda::getCurrentCUDAStream().stream();
}

struct OwnStream::Guard {
    c10::cuda::CUDAStreamGuard guard;
    explicit Guard(torch::Device device)
        : guard(c10::cuda::getStreamFromPool(true, static_cast<c10::DeviceIndex>(device.index()))) {}
};

OwnStream::OwnStream(torch::Device device) {
    if (!device.is_cuda()) return;
    at::globalContext().setBenchmarkCuDNN(true);
    guard_ = std::make_unique<Guard>(device);
}

OwnStream::~OwnStream() {
    if (guard_) at::cuda::getCurrentCUDAStream().synchronize();
}

struct Fence::Event {
    at::cuda::CUDAEvent event;
    bool marked = false;
};

Fence::Fence(torch::Device device) {
    if (device.is_cuda()) event_ = std::make_unique<Event>();
}

Fence::~Fence() = default;

void Fence::mark() {
    if (!event_) return;
    event_->event.record();
    event_->marked = true;
}

void Fence::wait() {
    if (event_ && event_->marked) event_->event.synchronize();
}

struct Recording::State {
    std::unique_ptr<at::cuda::CUDAGraph> graph;
    int runs = 0;
    bool refused = false;

    void record(const std::function<void()>& work) {
        at::cuda::getCurrentCUDAStream().synchronize();
        graph = std::make_unique<at::cuda::CUDAGraph>();
        try {
            graph->capture_begin();
            work();
            graph->capture_end();
        } catch (const std::exception& error) {
            fmt::print(stderr, "warning: the step could not be recorded, training goes on without: {}\n",
                       error.what());
            refused = true;
            abandon();
        }
    }

    // Ends a recording that went wrong, so that the stream takes work again.
    void abandon() {
        try {
            graph->capture_end();
        } catch (const std::exception&) {  // it says once more what went wrong
        }
        graph.reset();
        (void)cudaGetLastError();
    }
};

Recording::Recording(torch::Device device) {
    if (device.is_cuda()) state_ = std::make_unique<State>();
}

Recording::~Recording() = default;

void Recording::run(const std::function<void()>& work) {
    if (!state_ || state_->refused || state_->runs < kRunsBeforeRecording) {
        if (state_) ++state_->runs;
        return work();
    }
    if (!state_->graph) state_->record(work);
    if (!state_->graph) return work();
    state_->graph->replay();
}

void Recording::reset() {
    if (state_) state_ = std::make_unique<State>();
}

#else

std::string device_name(torch::Device) {
    return "CPU";
}

void* current_stream() {
    return nullptr;
}

struct OwnStream::Guard {};
OwnStream::OwnStream(torch::Device) {}
OwnStream::~OwnStream() = default;

struct Fence::Event {};
Fence::Fence(torch::Device) {}
Fence::~Fence() = default;
void Fence::mark() {}
void Fence::wait() {}

struct Recording::State {};
Recording::Recording(torch::Device) {}
Recording::~Recording() = default;
void Recording::run(const std::function<void()>& work) {
    work();
}
void Recording::reset() {}

#endif

}  // namespace ern::train
