// SPDX-License-Identifier: Apache-2.0
#include "harness/top.h"

#include <dlfcn.h>

#include "support/error.h"

namespace ern::harness {

namespace {

template <typename Function>
void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    ensure(function != nullptr, "the simulation library has every entry point");
}

}  // namespace

std::uint64_t Memory::get(std::uint64_t word, int low, int count) const {
    ensure(word < view_.words && low + count <= bits(), "a back-door read stays in its memory");
    const std::uint8_t* bytes = view_.data + word * view_.word_bytes;
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) {
        const int b = low + i;
        value |= std::uint64_t{static_cast<std::uint8_t>(bytes[b / 8] >> (b % 8)) & 1u} << i;
    }
    return value;
}

void Memory::set(std::uint64_t word, int low, int count, std::uint64_t value) {
    ensure(word < view_.words && low + count <= bits(), "a back-door write stays in its memory");
    std::uint8_t* bytes = view_.data + word * view_.word_bytes;
    for (int i = 0; i < count; ++i) {
        const int b = low + i;
        const auto bit = static_cast<std::uint8_t>(1u << (b % 8));
        if ((value >> i) & 1) bytes[b / 8] = static_cast<std::uint8_t>(bytes[b / 8] | bit);
        else bytes[b / 8] = static_cast<std::uint8_t>(bytes[b / 8] & ~bit);
    }
}

Top::Top(const std::filesystem::path& library, std::uint32_t seed, const std::string& wave_file) {
    library_ = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library_) fail("{}: the simulation cannot be loaded ({})", library.string(), ::dlerror());
    decltype(&ern_top_create) create = nullptr;
    find(library_, "ern_top_create", create);
    find(library_, "ern_top_step", step_);
    find(library_, "ern_top_memory", memory_);
    find(library_, "ern_top_destroy", destroy_);
    handle_ = create(seed, wave_file.empty() ? nullptr : wave_file.c_str());
}

Top::~Top() {
    if (handle_) destroy_(handle_);
    if (library_) ::dlclose(library_);
}

Memory Top::memory(const std::string& scope) const {
    ErnTopMemory view{};
    ensure(memory_(handle_, scope.c_str(), &view), fmt::format("the simulated top has a memory {}", scope));
    return Memory(view);
}

}  // namespace ern::harness
