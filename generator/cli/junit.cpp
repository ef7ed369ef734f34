// SPDX-License-Identifier: Apache-2.0
#include "cli/junit.h"

#include <fmt/format.h>

namespace ern::cli {

namespace {

std::string escaped(const std::string& text) {
    std::string result;
    for (char c : text) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            default: result += c;
        }
    }
    return result;
}

std::string test_case(const std::string& suite, const std::string& name, const std::string& failure) {
    const std::string head = fmt::format("  <testcase classname=\"{}\" name=\"{}\"", escaped(suite), escaped(name));
    if (failure.empty()) return head + "/>\n";
    return head + fmt::format(">\n    <failure message=\"{}\"/>\n  </testcase>\n", escaped(failure));
}

}  // namespace

std::string junit_text(const std::string& network, const std::string& accelerator, const harness::SimulationReport& report) {
    const std::string suite = network + " on " + accelerator;
    std::string cases;
    int failures = 0;
    for (const auto& layer : report.layers) {
        const std::string failure = layer.mismatches == 0 ? "" : fmt::format("{} of {} values differ; {}", layer.mismatches,
                                                                             layer.compared, layer.first_mismatch);
        failures += !failure.empty();
        cases += test_case(suite, layer.name, failure);
    }
    std::size_t wrong = 0;
    for (const auto& frame : report.frames) wrong += !frame.equals_golden;
    failures += wrong > 0;
    cases += test_case(suite, "results", wrong == 0 ? "" : fmt::format("{} of {} results differ", wrong, report.frames.size()));
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" time=\"{:.3f}\">\n{}"
                       "</testsuite>\n", escaped(suite), report.layers.size() + 1, failures, report.seconds, cases);
}

}  // namespace ern::cli
