// SPDX-License-Identifier: Apache-2.0
#include "harness/gates.h"

#include "schedule/image.h"
#include "support/error.h"

namespace ern::harness {

namespace {

constexpr std::int64_t kPatienceCycles = 1 << 20;

}  // namespace

GateDevice::GateDevice(const std::filesystem::path& library, std::uint32_t seed) : top_(library, seed, "") {
    inputs_.uart_rx = inputs_.host_select = inputs_.host_out_ready = 1;
    inputs_.rst = 1;
    for (int i = 0; i < 32; ++i) step();
    inputs_.rst = 0;
}

void GateDevice::write(std::span<const std::uint8_t> bytes) {
    to_device_.insert(to_device_.end(), bytes.begin(), bytes.end());
    const std::int64_t end = cycle_ + kPatienceCycles;
    while (!to_device_.empty() && cycle_ < end) step();
    if (!to_device_.empty()) fail("the netlist takes no byte");
}

std::optional<std::uint8_t> GateDevice::read() {
    const std::int64_t end = cycle_ + kPatienceCycles;
    while (from_device_.empty() && cycle_ < end) step();
    if (from_device_.empty()) return std::nullopt;
    const std::uint8_t byte = from_device_.front();
    from_device_.pop_front();
    return byte;
}

void GateDevice::step() {
    inputs_.host_in_valid = !to_device_.empty();
    inputs_.host_in_data = to_device_.empty() ? std::uint8_t{0} : to_device_.front();
    const ErnTopOutputs out = top_.step(inputs_);
    ++cycle_;
    if (inputs_.rst) return;
    if (inputs_.host_in_valid && out.host_in_ready) to_device_.pop_front();
    if (out.host_out_valid) from_device_.push_back(out.host_out_data);
}

SimulationReport simulate_gates(const std::filesystem::path& library, const model::Network& network, const schedule::Plan& plan,
                                const std::vector<std::vector<std::uint8_t>>& pictures, std::uint32_t seed) {
    GateDevice device(library, seed);
    link::Session session(device);
    session.load(schedule::make_image(plan));
    SimulationReport report;
    report.predicted_cycles = plan.predicted_cycles;
    std::vector<std::uint16_t> numbers{session.send_picture(pictures.front())};
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        if (i + 1 < pictures.size()) numbers.push_back(session.send_picture(pictures[i + 1]));
        const link::Result result = session.wait_result(numbers[i], network.classes());
        const golden::Result golden = golden::run(network, pictures[i]);
        const auto& expected = std::get<golden::Sums>(golden.maps.back());
        report.mismatches += !std::equal(expected.begin(), expected.end(), result.sums.begin(), result.sums.end());
        report.mismatches += result.cycles != plan.predicted_cycles;
        report.compared += std::ssize(expected);
        report.cycles_per_frame = result.cycles;
    }
    report.cycles = device.cycle();
    return report;
}

}  // namespace ern::harness
