// SPDX-License-Identifier: Apache-2.0
#include <toml++/toml.h>

#include <sstream>

#include "model/architecture.h"

namespace ern::model {

std::string architecture_text(const Architecture& a) {
    toml::array labels, stem, stages;
    for (const std::string& label : a.labels) labels.push_back(label);
    for (const StemConv& s : a.stem)
        stem.push_back(toml::table{{"channels", s.channels}, {"kernel", s.kernel}, {"stride", s.stride}});
    for (const Stage& s : a.stages)
        stages.push_back(toml::table{{"blocks", s.blocks}, {"channels", s.channels}, {"stride", s.stride}});
    toml::table table{
        {"name", a.name},
        {"input", toml::table{{"height", a.input.height}, {"width", a.input.width}, {"channels", a.input.channels}}},
        {"classes", a.classes},
        {"embedding_codes", a.embedding_codes},
        {"stem", stem},
        {"block", a.block == BlockKind::basic ? "basic" : "bottleneck"},
        {"stages", stages}};
    if (!a.labels.empty()) table.insert("labels", labels);
    std::ostringstream text;
    text << table << "\n";
    return text.str();
}

}  // namespace ern::model
