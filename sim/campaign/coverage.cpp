// SPDX-License-Identifier: Apache-2.0
#include "campaign/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "support/error.h"

namespace ern::campaign {

namespace {

constexpr std::size_t kFewValues = 16;  // that a line shows each of

// 0..16 as they are; then the power of two below.
std::string bucket(std::int64_t value) {
    if (value < 0) return value >= -16 ? fmt::format("{}", value) : "< -16";
    if (value <= 16) return fmt::format("{}", value);
    const auto low = std::int64_t{1} << (std::bit_width(static_cast<std::uint64_t>(value)) - 1);
    return fmt::format("{}..{}", low, 2 * low - 1);
}

std::string kind_of(const schedule::Descriptor& d) {
    using schedule::Opcode;
    switch (static_cast<Opcode>(schedule::get(d, "opcode"))) {
        case Opcode::end:
            return "end";
        case Opcode::reduce:
            return "reduce";
        case Opcode::embed:
            return schedule::get(d, "paired_rows") ? "embed-paired" : "embed";
        case Opcode::spill:
            return "spill";
        case Opcode::fill:
            return "fill";
        case Opcode::conv:
            break;
    }
    if (schedule::get(d, "depthwise")) return schedule::get(d, "pool_max") ? "pool-max" : "pool-average";
    std::string kind = schedule::get(d, "wide") ? "conv-wide" : "conv-narrow";
    if (!schedule::get(d, "from_zero")) kind += "-residual";
    if (!schedule::get(d, "codes")) kind += "-sums";
    return kind;
}

}  // namespace

void Coverage::add_accelerator(const schedule::Accelerator& a) {
    count("accelerator taps", bucket(a.taps));
    count("accelerator tap rows", bucket(a.tap_rows));
    count("accelerator channels", bucket(a.channels));
    count("accelerator outputs", bucket(a.outputs));
    count("accelerator outputs a word", a.outputs < a.channels ? fmt::format("1/{}", a.channels / a.outputs)
                                                               : fmt::format("{}", a.outputs / a.channels));
    count("accelerator columns", bucket(a.columns()));
    count("accelerator column outputs", bucket(a.column_outputs));
    count("accelerator tile depth", bucket(a.tile_depth));
    count("accelerator dot latency", bucket(a.dot_latency));
    count("accelerator accumulator bits", fmt::format("{}", a.accumulator_bits));
    const bool none = a.external.kind == schedule::MemoryKind::none;
    count("accelerator memory", none ? "none"
                                     : fmt::format("{}-{}", schedule::memory_name(a.external.kind),
                                                   a.external.port_bits));
    if (none) return;
    count("accelerator kept weight rows", bucket(a.kept_weight_rows));
    count("accelerator kept threshold rows", bucket(a.kept_threshold_rows));
    count("accelerator spill", a.spill ? "yes" : "no");
}

void Coverage::add_network(const fuzz::NetworkSpec& spec) {
    count("network layers", bucket(fuzz::layers_of(spec)));
    count("network height", bucket(spec.height));
    count("network width", bucket(spec.width));
    count("network colours", bucket(spec.colours));
    count("network classes", bucket(spec.classes));
    count("network last kernel", bucket(spec.last_kernel));
    std::string before = "embed";
    for (const fuzz::Block& b : spec.blocks) {
        const std::string kind(fuzz::name_of(b.kind));
        count("network block", kind);
        count("network transition", before + " > " + kind);
        count("network " + kind + " kernel", bucket(b.kernel));
        count("network " + kind + " stride", bucket(b.stride));
        before = kind;
        if (b.kind == fuzz::BlockKind::conv || b.kind == fuzz::BlockKind::max_pool || b.kind == fuzz::BlockKind::average_pool) {
            count("network " + kind + " pad", bucket(b.pad));
        }
        if (b.kind == fuzz::BlockKind::max_pool || b.kind == fuzz::BlockKind::average_pool) continue;
        count("network channels", bucket(b.channels));
        count("network thresholds", std::string(fuzz::name_of(b.style)));
    }
    count("network transition", before + " > classifier");
}

void Coverage::add_plan(const schedule::Plan& plan) {
    count("plan segments", bucket(std::ssize(plan.segments)));
    const bool strips = std::any_of(plan.segments.begin(), plan.segments.end(), [](const auto& s) { return s.last > s.first; });
    count("plan strips", strips ? "yes" : "no");
    std::string before = "end";
    for (const schedule::Descriptor& d : plan.program) {
        const std::string kind = kind_of(d);
        count("program transition", before + " > " + kind);
        before = kind;
        for (const schedule::Field& field : schedule::kFields) {
            count(fmt::format("field {}", field.name), bucket(schedule::get(d, field.name)));
        }
    }
}

void Coverage::add(const Case& c, const schedule::Plan& plan) {
    add_accelerator(c.accelerator);
    add_network(c.network);
    add_plan(plan);
    count("run stalls", fmt::format("{} %", c.run.stall_percent));
    count("run late memory", fmt::format("{} %", c.run.late_percent));
    count("run loaded through link", c.run.load_through_link ? "yes" : "no");
}

void Coverage::merge(const Coverage& other) {
    for (const auto& [subject, values] : other.counts_) {
        for (const auto& [value, times] : values) counts_[subject][value] += times;
    }
}

nlohmann::ordered_json Coverage::to_json() const {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const auto& [subject, values] : counts_) json[subject] = values;
    return json;
}

Coverage Coverage::from_json(const nlohmann::json& json) {
    Coverage coverage;
    for (const auto& [subject, values] : json.items()) coverage.counts_[subject] = values.get<std::map<std::string, std::int64_t>>();
    return coverage;
}

std::string Coverage::describe() const {
    std::string text;
    for (const auto& [subject, values] : counts_) {
        if (subject.starts_with("field ")) continue;
        text += fmt::format("  {:<32}", subject);
        if (values.size() > kFewValues) {
            text += fmt::format("{} values", values.size());
        } else {
            for (const auto& [value, times] : values) text += fmt::format("{} x{}  ", value, times);
        }
        text += "\n";
    }
    return text;
}

}  // namespace ern::campaign
