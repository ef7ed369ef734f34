/* SPDX-License-Identifier: Apache-2.0
 * The same in C: classify_c MODEL.ern PICTURE.raw */
#include <ernforge.h>
#include <stdio.h>
#include <stdlib.h>

static int failed(void) {
    fprintf(stderr, "classify_c: %s\n", ernforge_message());
    return 2;
}

/* All bytes of a file, or NULL. */
static uint8_t* read_all(const char* path, size_t* size) {
    FILE* file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t* bytes = malloc(*size + 1);
    if (bytes && fread(bytes, 1, *size, file) != *size) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    return bytes;
}

int main(int argc, char** argv) {
    if (argc != 3) {
        fprintf(stderr, "classify_c MODEL.ern PICTURE.raw\n");
        return 2;
    }
    ernforge_engine* engine = NULL;
    if (ernforge_open(argv[1], NULL, &engine) != ERNFORGE_OK) return failed();
    ernforge_network network;
    if (ernforge_describe(engine, &network) != ERNFORGE_OK) return failed();
    size_t size = 0;
    uint8_t* bytes = read_all(argv[2], &size);
    const ernforge_picture picture = {bytes, size, network.height, network.width, network.channels};
    double* logits = calloc((size_t)network.classes, sizeof *logits);
    int status = 0;
    if (ernforge_run(engine, &picture, logits, (size_t)network.classes) == ERNFORGE_OK) {
        int best = 0;
        for (int c = 1; c < network.classes; ++c) {
            if (logits[c] > logits[best]) best = c;
        }
        const char* label = "";
        ernforge_label(engine, best, &label);
        printf("%d %s %.17g\n", best, label, logits[best]);
    } else {
        status = failed();
    }
    free(logits);
    free(bytes);
    ernforge_close(engine);
    return status;
}
