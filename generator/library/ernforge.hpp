// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "ernforge.h"

// The C++ face of ernforge.h: the same functions, errors as exceptions. Header only, so that any C++20 compiler will do.
namespace ernforge {

class Error : public std::runtime_error {
  public:
    explicit Error(ernforge_status status) : std::runtime_error(ernforge_message()), status_(status) {}
    ernforge_status status() const { return status_; }

  private:
    ernforge_status status_;
};

inline void check(ernforge_status status) {
    if (status != ERNFORGE_OK) throw Error(status);
}

// Serves one thread at a time; a clone, which shares the weights, serves another.
class Engine {
  public:
    explicit Engine(const std::string& path, const ernforge_options& options = {}) {
        ernforge_engine* engine = nullptr;
        check(ernforge_open(path.c_str(), &options, &engine));
        engine_.reset(engine);
    }
    explicit Engine(std::span<const std::uint8_t> model, const ernforge_options& options = {}) {
        ernforge_engine* engine = nullptr;
        check(ernforge_open_memory(model.data(), model.size(), &options, &engine));
        engine_.reset(engine);
    }
    Engine clone() const {
        ernforge_engine* engine = nullptr;
        check(ernforge_clone(engine_.get(), &engine));
        return Engine(engine);
    }

    ernforge_network network() const {
        ernforge_network network;
        check(ernforge_describe(engine_.get(), &network));
        return network;
    }
    ernforge_layer layer(int index) const {
        ernforge_layer layer;
        check(ernforge_describe_layer(engine_.get(), index, &layer));
        return layer;
    }
    std::string label(int index) const {
        const char* label = nullptr;
        check(ernforge_label(engine_.get(), index, &label));
        return label;
    }

    // One logit a class.
    std::vector<double> run(const ernforge_picture& picture) {
        std::vector<double> logits(static_cast<std::size_t>(network().classes));
        check(ernforge_run(engine_.get(), &picture, logits.data(), logits.size()));
        return logits;
    }
    // [picture][class]
    std::vector<double> run(std::span<const ernforge_picture> pictures) {
        std::vector<double> logits(static_cast<std::size_t>(network().classes) * pictures.size());
        check(ernforge_run_many(engine_.get(), pictures.data(), pictures.size(), logits.data(), logits.size()));
        return logits;
    }

    // Maps of the last picture that was run alone.
    std::vector<std::uint8_t> codes(int index) const { return read<std::uint8_t>(ernforge_read_codes, index); }
    std::vector<std::int32_t> accumulators(int index) const { return read<std::int32_t>(ernforge_read_accumulators, index); }
    std::vector<std::int64_t> sums(int index) const { return read<std::int64_t>(ernforge_read_sums, index); }

  private:
    explicit Engine(ernforge_engine* engine) : engine_(engine) {}

    template <typename T, typename Read>
    std::vector<T> read(Read* read_map, int index) const {
        const ernforge_layer l = layer(index);
        std::vector<T> values(static_cast<std::size_t>(l.height) * static_cast<std::size_t>(l.width) * static_cast<std::size_t>(l.channels));
        check(read_map(engine_.get(), index, values.data(), values.size()));
        return values;
    }

    struct Close {
        void operator()(ernforge_engine* engine) const { ernforge_close(engine); }
    };
    std::unique_ptr<ernforge_engine, Close> engine_;
};

}  // namespace ernforge
