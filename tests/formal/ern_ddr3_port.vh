// SPDX-License-Identifier: Apache-2.0
// Proof of ern_ddr3_port, inside it: a command stays until it is taken; a burst of n beats is n commands at n addresses that
// follow each other, and then the next one is taken; a write's command finds its beat in the FIFO, so the data that the memory
// takes are there. The memory takes only data of what was commanded. The order of the data is that of ern_fifo, proved of it.
    reg f_past = 1'b0;
    initial assume (rst);
    always @(posedge clk) f_past <= 1'b1;

    reg [W_COUNT:0] f_held, f_owed;   // beats in the FIFO; commanded and not yet taken
    always @(posedge clk) begin
        f_held <= rst ? 0 : f_held + put - port_wdata_ready;
        f_owed <= rst ? 0 : f_owed + (step && write) - port_wdata_ready;
    end
    always @* if (f_past) begin
        assume (waiting == (f_held != 0) && mem_wdata_ready == (f_held < N_WAIT));   // proved of ern_fifo
        assume (!port_wdata_ready || f_owed != 0);
    end
    always @* if (f_past && !rst) assume (!mem_req_valid || mem_req_length != 0);

    reg [W_BEAT-1:0] f_from;
    reg [7:0]        f_length, f_done;
    wire [W_BEAT-1:0] f_at = f_from + f_done;
    always @(posedge clk) if (mem_req_valid && mem_req_ready) {f_from, f_length, f_done} <= {mem_req_address, mem_req_length, 8'd0};
                          else if (step) f_done <= f_done + 8'd1;
    always @* if (f_past && !rst) begin
        assert (f_held == f_owed + free && f_held <= N_WAIT && f_owed <= N_WAIT && free <= N_WAIT);
        if (port_wdata_ready) assert (waiting);
        if (run) assert (left != 0 && f_done + left == f_length && at == f_at);
        if (port_cmd_valid) assert (run && port_cmd_address == f_at);
        if (port_cmd_valid && port_cmd_we) assert (free != 0);
        if (!run) assert (!port_cmd_valid);
    end
    ern_stream_rules #(.W_DATA(1 + W_BEAT)) f_command (
        .clk(clk), .rst(rst), .valid(port_cmd_valid), .ready(port_cmd_ready), .data({port_cmd_we, port_cmd_address}));
    always @(posedge clk) cover (f_past && !rst && port_wdata_ready && f_owed == 2 && !run && f_length == 3);
