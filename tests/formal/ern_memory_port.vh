// SPDX-License-Identifier: Apache-2.0
// Proof of ern_memory_port, inside it: a request stays until the memory takes it; at most one reader is granted, the first
// that asks, and only while no writer asks, its burst can be remembered, and nothing of before a clear is on its way; a beat goes
// to one reader at most, and to none between a clear and the last beat that was asked for before it. The memory answers
// only what it was asked for. Which reader's burst is the oldest is the order of ern_fifo, which has its own proof.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    reg [3:0] f_bursts;       // remembered
    wire f_end = mem_rdata_valid && order_last;
    always @(posedge clk) f_bursts <= rst ? 4'd0 : f_bursts + take_read - f_end;
    always @* begin
        assume (order_valid == (f_bursts != 0) && order_ready == (f_bursts != N_ORDER));   // proved of ern_fifo
        assume (!mem_rdata_valid || order_valid);
        assume (order_id < N_READ && (!order_valid || order_length != 0));
    end

    reg [3:0] f_left;         // how many
    always @(posedge clk) begin
        if (rst) f_left <= 4'd0;
        else if (clear) f_left <= f_bursts - f_end;
        else if (f_left != 0 && f_end) f_left <= f_left - 4'd1;
    end
    integer f_n;
    always @* if (f_past && !rst) begin
        assert (f_bursts <= N_ORDER);
        assert (f_left <= f_bursts);
        if (f_left != 0) assert (dropping && f_left == f_bursts);
        if (dropping && f_bursts != 0) assert (f_left == f_bursts);
        assert ((req_ready & (req_ready - 1'b1)) == 0 && (out_valid & (out_valid - 1'b1)) == 0);
        for (f_n = 0; f_n < N_READ; f_n = f_n + 1) begin
            if (req_ready[f_n]) begin
                assert (req_valid[f_n] && !write_valid && f_bursts != N_ORDER && f_left == 0 && !clear);
                assert ((req_valid & ((1 << f_n) - 1)) == 0);
                assert (id == f_n && address == req_address[f_n*W_BEAT +: W_BEAT] && length == req_length[f_n*8 +: 8]);
            end
        end
    end
    always @(posedge clk) if (f_past && !$past(rst)) begin
        if ($past(write_valid && write_ready))
            assert (mem_req_valid && mem_req_write && mem_req_address == $past(write_address) && mem_req_length == $past(write_length));
        if ($past(take_read))
            assert (mem_req_valid && !mem_req_write && mem_req_address == $past(address) && mem_req_length == $past(length));
    end
    reg              f_given = 1'b0;   // a beat for a reader
    reg [W_ID-1:0]   f_reader;
    reg [W_PORT-1:0] f_beat;
    always @(posedge clk) begin
        f_given  <= !rst && mem_rdata_valid && f_left == 0 && !clear;
        f_reader <= order_id;
        f_beat   <= mem_rdata;
    end
    always @* if (f_past) for (f_n = 0; f_n < N_READ; f_n = f_n + 1)
        if (out_valid[f_n]) assert (f_given && f_reader == f_n && out_data == f_beat);

    ern_stream_rules #(.W_DATA(1 + W_BEAT + 8)) f_request (
        .clk(clk), .rst(rst), .valid(mem_req_valid), .ready(mem_req_ready),
        .data({mem_req_write, mem_req_address, mem_req_length}));

    always @(posedge clk) cover (f_past && !rst && f_bursts == 2 && out_valid[N_READ-1] && write_valid && write_ready);
