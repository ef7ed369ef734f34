// SPDX-License-Identifier: Apache-2.0
#include "fpga/prepare.h"

#include "fpga/fan_out.h"
#include "fpga/netlist.h"
#include "fpga/output_registers.h"

namespace ern::fpga {

Prepared prepare_netlist(const std::string& json, int fan_out) {
    const ChainEnds ends = open_chain_ends(json);
    const OutputRegisters moved = move_output_registers(ends.json);
    FanOut split = split_fan_out(moved.json, fan_out);
    return {std::move(split.json), ends.opened, moved.registers, split.nets, split.copies};
}

}  // namespace ern::fpga
