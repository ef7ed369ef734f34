// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "campaign/case.h"
#include "schedule/plan.h"

namespace ern::campaign {

// What a campaign has met: of each subject (a parameter, a descriptor field, a transition) how often each value. Large
// numbers are counted in powers of two.
class Coverage {
  public:
    void add(const Case& c, const schedule::Plan& plan);
    void merge(const Coverage& other);

    const std::map<std::string, std::map<std::string, std::int64_t>>& counts() const { return counts_; }
    nlohmann::ordered_json to_json() const;
    static Coverage from_json(const nlohmann::json& json);
    // One line a subject.
    std::string describe() const;

  private:
    void add_accelerator(const schedule::Accelerator& a);
    void add_network(const fuzz::NetworkSpec& spec);
    void add_plan(const schedule::Plan& plan);
    void count(const std::string& subject, const std::string& value) { ++counts_[subject][value]; }

    std::map<std::string, std::map<std::string, std::int64_t>> counts_;
};

}  // namespace ern::campaign
