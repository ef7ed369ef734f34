// SPDX-License-Identifier: Apache-2.0
#include "schedule/image.h"

#include "schedule/external.h"
#include "support/error.h"
#include "support/file.h"

namespace ern::schedule {

namespace {

// Collects bits into bytes, least significant first.
class BitWriter {
  public:
    explicit BitWriter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}
    void put(std::uint64_t value, int bits) {
        for (int i = 0; i < bits; ++i) {
            if (position_ % 8 == 0) bytes_.push_back(0);
            bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | (((value >> i) & 1) << (position_ % 8)));
            ++position_;
        }
    }
    // Ends a word of `bytes` bytes with zeros.
    void fill(int bytes) {
        bytes_.resize((bytes_.size() + static_cast<std::size_t>(bytes) - 1) / static_cast<std::size_t>(bytes) *
                      static_cast<std::size_t>(bytes));
        position_ = 0;
    }

  private:
    std::vector<std::uint8_t>& bytes_;
    int position_ = 0;
};

template <typename T>
T take(const nlohmann::json& header, const char* key) {
    if constexpr (std::integral<T>) return support::whole_number<T>(header.at(key), key);
    else return header.at(key).get<T>();
}

template <std::integral T, std::size_t N>
std::array<T, N> take_row(const nlohmann::json& header, const char* key) {
    const nlohmann::json& row = header.at(key);
    if (!row.is_array() || row.size() != N) fail("its header is damaged ({} has not {} numbers)", key, N);
    std::array<T, N> numbers;
    for (std::size_t i = 0; i < N; ++i) numbers[i] = support::whole_number<T>(row[i], key);
    return numbers;
}

void check_image(const Image& image) {
    const auto rows = [](const std::vector<std::uint8_t>& bytes, int row) {
        return row > 0 && row <= 4096 && bytes.size() % static_cast<std::size_t>(row) == 0;
    };
    const bool sound = image.program.size() % (4 * kDescriptorWords) == 0 && !image.program.empty() &&
                       rows(image.weights, image.weight_bytes) && rows(image.thresholds, image.threshold_bytes) &&
                       (image.beat_bits == 0 || image.beat_bits == 32 || image.beat_bits == 64 || image.beat_bits == 128) &&
                       image.picture.height > 0 && image.picture.width > 0 && image.picture.channels > 0 &&
                       image.picture.height <= 4095 && image.picture.width <= 4095 && image.picture.channels <= 3 &&
                       !image.logit_scale.empty() && image.logit_scale.size() <= 4095 &&
                       (image.labels.empty() || image.labels.size() == image.logit_scale.size());
    if (!sound) fail("its sizes contradict each other");
}

// Descriptors name beats of the region for partial sums; here is where it begins.
void move_exchange(Image& image, std::uint32_t sums_at) {
    constexpr std::size_t kBytes = 4 * kDescriptorWords;
    for (std::size_t at = 0; at + kBytes <= image.program.size(); at += kBytes) {
        Descriptor d = descriptor_at(image.program, at);
        const auto opcode = static_cast<Opcode>(get(d, "opcode"));
        if (opcode != Opcode::spill && opcode != Opcode::fill) continue;
        set(d, "weight_row", get(d, "weight_row") + sums_at);
        for (std::size_t i = 0; i < kBytes; ++i) image.program[at + i] = static_cast<std::uint8_t>(d.words[i / 4] >> (i % 4 * 8));
    }
}

// The parts one behind the other, each from a new row of the memory's banks on.
void place_in_memory(Image& image, const Plan& plan) {
    const Accelerator& a = plan.accelerator;
    image.beat_bits = a.external.port_bits;
    const auto row_beats = static_cast<std::uint32_t>(memory_timing(a).row_bytes / (image.beat_bits / 8));
    const auto behind = [&](std::uint32_t at, std::uint32_t beats) { return (at + beats + row_beats - 1) / row_beats * row_beats; };
    image.program_at = 0;
    image.thresholds_at = behind(0, beats_of(image, image.program));
    image.pictures_at = behind(image.thresholds_at, beats_of(image, image.thresholds));
    image.picture_beats = static_cast<std::uint32_t>(picture_room(a, image.picture).beats);
    image.weights_at = behind(image.pictures_at, 2 * image.picture_beats);
    const std::uint32_t sums_at = behind(image.weights_at, beats_of(image, image.weights));
    const std::uint64_t end = std::uint64_t{sums_at} + static_cast<std::uint64_t>(plan.spilled_beats);
    move_exchange(image, sums_at);
    const std::uint64_t bytes = end * static_cast<std::uint64_t>(image.beat_bits / 8), most = memory_timing(a).bytes;
    if (end >= 1u << 24 || bytes > most)
        fail("{}: {} bytes of external memory are needed, and boards have {} for certain; use a smaller network", image.network, bytes, most);
}

}  // namespace

std::uint32_t beats_of(const Image& image, const std::vector<std::uint8_t>& part) {
    const auto beat_bytes = static_cast<std::size_t>(image.beat_bits / 8);
    return static_cast<std::uint32_t>((part.size() + beat_bytes - 1) / beat_bytes);
}

Image make_image(const Plan& plan) {
    const Accelerator& a = plan.accelerator;
    const ActivationBuffer& picture = plan.activations.front();
    Image image;
    image.configuration = fingerprint(a);
    image.accelerator = a.name;
    image.network = plan.network_name;
    image.network_fingerprint = plan.network_fingerprint;
    image.picture = plan.picture;
    image.picture_base = picture.base;
    image.picture_row_step = picture.row_step;
    image.picture_block_step = picture.block_step;
    image.predicted_cycles = plan.predicted_cycles;
    image.logit_scale = plan.logit_scale;
    image.labels = plan.labels;
    image.weight_bytes = (a.lanes() + 7) / 8;
    image.threshold_bytes = (3 * a.accumulator_bits + 1 + 7) / 8;
    BitWriter program(image.program), weights(image.weights), thresholds(image.thresholds);
    if (plan.external()) {
        image.weight_bytes = stream_row_bytes(a, a.lanes());
        image.threshold_bytes = stream_row_bytes(a, 3 * a.accumulator_bits + 1);
    }
    for (const Descriptor& d : plan.program) {
        for (std::uint32_t word : d.words) program.put(word, 32);
    }
    for (const auto& row : plan.weights) {
        for (int lane = 0; lane < a.lanes(); lane += 64) {
            weights.put(row[static_cast<std::size_t>(lane / 64)], std::min(64, a.lanes() - lane));
        }
        weights.fill(image.weight_bytes);
    }
    for (const auto& row : plan.thresholds) {
        for (std::size_t k = 0; k < 3; ++k) thresholds.put(static_cast<std::uint32_t>(row[k]), a.accumulator_bits);
        thresholds.put(static_cast<std::uint64_t>(row[3]), 1);
        thresholds.fill(image.threshold_bytes);
    }
    if (plan.external()) place_in_memory(image, plan);
    return image;
}

std::vector<std::uint8_t> serialize(const Image& image) {
    std::vector<std::uint8_t> blob = image.program;
    blob.insert(blob.end(), image.weights.begin(), image.weights.end());
    blob.insert(blob.end(), image.thresholds.begin(), image.thresholds.end());
    const nlohmann::ordered_json header{
        {"accelerator", image.accelerator},
        {"configuration", image.configuration},
        {"network", image.network},
        {"network_fingerprint", image.network_fingerprint},
        {"picture", {image.picture.height, image.picture.width, image.picture.channels}},
        {"picture_words", {image.picture_base, image.picture_row_step, image.picture_block_step}},
        {"predicted_cycles", image.predicted_cycles},
        {"logit_scale", image.logit_scale},
        {"labels", image.labels},
        {"weight_bytes", image.weight_bytes},
        {"threshold_bytes", image.threshold_bytes},
        {"external", {image.beat_bits, image.program_at, image.weights_at, image.thresholds_at, image.pictures_at, image.picture_beats}},
        {"parts", {image.program.size(), image.weights.size(), image.thresholds.size()}},
        {"blob_bytes", blob.size()},
    };
    return support::pack_container(kImageFormat, header, blob);
}

Image deserialize_image(std::span<const std::uint8_t> bytes, std::string_view source) {
    const support::Container container = support::unpack_container(bytes, kImageFormat, source);
    const nlohmann::json& h = container.header;
    try {
        Image image;
        image.accelerator = take<std::string>(h, "accelerator");
        image.configuration = take<std::uint32_t>(h, "configuration");
        image.network = take<std::string>(h, "network");
        image.network_fingerprint = take<std::uint32_t>(h, "network_fingerprint");
        const auto picture = take_row<int, 3>(h, "picture");
        image.picture = {picture[0], picture[1], picture[2]};
        const auto words = take_row<int, 3>(h, "picture_words");
        image.picture_base = words[0];
        image.picture_row_step = words[1];
        image.picture_block_step = words[2];
        image.predicted_cycles = take<std::int64_t>(h, "predicted_cycles");
        image.logit_scale = take<std::vector<double>>(h, "logit_scale");
        image.labels = take<std::vector<std::string>>(h, "labels");
        image.weight_bytes = take<int>(h, "weight_bytes");
        image.threshold_bytes = take<int>(h, "threshold_bytes");
        const auto external = take_row<std::uint32_t, 6>(h, "external");
        image.beat_bits = static_cast<int>(external[0]);
        image.program_at = external[1];
        image.weights_at = external[2];
        image.thresholds_at = external[3];
        image.pictures_at = external[4];
        image.picture_beats = external[5];
        const auto parts = take_row<std::uint64_t, 3>(h, "parts");
        const std::uint64_t size = container.blob.size();
        if (parts[0] > size || parts[1] > size - parts[0] || parts[2] != size - parts[0] - parts[1]) {
            fail("its parts do not add up to what is there");
        }
        const auto part = [&](std::uint64_t from, std::uint64_t count) {
            const auto view = container.blob.subspan(from, count);
            return std::vector<std::uint8_t>(view.begin(), view.end());
        };
        image.program = part(0, parts[0]);
        image.weights = part(parts[0], parts[1]);
        image.thresholds = part(parts[0] + parts[1], parts[2]);
        check_image(image);
        return image;
    } catch (const nlohmann::json::exception& error) {
        fail("{}: its header is damaged ({}); compile the program again", source, error.what());
    } catch (const Error& error) {
        fail("{}: {}; compile the program again", source, error.what());
    }
}

Image read_image(const std::filesystem::path& path) { return deserialize_image(support::read_file(path), path.string()); }

}  // namespace ern::schedule
