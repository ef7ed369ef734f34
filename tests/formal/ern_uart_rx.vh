// SPDX-License-Identifier: Apache-2.0
// Proof of ern_uart_rx, inside it: a sender whose bits last F_BIT cycles sends any bytes with any pauses, also none; each
// byte comes out once, right, at one fixed time after its start bit, and nothing else does. F_BIT may differ from
// CLKS_PER_BIT (other macros than the default): 3 % either way is less than half a bit at the stop bit.
// A frame may have a low stop bit: it gives no byte. What follows it is left open (the receiver takes the low line for
// a start bit); line noise is not modelled, but a false start bit gives nothing.
`ifndef F_BIT
`define F_BIT CLKS_PER_BIT
`endif
    localparam integer F_STOP = 3 + MIDDLE + 9 * CLKS_PER_BIT;   // cycle of the frame in which the stop bit is sampled
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    // ---- the sender ------------------------------------------------------------------------------------------------
    (* anyseq *) wire       f_go;
    (* anyseq *) wire [8:0] f_any;
    reg        f_sends = 1'b0;
    reg        f_lost = 1'b0;       // after a low stop bit
    reg        f_stop;
    reg [7:0]  f_byte;
    reg [3:0]  f_bit;
    reg [9:0]  f_cycle;
    wire       f_free  = !f_sends || (f_bit == 4'd9 && f_cycle == `F_BIT - 1);
    wire [9:0] f_frame = {f_stop, f_byte, 1'b0};
    wire [12:0] f_time = f_bit * `F_BIT + f_cycle;
    always @(posedge clk) begin
        f_cycle <= f_cycle + 10'd1;
        if (f_cycle == `F_BIT - 1) begin
            f_cycle <= 10'd0;
            f_bit   <= f_bit + 4'd1;
        end
        if (f_free) begin
            f_sends <= f_go;
            {f_stop, f_byte} <= f_any;
            f_bit   <= 4'd0;
            f_cycle <= 10'd0;
        end
        if (f_sends && !f_stop && f_time == F_STOP + 1) f_lost <= 1'b1;
        if (rst) {f_sends, f_lost} <= 2'b00;
    end
    always @* assume (rx == (!f_sends || f_frame[f_bit]));

    // ---- where the receiver stands ---------------------------------------------------------------------------------
    wire        f_one_back = !f_sends || (f_cycle >= 1 ? f_frame[f_bit] : f_bit == 4'd0 || f_frame[f_bit - 4'd1]);
    wire        f_two_back = !f_sends || (f_cycle >= 2 ? f_frame[f_bit] : f_bit == 4'd0 || f_frame[f_bit - 4'd1]);
    wire [8:0]  f_missing  = 9'd9 - count;   // data bits
    always @* if (f_past && !f_lost) begin
        if (f_sends) assert (f_bit <= 4'd9 && f_cycle < `F_BIT);
        assert (level == {f_two_back, f_one_back});
        if (busy) begin
            assert (f_sends);
            assert (count <= 4'd9);
            assert (clock <= (count == 4'd0 ? MIDDLE : CLKS_PER_BIT - 1));
            assert (f_time == 3 + count * CLKS_PER_BIT + MIDDLE - clock);
            if (count >= 4'd2) assert (out_data >> f_missing == (f_byte & (8'hff >> f_missing)));
        end else assert (!f_sends || f_time <= 2 || f_time > F_STOP);
        assert (out_valid == (f_sends && f_stop && f_time == F_STOP + 1));
        if (out_valid) assert (out_data == f_byte);
    end
    always @(posedge clk) if (f_past && !$past(rst)) begin
        if (out_valid) assert ($past(busy && count == 4'd9 && level[1]));
        if ($past(busy && count == 4'd0 && clock == 0 && level[1])) assert (!busy && !out_valid);
    end
    always @(posedge clk) cover (f_past && !rst && out_valid && out_data == 8'ha6);
