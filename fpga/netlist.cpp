// SPDX-License-Identifier: Apache-2.0
#include "fpga/netlist.h"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fpga/netlist_text.h"

namespace ern::fpga {

namespace {

struct CarryOutput {
    std::uint32_t net;
    Place place;
};

// INIT0 of a position that gives A & B upwards, whatever comes from below (ern_ecp5_pair's separator), where C is 1.
constexpr std::string_view kSeparator = "\"0000000000001000\"";

// One module's carry outputs whose net occurs nowhere else, and its constants that go into separators.
class Module {
  public:
    void port_bits(const Entry& e) { count(e); }

    void begin_cell(std::string_view, std::size_t) {}

    void type(std::string_view type) {
        carry_cell_ = type == "CCU2C";
        separator_ = false;
    }

    // C0 comes before CIN.
    void entry(const Entry& e, bool connection) {
        if (carry_cell_ && e.name == "INIT0") separator_ = starts(e.value, kSeparator);
        if (!connection) return;
        count(e);
        if (!carry_cell_) return;
        if (e.name == "C0") separator_ = separator_ && e.value == "\"1\"";
        if (e.name == "CIN" && separator_ && starts(e.value, "\"")) unused_.push_back({e.value_at, e.value.size()});
        if (e.name == "COUT") for_each_net(e, [&](std::uint32_t net, Place place) { outputs_.push_back({net, place}); });
    }

    void end_cell(std::size_t, bool) {}

    void finish(std::vector<Edit>& edits) {
        for (const CarryOutput& output : outputs_) {
            if (uses_[output.net] == 1) unused_.push_back(output.place);
        }
        for (const Place& place : unused_) edits.push_back({place.at, place.length, "\"x\""});
    }

  private:
    void count(const Entry& e) {
        for_each_net(e, [&](std::uint32_t net, Place) { ++uses_[net]; });
    }

    bool carry_cell_ = false, separator_ = false;
    std::unordered_map<std::uint32_t, std::uint32_t> uses_;
    std::vector<CarryOutput> outputs_;
    std::vector<Place> unused_;
};

}  // namespace

ChainEnds open_chain_ends(const std::string& json) {
    std::vector<Edit> edits;
    for_each_netlist_module<Module>(json, [&](Module& m) { m.finish(edits); });
    const int opened = static_cast<int>(edits.size());
    return {with_edits(json, std::move(edits)), opened};
}

}  // namespace ern::fpga
