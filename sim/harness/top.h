// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "harness/top_ports.h"

namespace ern::harness {

// A memory of the simulated top, by back door. Bit b of word w, least significant first.
class Memory {
  public:
    explicit Memory(ErnTopMemory view) : view_(view) {}
    std::uint64_t words() const { return view_.words; }
    int bits() const { return static_cast<int>(view_.bits); }
    // Bits low..low+count-1 of a word as a number; count <= 64.
    std::uint64_t get(std::uint64_t word, int low, int count) const;
    void set(std::uint64_t word, int low, int count, std::uint64_t value);

  private:
    ErnTopMemory view_;
};

// A Verilated ern_top in its shared library.
class Top {
  public:
    // Throws Error where the library cannot be loaded.
    Top(const std::filesystem::path& library, std::uint32_t seed, const std::string& wave_file);
    ~Top();
    Top(const Top&) = delete;
    Top& operator=(const Top&) = delete;

    // One clock cycle: applies the inputs, returns the outputs before the edge.
    ErnTopOutputs step(const ErnTopInputs& inputs) {
        ErnTopOutputs outputs;
        step_(handle_, &inputs, &outputs);
        return outputs;
    }
    // The memory of the module instance `scope` below ern_top.
    Memory memory(const std::string& scope) const;

  private:
    void* library_ = nullptr;
    void* handle_ = nullptr;
    decltype(&ern_top_step) step_ = nullptr;
    decltype(&ern_top_memory) memory_ = nullptr;
    decltype(&ern_top_destroy) destroy_ = nullptr;
};

}  // namespace ern::harness
