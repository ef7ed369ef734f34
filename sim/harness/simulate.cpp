// SPDX-License-Identifier: Apache-2.0
#include "harness/simulate.h"

#include <chrono>

#include "schedule/image.h"
#include "support/error.h"

namespace ern::harness {

namespace {

FrameReport finish(link::Session& session, const schedule::Plan& plan, std::uint16_t number, const golden::Result& expected) {
    const int classes = static_cast<int>(plan.logit_scale.size());
    const link::Result result = session.wait_result(number, classes);
    const auto& sums = std::get<golden::Sums>(expected.maps.back());
    FrameReport frame;
    frame.cycles = result.cycles;
    frame.equals_golden = true;
    for (std::size_t c = 0; c < sums.size(); ++c) {
        if (result.sums[c] != sums[c]) frame.equals_golden = false;
        frame.logits.push_back(static_cast<double>(result.sums[c]) * plan.logit_scale[c]);
    }
    frame.best = golden::best_class(frame.logits);
    return frame;
}

}  // namespace

SimulationReport simulate(const std::filesystem::path& library, const model::Network& network,
                          const schedule::Plan& plan, const std::vector<std::vector<std::uint8_t>>& pictures,
                          const RunOptions& options) {
    ensure(!pictures.empty(), "a simulation has a picture");
    std::vector<golden::Result> expected;
    for (const auto& picture : pictures) expected.push_back(golden::run(network, picture));

    const auto start = std::chrono::steady_clock::now();
    Simulation simulation(library, network, plan, options.simulation);
    simulation.observer().on_map = options.on_map;
    SimulatedTransport transport(simulation);
    link::Session session(transport);
    const schedule::Image image = schedule::make_image(plan);
    if (options.load_through_link) {
        session.load(image);
    } else {
        if (ExternalMemory* memory = simulation.external_memory()) load_by_back_door(image, *memory);
        else load_by_back_door(plan, simulation.top());
        session.configure(image);
    }

    SimulationReport report;
    std::vector<std::uint16_t> numbers;
    const auto send = [&](std::size_t i) {
        simulation.observer().expect(expected[i]);
        numbers.push_back(session.send_picture(pictures[i]));
    };
    // Two on their way, or three where a frame's last layers wait for the next one's first.
    const std::size_t ahead = schedule::overlaps(plan) ? 2 : 1;
    for (std::size_t i = 0; i < ahead && i < pictures.size(); ++i) send(i);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        if (i + ahead < pictures.size()) send(i + ahead);
        report.frames.push_back(finish(session, plan, numbers[i], expected[i]));
        if (!report.frames.back().equals_golden) ++report.mismatches;
        if (options.on_frame) options.on_frame(i + 1);
    }
    const Observer& observer = simulation.observer();
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    report.layers = observer.layers();
    report.mismatches += observer.mismatches();
    report.compared = observer.compared();
    // The last one during whose run a picture comes in, as in an endless row of them: the one that is sent when the frame before it is out.
    const std::size_t frames = report.frames.size();
    report.cycles_per_frame = report.frames[frames >= ahead + 2 ? frames - 1 - ahead : frames - 1].cycles;
    report.period_cycles = observer.period_cycles();
    report.predicted_cycles = plan.predicted_cycles;
    report.cycles = simulation.cycle();
    report.stalled_cycles = simulation.stalled_cycles();
    report.utilisation = static_cast<double>(model::total_macs(network)) / static_cast<double>(report.cycles_per_frame) /
                         plan.accelerator.macs_per_cycle();
    ensure(observer.frames() == std::ssize(pictures), "every picture was seen to be computed");
    return report;
}

}  // namespace ern::harness
