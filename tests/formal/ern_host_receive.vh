// SPDX-License-Identifier: Apache-2.0
// Proof of ern_host_receive, inside it: at each end of a frame exactly one of three things happens: the frame is good
// and waits, unchanged, until `done`; it is bad and counted; or it was empty. Good means: not spoiled, 6..N_BYTES bytes,
// CRC by polynomial division right. One watched byte of the frame stands for all. The bytes are those of
// ern_slip_decode, which has its own proof.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;
`ifdef ERN_FORMAL_PART
    always @* if (f_past && !rst) assert (!done || frame);
`else
    always @* assume (!done || frame);   // claimed in ern_host
`endif

    // ---- the frame that comes in: bytes so far (far beyond is like just beyond), CRC, the watched byte -------------
    (* anyconst *) wire [W_INDEX-1:0] f_k;
    reg [W_INDEX+1:0] f_length;
    reg [31:0]        f_crc;
    reg [7:0]         f_byte, f_kept;
    wire [31:0]       f_crc_next;
    ern_crc32_model f_model (.in(f_crc), .data(byte_data), .out(f_crc_next));
    always @(posedge clk) begin
        if (byte_valid) begin
            if (!(&f_length)) f_length <= f_length + 1'b1;
            f_crc <= f_crc_next;
            if (f_length == f_k) f_byte <= byte_data;
        end
        if (rst || frame_end) begin
            f_length <= 0;
            f_crc    <= 32'hffffffff;
        end
        if (frame_end) f_kept <= f_byte;
    end
    wire f_good  = !spoiled && f_length >= 6 && f_length <= N_BYTES && f_crc == 32'hdebb20e3;
    wire f_empty = !spoiled && f_length == 0;

    always @* if (f_past) begin
        assert (in_ready == (!frame && !frame_end));
        assert (!frame || (!byte_valid && !frame_end));
        assert (crc == f_crc);
        assert (count == (f_length > N_BYTES ? N_BYTES + 1 : f_length));
        if (f_length > f_k) assert (buffer[f_k] == f_byte);
        if (frame) begin
            assert (f_length == 0);
            assert (length >= 2 && length <= N_BYTES - 4);
            if (f_k < length + 4) assert (buffer[f_k] == f_kept);
        end
    end
    always @(posedge clk) if (f_past && !$past(rst)) begin
        assert (bad == $past(frame_end && !f_good && !f_empty));
        assert (errors == $past(errors) + bad);
        if ($past(frame)) assert (frame == $past(!done) && $stable(length));
        else begin
            assert (frame == $past(frame_end && f_good));
            if (frame) assert (length == $past(f_length) - 4);
        end
    end

    // Two frames, 01 C0 with its CRC and then garbage. The bytes are given: a solver does not find a CRC by itself.
`ifdef ERN_FORMAL_COVER
    localparam [8*13-1:0] F_LINE = 104'hc0_02_01_00_c0_c3_a6_e1_0e_dc_db_01_c0;   // the first byte last
    reg [3:0] f_at = 4'd0;
    always @* assume (!f_past || (!rst && in_data == F_LINE[8*f_at +: 8]));
    reg f_good_seen = 1'b0;
    always @(posedge clk) begin
        f_at        <= f_at + take;
        f_good_seen <= f_good_seen || (frame && done && read_index == 1 && read_data == 8'hc0);
        cover (f_good_seen && !frame);
        cover (f_good_seen && bad && errors == 32'd1);
    end
`endif
