// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/inspect_program.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "model/file.h"
#include "schedule/overflow.h"

namespace ern::cli {

namespace {

// What a layer takes, from the model alone; an accelerator's plan knows more.
struct LayerFacts {
    std::int64_t weight_bits = 0;
    std::int64_t macs = 0;
    schedule::Range range;      // of its accumulators, proven from the weights; {0, 0} for codes
    int bits = 0;               // of one value of its map, signed for accumulators
    std::int64_t map_bits = 0;  // of the whole map
};

LayerFacts facts_of(const model::Network& network, const model::Layer& layer, const schedule::Range& range) {
    LayerFacts facts;
    if (const auto* conv = std::get_if<model::Conv>(&layer.operation))
        facts.weight_bits = conv->weights.count();
    facts.macs = model::macs(network, layer);
    facts.range = range;
    switch (model::map_kind(layer)) {
        case model::MapKind::codes:
            facts.bits = 2;
            break;
        case model::MapKind::accumulators:
            facts.bits = schedule::bits_needed(range);
            break;
        case model::MapKind::sums:
            break;  // in the host
    }
    facts.map_bits = layer.shape.size() * facts.bits;
    return facts;
}

// 1234567 -> 1,234,567
std::string grouped(std::int64_t value) {
    const std::string digits = fmt::format("{}", value);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

std::string kernel_text(const model::Layer& layer) {
    if (const auto* conv = std::get_if<model::Conv>(&layer.operation)) {
        return fmt::format("{0}x{0} s{1}", conv->weights.kernel(), conv->stride);
    }
    if (const auto* pool = std::get_if<model::Pool>(&layer.operation)) {
        return fmt::format("{0}x{0} s{1}", pool->kernel, pool->stride);
    }
    return {};
}

void say_layer(const Session& session, const model::Layer& layer, const LayerFacts& facts) {
    const std::string range = facts.range.high == 0 && facts.range.low == 0
                                  ? std::string()
                                  : fmt::format("{}..{}", facts.range.low, facts.range.high);
    session.say("{:24} {:16} {:8} {:>13} {:>10} {:>12} {:>14} {:>5} {:>9}\n", layer.name,
                model::operation_name(layer.operation), kernel_text(layer),
                fmt::format("{}x{}x{}", layer.shape.height, layer.shape.width, layer.shape.channels),
                facts.weight_bits == 0 ? "" : grouped(facts.weight_bits),
                facts.macs == 0 ? "" : grouped(facts.macs), range,
                facts.bits == 0 ? "" : fmt::format("{}", facts.bits),
                facts.map_bits == 0 ? "" : grouped((facts.map_bits + 1023) / 1024));
}

nlohmann::ordered_json layer_json(const model::Layer& layer, const LayerFacts& facts) {
    nlohmann::ordered_json json = {{"name", layer.name},
                                   {"operation", model::operation_name(layer.operation)},
                                   {"inputs", layer.inputs},
                                   {"shape", {layer.shape.height, layer.shape.width, layer.shape.channels}},
                                   {"weight_bits", facts.weight_bits},
                                   {"macs", facts.macs},
                                   {"low", facts.range.low},
                                   {"high", facts.range.high},
                                   {"value_bits", facts.bits},
                                   {"map_bits", facts.map_bits}};
    if (const auto* conv = std::get_if<model::Conv>(&layer.operation)) {
        json["kernel"] = conv->weights.kernel();
        json["stride"] = conv->stride;
        json["pad"] = conv->pad;
    } else if (const auto* thresholds = std::get_if<model::Thresholds>(&layer.operation)) {
        json["code_offset"] = thresholds->code_offset;
    } else if (const auto* sum = std::get_if<model::GlobalSum>(&layer.operation)) {
        json["logit_scale"] = sum->logit_scale;
    }
    return json;
}

// The layer whose accumulators need the widest signed number.
void report_widest(Session& session, const model::Network& network,
                   const std::vector<schedule::Range>& ranges) {
    const auto widest = std::max_element(
        ranges.begin(), ranges.end(),
        [](const schedule::Range& a, const schedule::Range& b) { return a.magnitude() < b.magnitude(); });
    const auto& layer = network.layers[static_cast<std::size_t>(widest - ranges.begin())];
    const int bits = schedule::bits_needed(*widest);
    session.say("largest accumulator: {}..{} in {}, {} bits signed\n", widest->low, widest->high, layer.name,
                bits);
    session.report["accumulator_bits"] = bits;
    session.report["largest_accumulator"] = widest->magnitude();
    session.report["largest_accumulator_layer"] = layer.name;
}

void inspect(Session& session, const model::Network& network) {
    const auto ranges = schedule::accumulator_ranges(network);
    session.report["name"] = network.name;
    session.report["fingerprint"] = fmt::format("{:08x}", model::fingerprint(network));
    session.report["weight_bits"] = model::weight_bits(network);
    session.report["macs"] = model::total_macs(network);
    session.report["classes"] = network.classes();
    session.report["labels"] = network.labels;
    session.report["notes"] = network.notes;
    auto& layers = session.report["layers"] = nlohmann::ordered_json::array();
    session.say("{}: {}x{}x{} -> {} classes, fingerprint {:08x}\n", network.name, network.input.height,
                network.input.width, network.input.channels, network.classes(), model::fingerprint(network));
    session.say("{:24} {:16} {:8} {:>13} {:>10} {:>12} {:>14} {:>5} {:>9}\n", "layer", "operation", "window",
                "map", "weights", "MAC", "range", "bits", "map kbit");
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const LayerFacts facts = facts_of(network, network.layers[i], ranges[i]);
        say_layer(session, network.layers[i], facts);
        layers.push_back(layer_json(network.layers[i], facts));
    }
    session.say("{} weight bits, {} MAC a picture\n", grouped(model::weight_bits(network)),
                grouped(model::total_macs(network)));
    report_widest(session, network, ranges);
    for (const auto& [key, value] : network.notes) session.say("{}: {}\n", key, value);
}

}  // namespace

void add_inspect(CLI::App& app, Session& session) {
    auto path = std::make_shared<std::string>();
    CLI::App* sub =
        add_subcommand(app, session, "inspect", "Show a model's layers, or a program's descriptors",
                       "Of a model: shapes, weights, MAC, and the range that each accumulator provably stays in.\n"
                       "Of a program: what it was made for, its memories, and the fields of each descriptor that are "
                       "not zero (docs/descriptor.md).\n"
                       "  ernforge inspect ern-fashion\n"
                       "  ernforge inspect ern-fashion.ernprog");
    sub->add_option("file", *path, "Model file, or its name in models/, or program file")->required();
    sub->callback([&session, path] {
        if (is_program(*path)) {
            inspect_program(session, *path);
        } else {
            inspect(session, model::read_network(find_in_models(*path, ".ern")));
        }
    });
}

}  // namespace ern::cli
