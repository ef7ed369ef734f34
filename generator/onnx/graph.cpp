// SPDX-License-Identifier: Apache-2.0
#include "onnx/graph.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "support/error.h"

namespace ern::onnx_import {

namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

void parse(std::span<const std::uint8_t> bytes, onnx::ModelProto& model) {
    google::protobuf::LogSilencer silent;  // the message below says it
    google::protobuf::io::CodedInputStream in(bytes.data(), static_cast<int>(bytes.size()));
    in.SetTotalBytesLimit(static_cast<int>(bytes.size()));
    if (!model.ParseFromCodedStream(&in) || !in.ConsumedEntireMessage()) {
        fail("it is no ONNX file, or cut short; export or copy it again");
    }
    if (!model.has_graph() || model.opset_import_size() == 0) fail("it is no ONNX file: it has no graph and versions; export it again");
}

template <typename Value>
void append_raw(const std::string& raw, std::vector<double>& values) {
    for (std::size_t at = 0; at + sizeof(Value) <= raw.size(); at += sizeof(Value)) {
        Value value;
        std::memcpy(&value, raw.data() + at, sizeof(Value));
        values.push_back(static_cast<double>(value));
    }
}

std::int64_t size_of(const onnx::TensorProto& proto) {
    std::int64_t size = 1;
    for (std::int64_t dim : proto.dims()) {
        if (dim < 1) fail("tensor '{}': one of its sizes is {}; every size must be 1 or more", proto.name(), dim);
        if (dim > kMaxTensorValues / size) fail("tensor '{}': it declares more than {} values", proto.name(), kMaxTensorValues);
        size *= dim;
    }
    return size;
}

Tensor read_tensor(const onnx::TensorProto& proto) {
    if (proto.data_location() == onnx::TensorProto::EXTERNAL) {
        fail("tensor '{}': its data lie in another file; export the model with its data inside", proto.name());
    }
    Tensor tensor{proto.name(), {proto.dims().begin(), proto.dims().end()}, {}};
    const std::int64_t size = size_of(proto);
    const bool raw = proto.has_raw_data();
    switch (proto.data_type()) {
        case onnx::TensorProto::FLOAT:
            if (raw) append_raw<float>(proto.raw_data(), tensor.values);
            else tensor.values.assign(proto.float_data().begin(), proto.float_data().end());
            break;
        case onnx::TensorProto::INT32:
            if (raw) append_raw<std::int32_t>(proto.raw_data(), tensor.values);
            else tensor.values.assign(proto.int32_data().begin(), proto.int32_data().end());
            break;
        case onnx::TensorProto::INT64:
            if (raw) append_raw<std::int64_t>(proto.raw_data(), tensor.values);
            else for (std::int64_t value : proto.int64_data()) tensor.values.push_back(static_cast<double>(value));
            break;
        default:
            fail("tensor '{}': data type {} is none of float, int32 and int64", proto.name(), proto.data_type());
    }
    if (tensor.size() != size) fail("tensor '{}': it holds {} values, its sizes ask for {}", proto.name(), tensor.size(), size);
    return tensor;
}

const onnx::TensorProto& constant_value(const onnx::NodeProto& node) {
    for (const auto& attribute : node.attribute()) {
        if (attribute.name() == "value" && attribute.has_t()) return attribute.t();
    }
    fail("node '{}' (Constant): it has no attribute value", readable_name(node));
}

}  // namespace

std::string readable_name(const onnx::NodeProto& node) {
    const std::string& path = !node.name().empty() ? node.name() : node.output_size() > 0 ? node.output(0) : node.op_type();
    std::vector<std::string> parts(1);
    for (char c : path) {
        if (c != '/') parts.back() += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
        else if (!parts.back().empty()) parts.emplace_back();
    }
    if (parts.back().empty() && parts.size() > 1) parts.pop_back();
    if (parts.size() > 1 && parts.back() == node.op_type()) parts.pop_back();
    if (node.op_type() == "Add") parts.push_back("add");
    std::string name;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i + 1 < parts.size() && parts[i + 1].starts_with(parts[i] + ".")) continue;  // layer1/layer1.0
        name += (name.empty() ? "" : ".") + parts[i];
    }
    return name;
}

Graph::Graph(std::span<const std::uint8_t> bytes) {
    if (static_cast<std::int64_t>(bytes.size()) > kMaxFileBytes) fail("it has {} bytes, more than the {} that are read", bytes.size(), kMaxFileBytes);
    parse(bytes, model_);
    check_versions();
    if (model_.graph().node_size() > kMaxNodes) fail("it has {} nodes, more than the {} that are read", model_.graph().node_size(), kMaxNodes);
    collect();
    order();
}

void Graph::check_versions() const {
    constexpr std::int64_t kOpset = 11, kDomain = 2;
    bool opset = false, domain = false;
    for (const auto& import : model_.opset_import()) {
        const bool standard = import.domain().empty() || import.domain() == "ai.onnx";
        if (standard) opset = true;
        if (import.domain() == "lm") domain = true;
        if (standard && import.version() != kOpset) fail("opset {}; opset {} is supported: export with it", import.version(), kOpset);
        if (import.domain() == "lm" && import.version() != kDomain) {
            fail("version {} of domain lm; version {} is supported: export with it", import.version(), kDomain);
        }
    }
    if (!opset || !domain) fail("it does not import opset {} and domain lm version {}, whose operators are supported", kOpset, kDomain);
}

void Graph::collect() {
    const onnx::GraphProto& graph = model_.graph();
    std::set<std::string> names;
    const auto make = [&](const std::string& name, const std::string& by) {
        if (!names.insert(name).second) fail("{}: '{}' is made twice", by, name);
    };
    for (const auto& tensor : graph.initializer()) {
        make(tensor.name(), "initializers");
        constants_[tensor.name()] = &tensor;
    }
    for (const auto& input : graph.input()) {
        if (constants_.count(input.name()) != 0) continue;  // older exporters list initializers too
        if (!picture_.empty()) fail("it has the inputs '{}' and '{}'; a picture is the only one supported", picture_, input.name());
        make(input.name(), "inputs");
        picture_ = input.name();
        for (const auto& dim : input.type().tensor_type().shape().dim()) picture_dims_.push_back(dim.dim_value());
        constexpr int kUint8 = onnx::TensorProto::UINT8;
        if (input.type().tensor_type().elem_type() != kUint8) fail("input '{}': its values are no bytes (uint8)", input.name());
    }
    if (picture_.empty() || graph.output_size() != 1) fail("it must have one input, the picture, and one output, the logits");
    for (int i = 0; i < graph.node_size(); ++i) {
        const auto& node = graph.node(i);
        for (const auto& output : node.output()) make(output, fmt::format("node '{}' ({})", readable_name(node), node.op_type()));
        if (node.output_size() == 0) fail("node '{}' ({}): it has no output", readable_name(node), node.op_type());
        if (node.op_type() == "Identity" && node.input_size() == 1) alias_[node.output(0)] = node.input(0);
        else if (node.op_type() == "Constant") constants_[node.output(0)] = &constant_value(node);
        else for (const auto& output : node.output()) maker_[output] = i;
    }
    output_ = behind(graph.output(0).name());
}

// Through Identity nodes, which share equal tensors.
std::string Graph::behind(const std::string& name) const {
    std::string at = name;
    for (std::size_t steps = 0; alias_.count(at) != 0; ++steps) {
        if (steps > alias_.size()) fail("'{}': its Identity nodes form a cycle", name);
        at = alias_.at(at);
    }
    return at;
}

// From the output backwards, without recursion: a file may be a long chain.
void Graph::order() {
    enum State : std::uint8_t { kNew, kOpen, kDone };
    const onnx::GraphProto& graph = model_.graph();
    std::vector<State> state(static_cast<std::size_t>(graph.node_size()), kNew);
    if (maker_.count(output_) == 0) fail("output '{}': no node makes it", output_);
    std::vector<int> stack{maker_.at(output_)};
    while (!stack.empty()) {
        const int at = stack.back();
        const auto& proto = graph.node(at);
        State& here = state[static_cast<std::size_t>(at)];
        const bool first = here == kNew;
        if (here == kDone) {
            stack.pop_back();
            continue;
        }
        here = kOpen;
        bool waits = false;
        Node node{&proto, readable_name(proto), {}};
        for (const auto& input : proto.input()) {
            const std::string name = input.empty() ? input : behind(input);
            node.inputs.push_back(name);
            if (name.empty() || name == picture_ || constants_.count(name) != 0) continue;
            const auto made = maker_.find(name);
            if (made == maker_.end()) fail("node '{}' ({}): nothing makes its input '{}'", node.name, proto.op_type(), input);
            const State before = state[static_cast<std::size_t>(made->second)];
            if (before == kOpen && first) fail("node '{}' ({}): it reads, in a cycle, what is made from it", node.name, proto.op_type());
            if (before != kNew) continue;
            stack.push_back(made->second);
            waits = true;
        }
        if (waits) continue;
        here = kDone;
        stack.pop_back();
        nodes_.push_back(std::move(node));
    }
}

std::vector<std::string> Graph::labels() const {
    for (const auto& entry : model_.metadata_props()) {
        if (entry.key() != "labels") continue;
        try {
            return nlohmann::json::parse(entry.value()).get<std::vector<std::string>>();
        } catch (const nlohmann::json::exception&) {
            fail("its metadata 'labels' is no list of texts");
        }
    }
    return {};
}

const Tensor* Graph::constant(const std::string& name) {
    const auto found = constants_.find(name);
    if (found == constants_.end()) return nullptr;
    const auto [entry, added] = read_.try_emplace(name);
    if (added) entry->second = read_tensor(*found->second);
    if (entry->second.name.empty()) entry->second.name = name;
    return &entry->second;
}

}  // namespace ern::onnx_import
