// SPDX-License-Identifier: Apache-2.0
#include "fpga/fan_out.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "fpga/netlist_text.h"

namespace ern::fpga {

namespace {

struct Cell {
    std::string name;
    Place text;           // the whole cell
    std::string_view type;
};

struct Pin {
    std::size_t cell;
    Place net;
};

template <std::size_t N>
bool one_of(std::string_view name, const std::array<std::string_view, N>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 4> kBeside = {"ALUT", "BLUT", "D0", "D1"};  // of PFUMX and L6MUX21, from cells of the same slice
// Readers that may get another driver, and their ports that may not: cells of a slice share clocks and resets, cells at pins share more.
constexpr std::array<std::string_view, 6> kLogic = {"LUT4", "TRELLIS_FF", "CCU2C", "PFUMX", "L6MUX21", "TRELLIS_DPR16X4"};
constexpr std::array<std::string_view, 5> kControl = {"CLK", "CE", "LSR", "WCK", "WRE"};

// Whether a comes before b, their numbers compared as numbers.
bool natural_less(std::string_view a, std::string_view b) {
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (std::isdigit(static_cast<unsigned char>(a[i])) != 0 && std::isdigit(static_cast<unsigned char>(b[j])) != 0) {
            const std::size_t i_end = std::min(a.find_first_not_of("0123456789", i), a.size());
            const std::size_t j_end = std::min(b.find_first_not_of("0123456789", j), b.size());
            const std::string_view m = a.substr(i, i_end - i), n = b.substr(j, j_end - j);
            if (m.size() != n.size()) return m.size() < n.size();
            if (m != n) return m < n;
            i = i_end, j = j_end;
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            ++i, ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

// One module's cells and nets.
class Module {
  public:
    void port_bits(const Entry& e) {
        for_each_net(e, [&](std::uint32_t net, Place) { keep(net); });
    }

    void begin_cell(std::string_view name, std::size_t at) { cells_.push_back({std::string(name), {at, 0}, {}}); }

    void type(std::string_view type) { cells_.back().type = type; }

    void entry(const Entry& e, bool connection) {
        if (!connection) return;
        const std::string_view type = cells_.back().type;
        for_each_net(e, [&](std::uint32_t net, Place place) {
            const Pin pin{cells_.size() - 1, place};
            last_ = std::max(last_, net);
            if ((type == "LUT4" && e.name == "Z") || (type == "TRELLIS_FF" && e.name == "Q")) {
                drivers_.emplace(net, pin);
            } else if ((type == "PFUMX" || type == "L6MUX21") && one_of(e.name, kBeside)) {
                keep(net);
            } else if (one_of(type, kLogic) && !one_of(e.name, kControl)) {
                readers_[net].push_back(pin);
            }
        });
    }

    void end_cell(std::size_t at, bool) { cells_.back().text.length = at - cells_.back().text.at; }

    void finish(const std::string& json, std::size_t limit, FanOut& result, std::vector<Edit>& edits) {
        for (auto& [net, readers] : readers_) {
            const auto driver = drivers_.find(net);
            if (readers.size() > limit && driver != drivers_.end() && kept_.count(net) == 0)
                split(json, limit, driver->second, readers, result, edits);
        }
    }

  private:
    void keep(std::uint32_t net) {
        last_ = std::max(last_, net);
        kept_.insert(net);
    }

    // The first share stays with the driver.
    void split(const std::string& json, std::size_t limit, const Pin& driver, std::vector<Pin>& readers, FanOut& result,
               std::vector<Edit>& edits) {
        std::stable_sort(readers.begin(), readers.end(),
                         [&](const Pin& a, const Pin& b) { return natural_less(cells_[a.cell].name, cells_[b.cell].name); });
        const std::size_t drivers = (readers.size() + limit - 1) / limit;
        ++result.nets;
        for (std::size_t d = 1; d < drivers; ++d, ++result.copies) {
            const std::string net = std::to_string(++last_);
            copy(json, driver, d, net, edits);
            for (std::size_t r = d * readers.size() / drivers; r < (d + 1) * readers.size() / drivers; ++r)
                edits.push_back({readers[r].net.at, readers[r].net.length, net});
        }
    }

    // A copy's text goes before its original, as that is without these edits: its inputs are the original's.
    void copy(const std::string& json, const Pin& driver, std::size_t index, const std::string& net, std::vector<Edit>& edits) const {
        const Cell& cell = cells_[driver.cell];
        std::string text = json.substr(cell.text.at, cell.text.length);
        if (text[text.size() - 2] != ',') text.insert(text.size() - 1, 1, ',');
        text.replace(driver.net.at - cell.text.at, driver.net.length, net);
        text.insert(text.find("\": {"), fmt::format("$copy{}", index));
        edits.push_back({cell.text.at, 0, text});
    }

    std::vector<Cell> cells_;
    std::unordered_map<std::uint32_t, Pin> drivers_;
    std::map<std::uint32_t, std::vector<Pin>> readers_;
    std::unordered_set<std::uint32_t> kept_;  // nets that are not split
    std::uint32_t last_ = 0;                  // number of a net
};

}  // namespace

FanOut split_fan_out(const std::string& json, int limit) {
    FanOut result;
    std::vector<Edit> edits;
    for_each_netlist_module<Module>(json, [&](Module& m) { m.finish(json, static_cast<std::size_t>(limit), result, edits); });
    result.json = with_edits(json, std::move(edits));
    return result;
}

}  // namespace ern::fpga
