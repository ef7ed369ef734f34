// SPDX-License-Identifier: Apache-2.0
#include "schedule/accelerator.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "schedule/external.h"
#include "schedule/loops.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::schedule {

namespace {

constexpr std::array kIntegers{
    IntegerKey{"array", "taps", &Accelerator::taps, 2, 9},
    IntegerKey{"array", "tap_rows", &Accelerator::tap_rows, 1, 4, 1},
    IntegerKey{"array", "channels", &Accelerator::channels, 8, 256},
    IntegerKey{"array", "outputs", &Accelerator::outputs, 2, 512},
    IntegerKey{"array", "column_outputs", &Accelerator::column_outputs, 1, 512},
    IntegerKey{"array", "tile_depth", &Accelerator::tile_depth, 4, 65535},
    IntegerKey{"array", "dot_latency", &Accelerator::dot_latency, 2, 16},
    IntegerKey{"widths", "accumulator", &Accelerator::accumulator_bits, 8, 24},
    IntegerKey{"memory", "activation_words", &Accelerator::activation_words, 256, 32768},
    IntegerKey{"memory", "sum_words", &Accelerator::sum_words, 16, 65535},
    IntegerKey{"memory", "weight_rows", &Accelerator::weight_rows, 16, 1 << 24},
    IntegerKey{"memory", "threshold_rows", &Accelerator::threshold_rows, 16, 1 << 20},
    IntegerKey{"memory", "program_words", &Accelerator::program_words, 32, 1 << 20},
    IntegerKey{"memory", "result_words", &Accelerator::result_words, 2, 4096},
    IntegerKey{"memory", "kept_weight_rows", &Accelerator::kept_weight_rows, 0, 1 << 16, 0},
    IntegerKey{"memory", "kept_threshold_rows", &Accelerator::kept_threshold_rows, 0, 1 << 16, 0},
    IntegerKey{"memory", "spill", &Accelerator::spill, 0, 1, 0},
    IntegerKey{"memory", "overlap", &Accelerator::overlap, 0, 1, 0},
    IntegerKey{"link", "baud", &Accelerator::baud, 9600, 12000000},
};

struct KindName {
    std::string_view name;
    MemoryKind kind;
};
constexpr std::array kKinds{KindName{"none", MemoryKind::none}, KindName{"sdr", MemoryKind::sdr}, KindName{"sdr32", MemoryKind::sdr32},
                            KindName{"ddr3", MemoryKind::ddr3}, KindName{"ddr3-800", MemoryKind::ddr3_800}};

bool known(std::string_view table, std::string_view key) {
    if (table == "clock" && key == "mhz") return true;
    if (table == "array" && key == "pooling") return true;
    if (table == "external" && (key == "kind" || key == "port_bits")) return true;
    return std::any_of(kIntegers.begin(), kIntegers.end(),
                       [&](const IntegerKey& k) { return table == k.table && key == k.key; });
}

void refuse_unknown_keys(const toml::table& root, std::string_view source) {
    for (const auto& [name, node] : root) {
        const auto* table = node.as_table();
        if (name == "name" || name == "board") continue;
        if (!table) fail("{}: unknown key '{}' (line {})", source, name.str(), node.source().begin.line);
        const bool table_known = name == "clock" || name == "external" || std::any_of(kIntegers.begin(), kIntegers.end(), [&name = name](const IntegerKey& k) {
            return name == k.table;
        });
        if (!table_known && table->empty()) fail("{}: unknown table [{}] (line {})", source, name.str(), table->source().begin.line);
        for (const auto& [key, value] : *table) {
            if (!known(name.str(), key.str())) {
                fail("{}: unknown key '{}' in [{}] (line {})", source, key.str(), name.str(), value.source().begin.line);
            }
        }
    }
}

void read_integer(const toml::table& root, const IntegerKey& key, std::string_view source, Accelerator& result) {
    const auto node = root[key.table][key.key];
    if (!node && key.missing != IntegerKey::kNeeded) return;
    if (!node) fail("{}: [{}] {} is missing; an integer from {} to {}", source, key.table, key.key, key.low, key.high);
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < key.low || *value > key.high) {
        fail("{}: [{}] {} must be an integer from {} to {} (line {})", source, key.table, key.key, key.low, key.high,
             node.node()->source().begin.line);
    }
    result.*key.member = static_cast<int>(*value);
}

// Empty where the key is missing. The text stands in messages and in comments of Verilog.
std::string read_text(const toml::table& root, const char* key, std::string_view source) {
    const auto node = root[key];
    if (!node) return {};
    const int line = static_cast<int>(node.node()->source().begin.line);
    if (!node.is_string()) fail("{}: {} must be a text (line {})", source, key, line);
    const std::string text = node.value_or(std::string());
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; })) {
        fail("{}: {} must be a text of one line (line {})", source, key, line);
    }
    return text;
}

// [external], which may be missing: then everything lies on the chip.
ExternalMemory read_external(const toml::table& root, std::string_view source) {
    ExternalMemory memory;
    const auto table = root["external"];
    if (!table) return memory;
    memory.kind = memory_kind(table["kind"].value_or(std::string()), source);
    memory.port_bits = usual_port_bits(memory.kind);
    if (const auto node = table["port_bits"]) {
        const std::int64_t bits = node.value_exact<std::int64_t>().value_or(0);
        if (bits != 32 && bits != 64 && bits != 128) fail("{}: [external] port_bits must be 32, 64 or 128", source);
        memory.port_bits = static_cast<int>(bits);
    }
    return memory;
}

void check_rings(const Accelerator& a, std::string_view source) {
    const auto check_ring = [&](const char* key, int rows, int bits, int burst) {
        const int fewest = fewest_ring_rows(a, bits, burst), units = stream_row_bytes(a, bits) / 4;
        const int rows_a_beat = std::max(1, a.external.port_bits / 32 / units);
        if (rows < fewest) {
            fail("{}: [memory] {} = {} holds no burst of {} beats of {} bits; it must be at least {}", source, key, rows, burst,
                 a.external.port_bits, fewest);
        }
        if (rows % rows_a_beat != 0) {
            fail("{}: [memory] {} = {} must be a multiple of {}, the rows of a beat", source, key, rows, rows_a_beat);
        }
    };
    check_ring("weight_rows", a.weight_rows, a.lanes(), kWeightBurst);
    check_ring("threshold_rows", a.threshold_rows, 3 * a.accumulator_bits + 1, kSmallBurst);
    check_ring("program_words", a.program_words, 32, kSmallBurst);
}

// Rows can be kept of what streams only; a memory of a single row does not exist.
void check_kept(const Accelerator& a, std::string_view source) {
    const auto check_rows = [&](const char* key, int rows) {
        if (rows == 1) fail("{}: [memory] {} = 1 must be 0, or 2 at least", source, key);
        if (rows > 0 && a.external.kind == MemoryKind::none) fail("{}: [memory] {} = {} needs [external] memory", source, key, rows);
    };
    check_rows("kept_weight_rows", a.kept_weight_rows);
    check_rows("kept_threshold_rows", a.kept_threshold_rows);
}

// A beat holds the accumulators of a column, 16 bits each (ern_spill).
void check_spill(const Accelerator& a, std::string_view source) {
    if (a.spill == 0) return;
    if (a.external.kind == MemoryKind::none) fail("{}: [memory] spill = 1 needs [external] memory", source);
    if (16 * a.column_outputs != a.external.port_bits) {
        fail("{}: [memory] spill = 1 needs [external] port_bits = {}, 16 for each of column_outputs = {}", source, 16 * a.column_outputs, a.column_outputs);
    }
    if (a.accumulator_bits > 16) fail("{}: [memory] spill = 1 needs [widths] accumulator of at most 16", source);
}

void check_overlap(const Accelerator& a, std::string_view source) {
    if (a.overlap == 0) return;
    if (a.external.kind == MemoryKind::none) fail("{}: [memory] overlap = 1 needs [external] memory", source);
    if (a.spill == 1) fail("{}: [memory] overlap = 1 cannot be had together with spill = 1", source);
}

}  // namespace

Accelerator parse_accelerator(std::string_view text, std::string_view source) {
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error& error) {
        fail("{}: line {}: {}", source, error.source().begin.line, error.description());
    }
    refuse_unknown_keys(root, source);
    Accelerator result;
    result.name = read_text(root, "name", source);
    if (result.name.empty()) fail("{}: name is missing", source);
    result.board = read_text(root, "board", source);
    for (const IntegerKey& key : kIntegers) read_integer(root, key, source, result);
    if (const auto pooling = root["array"]["pooling"]) {
        if (!pooling.is_boolean()) fail("{}: [array] pooling must be true or false", source);
        result.pooling = *pooling.value<bool>();
    }
    const auto mhz = root["clock"]["mhz"].value<double>();
    if (!mhz || !(*mhz >= 1.0 && *mhz <= 400.0)) fail("{}: [clock] mhz must be a number from 1 to 400", source);
    result.clock_mhz = *mhz;
    result.external = read_external(root, source);
    check(result, source);
    return result;
}

Accelerator read_accelerator(const std::filesystem::path& path) {
    return parse_accelerator(support::read_text(path, 1 << 20), path.string());
}

void check(const Accelerator& a, std::string_view source) {
    if (a.outputs % a.column_outputs != 0) {
        fail("{}: [array] column_outputs = {} does not divide outputs = {}", source, a.column_outputs, a.outputs);
    }
    if (a.taps % a.tap_rows != 0) {
        fail("{}: [array] tap_rows = {} does not divide taps = {}", source, a.tap_rows, a.taps);
    }
    const bool part = a.channels % a.outputs == 0;
    const bool multiple = a.outputs % a.channels == 0 && a.outputs / a.channels <= a.taps;
    if (!part && !multiple) {
        fail("{}: [array] outputs = {} must divide channels = {}, or be 1 to {} times as many", source, a.outputs,
             a.channels, a.taps);
    }
    const int sum_bits = std::bit_width(static_cast<unsigned>(3 * a.lanes()));
    if (a.accumulator_bits < sum_bits + 2) {
        fail("{}: [widths] accumulator = {} cannot hold one pass of {} lanes; it must be at least {}", source,
             a.accumulator_bits, a.lanes(), sum_bits + 2);
    }
    if (a.external.kind != MemoryKind::none && a.outputs % 4 != 0) {
        fail("{}: [array] outputs = {} must be a multiple of 4 with external memory", source, a.outputs);
    }
    if (a.external.kind == MemoryKind::sdr32 && a.external.port_bits < 64) {
        fail("{}: [external] port_bits = {} must be 64 or 128 with kind = \"sdr32\": a beat has two words at least", source, a.external.port_bits);
    }
    if (a.external.kind != MemoryKind::none) check_rings(a, source);
    check_kept(a, source);
    check_spill(a, source);
    check_overlap(a, source);
    const double clocks_per_bit = a.clock_mhz * 1e6 / a.baud;
    if (clocks_per_bit < 4) {
        fail("{}: [link] baud = {} needs a clock of at least {:.1f} MHz, [clock] mhz is {}", source, a.baud,
             4.0 * a.baud / 1e6, a.clock_mhz);
    }
}

namespace {

// Block RAM of the ECP5 family, bits, from its data sheet.
struct Device {
    const char* name;
    std::int64_t bits;
};
constexpr std::array kDevices{Device{"LFE5U-25F", 56 * 18 * 1024}, Device{"LFE5U-45F", 108 * 18 * 1024},
                              Device{"LFE5U-85F", 208 * 18 * 1024}};

// The smallest device that holds the memories; nothing where each one does.
std::string device_for(const Accelerator& a) {
    const auto found = std::find_if(kDevices.begin(), kDevices.end(), [&](const Device& d) { return a.memory_bits() <= d.bits; });
    if (found == kDevices.begin()) return "";
    if (found != kDevices.end()) return fmt::format(", on an {} at least", found->name);
    return fmt::format(", but no ECP5 has its {:.1f} Mbit of block RAM: {} has {:.1f}{}", static_cast<double>(a.memory_bits()) / 1e6,
                       kDevices.back().name, static_cast<double>(kDevices.back().bits) / 1e6,
                       a.external.kind == MemoryKind::none ? "; with [external] memory less is needed" : "");
}

}  // namespace

std::string remedy(const Accelerator& a, const std::vector<Setting>& settings) {
    Accelerator changed = a;
    std::string text;
    for (const Setting& s : settings) {
        const auto found = std::find_if(kIntegers.begin(), kIntegers.end(), [&](const IntegerKey& k) { return s.key == k.key; });
        ensure(found != kIntegers.end(), "a remedy names a key of the configuration");
        if (s.value > found->high) return fmt::format("[{}] {} can be at most {}", found->table, s.key, found->high);
        changed.*found->member = static_cast<int>(s.value);
        text += text.empty() ? fmt::format("[{}] ", found->table) : " and ";
        text += fmt::format("{} = {}", s.key, s.value);
    }
    return fmt::format("{} would do{}", text, device_for(changed));
}

int Accelerator::bank(int y, int x, int block) const { return modulo(x + block + tap_columns() * y, taps); }

std::span<const IntegerKey> integer_keys() { return kIntegers; }

std::string_view memory_name(MemoryKind kind) {
    return std::find_if(kKinds.begin(), kKinds.end(), [&](const KindName& k) { return k.kind == kind; })->name;
}

MemoryKind memory_kind(std::string_view name, std::string_view source) {
    const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const KindName& k) { return k.name == name; });
    if (found != kKinds.end()) return found->kind;
    std::string names;
    for (const KindName& k : kKinds) names += fmt::format("{}\"{}\"", names.empty() ? "" : &k == &kKinds.back() ? " or " : ", ", k.name);
    fail("{}: [external] kind must be {}", source, names);
}

int usual_port_bits(MemoryKind kind) { return kind == MemoryKind::sdr ? 32 : kind == MemoryKind::sdr32 ? 64 : 128; }

std::string accelerator_text(const Accelerator& a) {
    std::string text = fmt::format("name = \"{}\"\nboard = \"{}\"\n", a.name, a.board);
    std::string_view table;
    for (const IntegerKey& key : kIntegers) {
        if (a.*key.member == key.missing) continue;
        if (table != key.table) text += fmt::format("\n[{}]\n", key.table);
        if (table.empty()) text += fmt::format("pooling = {}\n", a.pooling);  // of the first table
        table = key.table;
        text += fmt::format("{} = {}\n", key.key, a.*key.member);
    }
    if (a.external.kind != MemoryKind::none) {
        text += fmt::format("\n[external]\nkind = \"{}\"\nport_bits = {}\n", memory_name(a.external.kind), a.external.port_bits);
    }
    return text + fmt::format("\n[clock]\nmhz = {}\n", a.clock_mhz);
}

std::uint32_t fingerprint(const Accelerator& accelerator) {
    std::string text = accelerator.name;
    for (const IntegerKey& key : kIntegers) {
        if (accelerator.*key.member != key.missing) text += fmt::format(";{}={}", key.key, accelerator.*key.member);
    }
    if (!accelerator.pooling) text += ";pooling=0";
    text += fmt::format(";mhz={}", accelerator.clock_mhz);
    if (accelerator.external.kind != MemoryKind::none) {
        text += fmt::format(";external={},{}", static_cast<int>(accelerator.external.kind), accelerator.external.port_bits);
    }
    return support::crc32({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace ern::schedule
