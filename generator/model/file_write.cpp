// SPDX-License-Identifier: Apache-2.0
// The writing half of the model file; file.h has the layout, file_read.cpp the other half.
#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "model/file.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::model {

namespace {

using Json = nlohmann::ordered_json;

template <typename T>
void append(std::vector<std::uint8_t>& bytes, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        bytes.push_back(static_cast<std::uint8_t>(static_cast<std::make_unsigned_t<T>>(value) >> (8 * i)));
    }
}

Json to_json(const Shape& shape) {
    return Json::array({shape.height, shape.width, shape.channels});
}

// Adds an operation's fields to its layer's entry, and its data to the blob.
struct Writer {
    Json& entry;
    std::vector<std::uint8_t>& blob;

    void operator()(const PixelEmbedding& embedding) const {
        entry["codes_per_channel"] = embedding.codes_per_channel;
    }
    void operator()(const Conv& conv) const {
        entry["out"] = conv.weights.out();
        entry["in"] = conv.weights.in();
        entry["kernel"] = conv.weights.kernel();
        entry["stride"] = conv.stride;
        entry["pad"] = conv.pad;
        entry["data"] = blob.size();
        for (const std::uint64_t word : conv.weights.words()) append(blob, word);
    }
    void operator()(const ResidualAdd&) const {}
    void operator()(const Thresholds& thresholds) const {
        entry["code_offset"] = thresholds.code_offset;
        entry["channels"] = thresholds.channels.size();
        entry["data"] = blob.size();
        for (const ChannelThresholds& channel : thresholds.channels) {
            for (const std::int32_t at : channel.at) append(blob, at);
        }
        for (const ChannelThresholds& channel : thresholds.channels) {
            append(blob, static_cast<std::uint8_t>(channel.inverted ? 1 : 0));
        }
    }
    void operator()(const Pool& pool) const {
        entry["pool"] = pool.kind == PoolKind::max ? "max" : "average";
        entry["kernel"] = pool.kernel;
        entry["stride"] = pool.stride;
        entry["pad"] = pool.pad;
    }
    void operator()(const GlobalSum& sum) const { entry["logit_scale"] = sum.logit_scale; }
};

Json header_of(const Network& network, std::vector<std::uint8_t>& blob) {
    Json layers = Json::array();
    for (const Layer& layer : network.layers) {
        Json entry{{"name", layer.name},
                   {"kind", operation_name(layer.operation)},
                   {"inputs", layer.inputs},
                   {"shape", to_json(layer.shape)}};
        std::visit(Writer{entry, blob}, layer.operation);
        layers.push_back(std::move(entry));
    }
    Json notes = Json::object();
    for (const auto& [key, value] : network.notes) notes[key] = value;
    return Json{{"name", network.name},      {"input", to_json(network.input)},
                {"labels", network.labels},  {"notes", std::move(notes)},
                {"blob_bytes", blob.size()}, {"layers", std::move(layers)}};
}

}  // namespace

std::vector<std::uint8_t> serialize(const Network& network) {
    check(network);
    std::vector<std::uint8_t> blob;
    const Json header = header_of(network, blob);
    try {
        return support::pack_container(kFormat, header, blob);
    } catch (const Error& error) {
        fail("network '{}': {}", network.name, error.what());
    }
}

void write_network(const std::filesystem::path& path, const Network& network) {
    support::write_file(path, serialize(network));
}

std::uint32_t fingerprint(const Network& network) {
    const std::vector<std::uint8_t> bytes = serialize(network);
    return support::crc32(std::span(bytes).subspan(support::kContainerChecksumFrom));
}

}  // namespace ern::model
