// SPDX-License-Identifier: Apache-2.0
// From the fields of a compressor tree to the positions of carry chains, with the bits that each one takes.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <deque>
#include <map>

#include "emit/compressor.h"
#include "support/error.h"

namespace ern::emit {

namespace {

constexpr int kSumColumns = 11;   // of a partial sum: up to 500 lanes
constexpr int kChain = 60;        // positions of a chain: all of a tile of 16 lanes; timing follows a chain from end to end

// A bit with its mask; an empty mask counts as one.
struct Bit {
    std::string name = "1'b0";
    std::string mask;
};

struct Position {
    bool separator = false;
    Bit x, y;
    std::string out;  // wire that takes the result; empty: none
};

// A field's positions, its separator first, and the wire of its carry, which the separator after it hands out.
struct PlacedField {
    std::vector<Position> positions;
    std::string carry;
};

class Writer {
  public:
    Writer(const CompressorTree& tree, std::uint32_t registers) : tree_(tree), registers_(registers) {
        for (int l = 0; l < tree.lanes; ++l) {
            columns_[0].push_back({fmt::format("in_lo[{}]", l), fmt::format("cfg_weights[{}]", l)});
            columns_[1].push_back({fmt::format("in_hi[{}]", l), fmt::format("cfg_weights[{}]", l)});
        }
        const int levels = static_cast<int>(tree.levels.size());
        for (int level = 0; level < levels; ++level) make_level(level);
        make_adder();
        for (auto& [group, fields] : groups_) make_chains(fields);
        latency_ = 1 + std::popcount(registers & ((1u << levels) - 1));
    }

    std::string text(const std::string& name) const;

  private:
    // ---- levels: which bits a field takes. First in, first out: fields keep the order of the lanes, which keeps wires short.
    Bit take(int column) {
        auto& bits = columns_[static_cast<std::size_t>(column)];
        if (bits.empty()) return {};
        Bit bit = bits.front();
        bits.pop_front();
        return bit;
    }

    std::string new_wire() { return fmt::format("made[{}]", wires_++); }

    std::string stored(const std::string& value) {
        stored_.push_back(value);
        return fmt::format("kept[{}]", stored_.size() - 1);
    }

    PlacedField make_field(const Field& f, std::array<std::vector<std::string>, kMostColumns>& made) {
        PlacedField placed;
        placed.positions.push_back({true, f.first_bits == 3 ? take(f.start) : Bit{}, {}, ""});
        for (int c = f.start; c < f.start + f.length; ++c) {
            const Bit x = take(c), y = take(c);
            const std::string out = new_wire();
            made[static_cast<std::size_t>(c)].push_back(out);
            placed.positions.push_back({false, x, y, out});
        }
        const int columns = std::bit_width(static_cast<unsigned>(3 * tree_.lanes));
        if (f.start + f.length < columns) {
            placed.carry = new_wire();
            made[static_cast<std::size_t>(f.start + f.length)].push_back(placed.carry);
        }
        return placed;
    }

    // Fields of one kind spread evenly among those of others.
    static std::vector<Field> spread(const std::vector<Field>& fields) {
        std::map<std::tuple<int, int, int>, std::pair<int, int>> kinds;  // number, used
        for (const Field& f : fields) ++kinds[{f.start, f.length, f.first_bits}].first;
        std::vector<Field> order;
        while (order.size() < fields.size()) {
            auto best = kinds.end();
            double least = 2;
            for (auto at = kinds.begin(); at != kinds.end(); ++at) {
                const auto [number, used] = at->second;
                if (used < number && (used + 0.5) / number < least) {
                    least = (used + 0.5) / number;
                    best = at;
                }
            }
            ++best->second.second;
            order.push_back({std::get<0>(best->first), std::get<1>(best->first), std::get<2>(best->first)});
        }
        return order;
    }

    void make_level(int level) {
        std::array<std::vector<std::string>, kMostColumns> made;
        for (const Field& f : spread(tree_.levels[static_cast<std::size_t>(level)])) {
            groups_[group_].push_back(make_field(f, made));
        }
        const bool registered = (registers_ >> level & 1) != 0;
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            std::deque<Bit> next;
            for (const std::string& wire : made[c]) next.push_back({registered ? stored(wire) : wire, ""});
            for (const Bit& left : columns_[c]) {
                if (!registered) {
                    next.push_back(left);
                    continue;
                }
                const std::string value = left.mask.empty() ? left.name : left.name + " & " + left.mask;
                next.push_back({stored(value), ""});
            }
            columns_[c] = std::move(next);
        }
        group_ = registered ? 0 : group_ + 1;
    }

    // The last field: what is left, the second bit of column 0 as carry in, and the partial sum. It stands at the end of its
    // chain, so that the cells of columns that nobody reads go away.
    void make_adder() {
        PlacedField adder;
        adder.positions.push_back({true, columns_[0].size() > 1 ? take(0) : Bit{}, {}, ""});
        for (int c = 0; c < kSumColumns; ++c) {
            const Bit x = take(c);
            adder.positions.push_back({false, x, {fmt::format("in_partial[{}]", c), ""}, fmt::format("sum[{}]", c)});
        }
        for (const auto& bits : columns_) ensure(bits.empty(), "a compressor tree leaves one bit a column");
        groups_[group_].push_back(adder);
    }

    // ---- chains. Levels that follow each other without registers stand in different groups, so that timing analysis, which
    // follows a chain through its separators, sees no loop.
    void make_chains(const std::vector<PlacedField>& fields) {
        int total = 0;
        for (const PlacedField& f : fields) total += static_cast<int>(f.positions.size());
        const int chains = (total + kChain - 1) / kChain, most = (total + chains - 1) / chains + 2;
        std::vector<Position> chain;
        std::string carry;
        for (const PlacedField& f : fields) {
            if (!chain.empty() && static_cast<int>(chain.size() + f.positions.size()) > most) end_chain(chain, carry);
            chain.insert(chain.end(), f.positions.begin(), f.positions.end());
            chain[chain.size() - f.positions.size()].out = carry;
            carry = f.carry;
        }
        end_chain(chain, carry);
    }

    void end_chain(std::vector<Position>& chain, std::string& carry) {
        if (!carry.empty()) chain.push_back({true, {}, {}, carry});
        if (chain.size() % 2 == 1) chain.push_back({true, {}, {}, ""});
        chains_.push_back(std::move(chain));
        chain.clear();
        carry.clear();
    }

    static std::string pair_text(const Position& low, const Position& high, std::size_t chain, std::size_t index);

    const CompressorTree& tree_;
    std::uint32_t registers_;
    int latency_ = 0, wires_ = 0, group_ = 0;
    std::array<std::deque<Bit>, kMostColumns> columns_;
    std::map<int, std::vector<PlacedField>> groups_;
    std::vector<std::vector<Position>> chains_;
    std::vector<std::string> stored_;  // what each register takes
};

std::string Writer::pair_text(const Position& low, const Position& high, std::size_t chain, std::size_t index) {
    const auto mask = [](const Bit& b) { return b.mask.empty() ? std::string("1'b1") : b.mask; };
    const auto out = [&](const Position& p, int half) {
        return p.out.empty() ? fmt::format("unused{}[{}]", chain, 2 * index + static_cast<std::size_t>(half)) : p.out;
    };
    const std::string carry = fmt::format("carry{}", chain);
    return fmt::format(
        "    ern_ecp5_pair #(.STARTS({}), .SEPARATOR_0({}), .SEPARATOR_1({})) u_pair{}_{} (\n"
        "        .carry_in({}), .in_a({{{}, {}}}), .in_a_mask({{{}, {}}}), .in_c({{{}, {}}}), .in_c_mask({{{}, {}}}),\n"
        "        .out({{{}, {}}}), .carry_out({}[{}]));\n",
        index == 0 ? 1 : 0, low.separator ? 1 : 0, high.separator ? 1 : 0, chain, index,
        index == 0 ? "1'b0" : fmt::format("{}[{}]", carry, index - 1), high.x.name, low.x.name, mask(high.x), mask(low.x),
        high.y.name, low.y.name, mask(high.y), mask(low.y), out(high, 1), out(low, 0), carry, index);
}

std::string Writer::text(const std::string& name) const {
    std::size_t positions = 0;
    for (const auto& chain : chains_) positions += chain.size();
    std::string text = fmt::format(
        "// SPDX-License-Identifier: Apache-2.0\n"
        "// One tile of an ECP5 dot unit: {0} lanes and a partial sum to the next partial sum, written by `ernforge compressor`.\n"
        "//   out_sum(t) = in_partial(t - 1) + sum over l of (cfg_weights[l] ? in_lo[l] + 2 * in_hi[l] : 0)(t - {1})\n"
        "// {2} positions in {3} carry chain{4}, {5} of them before the partial sum's adder; {6} registers.\n"
        "`default_nettype none\n\n"
        "module {7} (\n"
        "    input  wire        clk,\n"
        "    input  wire [{8}:0] in_lo,\n"
        "    input  wire [{8}:0] in_hi,\n"
        "    input  wire [{8}:0] cfg_weights,\n"
        "    input  wire [{9}:0] in_partial,   // in time for the last register\n"
        "    output reg  [{9}:0] out_sum\n"
        ");\n",
        tree_.lanes, latency_, positions, chains_.size(), chains_.size() == 1 ? "" : "s", tree_.positions,
        stored_.size() + kSumColumns, name, tree_.lanes - 1, kSumColumns - 1);
    text += fmt::format("    wire [{}:0] sum;\n    wire [{}:0] made;  // results of the levels\n    reg  [{}:0] kept;\n\n"
                        "    always @(posedge clk) begin\n        out_sum <= sum;\n",
                        kSumColumns - 1, wires_ - 1, stored_.size() - 1);
    for (std::size_t i = 0; i < stored_.size(); ++i) text += fmt::format("        kept[{}] <= {};\n", i, stored_[i]);
    text += "    end\n";
    for (std::size_t c = 0; c < chains_.size(); ++c) {
        const auto& chain = chains_[c];
        text += fmt::format("\n    /* verilator lint_off UNUSED */\n    wire [{0}:0] carry{2};\n    wire [{1}:0] unused{2};\n"
                            "    /* verilator lint_on UNUSED */\n", chain.size() / 2 - 1, chain.size() - 1, c);
        for (std::size_t i = 0; i + 1 < chain.size(); i += 2) text += pair_text(chain[i], chain[i + 1], c, i / 2);
    }
    return text + "endmodule\n\n`default_nettype wire\n";
}

}  // namespace

std::string compressor_verilog(const CompressorTree& tree, std::uint32_t registers, const std::string& module_name) {
    return Writer(tree, registers).text(module_name);
}

}  // namespace ern::emit
