// SPDX-License-Identifier: Apache-2.0
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "data/formats.h"
#include "support/error.h"

namespace ern::data {

std::string folder_name(std::string label) {
    std::replace(label.begin(), label.end(), '/', '_');
    return label;
}

ClassNames::ClassNames(const Expected& expected, std::string source)
    : expected_(expected), source_(std::move(source)) {
    for (const std::string& label : expected.labels) {
        handles_.emplace(folder_name(label), static_cast<int>(names_.size()));
        names_.push_back(label);
    }
}

int ClassNames::handle(const std::string& folder) {
    const auto known = handles_.find(folder_name(folder));
    if (known != handles_.end()) return known->second;
    if (!expected_.labels.empty()) {
        fail("{}: the class \"{}\" is none of the network's labels ({})", source_, folder,
             fmt::join(expected_.labels, ", "));
    }
    const int handle = static_cast<int>(names_.size());
    if (expected_.classes > 0 && handle >= expected_.classes) {
        fail("{}: more class folders than the {} classes of the network (\"{}\" is one too many)", source_,
             expected_.classes, folder);
    }
    handles_.emplace(folder_name(folder), handle);
    names_.push_back(folder);
    return handle;
}

std::vector<std::uint16_t> ClassNames::finish(std::vector<std::string>& labels) const {
    if (expected_.classes == 0 && names_.size() < 2) {
        fail("{}: {} class folder{}; at least two are needed", source_, names_.size(), names_.size() == 1 ? "" : "s");
    }
    if (expected_.classes > 0 && static_cast<int>(names_.size()) != expected_.classes) {
        fail("{}: {} class folders, but the network has {} classes", source_, names_.size(),
             expected_.classes);
    }
    std::vector<std::size_t> by_name(names_.size());
    std::iota(by_name.begin(), by_name.end(), std::size_t{0});
    if (expected_.labels.empty()) {
        std::sort(by_name.begin(), by_name.end(),
                  [this](std::size_t a, std::size_t b) { return names_[a] < names_[b]; });
    }
    std::vector<std::uint16_t> class_of(names_.size());
    labels.clear();
    for (std::size_t number = 0; number < by_name.size(); ++number) {
        class_of[by_name[number]] = static_cast<std::uint16_t>(number);
        labels.push_back(names_[by_name[number]]);
    }
    return class_of;
}

}  // namespace ern::data
