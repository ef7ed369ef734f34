// SPDX-License-Identifier: Apache-2.0
// Proof of ern_slip_decode, inside it: equal to the model for any bytes. A spoiled frame's bytes may be anything, but an
// end is an end, and after it the decoder is like new.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    wire       f_after_esc, f_spoiled, f_is_byte, f_is_end;
    wire [7:0] f_byte;
    ern_slip_model f_model (
        .clk(clk), .rst(rst), .taken(in_valid), .data(in_data), .after_esc(f_after_esc), .spoiled(f_spoiled),
        .is_byte(f_is_byte), .byte_data(f_byte), .is_end(f_is_end));

    always @* if (f_past) begin
        assert (out_end == f_is_end);
        assert (!(out_valid && out_end));
        assert (in_valid || !(out_valid || out_end));
        assert (spoiled == f_spoiled);
        if (!f_spoiled) begin
            assert (escaped == f_after_esc);
            assert (out_spoiled == f_after_esc);
            if (!f_after_esc || in_data == ESC_END || in_data == ESC_ESC) begin
                assert (out_valid == f_is_byte);
                if (out_valid) assert (out_data == f_byte);
            end
        end else assert (out_spoiled);
    end
    always @(posedge clk) if (f_past && $past(rst || out_end)) assert (!out_spoiled);

    reg f_escaped_seen = 1'b0, f_spoiled_seen = 1'b0;
    always @(posedge clk) begin
        f_escaped_seen <= !rst && !out_end && (f_escaped_seen || (out_valid && out_data == END));
        f_spoiled_seen <= !rst && (f_spoiled_seen || (out_end && out_spoiled));
        cover (f_past && !rst && f_escaped_seen && out_end && !out_spoiled);
        cover (f_past && !rst && f_spoiled_seen && f_escaped_seen && out_end && !out_spoiled);
    end
