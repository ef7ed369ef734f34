// SPDX-License-Identifier: Apache-2.0
// A small complete design gate by gate: the netlist that Yosys makes for ECP5 takes a program and pictures through its link and
// answers with golden's sums, in the cycles that the compiler predicts.
#include <deque>

#include "device.h"
#include "fold/fold.h"
#include "model/architecture.h"

namespace {

using namespace ern;
using namespace ern::e2e;

// A device without an observer: a netlist has no maps to look into.
class GateDevice : public link::Transport {
  public:
    explicit GateDevice(const std::filesystem::path& library) : top_(library, 1, "") {
        inputs_.uart_rx = inputs_.host_select = inputs_.host_out_ready = 1;
        inputs_.rst = 1;
        for (int i = 0; i < 32; ++i) step();
        inputs_.rst = 0;
    }

    void write(std::span<const std::uint8_t> bytes) override {
        to_device_.insert(to_device_.end(), bytes.begin(), bytes.end());
        for (int i = 0; i < 1 << 20 && !to_device_.empty(); ++i) step();
        REQUIRE(to_device_.empty());
    }
    std::optional<std::uint8_t> read() override {
        for (int i = 0; i < 100000 && from_device_.empty(); ++i) step();
        if (from_device_.empty()) return std::nullopt;
        const std::uint8_t byte = from_device_.front();
        from_device_.pop_front();
        return byte;
    }
    std::string name() const override { return "netlist"; }

  private:
    void step() {
        inputs_.host_in_valid = !to_device_.empty();
        inputs_.host_in_data = to_device_.empty() ? std::uint8_t{0} : to_device_.front();
        const ErnTopOutputs out = top_.step(inputs_);
        if (inputs_.rst) return;
        if (inputs_.host_in_valid && out.host_in_ready) to_device_.pop_front();
        if (out.host_out_valid) from_device_.push_back(out.host_out_data);
    }

    harness::Top top_;
    ErnTopInputs inputs_{};
    std::deque<std::uint8_t> to_device_, from_device_;
};

// A network of the ERN family of 6x6 pixels, with random weights: residual adds, a strided block, the classifier.
model::Network small_ern() {
    const auto architecture = model::parse_architecture(
        "name = \"gates\"\ninput = { height = 6, width = 6, channels = 1 }\nclasses = 3\nembedding_codes = 10\n"
        "stem = [ { channels = 8, kernel = 3, stride = 1 } ]\nblock = \"basic\"\n"
        "stages = [ { blocks = 1, channels = 8, stride = 1 }, { blocks = 1, channels = 8, stride = 2 } ]\n",
        "netlist_test");
    return fold::random_network(architecture, 7);
}

}  // namespace

TEST_CASE("a netlist classifies pictures as golden does") {
    const model::Network network = small_ern();
    const schedule::Plan plan = schedule::make_plan(network, accelerator("gates"));
    GateDevice device(harness::build_netlist_top(plan.accelerator));
    link::Session session(device);
    session.load(schedule::make_image(plan));
    for (const Picture& picture : random_pictures(network.input, 3, 5)) {
        const link::Result result = session.wait_result(session.send_picture(picture), network.classes());
        CHECK(result.sums == golden_sums(network, picture));
        CHECK(result.cycles == plan.predicted_cycles);
    }
}
