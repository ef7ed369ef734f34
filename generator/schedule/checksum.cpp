// SPDX-License-Identifier: Apache-2.0
#include "schedule/checksum.h"

#include <vector>

#include "schedule/descriptor.h"

namespace ern::schedule {

namespace {

// Rows of weights or of thresholds as descriptors read them: by address on the chip, else one after the other from a stream,
// some of which are kept and read again.
class Rows {
  public:
    Rows(const std::vector<std::uint8_t>& bytes, int row_bytes, bool streamed)
        : bytes_(bytes), row_bytes_(static_cast<std::size_t>(row_bytes)), streamed_(streamed) {}

    // False where a row is not there.
    bool read(std::int64_t count, std::int64_t first, bool store, bool kept) {
        if (streamed_ && kept) {
            if (first + count > std::ssize(kept_)) return false;
            for (std::int64_t i = first; i < first + count; ++i) add(kept_[static_cast<std::size_t>(i)]);
            return true;
        }
        const std::int64_t from = streamed_ ? next_ : first;
        if (from + count > std::ssize(bytes_) / static_cast<std::int64_t>(row_bytes_)) return false;
        for (std::int64_t i = 0; i < count; ++i) add(from + i);
        if (streamed_ && store) keep(count, first);
        next_ = from + count;
        return true;
    }
    std::uint16_t signature() const { return signature_.value(); }

  private:
    static constexpr std::int64_t kMostKept = 1 << 20;  // far more than a device has

    void add(std::int64_t row) {
        signature_.add(std::span(bytes_).subspan(static_cast<std::size_t>(row) * row_bytes_, row_bytes_));
    }
    void keep(std::int64_t count, std::int64_t first) {
        if (first + count > kMostKept) return;
        if (first + count > std::ssize(kept_)) kept_.resize(static_cast<std::size_t>(first + count));
        for (std::int64_t i = 0; i < count; ++i) kept_[static_cast<std::size_t>(first + i)] = next_ + i;
    }

    const std::vector<std::uint8_t>& bytes_;
    std::size_t row_bytes_;
    bool streamed_;
    std::int64_t next_ = 0;
    std::vector<std::int64_t> kept_;  // the row of the stream that each kept row is
    Signature signature_;
};

}  // namespace

void Signature::add(std::span<const std::uint8_t> word) {
    constexpr std::uint16_t kPolynomial = 0x100b;
    std::uint16_t folded = 0;
    for (std::size_t i = 0; i < word.size(); ++i) folded = static_cast<std::uint16_t>(folded ^ (word[i] << (i % 2 * 8)));
    value_ = static_cast<std::uint16_t>((value_ << 1) ^ (value_ & 0x8000 ? kPolynomial : 0) ^ folded);
}

std::optional<std::uint16_t> frame_checksum(const Image& image, int outputs) {
    constexpr std::size_t kBytes = 4 * kDescriptorWords;
    if (image.weight_bytes <= 0 || image.threshold_bytes <= 0) return std::nullopt;
    Rows weights(image.weights, image.weight_bytes, image.beat_bits > 0);
    Rows thresholds(image.thresholds, image.threshold_bytes, image.beat_bits > 0);
    Signature program;
    for (std::size_t at = 0; at + kBytes <= image.program.size(); at += kBytes) {
        for (std::size_t word = 0; word < kBytes; word += 4) program.add(std::span(image.program).subspan(at + word, 4));
        const Descriptor d = descriptor_at(image.program, at);
        const auto opcode = static_cast<Opcode>(get(d, "opcode"));
        if (opcode == Opcode::end) return program.value() ^ weights.signature() ^ thresholds.signature();
        if (opcode != Opcode::conv) continue;
        const bool there = (get(d, "depthwise") || weights.read(get(d, "passes") * outputs, get(d, "weight_row"), get(d, "store_weights"),
                                                                get(d, "kept_weights"))) &&
                           (!get(d, "codes") || thresholds.read(get(d, "blocks") * outputs, get(d, "threshold_row"),
                                                                get(d, "store_thresholds"), get(d, "kept_thresholds")));
        if (!there) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace ern::schedule
