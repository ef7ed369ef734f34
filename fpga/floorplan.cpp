// SPDX-License-Identifier: Apache-2.0
// The layout that is relied on (Yosys 0.23 to 0.70; each line by its indentation):
//   ·6·"attributes": {       of a module, the first thing in it
//   ·6·"cells": {
//   ·8·"name": {            of a memory: PATH.mem.REPEAT.SLICE, a slice being as many bits of its word as a
//   block RAM has
//  ·10·"type": "DP16KD",
//  ·10·"attributes": {
#include "fpga/floorplan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <regex>
#include <string_view>
#include <tuple>
#include <vector>

#include "fpga/netlist_text.h"
#include "support/error.h"

namespace ern::fpga {

namespace {

// The sites of block RAMs on a die, in Trellis' coordinates: rows in groups of four.
struct Grid {
    int across;                     // sites of a row
    int late;                       // the site from which on all lie two columns further right
    std::vector<int> upper, lower;  // rows, from the top down; sums lie in the lower ones
};

// Of LFE5U, LFE5UM and LFE5UM5G; the smaller dies are left to the placer.
const Grid* grid_of(const Board& board) {
    static const Grid die_85{.across = 52, .late = 28, .upper = {22, 46}, .lower = {70, 82}};
    static const Grid die_45{.across = 36, .late = 16, .upper = {10, 34}, .lower = {58}};
    return board.is_85f() ? &die_85 : board.is_45f() ? &die_45 : nullptr;
}

// Of queues; a choice, not measured: each one moves the activations a site away from where they enter the
// array.
constexpr std::size_t kQueuesAbove = 4;

struct Site {
    int across, y;
    bool operator<(const Site& o) const { return std::tie(across, y) < std::tie(o.across, o.y); }
    bool operator==(const Site&) const = default;
};

std::string bel(const Grid& grid, const Site& site) {
    const int x = 4 + 9 * (site.across / 4) + 2 * (site.across % 4) + (site.across >= grid.late ? 2 : 0);
    return fmt::format("X{}/Y{}/EBR{}", x, site.y, site.across % 4);
}

enum class Kind { sums, weights, activations, queues, other };

struct Ram {
    std::size_t at = 0;  // behind the line that opens its attributes
    Kind kind = Kind::other;
    int column = 0;      // of sums
    std::string memory;  // name without slice
    int slice = 0;
    double order = 0;  // where in its memory's word the slice lies, 0 to 1
};

Ram ram_of(const std::string& name) {
    static const std::regex slice("^(.*\\.mem\\.[0-9]+)\\.([0-9]+)$"),
        column("\\.g_column\\[([0-9]+)\\]\\.u_column\\.u_partial\\."), weights("\\.u_(kept_)?weights\\."),
        activations("\\.u_activations\\."), queues("\\.u_external\\..*\\.g_(wide|narrow)\\.");
    Ram ram;
    std::smatch found;
    if (!std::regex_match(name, found, slice)) return ram;
    ram.memory = found[1];
    ram.slice = std::stoi(found[2]);
    if (std::regex_search(name, found, column)) {
        ram.kind = Kind::sums;
        ram.column = std::stoi(found[1]);
    } else if (std::regex_search(name, weights)) {
        ram.kind = Kind::weights;
    } else if (std::regex_search(name, activations)) {
        ram.kind = Kind::activations;
    } else if (std::regex_search(name, queues)) {
        ram.kind = Kind::queues;
    }
    return ram;
}

// Settings of nextpnr's router2 that have no option: a net may leave its bounding box by eight tiles instead
// of three, and what a crowded wire costs grows by 0.5 in each round instead of 2. With its own figures the
// router stalls at a few thousand wires of a crowded device, and the detours that it then takes crowd others.
constexpr const char* kSettings =
    "      \"settings\": {\n"
    "        \"router2/bbMargin/x\": \"8\",\n"
    "        \"router2/bbMargin/y\": \"8\",\n"
    "        \"router2/currCongWeightMult\": \"0.5\"\n"
    "      },\n";

// Finds the block RAMs.
class Scanner {
  public:
    void line(std::string_view text, std::size_t end) {
        if (starts(text, "      \"attributes\": {")) {
            module_ = end - text.size();
        } else if (starts(text, "        \"top\": \"")) {
            top = module_;
        } else if (starts(text, "        \"")) {
            name_ = text.substr(9, text.rfind("\": {") - 9);
            ram_ = false;
        } else if (starts(text, "          \"type\": \"")) {
            ram_ = text.substr(19, text.rfind('"') - 19) == "DP16KD";
        } else if (ram_ && starts(text, "          \"attributes\": {")) {
            rams.push_back(ram_of(std::string(name_)));
            rams.back().at = end;
            ram_ = false;
        }
    }

    std::vector<Ram> rams;
    std::size_t top = 0;  // where the top module begins

  private:
    std::size_t module_ = 0;
    std::string_view name_;
    bool ram_ = false;
};

// The block RAMs of a kind, neighbouring bits of the memories' words together.
std::vector<const Ram*> in_order(std::vector<Ram>& rams, Kind kind, int column = 0) {
    std::map<std::string, int> slices;
    for (const Ram& r : rams) ++slices[r.memory];
    std::vector<const Ram*> chosen;
    for (Ram& r : rams) {
        r.order = (r.slice + 0.5) / slices[r.memory];
        if (r.kind == kind && r.column == column) chosen.push_back(&r);
    }
    std::sort(chosen.begin(), chosen.end(), [](const Ram* a, const Ram* b) {
        return std::tie(a->order, a->memory) < std::tie(b->order, b->memory);
    });
    return chosen;
}

using Places = std::map<std::size_t, Site>;  // by Ram::at

// Spreads the block RAMs evenly over the sites; the last ones stay without where there are too few.
void spread(const std::vector<const Ram*>& rams, const std::vector<Site>& sites, Places& places) {
    const std::size_t n = std::min(rams.size(), sites.size());
    for (std::size_t i = 0; i < n; ++i) places[rams[i]->at] = sites[i * sites.size() / n];
}

// Sites of a column's sums: below the column, and what those do not hold in the row above it.
std::vector<Site> sites_of_sums(const Grid& grid, int column, int columns, std::size_t n) {
    const int from = grid.across * column / columns, width = grid.across * (column + 1) / columns - from;
    std::vector<Site> sites;
    for (int i = from; i < from + width; ++i) {
        for (int y : grid.lower) sites.push_back({i, y});
    }
    const int above = std::min(width, static_cast<int>(n) - static_cast<int>(sites.size()));
    for (int i = 0; i < above; ++i) sites.push_back({from + width * i / above, grid.upper.back()});
    std::sort(sites.begin(), sites.end());
    return sites;
}

std::vector<Site> without(std::vector<Site> sites, const Places& places) {
    for (const auto& [at, site] : places)
        sites.erase(std::remove(sites.begin(), sites.end(), site), sites.end());
    return sites;
}

// The sites of both upper rows that are free, the ones nearest to where weights enter the array first: a
// third of the row beside the array, as much of the row above it, then both rows on to the right.
std::vector<Site> sites_of_weights(const Grid& grid, const Places& places) {
    const std::vector<int> rows(grid.upper.rbegin(), grid.upper.rend());
    std::vector<Site> sites;
    for (int y : rows) {
        for (int i = 0; i < grid.across / 3; ++i) sites.push_back({i, y});
    }
    for (int i = grid.across / 3; i < grid.across; ++i) {
        for (int y : rows) sites.push_back({i, y});
    }
    return without(sites, places);
}

// The sites of the lower rows that sums leave, the ones at the left first.
std::vector<Site> sites_below(const Grid& grid, const Places& places) {
    std::vector<Site> sites;
    for (int i = 0; i < grid.across; ++i) {
        for (int y : grid.lower) sites.push_back({i, y});
    }
    return without(sites, places);
}

// Takes n sites out, from one on, or as many as there are.
std::vector<Site> cut(std::vector<Site>& sites, std::size_t from, std::size_t n) {
    const auto begin = sites.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(n, sites.size() - from));
    const std::vector<Site> taken(begin, end);
    sites.erase(begin, end);
    return taken;
}

std::vector<Site> take(std::vector<Site>& sites, std::size_t n) {
    return cut(sites, 0, n);
}

// Queues lie where the weights of the lower of both upper rows end, as many as there is room for beside
// `weights` and activations, and the rest at the left below: what fills and empties them is between. Returns
// the sites that the weights may have.
std::vector<Site> place_queues(const Grid& grid, std::vector<const Ram*> queues, std::size_t weights,
                               std::size_t room, std::vector<Site>& upper, std::vector<Site>& below,
                               Places& places) {
    // Backwards by name: the picture's words first, then thresholds and program, whose rows are shorter.
    std::stable_sort(queues.begin(), queues.end(),
                     [](const Ram* a, const Ram* b) { return a->memory > b->memory; });
    const std::size_t above = std::min({room, queues.size(), kQueuesAbove});
    std::vector<Site> left = take(upper, weights + above);
    const std::size_t end = std::min<std::size_t>(left.size(), grid.across / 3);
    std::vector<Site> near = cut(left, end - above, above);
    const std::vector<Site> far = take(below, queues.size() - above);
    near.insert(near.end(), far.begin(), far.end());
    spread(queues, near, places);
    return left;
}

Places places_of(const Grid& grid, std::vector<Ram>& rams) {
    int columns = 0;
    for (const Ram& r : rams) columns = std::max(columns, r.kind == Kind::sums ? r.column + 1 : 0);
    Places places;
    for (int c = 0; c < columns; ++c) {
        const auto sums = in_order(rams, Kind::sums, c);
        spread(sums, sites_of_sums(grid, c, columns, sums.size()), places);
    }
    const auto weights = in_order(rams, Kind::weights), activations = in_order(rams, Kind::activations);
    std::vector<Site> upper = sites_of_weights(grid, places), below = sites_below(grid, places);
    const std::size_t room = upper.size() - std::min(upper.size(), weights.size() + activations.size());
    std::vector<Site> left =
        place_queues(grid, in_order(rams, Kind::queues), weights.size(), room, upper, below, places);
    // The memories that nothing is known of take what is left below; where that is not enough, sites at the
    // left stay free for them: the placer would have none but the ones at the far right.
    const std::size_t others = rams.size() - places.size() - weights.size() - activations.size();
    take(upper, others - std::min(others, below.size()));
    std::sort(left.begin(), left.end());
    spread(weights, left, places);
    // From the left on, not spread: there the windows enter the array.
    std::sort(upper.begin(), upper.end());
    upper.resize(std::min(upper.size(), activations.size()));
    spread(activations, upper, places);
    return places;
}

}  // namespace

Floorplan place_block_rams(const std::string& json, const Board& board) {
    Scanner scanner;
    for_each_netlist_line(
        json, [&](std::string_view line, std::size_t at) { scanner.line(line, at + line.size()); });
    Floorplan result;
    Places places;
    const Grid* grid = grid_of(board);
    if (grid && 2 * scanner.rams.size() >= static_cast<std::size_t>(board.capacity.ebr))
        places = places_of(*grid, scanner.rams);
    if (places.empty()) {
        result.json = json;
        return result;
    }
    if (scanner.top == 0) fail("the netlist names no top module");
    std::size_t copied = scanner.top;
    result.json.append(json, 0, copied).append(kSettings);
    for (const auto& [at, site] : places) {
        const bool empty = json.compare(at, 12, "\n          }") == 0;
        result.json.append(json, copied, at - copied)
            .append(fmt::format("\n            \"BEL\": \"{}\"{}", bel(*grid, site), empty ? "" : ","));
        copied = at;
    }
    result.json.append(json, copied);
    result.placed = static_cast<int>(places.size());
    return result;
}

}  // namespace ern::fpga
