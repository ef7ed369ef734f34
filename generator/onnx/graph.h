// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ern::onnx_import {

// Limits within which memory and time stay bounded whatever a file declares.
inline constexpr std::int64_t kMaxFileBytes = std::int64_t{1} << 30;
inline constexpr std::int64_t kMaxTensorValues = std::int64_t{1} << 28;
inline constexpr int kMaxNodes = 100'000;

struct Tensor {
    std::string name;
    std::vector<std::int64_t> dims;
    std::vector<double> values;  // float32, int32 and int64 values, exactly
    std::int64_t size() const { return static_cast<std::int64_t>(values.size()); }
};

// A node of which all inputs are there. Identity and Constant nodes are gone: inputs name what stands behind them.
struct Node {
    const onnx::NodeProto* proto = nullptr;
    std::string name;                 // as people know it, never empty
    std::vector<std::string> inputs;
    const std::string& type() const { return proto->op_type(); }
};

// One graph, checked: every name is made once, by an initializer, a Constant, the picture or a node before it.
class Graph {
  public:
    // Parses a file's bytes. Throws Error, naming the node and the reason, for what is no ONNX file, of another version,
    // cut, cyclic, dangling, or beyond the limits.
    explicit Graph(std::span<const std::uint8_t> bytes);

    // In an order in which each one follows what it reads, without what does not reach the output.
    const std::vector<Node>& nodes() const { return nodes_; }
    const std::string& picture() const { return picture_; }       // the name of the only input that is no initializer
    const std::vector<std::int64_t>& picture_dims() const { return picture_dims_; }
    const std::string& output() const { return output_; }

    // Labels of the classes from the file's metadata, which ernforge writes; empty in other files. Throws Error for
    // what is no list of texts.
    std::vector<std::string> labels() const;

    // The constant behind a name, or nothing where a node makes it. Throws Error for a constant that cannot be read.
    const Tensor* constant(const std::string& name);

  private:
    void check_versions() const;
    void collect();
    void order();
    std::string behind(const std::string& name) const;

    onnx::ModelProto model_;
    std::map<std::string, std::string> alias_;                     // of Identity
    std::map<std::string, const onnx::TensorProto*> constants_;
    std::map<std::string, Tensor> read_;
    std::map<std::string, int> maker_;                             // node by output
    std::vector<Node> nodes_;
    std::string picture_, output_;
    std::vector<std::int64_t> picture_dims_;
};

// "/backbone/layer1/layer1.0/act0/LinearMidTreadHalfV2" -> "backbone.layer1.0.act0"; a node without a name has that of
// its output.
std::string readable_name(const onnx::NodeProto& node);

}  // namespace ern::onnx_import
