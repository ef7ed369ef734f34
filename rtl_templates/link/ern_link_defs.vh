// SPDX-License-Identifier: Apache-2.0
// Numbers of the host link. Made from the tables in generator/link/protocol.h.
`ifndef ERN_LINK_DEFS_VH
`define ERN_LINK_DEFS_VH

`define ERN_LINK_MAGIC 32'h464e5245
`define ERN_LINK_VERSION 32'd3
`define ERN_LINK_FRAME_BYTES 256
`define ERN_LINK_MAX_WORDS 8'd60

`define ERN_CMD_READ_REG         8'd1   // index (1), count (1) -> count registers of 4 bytes
`define ERN_CMD_WRITE_REG        8'd2   // index (1), value (4)
`define ERN_CMD_WRITE_MEM        8'd3   // memory (1), word address (4), data
`define ERN_CMD_PIXELS           8'd4   // picture number (2), offset in the picture (4), data
`define ERN_CMD_READ_RESULT      8'd5   // first word (2), count (1) -> picture number (2), checksum of what its frame read (2), count words of 4 bytes
`define ERN_CMD_RELEASE_RESULT   8'd6   // picture number (2)

`define ERN_ANSWER_OK               8'd0   // done
`define ERN_ANSWER_BAD_FRAME        8'd1   // checksum, length or framing wrong; nothing was done, sequence number 0
`define ERN_ANSWER_BAD_OPCODE       8'd2   // unknown command
`define ERN_ANSWER_BAD_LENGTH       8'd3   // the command is shorter than its fields, or asks for too much
`define ERN_ANSWER_BUSY             8'd4   // no room for a picture now; nothing was done
`define ERN_ANSWER_BAD_OFFSET       8'd5   // not the next byte of the picture -> the expected offset (4); nothing was done
`define ERN_ANSWER_EMPTY            8'd6   // no result, or one of another picture; nothing was done
`define ERN_ANSWER_TIMEOUT          8'd7   // the accelerator did not take the bytes; the picture is lost, send it under a new number

`define ERN_MEMORY_PROGRAM          8'd0   // descriptors, 4 bytes a word
`define ERN_MEMORY_WEIGHTS          8'd1   // weight rows
`define ERN_MEMORY_THRESHOLDS       8'd2   // threshold rows
`define ERN_MEMORY_EXTERNAL         8'd3   // beats of external memory, where there is one; then the others are not to be written

`define ERN_REG_MAGIC            6'd0   // 0x464e5245, "ERNF"
`define ERN_REG_VERSION          6'd1   // version of this protocol
`define ERN_REG_CONFIGURATION    6'd2   // CRC-32 of the accelerator's configuration; a program carries the same
`define ERN_REG_SHAPE            6'd3   // taps | channels << 8 | outputs << 16
`define ERN_REG_WIDTHS           6'd4   // accumulator bits | outputs a column << 8
`define ERN_REG_N_ACTIVATION     6'd5   // activation words a bank
`define ERN_REG_N_SUM            6'd6   // partial-sum words
`define ERN_REG_N_WEIGHT         6'd7   // weight rows
`define ERN_REG_N_THRESHOLD      6'd8   // threshold rows
`define ERN_REG_N_PROGRAM        6'd9   // program words
`define ERN_REG_N_RESULT         6'd10  // result words
`define ERN_REG_CLOCK_HZ         6'd11  // clock
`define ERN_REG_EXTERNAL_BITS    6'd12  // bits of a beat of external memory; 0: there is none
`define ERN_REG_STATUS           6'd16  // bit 0 running, 1 result waiting, 2 picture waiting, 3 error, 4 load beyond a memory
`define ERN_REG_ERROR            6'd17  // code | descriptor << 8; code 1 watchdog, 2 unknown opcode, 3 program leaves its memory
`define ERN_REG_RESULT_ID        6'd18  // picture number of the last published result
`define ERN_REG_RESULT_CYCLES    6'd19  // cycles of its frame, start to publication, without waiting for the host
`define ERN_REG_WATCHDOG         6'd20  // rw: cycles without progress after which a frame is stopped
`define ERN_REG_CONTROL          6'd21  // w: bit 0 abandon the frame and its results, bit 1 clear the error
`define ERN_REG_LINK_ERRORS      6'd22  // frames that were refused as damaged
`define ERN_REG_PICTURE_BASE     6'd23  // rw: first activation word of the picture
`define ERN_REG_PICTURE_SIZE     6'd24  // rw: width | height << 16
`define ERN_REG_PICTURE_COLOURS  6'd25  // rw: bytes a pixel, 1 to 3
`define ERN_REG_PICTURE_STEPS    6'd26  // rw: words between channel blocks | words between rows << 16
`define ERN_REG_PROGRAM_AT       6'd32  // rw: first beat of the program in external memory
`define ERN_REG_PROGRAM_BEATS    6'd33  // rw: its beats; 0 holds its stream
`define ERN_REG_WEIGHTS_AT       6'd34  // rw: first beat of the weight rows in the order of use
`define ERN_REG_WEIGHTS_BEATS    6'd35  // rw: their beats; 0 holds their stream
`define ERN_REG_THRESHOLDS_AT    6'd36  // rw: first beat of the threshold rows in the order of use
`define ERN_REG_THRESHOLDS_BEATS 6'd37  // rw: their beats; 0 holds their stream
`define ERN_REG_PICTURES_AT      6'd38  // rw: first beat of the room for two pictures, one behind the other
`define ERN_REG_PICTURES_BEATS   6'd39  // rw: beats of one picture, five bytes of it in 32 bits

`endif
