// SPDX-License-Identifier: Apache-2.0
// Banks are counted modulo N_TAPS. Read inside a module that has N_TAPS and W_TAP = $clog2(2 * N_TAPS), the width of a sum of two such counts.

    // (at + by) mod N_TAPS, by compares with constants, for a carry chain and a compare behind it are slower. at: 0..N_TAPS - 1; by: a constant
    function [W_TAP-1:0] turned(input [W_TAP-1:0] at, input integer by);
        integer to;
        begin
            turned = {W_TAP{1'b0}};
            for (to = 0; to < N_TAPS; to = to + 1)
                if ({{(32 - W_TAP){1'b0}}, at} == (to + N_TAPS - by) % N_TAPS) turned = to[W_TAP-1:0];
        end
    endfunction

    // (at + by) mod N_TAPS. at, by: 0..N_TAPS - 1
    function [W_TAP-1:0] turned_by(input [W_TAP-1:0] at, input [W_TAP-1:0] by);
        reg [W_TAP-1:0] sum;
        begin
            sum = at + by;
            turned_by = sum >= N_TAPS[W_TAP-1:0] ? sum - N_TAPS[W_TAP-1:0] : sum;
        end
    endfunction

    // Bit `at` alone. at: 0..N_TAPS - 1
    function [N_TAPS-1:0] one_hot(input [W_TAP-1:0] at);
        integer to;
        for (to = 0; to < N_TAPS; to = to + 1) one_hot[to] = at == to[W_TAP-1:0];
    endfunction
