// SPDX-License-Identifier: Apache-2.0
#include "fpga/output_registers.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fpga/netlist_text.h"

namespace ern::fpga {

namespace {

struct Output {
    std::uint32_t net;
    Place place;
};

// A block RAM's port A or B.
struct RamPort {
    std::uint32_t clock = 0;
    std::vector<Output> outputs;
    Place mode, enable;  // values of REGMODE and OCE
};

struct Ram {
    std::array<RamPort, 2> ports;
    bool wide = false;  // 36 bits, that leave by both ports with the clock of port B
};

struct Register {
    Place cell;
    std::uint32_t clock = 0, in = 0, out = 0;
    bool plain = true;  // no enable, no reset, zero at the start
};

// One module's block RAMs and registers, and what is to be changed in them.
class Module {
  public:
    void begin_cell(std::string_view, std::size_t at) {
        begin_ = at;
        ram_.reset();
        register_.reset();
    }

    void type(std::string_view type) {
        if (type == "DP16KD") ram_.emplace();
        if (type == "TRELLIS_FF") register_.emplace();
    }

    void port_bits(const Entry& entry) { use(entry); }

    void entry(const Entry& entry, bool connection) {
        if (connection) use(entry);
        if (ram_) ram_entry(entry);
        if (register_) register_entry(entry);
    }

    // `last`: no comma follows, so that the cell cannot be taken out.
    void end_cell(std::size_t at, bool last) {
        if (register_) {
            register_->cell = {begin_, at - begin_};
            register_->plain = register_->plain && !last;
            by_input_.emplace(register_->in, registers_.size());
            registers_.push_back(*register_);
        }
        if (ram_) rams_.push_back(std::move(*ram_));
    }

    void finish(OutputRegisters& result, std::vector<Edit>& edits) const {
        for (const Ram& ram : rams_) {
            if (ram.wide) {
                move(ram, {0, 1}, ram.ports[1].clock, result, edits);
            } else {
                for (std::size_t port : {0u, 1u}) move(ram, {port}, ram.ports[port].clock, result, edits);
            }
        }
    }

  private:
    void use(const Entry& e) {
        for_each_net(e, [&](std::uint32_t net, Place) { ++uses_[net]; });
    }

    void ram_entry(const Entry& e) {
        if (e.name == "DATA_WIDTH_B") ram_->wide = e.value.find("100100\"") != std::string_view::npos;
        if (e.name.size() < 4) return;
        const std::string_view kind = e.name.substr(0, e.name.size() - 1);
        const bool ends_in_port = e.name.back() == 'A' || e.name.back() == 'B';
        RamPort& port = ram_->ports[starts(e.name, "DOB") || (ends_in_port && e.name.back() == 'B') ? 1 : 0];
        if (kind == "REGMODE_" && e.value == "\"NOREG\"") port.mode = {e.value_at, e.value.size()};
        if (kind == "OCE") port.enable = {e.value_at, e.value.size()};
        if (kind == "CLK") port.clock = number(e.value).value_or(0);
        if (!starts(e.name, "DOA") && !starts(e.name, "DOB")) return;
        if (const auto net = number(e.value)) port.outputs.push_back({*net, {e.value_at, e.value.size()}});
    }

    void register_entry(const Entry& e) {
        if (e.name == "CLK") register_->clock = number(e.value).value_or(0);
        if (e.name == "DI") register_->in = number(e.value).value_or(0);
        if (e.name == "Q") register_->out = number(e.value).value_or(0);
        const bool wrong = (e.name == "CEMUX" && !starts(e.value, "\"1")) ||
                           (e.name == "REGSET" && e.value != "\"RESET\"") ||
                           (e.name == "LSR" && e.value != "\"0\"" && e.value != "\"input\"") ||
                           (e.name == "CLKMUX" && e.value != "\"CLK\"") ||
                           (e.name == "M" && e.value != "\"input\"");
        if (wrong) register_->plain = false;
    }

    // The register that alone follows an output; none where something else does.
    const Register* follower(const Output& output, std::uint32_t clock) const {
        if (uses_.at(output.net) != 2) return nullptr;  // the output itself, and one reader
        const auto found = by_input_.find(output.net);
        if (found == by_input_.end()) return nullptr;
        const Register& r = registers_[found->second];
        return r.plain && r.clock == clock && r.out != 0 ? &r : nullptr;
    }

    void move(const Ram& ram, const std::vector<std::size_t>& ports, std::uint32_t clock,
              OutputRegisters& result, std::vector<Edit>& edits) const {
        std::vector<Edit> some;
        int registers = 0;
        for (std::size_t index : ports) {
            const RamPort& port = ram.ports[index];
            if (port.mode.length == 0 || port.enable.length == 0) return;
            for (const Output& output : port.outputs) {
                if (uses_.at(output.net) == 1) continue;  // nobody reads it
                const Register* r = follower(output, clock);
                if (r == nullptr) return;
                some.push_back({output.place.at, output.place.length, std::to_string(r->out)});
                some.push_back({r->cell.at, r->cell.length, ""});
                ++registers;
            }
            some.push_back({port.mode.at, port.mode.length, "\"OUTREG\""});
            some.push_back({port.enable.at, port.enable.length, "\"1\""});
        }
        if (registers == 0) return;
        ++result.ports;
        result.registers += registers;
        edits.insert(edits.end(), some.begin(), some.end());
    }

    std::size_t begin_ = 0;
    std::optional<Ram> ram_;
    std::optional<Register> register_;
    std::vector<Ram> rams_;
    std::vector<Register> registers_;
    std::unordered_map<std::uint32_t, std::size_t> by_input_;
    std::unordered_map<std::uint32_t, std::uint32_t> uses_;
};

}  // namespace

OutputRegisters move_output_registers(const std::string& json) {
    OutputRegisters result;
    std::vector<Edit> edits;
    for_each_netlist_module<Module>(json, [&](const Module& m) { m.finish(result, edits); });
    result.json = with_edits(json, std::move(edits));
    return result;
}

}  // namespace ern::fpga
