// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

namespace ern::support {

// Calls body(i) once for each 0 <= i < count, on `jobs` threads. After an exception no further index is begun; of
// several, that of the lowest index is thrown on, so a message does not depend on the threads.
void parallel_for(int jobs, std::int64_t count, const std::function<void(std::int64_t)>& body);

// As many as the machine has.
int default_jobs();

}  // namespace ern::support
