/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ERNFORGE_H
#define ERNFORGE_H

#include <stddef.h>
#include <stdint.h>

/* The CPU engine of ernforge: networks with 1-bit weights and 2-bit activations, from *.ern files, exact integers.
 *
 *   ernforge_engine* engine = NULL;
 *   if (ernforge_open("ern-cifar.ern", NULL, &engine) != ERNFORGE_OK) puts(ernforge_message());
 *   ernforge_run(engine, &picture, logits, 10);
 *   ernforge_close(engine);
 *
 * Every function returns a status and, where that is not ERNFORGE_OK, leaves a line for people in ernforge_message() and
 * its results as they were. No function throws, or touches memory outside what it is given. An engine serves one thread at
 * a time; clones of it, which share its weights, serve others. */

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ERNFORGE_API __attribute__((visibility("default")))
#else
#define ERNFORGE_API
#endif

typedef enum ernforge_status {
    ERNFORGE_OK = 0,
    ERNFORGE_NULL_POINTER = 1, /* an argument that must not be null */
    ERNFORGE_WRONG_SIZE = 2,   /* a buffer of another size, a picture of another size than the network's */
    ERNFORGE_BAD_MODEL = 3,    /* no such file, or no good model */
    ERNFORGE_BAD_OPTION = 4,   /* a number of threads or a SIMD target that cannot be had */
    ERNFORGE_NO_LAYER = 5,     /* no layer or class of this number */
    ERNFORGE_NO_MAP = 6,       /* a layer of another kind, or whose map was not kept */
    ERNFORGE_NO_MEMORY = 7,
    ERNFORGE_DEFECT = 8 /* of ernforge itself */
} ernforge_status;

/* What the last call of this thread that failed has to say, one line; "" before. Valid until the next one fails. */
ERNFORGE_API const char* ernforge_message(void);

/* "0.1.0" */
ERNFORGE_API const char* ernforge_version(void);

/* ---- prepare ---- */

typedef struct ernforge_engine ernforge_engine;

/* All zero: the defaults. */
typedef struct ernforge_options {
    int threads;        /* that ernforge_run splits a picture over, and ernforge_run_many pictures; 0: 1 */
    int keep_maps;      /* not 0: every layer's map can be read after ernforge_run; costs memory and time */
    const char* target; /* SIMD target, a name that ernforge_target returns; NULL: the best one */
} ernforge_options;

/* The SIMD targets of this machine, best first; *name is NULL behind the last one. */
ERNFORGE_API ernforge_status ernforge_target(int index, const char** name);

/* Reads a model and packs its weights. options may be NULL. */
ERNFORGE_API ernforge_status ernforge_open(const char* path, const ernforge_options* options, ernforge_engine** engine);

/* The same from the bytes of a model file; they are not needed any more afterwards. */
ERNFORGE_API ernforge_status ernforge_open_memory(const void* model, size_t bytes, const ernforge_options* options, ernforge_engine** engine);

/* Another engine for another thread: shares the weights. */
ERNFORGE_API ernforge_status ernforge_clone(const ernforge_engine* engine, ernforge_engine** clone);

/* NULL is allowed. */
ERNFORGE_API void ernforge_close(ernforge_engine* engine);

/* ---- what the network is; the strings live as long as the engine ---- */

typedef struct ernforge_network {
    const char* name;
    int height, width, channels; /* of a picture */
    int classes;
    int layers;
} ernforge_network;

ERNFORGE_API ernforge_status ernforge_describe(const ernforge_engine* engine, ernforge_network* network);

/* The name of a class; "" where the model has none. */
ERNFORGE_API ernforge_status ernforge_label(const ernforge_engine* engine, int index, const char** label);

typedef enum ernforge_map {
    ERNFORGE_CODES = 0,        /* uint8_t, 0 to 3, [y][x][channel] */
    ERNFORGE_ACCUMULATORS = 1, /* int32_t, [y][x][channel] */
    ERNFORGE_SUMS = 2          /* int64_t, [class], over all pixels */
} ernforge_map;

typedef struct ernforge_layer {
    const char* name;
    ernforge_map map;
    int height, width, channels;
    int readable; /* not 0: ernforge_read_... can have it */
} ernforge_layer;

ERNFORGE_API ernforge_status ernforge_describe_layer(const ernforge_engine* engine, int index, ernforge_layer* layer);

/* ---- run ---- */

typedef struct ernforge_picture {
    const uint8_t* bytes; /* [y][x][channel] */
    size_t size;          /* of them: height * width * channels */
    int height, width, channels;
} ernforge_picture;

/* logits: one a class. */
ERNFORGE_API ernforge_status ernforge_run(ernforge_engine* engine, const ernforge_picture* picture, double* logits, size_t logits_count);

/* `count` pictures in parallel, one a thread. logits: [picture][class]. No maps are kept of these. */
ERNFORGE_API ernforge_status ernforge_run_many(ernforge_engine* engine, const ernforge_picture* pictures, size_t count, double* logits,
                                               size_t logits_count);

/* ---- read any layer of the last ernforge_run, all `count` = height * width * channels values ---- */

ERNFORGE_API ernforge_status ernforge_read_codes(const ernforge_engine* engine, int index, uint8_t* codes, size_t count);
ERNFORGE_API ernforge_status ernforge_read_accumulators(const ernforge_engine* engine, int index, int32_t* accumulators, size_t count);
ERNFORGE_API ernforge_status ernforge_read_sums(const ernforge_engine* engine, int index, int64_t* sums, size_t count);

#ifdef __cplusplus
}
#endif

#endif
