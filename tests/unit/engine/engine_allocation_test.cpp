// SPDX-License-Identifier: Apache-2.0
// After preparation a frame allocates nothing: every way to get memory from glibc's heap is counted.
#include <catch2/catch.hpp>

#include <atomic>
#include <cstddef>
#include <cstdlib>

#include "compare.h"
#include "fuzz/random_network.h"

namespace {
std::atomic<int> allocations{0};
}

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
    ++allocations;
    return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
    ++allocations;
    return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
    ++allocations;
    return __libc_memalign(alignment, size);
}
}

namespace ern::engine {

TEST_CASE("a frame allocates nothing") {
    const int before = allocations;
    void* volatile memory = std::malloc(1);
    const int counted = allocations;
    std::free(memory);
    REQUIRE(counted == before + 1);
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        const auto network = fuzz::random_network(seed);
        const auto picture = test::random_picture(network.input, seed);
        for (const std::string& target : targets()) {
            Engine engine(network, {.target = target});
            const int prepared = allocations;
            engine.run(picture);
            engine.run(picture);
            const int done = allocations;
            CHECK(done == prepared);
        }
    }
}

}  // namespace ern::engine
