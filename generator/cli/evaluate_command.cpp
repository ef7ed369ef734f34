// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/evaluation.h"
#include "cli/locations.h"
#include "cli/session.h"
#include "model/file.h"
#include "support/parallel.h"

namespace ern::cli {

namespace {

struct EvaluateArguments {
    std::string model, data;
    std::string split = "test";
    EngineChoice engine;
    std::int64_t limit = 0;
    double require_percent = -1;
    std::uint64_t seed = 1;
    int jobs = support::default_jobs();
};

// All pictures, or a seeded choice of `limit`: data sets are sorted by class, so never the first ones.
std::vector<std::int64_t> choose(const data::DataSet& set, const EvaluateArguments& arguments) {
    auto order = data::shuffled_order(set.size(), arguments.seed);
    if (arguments.limit > 0 && arguments.limit < set.size())
        order.resize(static_cast<std::size_t>(arguments.limit));
    std::sort(order.begin(), order.end());
    return order;
}

void report_classes(Session& session, const model::Network& network, const data::DataSet& set,
                    const std::vector<std::int64_t>& order, const Evaluation& evaluation) {
    std::vector<std::int64_t> pictures(static_cast<std::size_t>(network.classes())), correct(pictures.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto wanted = set.classes[static_cast<std::size_t>(order[i])];
        ++pictures[wanted];
        correct[wanted] += evaluation.classes[i] == wanted;
    }
    auto& rows = session.report["classes"] = nlohmann::ordered_json::array();
    for (std::size_t c = 0; c < pictures.size(); ++c) {
        const std::string label = c < network.labels.size() ? network.labels[c] : fmt::format("class {}", c);
        rows.push_back({{"label", label}, {"pictures", pictures[c]}, {"correct", correct[c]}});
        if (session.verbose) session.say("  {:20} {:6} of {:6}\n", label, correct[c], pictures[c]);
    }
}

void run_evaluate(Session& session, const EvaluateArguments& arguments) {
    const auto network = model::read_network(find_in_models(arguments.model, ".ern"));
    const auto place = data_place(arguments.data, network.input);
    const auto split = arguments.split == "train" ? data::Split::train : data::Split::test;
    const auto set = data::load_data_set(place, split, expected_data(network));
    const auto order = choose(set, arguments);
    Evaluation evaluation;
    {
        support::Progress bar = session.bar("evaluate", static_cast<std::int64_t>(order.size()));
        evaluation =
            evaluate(network, set, order, arguments.engine, arguments.jobs, [&](std::int64_t done) { bar.update(done); });
    }
    const double percent = 100 * evaluation.accuracy();
    const double rate = static_cast<double>(order.size()) / evaluation.seconds;
    session.say("{}: {} of {} {} pictures right, {:.2f} % ({:.1f} pictures a second)\n", network.name,
                evaluation.correct, order.size(), arguments.split, percent, rate);
    session.report["model"] = network.name;
    session.report["engine"] = arguments.engine.name;
    session.report["data"] = set.name;
    session.report["pictures"] = order.size();
    session.report["correct"] = evaluation.correct;
    session.report["accuracy"] = evaluation.accuracy();
    session.report["pictures_per_second"] = rate;
    report_classes(session, network, set, order, evaluation);
    if (percent < arguments.require_percent) {
        session.say("below the required {:.2f} %\n", arguments.require_percent);
        session.status = kExitWrong;
    }
}

}  // namespace

void add_evaluate(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<EvaluateArguments>();
    CLI::App* sub = add_subcommand(app, session, "evaluate", "Measure a model's accuracy on a data set",
                                   "Exit status 1 when the accuracy is below --require.\n"
                                   "  ernforge evaluate ern-fashion --require 89");
    sub->add_option("model", arguments->model, "Model file, or its name in models/")->required();
    sub->add_option("--data", arguments->data,
                    "Data set (default: ERNFORGE_DATA, or Debian's Fashion-MNIST)");
    sub->add_option("--split", arguments->split, "Part of it")->check(CLI::IsMember({"train", "test"}));
    add_engine_options(*sub, arguments->engine);
    sub->add_option("--limit", arguments->limit, "Only a shuffled choice of N pictures")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
    sub->add_option("--require", arguments->require_percent, "Least accuracy that is right")
        ->type_name("PERCENT")
        ->check(CLI::Range(0.0, 100.0));
    sub->add_option("--seed", arguments->seed, "Of the choice that --limit makes");
    sub->add_option("--jobs", arguments->jobs, "Threads")->check(CLI::Range(1, 256));
    sub->callback([&session, arguments] { run_evaluate(session, *arguments); });
}

}  // namespace ern::cli
