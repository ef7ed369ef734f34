// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>

#include "cli/evaluation.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "data/picture.h"
#include "harness/build.h"
#include "harness/simulate.h"
#include "link/serial_port.h"
#include "model/file.h"
#include "schedule/image.h"
#include "support/error.h"

namespace ern::cli {

namespace {

struct InferArguments {
    std::string model, accelerator, port;
    bool simulated = false;
    std::vector<std::string> pictures;
};

// Milliseconds since some moment: the host's clock, or the simulated device's.
using Now = std::function<double()>;

void classify(Session& session, link::Session& device, const schedule::Image& image, const std::string& file,
              std::span<const std::uint8_t> picture, const Now& now) {
    const double start = now();
    const auto number = device.send_picture(picture);
    const link::Result result = device.wait_result(number, static_cast<int>(image.logit_scale.size()));
    const double latency_ms = now() - start;
    std::vector<double> logits;
    for (std::size_t c = 0; c < image.logit_scale.size(); ++c) logits.push_back(result.sums[c] * image.logit_scale[c]);
    const auto best = static_cast<std::size_t>(golden::best_class(logits));
    const double confidence = confidences(logits)[best];
    const std::string label = image.labels.empty() ? fmt::format("class {}", best) : image.labels[best];
    session.say("{}: {} ({:.1f} %), {} cycles, {:.2f} ms with the link\n", file, label, 100 * confidence, result.cycles, latency_ms);
    session.report["results"].push_back({{"file", file},
                                         {"class", best},
                                         {"label", label},
                                         {"confidence", confidence},
                                         {"logits", logits},
                                         {"cycles", result.cycles},
                                         {"latency_ms", latency_ms}});
}

void infer_on(Session& session, link::Transport& transport, const schedule::Image& image,
              const std::vector<std::string>& files, const std::vector<std::vector<std::uint8_t>>& pictures, const Now& now) {
    link::Session device(transport);
    {
        support::Progress bar = session.bar("loading", 100);
        device.load(image, [&](std::size_t done, std::size_t total) { bar.update(static_cast<std::int64_t>(100 * done / total)); });
    }
    device.check_memories(image);
    session.report["results"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < files.size(); ++i) classify(session, device, image, files[i], pictures[i], now);
    session.report["repeated_commands"] = device.repeated();
}

void infer(Session& session, const InferArguments& arguments) {
    if (arguments.simulated == !arguments.port.empty()) fail("infer: give either --port DEVICE or --simulated");
    const auto network = model::read_network(find_in_models(arguments.model, ".ern"));
    const auto accelerator = schedule::read_accelerator(find_accelerator(arguments.accelerator));
    const auto plan = schedule::make_plan(network, accelerator);
    const auto image = schedule::make_image(plan);
    std::vector<std::vector<std::uint8_t>> pictures;
    for (const std::string& file : arguments.pictures) pictures.push_back(data::read_picture(file, network.input));
    if (!arguments.simulated) {
        link::SerialPort port(arguments.port, accelerator.baud);
        infer_on(session, port, image, arguments.pictures, pictures, [] {
            return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
        });
        return;
    }
    harness::Simulation simulation(harness::build_top(accelerator, false), network, plan, {});
    const std::vector<std::uint8_t> black(static_cast<std::size_t>(network.input.size()));  // Session::check_memories
    simulation.observer().expect(golden::run(network, black));
    for (const auto& picture : pictures) simulation.observer().expect(golden::run(network, picture));
    harness::SimulatedTransport transport(simulation);
    infer_on(session, transport, image, arguments.pictures, pictures,
             [&] { return static_cast<double>(simulation.cycle()) / (accelerator.clock_mhz * 1e3); });
    if (simulation.observer().mismatches() > 0) session.status = kExitWrong;
}

}  // namespace

void add_infer(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<InferArguments>();
    CLI::App* sub = add_subcommand(app, session, "infer", "Send pictures to a board",
                                   "Loads the program and the weights through the serial port, then sends the pictures. The "
                                   "board must hold the bitstream of the same accelerator (ernforge synth, ernforge flash).\n"
                                   "  ernforge infer ern-fashion --accel ulx3s-25f --port /dev/ttyUSB0 shoe.png");
    sub->add_option("model", arguments->model, "Model file, or its name in models/")->required();
    sub->add_option("pictures", arguments->pictures, "Picture files")->required();
    sub->add_option("--accel", arguments->accelerator, "Accelerator configuration, or its name in accelerators/")
        ->required()
        ->type_name("CONFIG");
    sub->add_option("--port", arguments->port, "Serial port of the board")->type_name("DEVICE");
    sub->add_flag("--simulated", arguments->simulated, "Use the simulated accelerator instead of a board");
    sub->callback([&session, arguments] { infer(session, *arguments); });
}

}  // namespace ern::cli
