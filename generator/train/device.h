// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <string>

namespace ern::train {

// All that knows of GPUs. Built against a libtorch without CUDA (ERN_TRAIN_CUDA undefined) every one of these
// is the CPU's.

// "cpu", "cuda", or "auto" for a GPU where there is one. Throws Error when "cuda" was asked for and there is
// none.
torch::Device choose_device(const std::string& wanted);

// Name of the device, for people.
std::string device_name(torch::Device device);

// The current stream of the calling thread, a cudaStream_t; null on the CPU.
void* current_stream();

// While it lives, this thread's GPU work goes to a stream of its own, which recording needs.
class OwnStream {
  public:
    explicit OwnStream(torch::Device device);
    ~OwnStream();
    OwnStream(const OwnStream&) = delete;
    OwnStream& operator=(const OwnStream&) = delete;

  private:
    struct Guard;
    std::unique_ptr<Guard> guard_;
};

// A point in the device's work that the host can wait for.
class Fence {
  public:
    explicit Fence(torch::Device device);
    ~Fence();
    void mark();
    void wait();  // at once before the first mark()

  private:
    struct Event;
    std::unique_ptr<Event> event_;
};

// Device work that is launched once, recorded, and then replayed as a whole: at the size of these networks a
// GPU waits for launches otherwise. The work must use the same tensors every time.
class Recording {
  public:
    explicit Recording(torch::Device device);
    ~Recording();

    // Runs `work`, recorded from its third run on where the device can. On the CPU it is a plain call.
    void run(const std::function<void()>& work);

    // Forgets the recording: the work is another one from now on.
    void reset();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace ern::train
