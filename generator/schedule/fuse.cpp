// SPDX-License-Identifier: Apache-2.0
#include "schedule/fuse.h"

#include <algorithm>

#include "support/error.h"

namespace ern::schedule {

namespace {

using model::Layer;
using model::Network;

template <typename T>
bool is(const Layer& layer) {
    return std::holds_alternative<T>(layer.operation);
}

std::vector<std::vector<int>> readers_of(const Network& network) {
    std::vector<std::vector<int>> readers(network.layers.size());
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        for (int input : network.layers[i].inputs) {
            if (input >= 0) readers[static_cast<std::size_t>(input)].push_back(static_cast<int>(i));
        }
    }
    return readers;
}

const Layer& at(const Network& network, int layer) { return network.layers[static_cast<std::size_t>(layer)]; }

// The residual add that layer `value` completes: its other operand is one of the accumulators in `there`.
int completed_add(const Network& network, const std::vector<int>& readers, int value, const std::vector<bool>& there) {
    for (int reader : readers) {
        if (!is<model::ResidualAdd>(at(network, reader))) continue;
        const auto& inputs = at(network, reader).inputs;
        const int other = inputs[0] == value ? inputs[1] : inputs[0];
        if (other == value) fail("layer {}: adds a map to itself, which the accelerator cannot do", at(network, reader).name);
        if (there[static_cast<std::size_t>(other)]) return reader;
    }
    return -1;
}

// After the accumulators of `layer` are complete: the thresholds that read them.
int thresholds_of(const Network& network, const std::vector<int>& readers, int layer) {
    int found = -1;
    for (int reader : readers) {
        if (!is<model::Thresholds>(at(network, reader))) continue;
        if (found >= 0) {
            fail("layer {}: two activations ({} and {}) read it; the accelerator computes one", at(network, layer).name,
                 at(network, found).name, at(network, reader).name);
        }
        found = reader;
    }
    return found;
}

// The add happens in place: the old map is gone afterwards, so no other add may want it.
void refuse_second_add(const Network& network, const std::vector<std::vector<int>>& readers, int operand, int add) {
    for (int reader : readers[static_cast<std::size_t>(operand)]) {
        if (reader != add && is<model::ResidualAdd>(at(network, reader))) {
            fail("layer {}: two residual adds ({} and {}) read it; the accelerator adds in place", at(network, operand).name,
                 at(network, add).name, at(network, reader).name);
        }
    }
}

Step conv_step(const Network& network, const std::vector<std::vector<int>>& readers, int conv, std::vector<bool>& there) {
    Step step;
    step.kind = StepKind::conv;
    step.name = at(network, conv).name;
    step.source = conv;
    step.sums_layer = conv;
    step.macs = model::macs(network, at(network, conv));
    const auto& conv_readers = readers[static_cast<std::size_t>(conv)];
    const int add = completed_add(network, conv_readers, conv, there);
    if (add >= 0) {
        for (int operand : at(network, add).inputs) refuse_second_add(network, readers, operand, add);
        if (conv_readers.size() != 1) {
            fail("layer {}: read by {} layers besides the residual add {}; the accelerator keeps only the sum", step.name,
                 conv_readers.size() - 1, at(network, add).name);
        }
        step.sums_layer = add;
        step.adds_residual = true;
    }
    step.codes_layer = thresholds_of(network, readers[static_cast<std::size_t>(step.sums_layer)], step.sums_layer);
    there[static_cast<std::size_t>(step.sums_layer)] = true;
    return step;
}

// A step that only begins a residual map runs right before the one that adds onto it, so that the map lives shorter.
void put_off(const Network& network, std::vector<Step>& steps) {
    for (std::size_t s = steps.size(); s-- > 0;) {
        const Step& begins = steps[s];
        if (begins.kind != StepKind::conv || begins.adds_residual || begins.codes_layer >= 0) continue;
        const auto adds = [&](const Step& step) {
            const auto& inputs = at(network, step.sums_layer).inputs;
            return step.adds_residual && std::find(inputs.begin(), inputs.end(), begins.sums_layer) != inputs.end();
        };
        const auto here = steps.begin() + static_cast<std::ptrdiff_t>(s);
        const auto adder = std::find_if(here, steps.end(), adds);
        if (adder != steps.end()) std::rotate(here, here + 1, adder);
    }
}

}  // namespace

std::vector<Step> fuse(const Network& network) {
    const auto readers = readers_of(network);
    std::vector<bool> there(network.layers.size(), false);
    std::vector<Step> steps;
    for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
        const Layer& layer = at(network, i);
        if (is<model::Conv>(layer)) {
            steps.push_back(conv_step(network, readers, i, there));
        } else if (is<model::Pool>(layer)) {
            Step step;
            step.kind = StepKind::pool;
            step.name = layer.name;
            step.source = i;
            step.codes_layer = i;
            steps.push_back(step);
        } else if (is<model::GlobalSum>(layer)) {
            Step step;
            step.kind = StepKind::reduce;
            step.name = layer.name;
            step.source = i;
            step.sums_layer = layer.inputs[0];
            steps.push_back(step);
        } else if (is<model::ResidualAdd>(layer)) {
            if (!there[static_cast<std::size_t>(i)]) {
                fail("layer {}: no operand of this residual add is a convolution that comes last; the accelerator adds a "
                     "convolution onto a map that is already there", layer.name);
            }
        } else if (const auto* thresholds = std::get_if<model::Thresholds>(&layer.operation)) {
            if (thresholds->code_offset != 0) {
                fail("layer {}: codes with offset {}; the accelerator computes with codes 0..3 (offset 0)", layer.name,
                     thresholds->code_offset);
            }
        } else if (i != 0 || layer.inputs[0] != model::kPicture) {
            fail("layer {}: a pixel embedding must be the first layer", layer.name);
        }
    }
    if (steps.empty() || steps.back().kind != StepKind::reduce) fail("{}: no classifier to compute", network.name);
    put_off(network, steps);
    return steps;
}

}  // namespace ern::schedule
