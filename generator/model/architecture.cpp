// SPDX-License-Identifier: Apache-2.0
#include "model/architecture.h"

#include <toml++/toml.h>

#include <algorithm>
#include <initializer_list>

#include "support/error.h"
#include "support/file.h"

namespace ern::model {

namespace {

constexpr int kMaxArchitectureChannels = 16'384;  // a bottleneck puts out four times as many

// A table of the description together with what is needed to say where in the file something is wrong.
class Section {
  public:
    Section(const toml::table& table, std::string path, std::string_view source)
        : table_(table), path_(std::move(path)), source_(source) {}

    void allow(std::initializer_list<std::string_view> keys) const {
        for (const auto& [key, node] : table_) {
            if (std::find(keys.begin(), keys.end(), key.str()) == keys.end()) {
                reject(node, key.str(), fmt::format("unknown key; allowed are {}", fmt::join(keys, ", ")));
            }
        }
    }

    int integer(std::string_view key, int low, int high) const {
        const std::string allowed = fmt::format("an integer in {}..{}", low, high);
        const toml::node& node = need(key, allowed);
        const auto* value = node.as_integer();
        if (!value) reject(node, key, "has to be " + allowed);
        if (value->get() < low || value->get() > high) {
            reject(node, key, fmt::format("has to be {}, but is {}", allowed, value->get()));
        }
        return static_cast<int>(value->get());
    }

    std::string text(std::string_view key, const std::string& allowed) const {
        const toml::node& node = need(key, allowed);
        const auto* value = node.as_string();
        if (!value || value->get().empty()) reject(node, key, "has to be " + allowed);
        return value->get();
    }

    Section section(std::string_view key, const std::string& allowed) const {
        const toml::node& node = need(key, allowed);
        if (!node.is_table()) reject(node, key, "has to be " + allowed);
        return {*node.as_table(), full(key) + ".", source_};
    }

    std::vector<Section> sections(std::string_view key, const std::string& allowed) const {
        const toml::node& node = need(key, allowed);
        if (!node.is_array() || node.as_array()->empty()) reject(node, key, "has to be " + allowed);
        std::vector<Section> result;
        for (const toml::node& entry : *node.as_array()) {
            const std::string name = fmt::format("{}[{}]", key, result.size());
            if (!entry.is_table()) reject(entry, name, "has to be a table, as in " + allowed);
            result.emplace_back(*entry.as_table(), full(name) + ".", source_);
        }
        return result;
    }

    std::vector<std::string> texts(std::string_view key) const {
        std::vector<std::string> result;
        const toml::node* node = table_.get(key);
        if (!node) return result;
        if (!node->is_array()) reject(*node, key, "has to be an array of strings");
        for (const toml::node& entry : *node->as_array()) {
            if (!entry.is_string()) reject(entry, key, "has to be an array of strings");
            result.push_back(entry.as_string()->get());
        }
        return result;
    }

    [[noreturn]] void reject(std::string_view key, const std::string& what) const {
        reject(*table_.get(key), key, what);
    }

  private:
    std::string full(std::string_view key) const { return path_ + std::string(key); }

    const toml::node& need(std::string_view key, const std::string& allowed) const {
        const toml::node* node = table_.get(key);
        if (!node) reject(table_, key, "is missing; it has to be " + allowed);
        return *node;
    }

    [[noreturn]] void reject(const toml::node& node, std::string_view key, const std::string& what) const {
        fail("{}:{}: {}: {}", source_, std::max(1u, static_cast<unsigned>(node.source().begin.line)),
             full(key), what);
    }

    const toml::table& table_;
    std::string path_;
    std::string_view source_;
};

Shape read_input(const Section& input) {
    input.allow({"height", "width", "channels"});
    return {input.integer("height", 1, kMaxSide), input.integer("width", 1, kMaxSide),
            input.integer("channels", 1, 64)};
}

StemConv read_stem_conv(const Section& conv) {
    conv.allow({"channels", "kernel", "stride"});
    const StemConv result{conv.integer("channels", 1, kMaxArchitectureChannels),
                          conv.integer("kernel", 1, 15), conv.integer("stride", 1, 16)};
    if (result.kernel % 2 == 0) conv.reject("kernel", fmt::format("has to be odd, but is {}", result.kernel));
    return result;
}

Stage read_stage(const Section& stage) {
    stage.allow({"blocks", "channels", "stride"});
    return {stage.integer("blocks", 1, 1000), stage.integer("channels", 1, kMaxArchitectureChannels),
            stage.integer("stride", 1, 16)};
}

BlockKind read_block(const Section& root) {
    const std::string allowed = "\"basic\" or \"bottleneck\"";
    const std::string kind = root.text("block", allowed);
    if (kind == "basic") return BlockKind::basic;
    if (kind == "bottleneck") return BlockKind::bottleneck;
    root.reject("block", fmt::format("has to be {}, but is \"{}\"", allowed, kind));
}

Architecture read_root(const Section& root) {
    root.allow({"name", "input", "classes", "labels", "embedding_codes", "stem", "block", "stages"});
    Architecture result;
    result.name = root.text("name", "a string that is not empty");
    result.input = read_input(root.section("input", "a table { height, width, channels }"));
    result.classes = root.integer("classes", 1, kMaxChannels);
    result.labels = root.texts("labels");
    if (!result.labels.empty() && result.labels.size() != static_cast<std::size_t>(result.classes)) {
        root.reject("labels", fmt::format("has to be one label a class: {}, but there are {}", result.classes,
                                          result.labels.size()));
    }
    result.embedding_codes = root.integer("embedding_codes", 1, kMaxCodesPerColour);
    for (const Section& conv : root.sections("stem", "an array of { channels, kernel, stride }")) {
        result.stem.push_back(read_stem_conv(conv));
    }
    result.block = read_block(root);
    for (const Section& stage : root.sections("stages", "an array of { blocks, channels, stride }")) {
        result.stages.push_back(read_stage(stage));
    }
    return result;
}

}  // namespace

Architecture parse_architecture(std::string_view text, std::string_view source) {
    try {
        const toml::table table = toml::parse(text, source);
        return read_root(Section(table, "", source));
    } catch (const toml::parse_error& error) {
        fail("{}:{}: not valid TOML: {}", source, static_cast<unsigned>(error.source().begin.line),
             error.description());
    }
}

Architecture read_architecture(const std::filesystem::path& path) {
    return parse_architecture(support::read_text(path), path.string());
}

}  // namespace ern::model
