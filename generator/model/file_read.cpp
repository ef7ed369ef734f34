// SPDX-License-Identifier: Apache-2.0
// The reading half of the model file. Nothing in it is trusted: each field is asked for by name, type and
// range, each length is compared with what is there before anything is allocated, and fields that nobody
// asked for are refused.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/file.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::model {

namespace {

using Json = nlohmann::json;
using Bytes = std::span<const std::uint8_t>;

template <typename T>
T load(Bytes bytes, std::size_t offset) {
    std::make_unsigned_t<T> value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value = static_cast<std::make_unsigned_t<T>>(value | std::make_unsigned_t<T>{bytes[offset + i]}
                                                                 << (8 * i));
    }
    return static_cast<T>(value);
}

// A JSON object whose fields are taken one by one; done() refuses what is left.
class Fields {
  public:
    Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
        if (!object.is_object()) fail("header: {} is not an object", where_);
    }

    std::int64_t integer(const char* key, std::int64_t low, std::int64_t high) {
        return as_integer(take(key), key, low, high);
    }
    int small(const char* key, int low, int high) { return static_cast<int>(integer(key, low, high)); }

    std::string text(const char* key) { return as_text(take(key), key); }

    Shape shape(const char* key) {
        const std::vector<int> sides = integers(key);
        if (sides.size() != 3) bad(key);
        return {sides[0], sides[1], sides[2]};
    }
    std::vector<int> integers(const char* key) {
        std::vector<int> result;
        for (const Json& value : array(key)) {
            result.push_back(
                static_cast<int>(as_integer(value, key, kPicture, std::numeric_limits<int>::max())));
        }
        return result;
    }
    std::vector<std::string> texts(const char* key) {
        std::vector<std::string> result;
        for (const Json& value : array(key)) result.push_back(as_text(value, key));
        return result;
    }
    std::vector<double> numbers(const char* key) {
        std::vector<double> result;
        for (const Json& value : array(key)) {
            if (!value.is_number()) bad(key);
            result.push_back(value.get<double>());
        }
        return result;
    }
    std::map<std::string, std::string> text_map(const char* key) {
        const Json& value = take(key);
        if (!value.is_object()) bad(key);
        std::map<std::string, std::string> result;
        for (const auto& item : value.items()) result[item.key()] = as_text(item.value(), key);
        return result;
    }
    const Json& array(const char* key) {
        const Json& value = take(key);
        if (!value.is_array()) bad(key);
        return value;
    }

    [[noreturn]] void bad(const char* key) const { fail("header: {} has no valid \"{}\"", where_, key); }

    void done() const {
        if (object_.size() != taken_)
            fail("header: {} has fields that format version {} does not know", where_, kFormat.version);
    }

  private:
    const Json& take(const char* key) {
        const auto found = object_.find(key);
        if (found == object_.end()) bad(key);
        ++taken_;
        return *found;
    }
    std::int64_t as_integer(const Json& value, const char* key, std::int64_t low, std::int64_t high) const {
        if (!value.is_number_integer()) bad(key);
        const bool too_large =
            value.is_number_unsigned() &&
            value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::max<std::int64_t>(high, 0));
        if (too_large || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high) bad(key);
        return value.get<std::int64_t>();
    }
    std::string as_text(const Json& value, const char* key) const {
        if (!value.is_string()) bad(key);
        return value.get<std::string>();
    }

    const Json& object_;
    std::string where_;
    std::size_t taken_ = 0;
};

// Hands out the blob piece by piece, in the order of the layers and without gaps.
class Blob {
  public:
    explicit Blob(Bytes bytes) : bytes_(bytes) {}

    Bytes take(std::int64_t offset, std::int64_t size, const std::string& layer) {
        if (offset != used_) fail("header: data of layer '{}' at {}, but {} is next", layer, offset, used_);
        if (size > static_cast<std::int64_t>(bytes_.size()) - used_) {
            fail("header: data of layer '{}' takes {} bytes, but {} are left", layer, size,
                 static_cast<std::int64_t>(bytes_.size()) - used_);
        }
        used_ += size;
        return bytes_.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
    }
    void done() const {
        if (used_ != static_cast<std::int64_t>(bytes_.size())) {
            fail("{} bytes follow the data of the last layer",
                 static_cast<std::int64_t>(bytes_.size()) - used_);
        }
    }

  private:
    Bytes bytes_;
    std::int64_t used_ = 0;
};

constexpr std::int64_t kAnyOffset = std::numeric_limits<std::int64_t>::max();

Conv read_conv(Fields& fields, Blob& blob, const std::string& name) {
    const int out = fields.small("out", 1, kMaxChannels);
    const int in = fields.small("in", 1, kMaxChannels);
    const int kernel = fields.small("kernel", 1, kMaxKernel);
    const std::int64_t words = (std::int64_t{out} * in * kernel * kernel + 63) / 64;
    const Bytes data = blob.take(fields.integer("data", 0, kAnyOffset), words * 8, name);
    Conv conv{fields.small("stride", 1, kMaxSide), fields.small("pad", 0, kMaxKernel),
              WeightBits(out, kernel, in)};
    for (std::size_t i = 0; i < conv.weights.words().size(); ++i) {
        conv.weights.words()[i] = load<std::uint64_t>(data, 8 * i);
    }
    return conv;
}

Thresholds read_thresholds(Fields& fields, Blob& blob, const std::string& name) {
    Thresholds thresholds;
    thresholds.code_offset = fields.small("code_offset", -3, 0);
    const auto channels = static_cast<std::size_t>(fields.small("channels", 1, kMaxChannels));
    const Bytes data =
        blob.take(fields.integer("data", 0, kAnyOffset), static_cast<std::int64_t>(channels * 13), name);
    thresholds.channels.resize(channels);
    for (std::size_t c = 0; c < channels; ++c) {
        ChannelThresholds& channel = thresholds.channels[c];
        for (std::size_t k = 0; k < 3; ++k) channel.at[k] = load<std::int32_t>(data, 12 * c + 4 * k);
        const std::uint8_t inverted = data[12 * channels + c];
        if (inverted > 1) fail("layer '{}': the inverted flag of channel {} is {}", name, c, inverted);
        channel.inverted = inverted == 1;
    }
    return thresholds;
}

Pool read_pool(Fields& fields) {
    const std::string kind = fields.text("pool");
    if (kind != "max" && kind != "average") fields.bad("pool");
    return {kind == "max" ? PoolKind::max : PoolKind::average, fields.small("kernel", 1, kMaxKernel),
            fields.small("stride", 1, kMaxSide), fields.small("pad", 0, kMaxKernel)};
}

Operation read_operation(const std::string& kind, Fields& fields, Blob& blob, const std::string& name) {
    if (kind == "pixel_embedding")
        return PixelEmbedding{fields.small("codes_per_channel", 1, kMaxCodesPerColour)};
    if (kind == "conv") return read_conv(fields, blob, name);
    if (kind == "residual_add") return ResidualAdd{};
    if (kind == "thresholds") return read_thresholds(fields, blob, name);
    if (kind == "pool") return read_pool(fields);
    if (kind == "global_sum") return GlobalSum{fields.numbers("logit_scale")};
    fields.bad("kind");
}

Network read_body(const Json& header, Bytes blob_bytes) {
    Fields fields(header, "the top");
    Network network;
    network.name = fields.text("name");
    network.input = fields.shape("input");
    network.labels = fields.texts("labels");
    network.notes = fields.text_map("notes");
    if (fields.integer("blob_bytes", 0, kAnyOffset) != static_cast<std::int64_t>(blob_bytes.size())) {
        fields.bad("blob_bytes");
    }
    Blob blob(blob_bytes);
    for (const Json& entry : fields.array("layers")) {
        Fields layer(entry, fmt::format("layer {}", network.layers.size()));
        const std::string name = layer.text("name");
        // Messages quote the name before check() sees it, and have to stay on one line.
        if (std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20; }))
            layer.bad("name");
        const std::string kind = layer.text("kind");
        std::vector<int> inputs = layer.integers("inputs");
        const Shape shape = layer.shape("shape");
        network.layers.push_back({name, std::move(inputs), read_operation(kind, layer, blob, name), shape});
        layer.done();
    }
    fields.done();
    blob.done();
    check(network);
    return network;
}

}  // namespace

Network deserialize(std::span<const std::uint8_t> bytes, std::string_view source) {
    const support::Container container = support::unpack_container(bytes, kFormat, source);
    try {
        return read_body(container.header, container.blob);
    } catch (const Error& error) {
        fail("{}: {}; make the file again", source, error.what());
    }
}

Network read_network(const std::filesystem::path& path) {
    return deserialize(support::read_file(path), path.string());
}

}  // namespace ern::model
