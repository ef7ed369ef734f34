// SPDX-License-Identifier: Apache-2.0
#include "emit/project.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "support/error.h"
#include "support/file.h"

namespace ern::emit {

namespace fs = std::filesystem;

namespace {

// Folders of modules that every accelerator uses; boards/ is added by the synthesis flow.
constexpr const char* kFolders[] = {"array", "control", "external", "link", "mem", "post", "stream"};

std::string manifest(const schedule::Accelerator& a, Target target, const std::vector<fs::path>& files,
                     const schedule::Plan* plan) {
    nlohmann::ordered_json json;
    json["generator"] = "ernforge " ERNFORGE_VERSION;
    json["accelerator"] = a.name;
    json["configuration"] = fmt::format("{:08x}", schedule::fingerprint(a));
    for (const Parameter& p : parameters(a, target)) json["parameters"][p.name] = p.value;
    for (const fs::path& file : files) json["files"].push_back(file.generic_string());
    if (plan) {
        json["network"] = plan->network_name;
        json["network_crc32"] = fmt::format("{:08x}", plan->network_fingerprint);
        json["predicted_cycles"] = plan->predicted_cycles;
    }
    return json.dump(2) + "\n";
}

// The dot unit's body for ECP5 is a chain of tiles of 32 lanes (ern_ecp5_dot), of which each one takes a cycle.
void refuse_short_latency(const schedule::Accelerator& a) {
    const int least = (a.lanes() + 31) / 32 + 2;
    if (a.dot_latency >= least) return;
    fail("{}: [array] dot_latency is {}, but the {} lanes of a dot unit take {} cycles on ECP5; set it to {}", a.name, a.dot_latency, a.lanes(),
         least, least);
}

}  // namespace

fs::path rtl_directory() {
    const char* variable = std::getenv("ERNFORGE_RTL");
    const fs::path directory = variable ? variable : ERNFORGE_RTL_DIR;
    if (!fs::is_directory(directory)) {
        fail("{}: the Verilog modules are not there; set ERNFORGE_RTL to the folder rtl_templates", directory.string());
    }
    return directory;
}

std::vector<fs::path> rtl_files() {
    const fs::path root = rtl_directory();
    std::vector<fs::path> files;
    for (const char* folder : kFolders) {
        if (!fs::is_directory(root / folder)) continue;
        for (const auto& entry : fs::directory_iterator(root / folder)) {
            const auto extension = entry.path().extension();
            if (extension == ".v" || extension == ".vh") files.push_back(fs::path(folder) / entry.path().filename());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

Project write_project(const schedule::Accelerator& accelerator, Target target, const fs::path& directory,
                      const schedule::Plan* plan) {
    if (target == Target::ecp5) refuse_short_latency(accelerator);
    Project project;
    project.directory = directory;
    const auto write = [&](const fs::path& name, const std::string& text) {
        support::write_text(directory / name, text);
        project.files.push_back(name);
    };
    write("ern_top.v", top_verilog(accelerator, target));
    std::string list = "+incdir+rtl\nern_top.v\n";
    for (const fs::path& file : rtl_files()) {
        const fs::path name = fs::path("rtl") / file.filename();
        write(name, support::read_text(rtl_directory() / file));
        // The cells of one FPGA family are nothing for a portable project.
        const bool ecp5 = file.filename().string().starts_with("ern_ecp5_");
        if (file.extension() == ".v" && (!ecp5 || target == Target::ecp5)) list += name.generic_string() + "\n";
    }
    if (plan) {
        write("program.hex", program_hex(*plan));
        write("weights.hex", weights_hex(*plan));
        write("thresholds.hex", thresholds_hex(*plan));
    }
    write("files.f", list);
    const std::string text = manifest(accelerator, target, project.files, plan);
    write("manifest.json", text);
    return project;
}

}  // namespace ern::emit
