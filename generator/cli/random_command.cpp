// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/session.h"
#include "fold/fold.h"
#include "model/architecture.h"
#include "model/file.h"
#include "support/file.h"

namespace ern::cli {

namespace {

struct RandomArguments {
    std::string network, output;
    std::uint64_t seed = 1;
};

void make(Session& session, const RandomArguments& arguments) {
    model::Network folded = fold::random_network(model::read_architecture(arguments.network), arguments.seed);
    folded.notes["weights"] = fmt::format("random, seed {}", arguments.seed);
    support::write_file(arguments.output, model::serialize(folded));
    session.say("{}: {} with random weights, seed {}\n", arguments.output, folded.name, arguments.seed);
    session.report["network"] = folded.name;
    session.report["weight_bits"] = model::weight_bits(folded);
    session.report["macs"] = model::total_macs(folded);
}

}  // namespace

void add_random(CLI::App& app, Session& session) {
    auto arguments = std::make_shared<RandomArguments>();
    CLI::App* sub = add_subcommand(app, session, "random", "Make a model with random weights",
                                   "For measuring a network that nobody trained: its cycles do not depend on weights.\n"
                                   "  ernforge random models/ern18x0.75.toml -o ern18x0.75.ern");
    sub->add_option("network", arguments->network, "Description of the network, *.toml")->required()->type_name("NETWORK");
    sub->add_option("-o,--output", arguments->output, "Model file")->required()->type_name("MODEL");
    sub->add_option("--seed", arguments->seed, "Seed of weights and thresholds");
    sub->callback([&session, arguments] { make(session, *arguments); });
}

}  // namespace ern::cli
