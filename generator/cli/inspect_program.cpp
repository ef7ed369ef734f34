// SPDX-License-Identifier: Apache-2.0
#include "cli/inspect_program.h"

#include <fstream>

#include "schedule/descriptor.h"
#include "schedule/image.h"

namespace ern::cli {

namespace {

// The words of the program's bytes, least significant byte first.
std::vector<schedule::Descriptor> descriptors_of(const schedule::Image& image) {
    std::vector<schedule::Descriptor> descriptors(image.program.size() / (4 * schedule::kDescriptorWords));
    for (std::size_t i = 0; i < image.program.size(); ++i) {
        auto& word = descriptors[i / (4 * schedule::kDescriptorWords)].words[i / 4 % schedule::kDescriptorWords];
        word |= std::uint32_t{image.program[i]} << (8 * (i % 4));
    }
    return descriptors;
}

std::string opcode_name(const schedule::Descriptor& descriptor) {
    switch (static_cast<schedule::Opcode>(schedule::get(descriptor, "opcode"))) {
        case schedule::Opcode::end:
            return "end";
        case schedule::Opcode::conv:
            return "conv";
        case schedule::Opcode::reduce:
            return "reduce";
        case schedule::Opcode::embed:
            return "embed";
        case schedule::Opcode::spill:
            return "spill";
        case schedule::Opcode::fill:
            return "fill";
    }
    return "unknown";
}

nlohmann::ordered_json fields_of(const schedule::Descriptor& descriptor) {
    nlohmann::ordered_json fields;
    for (const schedule::Field& field : schedule::kFields)
        fields[std::string(field.name)] = schedule::get(descriptor, field.name);
    return fields;
}

// Fields that are zero are left out; --json has all.
void say_descriptor(const Session& session, std::size_t index, const schedule::Descriptor& descriptor) {
    std::string text;
    for (const schedule::Field& field : schedule::kFields) {
        const std::int64_t value = schedule::get(descriptor, field.name);
        if (value != 0 && field.name != "opcode") text += fmt::format(" {}={}", field.name, value);
    }
    session.say("{:4} {:6}{}\n", index, opcode_name(descriptor), text);
}

}  // namespace

bool is_program(const std::filesystem::path& path) {
    std::string magic(schedule::kImageFormat.magic.size(), '\0');
    std::ifstream file(path, std::ios::binary);
    return file.read(magic.data(), static_cast<std::streamsize>(magic.size())) && magic == schedule::kImageFormat.magic;
}

void inspect_program(Session& session, const std::filesystem::path& path) {
    const schedule::Image image = schedule::read_image(path);
    const std::size_t weight_rows = image.weights.size() / static_cast<std::size_t>(image.weight_bytes);
    const std::size_t threshold_rows = image.thresholds.size() / static_cast<std::size_t>(image.threshold_bytes);
    session.say("{} ({:08x}) for {} (configuration {:08x}), {} cycles a frame\n", image.network,
                image.network_fingerprint, image.accelerator, image.configuration, image.predicted_cycles);
    session.say("picture {}x{}x{}, {} classes\n", image.picture.height, image.picture.width, image.picture.channels,
                image.logit_scale.size());
    session.say("{} bytes of descriptors, {} weight rows of {} bytes, {} threshold rows of {} bytes\n",
                image.program.size(), weight_rows, image.weight_bytes, threshold_rows, image.threshold_bytes);
    auto& report = session.report;
    report["network"] = image.network;
    report["network_fingerprint"] = fmt::format("{:08x}", image.network_fingerprint);
    report["accelerator"] = image.accelerator;
    report["configuration"] = fmt::format("{:08x}", image.configuration);
    report["predicted_cycles"] = image.predicted_cycles;
    report["weight_rows"] = weight_rows;
    report["threshold_rows"] = threshold_rows;
    auto& listed = report["descriptors"] = nlohmann::ordered_json::array();
    const auto descriptors = descriptors_of(image);
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
        say_descriptor(session, i, descriptors[i]);
        listed.push_back(fields_of(descriptors[i]));
    }
}

}  // namespace ern::cli
