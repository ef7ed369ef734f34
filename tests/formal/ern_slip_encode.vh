// SPDX-License-Identifier: Apache-2.0
// Proof of ern_slip_encode, inside it: a receiver (ern_slip_model) finds exactly the bytes and ends that were taken, each
// in the cycle in which it was taken, however long the line waits, and never a spoiled frame.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    wire       f_after_esc, f_spoiled, f_is_byte, f_is_end;
    wire [7:0] f_byte;
    ern_slip_model f_model (
        .clk(clk), .rst(rst), .taken(out_valid && out_ready), .data(out_data), .after_esc(f_after_esc), .spoiled(f_spoiled),
        .is_byte(f_is_byte), .byte_data(f_byte), .is_end(f_is_end));
    // The byte that waits does not change: supposed here, claimed where the encoder is a part (ERN_FORMAL_PART).
    wire f_told = !in_valid || in_end || in_special == (in_data == END || in_data == ESC);
`ifdef ERN_FORMAL_PART
    localparam integer F_ASSUMED = 0;
    always @* if (f_past && !rst) assert (f_told);
`else
    localparam integer F_ASSUMED = 1;
    always @* assume (f_told);
`endif
    ern_stream_rules #(.W_DATA(9), .ASSUMED(F_ASSUMED)) f_in (
        .clk(clk), .rst(rst), .valid(in_valid), .ready(in_ready), .data({in_end, in_end ? 8'd0 : in_data}));
    ern_stream_rules #(.W_DATA(8)) f_out (
        .clk(clk), .rst(rst), .valid(out_valid), .ready(out_ready), .data(out_data));

    wire f_take = in_valid && in_ready;
    always @* if (f_past && !rst) begin
        assert (!f_spoiled);
        assert (second == f_after_esc);
        if (second) assert (in_valid && special);
        assert (f_take == (f_is_byte || f_is_end));
        if (f_take) begin
            assert (in_end == f_is_end);
            assert (in_end || f_byte == in_data);
        end
    end

    reg f_escaped_seen = 1'b0;
    always @(posedge clk) begin
        f_escaped_seen <= !rst && !(f_take && in_end) && (f_escaped_seen || (f_take && in_data == ESC));
        cover (f_past && !rst && f_escaped_seen && f_take && in_end);
    end
