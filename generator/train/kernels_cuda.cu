// SPDX-License-Identifier: Apache-2.0
#include <cuda_bf16.h>
#include <cuda_runtime.h>

#include "train/kernels_cuda.h"

namespace ern::train::cuda {

namespace {

constexpr int kThreads = 256;       // of a block
constexpr int kSumBlocks = 528;     // of a sum: four a multiprocessor of the largest GPUs
constexpr int kMaxLaneGroups = 32;  // groups of channels that one block sums

__device__ float to_float(float v) {
    return v;
}
__device__ float to_float(__nv_bfloat16 v) {
    return __bfloat162float(v);
}
__device__ void from_float(float v, float& to) {
    to = v;
}
__device__ void from_float(float v, __nv_bfloat16& to) {
    to = __float2bfloat16(v);
}

// `width` neighbouring channels, read and written in one access.
template <typename T, int width>
struct alignas(sizeof(T) * width) Pack {
    T v[width];
};

template <Nonlinearity kind>
__device__ float response(float y) {
    if (kind == Nonlinearity::relu) return fmaxf(y, 0.0f);
    return floorf(fminf(fmaxf(y, 0.0f), 2.0f) * 1.5f + 0.5f);
}

template <Nonlinearity kind>
__device__ float gradient(float grad, float y) {
    if (kind == Nonlinearity::relu) return y > 0.0f ? grad : 0.0f;
    return y >= 0.0f && y <= 2.0f ? 1.5f * grad : 0.0f;
}

// The two numbers of one value that are summed. Moments: v and v * v.
struct MomentTerms {
    __device__ void operator()(float v, float, int, float& a, float& b) const {
        a += v;
        b += v * v;
    }
};

// Gradient: g and g * v.
template <Nonlinearity kind>
struct GradientTerms {
    const float* slope;
    const float* offset;
    __device__ void operator()(float v, float grad, int channel, float& a, float& b) const {
        const float g = gradient<kind>(grad, slope[channel] * v + offset[channel]);
        a += g;
        b += g * v;
    }
};

// Sums over all pixels of a block's share: partial[block][2][channels]. threadIdx.x is a group of `width`
// channels, threadIdx.y a pixel.
template <typename T, int width, typename Terms>
__global__ void partial_sums(const T* x, const T* grad, std::int64_t pixels, int channels, Terms terms,
                             float* partial) {
    using Group = Pack<T, width>;
    __shared__ float shared[kThreads * 2 * width];
    const int group = blockIdx.y * blockDim.x + threadIdx.x, groups = channels / width;
    float a[width] = {}, b[width] = {};
    if (group < groups) {
        const std::int64_t step = std::int64_t{gridDim.x} * blockDim.y;
#pragma unroll 2
        for (std::int64_t p = std::int64_t{blockIdx.x} * blockDim.y + threadIdx.y; p < pixels; p += step) {
            const Group in = reinterpret_cast<const Group*>(x)[p * groups + group];
            const Group go = grad != nullptr ? reinterpret_cast<const Group*>(grad)[p * groups + group] : in;
#pragma unroll
            for (int i = 0; i < width; ++i)
                terms(to_float(in.v[i]), to_float(go.v[i]), group * width + i, a[i], b[i]);
        }
    }
    float* mine = shared + (threadIdx.y * blockDim.x + threadIdx.x) * 2 * width;
#pragma unroll
    for (int i = 0; i < width; ++i) {
        mine[i] = a[i];
        mine[width + i] = b[i];
    }
    __syncthreads();
    if (threadIdx.y != 0 || group >= groups) return;
#pragma unroll
    for (int i = 0; i < width; ++i) {
        float sum_a = 0, sum_b = 0;
        for (int row = 0; row < static_cast<int>(blockDim.y); ++row) {
            const float* other = shared + (row * blockDim.x + threadIdx.x) * 2 * width;
            sum_a += other[i];
            sum_b += other[width + i];
        }
        float* out = partial + std::int64_t{blockIdx.x} * 2 * channels + group * width + i;
        out[0] = sum_a;
        out[channels] = sum_b;
    }
}

// Adds the blocks' partial sums; eight threads a channel. Returns true in the thread that holds the totals.
__device__ bool total(const float* partial, int blocks, int channels, double& a, double& b) {
    __shared__ double shared[2][8][32];
    const int channel = blockIdx.x * 32 + threadIdx.x;
    a = b = 0;
    if (channel < channels) {
        for (int block = threadIdx.y; block < blocks; block += 8) {
            a += static_cast<double>(partial[std::int64_t{block} * 2 * channels + channel]);
            b += static_cast<double>(partial[(std::int64_t{block} * 2 + 1) * channels + channel]);
        }
    }
    shared[0][threadIdx.y][threadIdx.x] = a;
    shared[1][threadIdx.y][threadIdx.x] = b;
    __syncthreads();
    if (threadIdx.y != 0 || channel >= channels) return false;
    for (int row = 1; row < 8; ++row) {
        a += shared[0][row][threadIdx.x];
        b += shared[1][row][threadIdx.x];
    }
    return true;
}

__global__ void finish_moments(const float* partial, int blocks, int channels, double pixels, float* mean,
                               float* variance) {
    double a, b;
    if (!total(partial, blocks, channels, a, b)) return;
    const int channel = blockIdx.x * 32 + threadIdx.x;
    const double m = a / pixels;
    mean[channel] = static_cast<float>(m);
    variance[channel] = static_cast<float>(fmax(0.0, b / pixels - m * m));
}

__global__ void finish_sums(const float* partial, int blocks, int channels, double* sum, double* sum_x) {
    double a, b;
    if (!total(partial, blocks, channels, a, b)) return;
    const int channel = blockIdx.x * 32 + threadIdx.x;
    sum[channel] = a;
    sum_x[channel] = b;
}

template <typename T, int width, Nonlinearity kind>
__global__ void activate_kernel(const T* x, std::int64_t groups_total, int groups, const float* slope,
                                const float* offset, T* result) {
    using Group = Pack<T, width>;
    const std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x;
    if (i >= groups_total) return;
    const int channel = static_cast<int>(i % groups) * width;
    const Group in = reinterpret_cast<const Group*>(x)[i];
    Group out;
#pragma unroll
    for (int k = 0; k < width; ++k)
        from_float(response<kind>(slope[channel + k] * to_float(in.v[k]) + offset[channel + k]), out.v[k]);
    reinterpret_cast<Group*>(result)[i] = out;
}

template <typename T, int width, Nonlinearity kind>
__global__ void gradient_kernel(const T* x, const T* grad, std::int64_t groups_total, int groups,
                                const float* slope, const float* offset, const float* constant,
                                const float* linear, T* grad_x) {
    using Group = Pack<T, width>;
    const std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x;
    if (i >= groups_total) return;
    const int channel = static_cast<int>(i % groups) * width;
    const Group in = reinterpret_cast<const Group*>(x)[i];
    const Group go = reinterpret_cast<const Group*>(grad)[i];
    Group out;
#pragma unroll
    for (int k = 0; k < width; ++k) {
        const int c = channel + k;
        const float v = to_float(in.v[k]);
        const float g = gradient<kind>(to_float(go.v[k]), slope[c] * v + offset[c]);
        from_float(slope[c] * g + constant[c] + linear[c] * v, out.v[k]);
    }
    reinterpret_cast<Group*>(grad_x)[i] = out;
}

template <typename T>
__global__ void embed_kernel(const std::uint8_t* bytes, std::int64_t values, int colours,
                             int codes_per_channel, int channels, T* codes) {
    const std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x;
    if (i >= values) return;
    const int channel = static_cast<int>(i % channels), colour = channel / codes_per_channel;
    int code = 0;
    if (colour < colours) {
        const int e = channel % codes_per_channel;
        const int reached = static_cast<int>(bytes[i / channels * colours + colour]) - 8 * (e + 1) + 79;
        code = min(max(reached / 80, 0), 3);
    }
    from_float(static_cast<float>(code), codes[i]);
}

unsigned blocks_for(std::int64_t threads) {
    return static_cast<unsigned>((threads + kThreads - 1) / kThreads);
}

// How a sum is spread: blocks of (x groups of channels) x (y pixels).
struct SumGrid {
    dim3 grid, block;
    SumGrid(std::int64_t pixels, int groups) {
        const int x = groups < kMaxLaneGroups ? groups : kMaxLaneGroups, y = kThreads / x;
        const std::int64_t wanted = (pixels + y - 1) / y;
        block = dim3(static_cast<unsigned>(x), static_cast<unsigned>(y));
        grid = dim3(static_cast<unsigned>(wanted < kSumBlocks ? wanted : kSumBlocks),
                    static_cast<unsigned>((groups + x - 1) / x));
    }
};

template <typename T, int width, typename Terms>
int run_sums(Map x, const void* grad, Terms terms, float* scratch, cudaStream_t stream) {
    const SumGrid shape(x.pixels, x.channels / width);
    partial_sums<T, width><<<shape.grid, shape.block, 0, stream>>>(
        static_cast<const T*>(x.values), static_cast<const T*>(grad), x.pixels, x.channels, terms, scratch);
    return static_cast<int>(shape.grid.x);
}

// Calls body(type, width) for the storage of the map: 16 bytes an access where the channels allow it.
template <typename Body>
void with_storage(const Map& x, const Body& body) {
    if (x.bfloat16) {
        if (x.channels % 8 == 0) return body.template run<__nv_bfloat16, 8>();
        return body.template run<__nv_bfloat16, 1>();
    }
    if (x.channels % 4 == 0) return body.template run<float, 4>();
    body.template run<float, 1>();
}

struct RunMoments {
    Map x;
    float *mean, *variance, *scratch;
    cudaStream_t stream;
    template <typename T, int width>
    void run() const {
        const int blocks = run_sums<T, width>(x, nullptr, MomentTerms{}, scratch, stream);
        finish_moments<<<(x.channels + 31) / 32, dim3(32, 8), 0, stream>>>(
            scratch, blocks, x.channels, static_cast<double>(x.pixels), mean, variance);
    }
};

template <Nonlinearity kind>
struct RunGradientSums {
    Map x;
    const void* grad;
    const float *slope, *offset;
    double *sum, *sum_x;
    float* scratch;
    cudaStream_t stream;
    template <typename T, int width>
    void run() const {
        const int blocks = run_sums<T, width>(x, grad, GradientTerms<kind>{slope, offset}, scratch, stream);
        finish_sums<<<(x.channels + 31) / 32, dim3(32, 8), 0, stream>>>(scratch, blocks, x.channels, sum,
                                                                        sum_x);
    }
};

template <Nonlinearity kind>
struct RunActivate {
    Map x;
    const float *slope, *offset;
    void* result;
    cudaStream_t stream;
    template <typename T, int width>
    void run() const {
        const int groups = x.channels / width;
        activate_kernel<T, width, kind><<<blocks_for(x.pixels * groups), kThreads, 0, stream>>>(
            static_cast<const T*>(x.values), x.pixels * groups, groups, slope, offset,
            static_cast<T*>(result));
    }
};

template <Nonlinearity kind>
struct RunGradientInput {
    Map x;
    const void* grad;
    const float *slope, *offset, *constant, *linear;
    void* grad_x;
    cudaStream_t stream;
    template <typename T, int width>
    void run() const {
        const int groups = x.channels / width;
        gradient_kernel<T, width, kind><<<blocks_for(x.pixels * groups), kThreads, 0, stream>>>(
            static_cast<const T*>(x.values), static_cast<const T*>(grad), x.pixels * groups, groups, slope,
            offset, constant, linear, static_cast<T*>(grad_x));
    }
};

}  // namespace

std::int64_t scratch_size(int channels) {
    return std::int64_t{kSumBlocks} * 2 * channels;
}

void channel_moments(Map x, float* mean, float* variance, float* scratch, void* stream) {
    with_storage(x, RunMoments{x, mean, variance, scratch, static_cast<cudaStream_t>(stream)});
}

void activate(Map x, const float* slope, const float* offset, Nonlinearity kind, void* result, void* stream) {
    const auto s = static_cast<cudaStream_t>(stream);
    if (kind == Nonlinearity::relu)
        return with_storage(x, RunActivate<Nonlinearity::relu>{x, slope, offset, result, s});
    with_storage(x, RunActivate<Nonlinearity::codes>{x, slope, offset, result, s});
}

void gradient_sums(Map x, const void* grad, const float* slope, const float* offset, Nonlinearity kind,
                   double* sum, double* sum_x, float* scratch, void* stream) {
    const auto s = static_cast<cudaStream_t>(stream);
    if (kind == Nonlinearity::relu) {
        return with_storage(
            x, RunGradientSums<Nonlinearity::relu>{x, grad, slope, offset, sum, sum_x, scratch, s});
    }
    with_storage(x, RunGradientSums<Nonlinearity::codes>{x, grad, slope, offset, sum, sum_x, scratch, s});
}

void gradient_input(Map x, const void* grad, const float* slope, const float* offset, Nonlinearity kind,
                    const float* constant, const float* linear, void* grad_x, void* stream) {
    const auto s = static_cast<cudaStream_t>(stream);
    if (kind == Nonlinearity::relu) {
        return with_storage(
            x, RunGradientInput<Nonlinearity::relu>{x, grad, slope, offset, constant, linear, grad_x, s});
    }
    with_storage(x,
                 RunGradientInput<Nonlinearity::codes>{x, grad, slope, offset, constant, linear, grad_x, s});
}

void embed(const std::uint8_t* bytes, std::int64_t pixels, int colours, int codes_per_channel, int channels,
           bool bfloat16, void* codes, void* stream) {
    const std::int64_t values = pixels * channels;
    const auto s = static_cast<cudaStream_t>(stream);
    if (bfloat16) {
        embed_kernel<<<blocks_for(values), kThreads, 0, s>>>(bytes, values, colours, codes_per_channel,
                                                             channels, static_cast<__nv_bfloat16*>(codes));
    } else {
        embed_kernel<<<blocks_for(values), kThreads, 0, s>>>(bytes, values, colours, codes_per_channel,
                                                             channels, static_cast<float*>(codes));
    }
}

const char* last_error() {
    const cudaError_t error = cudaGetLastError();
    return error == cudaSuccess ? nullptr : cudaGetErrorString(error);
}

}  // namespace ern::train::cuda
