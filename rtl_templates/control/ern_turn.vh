// SPDX-License-Identifier: Apache-2.0
// Banks are counted modulo N_TAPS. Read inside a module that has N_TAPS and W_TAP, the width of such a count.

    // (at + by) mod N_TAPS, by compares with constants, for a carry chain and a compare behind it are slower. at: 0..N_TAPS - 1; by: a constant
    function [W_TAP-1:0] turned(input [W_TAP-1:0] at, input integer by);
        integer to;
        begin
            turned = {W_TAP{1'b0}};
            for (to = 0; to < N_TAPS; to = to + 1)
                if ({{(32 - W_TAP){1'b0}}, at} == (to + N_TAPS - by) % N_TAPS) turned = to[W_TAP-1:0];
        end
    endfunction
